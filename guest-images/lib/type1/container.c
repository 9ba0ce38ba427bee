// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "container.h"
#include "fatal.h"
#include "uapi.h"

static int request(int container, unsigned long request, void *argument)
{
	return ioctl(container, request, argument) < 0 ? -errno : 0;
}

void container_add(int container, int group)
{
	REQUIRE(!ioctl(group, VFIO_GROUP_SET_CONTAINER, &container),
		"cannot add a group to the container: %s", strerror(errno));
}

int container_open(int group)
{
	int container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);

	REQUIRE(container >= 0, "cannot open /dev/vfio/vfio: %s", strerror(errno));
	container_add(container, group);
	REQUIRE(!ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU),
		"cannot make a type1 container: %s", strerror(errno));
	return container;
}

/* The whole answer to GET_INFO, to be freed; NULL: there is none. */
static struct vfio_iommu_type1_info *get_info(int container)
{
	struct vfio_iommu_type1_info head = { .argsz = sizeof(head) };
	struct vfio_iommu_type1_info *info;

	if (request(container, VFIO_IOMMU_GET_INFO, &head))
		return NULL;

	info = calloc(1, head.argsz);
	REQUIRE(info, "out of memory");
	info->argsz = head.argsz;
	if (!request(container, VFIO_IOMMU_GET_INFO, info))
		return info;
	free(info);
	return NULL;
}

bool container_capability(int container, uint16_t id, void *copy, size_t size)
{
	struct vfio_iommu_type1_info *info = get_info(container);
	uint32_t offset = info && info->flags & VFIO_IOMMU_INFO_CAPS ? info->cap_offset : 0;
	bool found = false;

	while (offset && !found) {
		struct vfio_info_cap_header *header = (void *)((char *)info + offset);

		found = header->id == id;
		if (found && copy)
			memcpy(copy, header, size);
		offset = header->next;
	}
	free(info);
	return found;
}

enum tracking container_tracking(int container)
{
	if (container_capability(container, VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY, NULL, 0))
		return BY_GPA;
	if (container_capability(container, VFIO_IOMMU_TYPE1_INFO_CAP_IOTLB, NULL, 0))
		return BY_IOTLB;
	return BY_IOVA;
}

int map_raw(int container, uint32_t argsz, uint32_t flags, void *memory, uint64_t iova,
	    uint64_t size, uint64_t gpa)
{
	struct map_gpa map = {
		.argsz = argsz,
		.flags = flags,
		.vaddr = (uintptr_t)memory,
		.iova = iova,
		.size = size,
		.gpa = gpa,
	};

	return request(container, VFIO_IOMMU_MAP_DMA, &map);
}

static int map(int container, uint32_t flags, void *memory, uint64_t iova, uint64_t size,
	       uint64_t gpa)
{
	if (gpa == NO_GPA)
		return map_raw(container, offsetof(struct map_gpa, gpa), flags, memory, iova, size,
			       0);
	return map_raw(container, sizeof(struct map_gpa), flags | VFIO_DMA_MAP_FLAG_GPA, memory,
		       iova, size, gpa);
}

int map_range(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa)
{
	return map(container, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, memory, iova, size,
		   gpa);
}

int map_readonly(int container, void *memory, uint64_t iova, uint64_t size, uint64_t gpa)
{
	return map(container, VFIO_DMA_MAP_FLAG_READ, memory, iova, size, gpa);
}

int64_t unmap_raw(int container, uint32_t argsz, uint32_t flags, uint64_t iova, uint64_t size,
		  uint64_t gpa)
{
	struct {
		struct vfio_iommu_type1_dma_unmap unmap;
		uint64_t gpa;
	} arguments = {
		.unmap = { .argsz = argsz, .flags = flags, .iova = iova, .size = size },
		.gpa = gpa,
	};
	int ret = request(container, VFIO_IOMMU_UNMAP_DMA, &arguments);

	return ret ? ret : (int64_t)arguments.unmap.size;
}

int64_t unmap_range(int container, uint64_t iova, uint64_t size)
{
	return unmap_raw(container, sizeof(struct vfio_iommu_type1_dma_unmap), 0, iova, size, 0);
}

int64_t unmap_gpa(int container, uint64_t iova, uint64_t size, uint64_t gpa)
{
	return unmap_raw(container, sizeof(struct vfio_iommu_type1_dma_unmap) + sizeof(gpa),
			 VFIO_DMA_UNMAP_FLAG_GPA, iova, size, gpa);
}

static uint64_t bitmap_bytes(uint64_t size)
{
	return (size / PAGE + 63) / 64 * sizeof(uint64_t);
}

int64_t unmap_bitmap(int container, uint64_t iova, uint64_t size, uint64_t *bitmap)
{
	struct {
		struct vfio_iommu_type1_dma_unmap unmap;
		struct vfio_bitmap bitmap;
	} arguments = {
		.unmap = {
			.argsz = sizeof(arguments),
			.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP,
			.iova = iova,
			.size = size,
		},
		.bitmap = {
			.pgsize = PAGE,
			.size = bitmap_bytes(size),
			.data = (__u64 *)bitmap,
		},
	};
	int ret = request(container, VFIO_IOMMU_UNMAP_DMA, &arguments);

	return ret ? ret : (int64_t)arguments.unmap.size;
}

int dirty_raw(int container, uint32_t argsz, uint32_t flags, uint64_t first, uint64_t size,
	      uint64_t pgsize, uint64_t bitmap_size, void *bitmap)
{
	struct {
		struct vfio_iommu_type1_dirty_bitmap dirty;
		struct vfio_iommu_type1_dirty_bitmap_get get;
	} arguments = {
		.dirty = { .argsz = argsz, .flags = flags },
		.get = {
			.iova = first,
			.size = size,
			.bitmap = { .pgsize = pgsize, .size = bitmap_size, .data = bitmap },
		},
	};

	return request(container, VFIO_IOMMU_DIRTY_PAGES, &arguments);
}

int dirty_start(int container)
{
	return dirty_raw(container, sizeof(struct vfio_iommu_type1_dirty_bitmap),
			 VFIO_IOMMU_DIRTY_PAGES_FLAG_START, 0, 0, 0, 0, NULL);
}

int dirty_stop(int container)
{
	return dirty_raw(container, sizeof(struct vfio_iommu_type1_dirty_bitmap),
			 VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP, 0, 0, 0, 0, NULL);
}

static int dirty_get(int container, uint32_t flag, uint64_t first, uint64_t size, uint64_t *bitmap)
{
	return dirty_raw(container, sizeof(struct vfio_iommu_type1_dirty_bitmap) +
			 sizeof(struct vfio_iommu_type1_dirty_bitmap_get), flag, first, size, PAGE,
			 bitmap_bytes(size), bitmap);
}

int dirty_get_iova(int container, uint64_t iova, uint64_t size, uint64_t *bitmap)
{
	return dirty_get(container, VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, iova, size, bitmap);
}

int dirty_get_gpa(int container, uint64_t gpa, uint64_t size, uint64_t *bitmap)
{
	return dirty_get(container, VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA, gpa, size, bitmap);
}

int iotlb_raw(int container, uint32_t argsz, uint32_t flags, int eventfd, uint32_t *count,
	      struct vfio_iommu_type1_iotlb_entry *entries)
{
	uint32_t wanted = count ? *count : 0;
	size_t size = wanted * sizeof(*entries);
	struct vfio_iommu_type1_iotlb *argument = calloc(1, sizeof(*argument) + size);
	int ret;

	REQUIRE(argument, "out of memory");
	argument->argsz = argsz;
	argument->flags = flags;
	argument->eventfd = eventfd;
	argument->count = wanted;
	if (size)
		memcpy(argument->entries, entries, size);

	ret = request(container, VFIO_IOMMU_IOTLB, argument);
	if (count)
		*count = argument->count;
	if (size)
		memcpy(entries, argument->entries, size);
	free(argument);
	return ret;
}

static int iotlb(int container, uint32_t flags, uint32_t *count,
		 struct vfio_iommu_type1_iotlb_entry *entries)
{
	uint32_t size = sizeof(struct vfio_iommu_type1_iotlb) +
			(count ? *count : 0) * sizeof(*entries);

	return iotlb_raw(container, size, flags, -1, count, entries);
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
