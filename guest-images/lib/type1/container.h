/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A type1 container as every kernel has it, and each of its requests as one
 * call. Calls return 0 or a negative errno.
 */
#ifndef CONTAINER_H
#define CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 4096UL

/* Type1, with the given group in it */
int container_open(int group);
void container_add(int container, int group);

/* Any ioctl() */
int request(int container, unsigned long request, void *argument);

/* Whether GET_INFO has the capability, of which @copy gets @size bytes unless it is NULL */
bool container_capability(int container, uint16_t id, void *copy, size_t size);

int map_range(int container, void *memory, uint64_t iova, uint64_t size);
int map_readonly(int container, void *memory, uint64_t iova, uint64_t size);

/* The number of bytes that were unmapped, or a negative errno */
int64_t unmap_range(int container, uint64_t iova, uint64_t size);
int64_t unmap_bitmap(int container, uint64_t iova, uint64_t size, uint64_t *bitmap);

int dirty_start(int container);
int dirty_stop(int container);

/* The flag says by what */
int dirty_get(int container, uint32_t flag, uint64_t first, uint64_t size, uint64_t *bitmap);
int dirty_get_iova(int container, uint64_t iova, uint64_t size, uint64_t *bitmap);

static inline uint64_t bitmap_bytes(uint64_t size)
{
	return (size / PAGE + 63) / 64 * sizeof(uint64_t);
}

#endif /* CONTAINER_H */
