// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "container.h"
#include "fatal.h"

int request(int container, unsigned long request, void *argument)
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

static int map(int container, uint32_t flags, void *memory, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = flags,
		.vaddr = (uintptr_t)memory,
		.iova = iova,
		.size = size,
	};

	return request(container, VFIO_IOMMU_MAP_DMA, &map);
}

int map_range(int container, void *memory, uint64_t iova, uint64_t size)
{
	return map(container, VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, memory, iova, size);
}

int map_readonly(int container, void *memory, uint64_t iova, uint64_t size)
{
	return map(container, VFIO_DMA_MAP_FLAG_READ, memory, iova, size);
}

int64_t unmap_range(int container, uint64_t iova, uint64_t size)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = iova,
		.size = size,
	};
	int ret = request(container, VFIO_IOMMU_UNMAP_DMA, &unmap);

	return ret ? ret : (int64_t)unmap.size;
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

static int dirty_switch(int container, uint32_t flag)
{
	struct vfio_iommu_type1_dirty_bitmap dirty = { .argsz = sizeof(dirty), .flags = flag };

	return request(container, VFIO_IOMMU_DIRTY_PAGES, &dirty);
}

int dirty_start(int container)
{
	return dirty_switch(container, VFIO_IOMMU_DIRTY_PAGES_FLAG_START);
}

int dirty_stop(int container)
{
	return dirty_switch(container, VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP);
}

int dirty_get(int container, uint32_t flag, uint64_t first, uint64_t size, uint64_t *bitmap)
{
	struct {
		struct vfio_iommu_type1_dirty_bitmap dirty;
		struct vfio_iommu_type1_dirty_bitmap_get get;
	} arguments = {
		.dirty = { .argsz = sizeof(arguments), .flags = flag },
		.get = {
			.iova = first,
			.size = size,
			.bitmap = {
				.pgsize = PAGE,
				.size = bitmap_bytes(size),
				.data = (__u64 *)bitmap,
			},
		},
	};

	return request(container, VFIO_IOMMU_DIRTY_PAGES, &arguments);
}

int dirty_get_iova(int container, uint64_t iova, uint64_t size, uint64_t *bitmap)
{
	return dirty_get(container, VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, iova, size, bitmap);
}
