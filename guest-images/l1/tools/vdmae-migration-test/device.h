/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mediated device of type vdmae-TYPE, in a container of its own, with a
 * piece of memory mapped at IOVA 0. What the rig needs and does not get ends
 * the program.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <linux/vfio.h>
#include <stddef.h>
#include <stdint.h>

#include <container.h>
#include <mdev.h>
#include <vdmae_hw.h>

#define MEMORY		(8 * PAGE)
#define SQ_IOVA		0UL
#define CQ_IOVA		PAGE
#define DATA_IOVA	(2 * PAGE)
#define ENTRIES		8

struct device {
	char uuid[UUID_SIZE];
	int container;
	int group;
	int fd;
	unsigned char *memory;
	unsigned int tail;
};

void device_create(struct device *device, const char *type, unsigned int number);
void device_open(struct device *device);
void device_close(struct device *device);
void device_remove(struct device *device);

uint64_t device_region(const struct device *device, unsigned int index);
uint32_t device_read(const struct device *device, unsigned int offset);
void device_write(const struct device *device, unsigned int offset, uint32_t value);

/* Bus master on, rings at their places, engine and interrupt enabled. */
void device_enable(struct device *device);
/* Queues one write of a pattern into the data page, and rings the doorbell. */
void device_ring(struct device *device, uint64_t sequence);
/* The first sequence number in the data page, waited for up to a second. */
uint64_t device_wait_data(const struct device *device, uint64_t sequence);

/* 0 or a negative errno; the file that the transition opens, or -1, goes to fd. */
int device_set_state(const struct device *device, enum vfio_device_mig_state state, int *fd);
int device_get_state(const struct device *device);
int device_feature_flags(const struct device *device, uint32_t feature, uint64_t *flags);

#endif
