/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A type1 container, and each of its requests as one call. Calls return 0 or a
 * negative errno.
 */
#ifndef CONTAINER_H
#define CONTAINER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 4096UL
#define NO_GPA UINT64_MAX

/* Type1, with the given group in it */
int container_open(int group);
void container_add(int container, int group);

struct gpa_capability {
	bool present;
	uint64_t pgsizes;
	uint64_t max_bitmap;
	uint64_t max_gpa;
};

struct gpa_capability container_gpa_capability(int container);

/* @gpa may be NO_GPA */
int map_range(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa);
int map_readonly(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa);
int map_raw(int container, uint32_t argsz, uint32_t flags, void *memory, uint64_t iova,
	    uint64_t size, uint64_t gpa);

/* The number of bytes that were unmapped, or a negative errno */
int64_t unmap_range(int container, uint64_t iova, uint64_t size);
int64_t unmap_gpa(int container, uint64_t iova, uint64_t size, uint64_t gpa);
int64_t unmap_bitmap(int container, uint64_t iova, uint64_t size, uint64_t *bitmap);
int64_t unmap_raw(int container, uint32_t argsz, uint32_t flags, uint64_t iova, uint64_t size,
		  uint64_t gpa);

int dirty_start(int container);
int dirty_stop(int container);
int dirty_get_iova(int container, uint64_t iova, uint64_t size, uint64_t *bitmap);
int dirty_get_gpa(int container, uint64_t gpa, uint64_t size, uint64_t *bitmap);
int dirty_raw(int container, uint32_t argsz, uint32_t flags, uint64_t first, uint64_t size,
	      uint64_t pgsize, uint64_t bitmap_size, void *bitmap);

/*
 * Reads and clears the log of [gpa, gpa + size): the number of dirty pages, of
 * which those given must be all, or a negative errno. The list ends with NO_GPA.
 */
int dirty_pages_are(int container, uint64_t gpa, uint64_t size, ...);

#endif /* CONTAINER_H */
