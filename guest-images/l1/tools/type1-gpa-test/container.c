// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "check.h"
#include "container.h"
#include "vfio_gpa.h"

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

struct gpa_capability container_gpa_capability(int container)
{
	struct gpa_capability result = { 0 };
	struct vfio_iommu_type1_info head = { .argsz = sizeof(head) };
	struct vfio_iommu_type1_info *info;
	uint32_t offset;

	if (request(container, VFIO_IOMMU_GET_INFO, &head))
		return result;

	info = calloc(1, head.argsz);
	REQUIRE(info, "out of memory");
	info->argsz = head.argsz;
	if (!request(container, VFIO_IOMMU_GET_INFO, info) &&
	    info->flags & VFIO_IOMMU_INFO_CAPS) {
		for (offset = info->cap_offset; offset;) {
			struct vfio_iommu_type1_info_cap_gpa_dirty *capability =
				(void *)((char *)info + offset);

			if (capability->header.id == VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY) {
				result.present = true;
				result.pgsizes = capability->pgsize_bitmap;
				result.max_bitmap = capability->max_dirty_bitmap_size;
				result.max_gpa = capability->max_gpa;
			}
			offset = capability->header.next;
		}
	}
	free(info);
	return result;
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

static int count_bits(const uint64_t *bitmap, uint64_t words)
{
	int count = 0;

	while (words--)
		count += __builtin_popcountll(*bitmap++);
	return count;
}

int dirty_pages_are(int container, uint64_t gpa, uint64_t size, ...)
{
	uint64_t *bitmap = calloc(1, bitmap_bytes(size));
	int found, missing = 0, listed = 0;
	uint64_t page;
	va_list list;
	int ret;

	REQUIRE(bitmap, "out of memory");
	ret = dirty_get_gpa(container, gpa, size, bitmap);
	if (ret) {
		free(bitmap);
		return ret;
	}

	va_start(list, size);
	while ((page = va_arg(list, uint64_t)) != NO_GPA) {
		uint64_t bit = (page - gpa) / PAGE;

		listed++;
		if (!(bitmap[bit / 64] >> bit % 64 & 1)) {
			printf("# page 0x%llx is not reported\n", (unsigned long long)page);
			missing++;
		}
	}
	va_end(list);

	found = count_bits(bitmap, bitmap_bytes(size) / sizeof(uint64_t));
	free(bitmap);
	if (found != listed)
		printf("# %d pages are reported, expected %d\n", found, listed);
	return missing || found != listed ? -ENOMSG : found;
}
