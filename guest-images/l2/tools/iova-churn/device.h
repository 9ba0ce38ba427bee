/* SPDX-License-Identifier: GPL-2.0-only */
/* The DMA engine and its pool of pages. Whatever fails ends the program. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdint.h>

#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

struct device {
	int fd;
	uint64_t page_size;
	const unsigned char *memory;	/* the pool, read-only */
};

struct device device_open(const char *path, uint64_t pages);
struct vdmae_info device_info(const struct device *device);
struct vdmae_page device_page(const struct device *device, uint64_t page);
void device_map(const struct device *device, uint64_t page);
void device_step(const struct device *device, struct vdmae_step *step);

#endif
