/* SPDX-License-Identifier: GPL-2.0-only */
/* What the series add to a type1 container. Calls return 0 or a negative errno. */
#ifndef SERIES_H
#define SERIES_H

#include <container.h>

#include "uapi.h"

#define NO_GPA UINT64_MAX

/* What the kernel offers to report dirty pages by */
enum tracking {
	BY_IOVA,	/* every kernel */
	BY_GPA,		/* the guest physical address comes with MAP */
	BY_IOTLB,	/* the guest physical address comes with an IOTLB entry */
};

enum tracking container_tracking(int container);

/* @gpa may be NO_GPA */
int map_gpa(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa);
int map_gpa_readonly(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa);
int64_t unmap_gpa(int container, uint64_t iova, uint64_t size, uint64_t gpa);
int dirty_get_gpa(int container, uint64_t gpa, uint64_t size, uint64_t *bitmap);

/* The device IOTLB; @count comes back as the number of entries that were done. */
int iotlb_enable(int container);
int iotlb_update(int container, uint64_t iova, uint64_t size, uint64_t gpa);
int iotlb_invalidate(int container, uint64_t iova, uint64_t size);
int iotlb_misses(int container, struct vfio_iommu_type1_iotlb_entry *entries, uint32_t *count);

/* Logs of several containers; the first of them gives a descriptor. */
bool log_can_be_shared(int container);
int log_open(int container);
int log_join(int container, int log);

#endif /* SERIES_H */
