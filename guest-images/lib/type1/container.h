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

struct vfio_iommu_type1_iotlb_entry;

#define PAGE 4096UL
#define NO_GPA UINT64_MAX

/* What the kernel offers to report dirty pages by */
enum tracking {
	BY_IOVA,	/* every kernel */
	BY_GPA,		/* the guest physical address comes with MAP */
	BY_IOTLB,	/* the guest physical address comes with an IOTLB entry */
};

/* Type1, with the given group in it */
int container_open(int group);
void container_add(int container, int group);

/* Whether GET_INFO has the capability, of which @copy gets @size bytes unless it is NULL */
bool container_capability(int container, uint16_t id, void *copy, size_t size);
enum tracking container_tracking(int container);

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

/* The device IOTLB; @count comes back as the number of entries that were done. */
int iotlb_enable(int container);
int iotlb_update(int container, uint64_t iova, uint64_t size, uint64_t gpa);
int iotlb_invalidate(int container, uint64_t iova, uint64_t size);
int iotlb_misses(int container, struct vfio_iommu_type1_iotlb_entry *entries, uint32_t *count);
int iotlb_raw(int container, uint32_t argsz, uint32_t flags, int eventfd, uint32_t *count,
	      struct vfio_iommu_type1_iotlb_entry *entries);

#endif /* CONTAINER_H */
