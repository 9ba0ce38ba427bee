// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <fatal.h>

#include "series.h"

enum tracking container_tracking(int container)
{
	if (container_capability(container, VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY, NULL, 0))
		return BY_GPA;
	if (container_capability(container, VFIO_IOMMU_TYPE1_INFO_CAP_IOTLB, NULL, 0))
		return BY_IOTLB;
	return BY_IOVA;
}

static int map(int container, uint32_t flags, void *memory, uint64_t iova, uint64_t size,
	       uint64_t gpa)
{
	struct map_gpa map = {
		.argsz = sizeof(map),
		.flags = flags | VFIO_DMA_MAP_FLAG_GPA,
		.vaddr = (uintptr_t)memory,
		.iova = iova,
		.size = size,
		.gpa = gpa,
	};

	return request(container, VFIO_IOMMU_MAP_DMA, &map);
}

int map_gpa(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa)
{
	if (gpa == NO_GPA)
		return map_range(container, memory, iova, size);
	return map(container, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, memory, iova, size,
		   gpa);
}

int map_gpa_readonly(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa)
{
	return map(container, VFIO_DMA_MAP_FLAG_READ, memory, iova, size, gpa);
}

int64_t unmap_gpa(int container, uint64_t iova, uint64_t size, uint64_t gpa)
{
	struct unmap_gpa unmap = {
		.argsz = sizeof(unmap),
		.flags = VFIO_DMA_UNMAP_FLAG_GPA,
		.iova = iova,
		.size = size,
		.gpa = gpa,
	};
	int ret = request(container, VFIO_IOMMU_UNMAP_DMA, &unmap);

	return ret ? ret : (int64_t)unmap.size;
}

int dirty_get_gpa(int container, uint64_t gpa, uint64_t size, uint64_t *bitmap)
{
	return dirty_get(container, VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA, gpa, size, bitmap);
}

static int iotlb(int container, uint32_t flags, uint32_t *count,
		 struct vfio_iommu_type1_iotlb_entry *entries)
{
	size_t size = (count ? *count : 0) * sizeof(*entries);
	struct vfio_iommu_type1_iotlb *argument = calloc(1, sizeof(*argument) + size);
	int ret;

	REQUIRE(argument, "out of memory");
	argument->argsz = sizeof(*argument) + size;
	argument->flags = flags;
	argument->eventfd = -1;
	if (count) {
		argument->count = *count;
		memcpy(argument->entries, entries, size);
	}

	ret = request(container, VFIO_IOMMU_IOTLB, argument);
	if (count) {
		*count = argument->count;
		memcpy(entries, argument->entries, size);
	}
	free(argument);
	return ret;
}

int iotlb_enable(int container)
{
	return iotlb(container, VFIO_IOMMU_IOTLB_FLAG_ENABLE, NULL, NULL);
}

int iotlb_update(int container, uint64_t iova, uint64_t size, uint64_t gpa)
{
	struct vfio_iommu_type1_iotlb_entry entry = { .iova = iova, .size = size, .gpa = gpa };
	uint32_t count = 1;

	return iotlb(container, VFIO_IOMMU_IOTLB_FLAG_UPDATE, &count, &entry);
}

int iotlb_invalidate(int container, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_iotlb_entry entry = { .iova = iova, .size = size };
	uint32_t count = 1;

	return iotlb(container, VFIO_IOMMU_IOTLB_FLAG_INVALIDATE, &count, &entry);
}

int iotlb_misses(int container, struct vfio_iommu_type1_iotlb_entry *entries, uint32_t *count)
{
	return iotlb(container, VFIO_IOMMU_IOTLB_FLAG_GET_MISSES, count, entries);
}

bool log_can_be_shared(int container)
{
	struct vfio_iommu_type1_info_cap_gpa_dirty capability;

	return container_capability(container, VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY, &capability,
				    sizeof(capability)) &&
	       capability.flags & VFIO_IOMMU_GPA_DIRTY_SHARED;
}

int log_open(int container)
{
	struct vfio_iommu_type1_dirty_bitmap dirty = {
		.argsz = sizeof(dirty),
		.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_OPEN_GPA_LOG,
	};
	int log = ioctl(container, VFIO_IOMMU_DIRTY_PAGES, &dirty);

	return log < 0 ? -errno : log;
}

int log_join(int container, int log)
{
	struct join_log join = {
		.argsz = sizeof(join),
		.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_JOIN_GPA_LOG,
		.fd = log,
	};

	return request(container, VFIO_IOMMU_DIRTY_PAGES, &join);
}
