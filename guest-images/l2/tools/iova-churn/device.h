/* SPDX-License-Identifier: GPL-2.0-only */
/* A DMA engine and its pool of pages. What fails ends the program, but for a write. */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdint.h>

#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

struct device {
	int fd;
	uint64_t queue_depth;		/* writes at once that it is to take */
	char pci[16];			/* its address on the PCI bus */
	uint64_t page_size;
	struct vdmae_pool pool;
	const unsigned char *memory;	/* the pool, read-only */
};

struct device device_open(const char *path, const struct vdmae_pool *pool, uint64_t queue_depth);
/* Opens the device that came back at the same PCI address, and joins the pool. */
void device_reopen(struct device *device);

struct vdmae_info device_info(const struct device *device);
struct vdmae_page device_page(const struct device *device, uint64_t page);
/* Map and unmap a block, and give the time taken, in ns. */
uint64_t device_map(const struct device *device, uint64_t block, uint32_t alias);
uint64_t device_unmap(const struct device *device, uint64_t block, uint32_t alias);
/* These give 0, or the error (errno) if the device never said that it was done. */
int device_write(const struct device *device, struct vdmae_write *write);
/* Hands over writes at once, up to the queue depth. */
int device_write_all(const struct device *device, struct vdmae_write *writes, uint32_t count);
int device_step(const struct device *device, struct vdmae_step *step);

#endif
