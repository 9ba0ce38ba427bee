// SPDX-License-Identifier: GPL-2.0-only
/* Dirty tracking by IOVA, as every kernel has it. */
#include <errno.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>

#include <container.h>
#include <fatal.h>

#include "suite.h"

#define MAPPED_PAGES 4
#define SIZE (MAPPED_PAGES * PAGE)
#define LAST_PAGE (-PAGE)

#define UNKNOWN_FLAG (1U << 31)
#define MAP_SIZE sizeof(struct vfio_iommu_type1_dma_map)
#define UNMAP_SIZE sizeof(struct vfio_iommu_type1_dma_unmap)
#define UNMAP_BITMAP_SIZE (UNMAP_SIZE + sizeof(struct vfio_bitmap))
#define DIRTY_SIZE sizeof(struct vfio_iommu_type1_dirty_bitmap)
#define GET_SIZE (DIRTY_SIZE + sizeof(struct vfio_iommu_type1_dirty_bitmap_get))
#define LONG_SIZE 4096
#define LARGE_BITMAP (512UL << 20)

static int mapped(struct rig *rig)
{
	return map_range(rig->container, rig->memory, IOVA, SIZE);
}

static int tracking(struct rig *rig)
{
	int ret = mapped(rig);

	return ret ? ret : dirty_start(rig->container);
}

#define MAP(...) { .request = VFIO_IOMMU_MAP_DMA, .argsz = MAP_SIZE, .iova = IOVA, .size = SIZE, \
	.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE, __VA_ARGS__ }
#define UNMAP(...) { .request = VFIO_IOMMU_UNMAP_DMA, .argsz = UNMAP_SIZE, .iova = IOVA, \
	.size = SIZE, __VA_ARGS__ }
#define UNMAP_BITMAP(...) UNMAP(.argsz = UNMAP_BITMAP_SIZE, .pgsize = PAGE, .bitmap_size = 8, \
	.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, __VA_ARGS__)
#define DIRTY(...) { .request = VFIO_IOMMU_DIRTY_PAGES, .argsz = DIRTY_SIZE, __VA_ARGS__ }
#define GET(...) DIRTY(.argsz = GET_SIZE, .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, \
	.iova = IOVA, .size = SIZE, .pgsize = PAGE, .bitmap_size = 8, __VA_ARGS__)
#define INFO(...) { .request = VFIO_IOMMU_GET_INFO, \
	.argsz = sizeof(struct vfio_iommu_type1_info), __VA_ARGS__ }
#define EXTENSION(number) { .request = VFIO_CHECK_EXTENSION, .flags = number }

static const struct row rows[] = {
	{ "map", NULL, MAP(), 0 },
	{ "map: long argsz", NULL, MAP(.argsz = LONG_SIZE), 0 },
	{ "map: short argsz", NULL, MAP(.argsz = MAP_SIZE - 1), -EINVAL },
	{ "map: unreadable argument", NULL, MAP(.argument = UNREADABLE), -EFAULT },
	{ "map: unknown flag", NULL, MAP(.flags = VFIO_DMA_MAP_FLAG_READ | UNKNOWN_FLAG), -EINVAL },
	{ "map: for reading only", NULL, MAP(.flags = VFIO_DMA_MAP_FLAG_READ), 0 },
	{ "map: for writing only", NULL, MAP(.flags = VFIO_DMA_MAP_FLAG_WRITE), 0 },
	{ "map: for nothing", NULL, MAP(.flags = 0), -EINVAL },
	{ "map: zero size", NULL, MAP(.size = 0), -EINVAL },
	{ "map: misaligned size", NULL, MAP(.size = PAGE + 1), -EINVAL },
	{ "map: misaligned IOVA", NULL, MAP(.iova = IOVA + 512), -EINVAL },
	{ "map: misaligned address", NULL, MAP(.vaddr = 8), -EINVAL },
	{ "map: wrapping IOVA", NULL, MAP(.iova = LAST_PAGE, .size = 2 * PAGE), WRAPS },
	{ "map: wrapping address", NULL, MAP(.size = LAST_PAGE), WRAPS },
	{ "map: last page", NULL, MAP(.iova = LAST_PAGE, .size = PAGE), 0 },
	{ "map: what is mapped", mapped, MAP(), -EEXIST },
	{ "map: over the start", mapped, MAP(.iova = IOVA - PAGE, .size = 2 * PAGE), -EEXIST },
	{ "map: over the end", mapped, MAP(.iova = IOVA + SIZE - PAGE), -EEXIST },
	{ "map: inside", mapped, MAP(.iova = IOVA + PAGE, .size = PAGE), -EEXIST },
	{ "map: around", mapped, MAP(.iova = IOVA - PAGE, .size = SIZE + 2 * PAGE), -EEXIST },
	{ "map: right before", mapped, MAP(.iova = IOVA - SIZE), 0 },
	{ "map: right behind", mapped, MAP(.iova = IOVA + SIZE), 0 },
	{ "map: new address of nothing", NULL, MAP(.flags = VFIO_DMA_MAP_FLAG_VADDR), -ENOENT },
	{ "map: new address, old one in use", mapped,
	  MAP(.flags = VFIO_DMA_MAP_FLAG_VADDR), -EINVAL },
	{ "map: new address and rights", mapped,
	  MAP(.flags = VFIO_DMA_MAP_FLAG_VADDR | VFIO_DMA_MAP_FLAG_READ), -EINVAL },

	{ "unmap", mapped, UNMAP(), SIZE },
	{ "unmap: long argsz", mapped, UNMAP(.argsz = LONG_SIZE), SIZE },
	{ "unmap: short argsz", mapped, UNMAP(.argsz = UNMAP_SIZE - 1), -EINVAL },
	{ "unmap: unreadable argument", mapped, UNMAP(.argument = UNREADABLE), -EFAULT },
	{ "unmap: unknown flag", mapped, UNMAP(.flags = UNKNOWN_FLAG), -EINVAL },
	{ "unmap: nothing", NULL, UNMAP(), 0 },
	{ "unmap: zero size", mapped, UNMAP(.size = 0), -EINVAL },
	{ "unmap: misaligned size", mapped, UNMAP(.size = SIZE - 1), -EINVAL },
	{ "unmap: misaligned IOVA", mapped, UNMAP(.iova = IOVA + 8), -EINVAL },
	{ "unmap: wrapping", mapped, UNMAP(.size = LAST_PAGE), WRAPS },
	{ "unmap: without its start", mapped, UNMAP(.iova = IOVA + PAGE), -EINVAL },
	{ "unmap: without its end", mapped, UNMAP(.size = SIZE - PAGE), -EINVAL },
	{ "unmap: its middle", mapped, UNMAP(.iova = IOVA + PAGE, .size = PAGE), -EINVAL },
	{ "unmap: with holes around", mapped, UNMAP(.iova = IOVA - PAGE, .size = SIZE + 2 * PAGE),
	  SIZE },
	{ "unmap: a hole beside", mapped, UNMAP(.iova = IOVA + SIZE), 0 },
	{ "unmap: all", mapped,
	  UNMAP(.flags = VFIO_DMA_UNMAP_FLAG_ALL, .iova = 0, .size = 0), SIZE },
	{ "unmap: all, and a range", mapped, UNMAP(.flags = VFIO_DMA_UNMAP_FLAG_ALL), -EINVAL },
	{ "unmap: only the address", mapped, UNMAP(.flags = VFIO_DMA_UNMAP_FLAG_VADDR), -EBUSY },
	{ "unmap: while tracking", tracking, UNMAP(), SIZE },

	{ "unmap with bitmap", tracking, UNMAP_BITMAP(), SIZE },
	{ "unmap with bitmap: long argsz", tracking, UNMAP_BITMAP(.argsz = LONG_SIZE), SIZE },
	{ "unmap with bitmap: short argsz", tracking,
	  UNMAP_BITMAP(.argsz = UNMAP_BITMAP_SIZE - 1), -EINVAL },
	{ "unmap with bitmap: not tracking", mapped, UNMAP_BITMAP(), -EINVAL },
	{ "unmap with bitmap: nothing", prepare_started, UNMAP_BITMAP(), 0 },
	{ "unmap with bitmap: other page size", tracking,
	  UNMAP_BITMAP(.pgsize = 2 * PAGE), -EINVAL },
	{ "unmap with bitmap: no bitmap", tracking, UNMAP_BITMAP(.bitmap_size = 0), -EINVAL },
	{ "unmap with bitmap: small bitmap", tracking, UNMAP_BITMAP(.bitmap_size = 7), -EINVAL },
	{ "unmap with bitmap: huge bitmap", tracking, UNMAP_BITMAP(.bitmap_size = LARGE_BITMAP),
	  -EINVAL },
	{ "unmap with bitmap: unwritable bitmap", tracking, UNMAP_BITMAP(.bitmap = UNREADABLE),
	  -EFAULT },
	{ "unmap with bitmap: without its end", tracking, UNMAP_BITMAP(.size = PAGE), -EINVAL },
	{ "unmap with bitmap: all", tracking,
	  UNMAP_BITMAP(.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP | VFIO_DMA_UNMAP_FLAG_ALL,
		       .iova = 0, .size = 0), -EINVAL },
	{ "unmap with bitmap: only the address", tracking,
	  UNMAP_BITMAP(.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP | VFIO_DMA_UNMAP_FLAG_VADDR),
	  -EINVAL },

	{ "start", mapped, DIRTY(.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START), 0 },
	{ "start: long argsz", mapped,
	  DIRTY(.argsz = LONG_SIZE, .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START), 0 },
	{ "start: short argsz", mapped,
	  DIRTY(.argsz = DIRTY_SIZE - 1, .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START), -EINVAL },
	{ "start: twice", tracking, DIRTY(.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START), 0 },
	{ "start: of type1 v1", prepare_version1,
	  DIRTY(.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START), -EACCES },
	{ "stop", tracking, DIRTY(.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP), 0 },
	{ "stop: not tracking", mapped, DIRTY(.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP), 0 },
	{ "dirty pages: no flag", tracking, DIRTY(), -EINVAL },
	{ "dirty pages: start and stop", mapped,
	  DIRTY(.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_START | VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP),
	  -EINVAL },
	{ "dirty pages: unknown flag", tracking, DIRTY(.flags = UNKNOWN_FLAG), -EINVAL },
	{ "dirty pages: unreadable argument", tracking, DIRTY(.argument = UNREADABLE), -EFAULT },

	{ "get", tracking, GET(), 0 },
	{ "get: long argsz", tracking, GET(.argsz = LONG_SIZE), 0 },
	{ "get: short argsz", tracking, GET(.argsz = GET_SIZE - 1), -EINVAL },
	{ "get: not tracking", mapped, GET(), -EINVAL },
	{ "get: nothing mapped", prepare_started, GET(), 0 },
	{ "get: over holes", tracking, GET(.iova = IOVA - PAGE, .size = SIZE + 2 * PAGE), 0 },
	{ "get: zero size", tracking, GET(.size = 0), -EINVAL },
	{ "get: misaligned size", tracking, GET(.size = SIZE - 1), -EINVAL },
	{ "get: misaligned IOVA", tracking, GET(.iova = IOVA + 1), -EINVAL },
	{ "get: wrapping", tracking, GET(.size = LAST_PAGE), WRAPS },
	{ "get: without the start of a mapping", tracking, GET(.iova = IOVA + PAGE), -EINVAL },
	{ "get: without the end of a mapping", tracking, GET(.size = SIZE - PAGE), -EINVAL },
	{ "get: other page size", tracking, GET(.pgsize = 2 * PAGE), -EINVAL },
	{ "get: no bitmap", tracking, GET(.bitmap_size = 0), -EINVAL },
	{ "get: small bitmap", tracking, GET(.size = 65 * PAGE), -EINVAL },
	{ "get: huge bitmap", tracking, GET(.bitmap_size = LARGE_BITMAP), -EINVAL },
	{ "get: unwritable bitmap", tracking, GET(.bitmap = UNREADABLE), -EFAULT },
	{ "get: and stop", tracking,
	  GET(.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP | VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP),
	  -EINVAL },

	{ "info", NULL, INFO(), 0 },
	{ "info: long argsz", NULL, INFO(.argsz = LONG_SIZE), 0 },
	{ "info: without capabilities", NULL,
	  INFO(.argsz = offsetof(struct vfio_iommu_type1_info, cap_offset)), 0 },
	{ "info: short argsz", NULL,
	  INFO(.argsz = offsetof(struct vfio_iommu_type1_info, cap_offset) - 1), -EINVAL },
	{ "info: unreadable argument", NULL, INFO(.argument = UNREADABLE), -EFAULT },
	{ "extension: type1 v2", NULL, EXTENSION(VFIO_TYPE1v2_IOMMU), 1 },
	{ "extension: unmap all", NULL, EXTENSION(VFIO_UNMAP_ALL), 1 },
	{ "extension: update vaddr", NULL, EXTENSION(VFIO_UPDATE_VADDR), 0 },
	{ "extension: unknown", NULL, EXTENSION(4096), 0 },
	{ "unknown request", NULL, { .request = _IO(VFIO_TYPE, VFIO_BASE + 99) }, -ENOTTY },
	{ 0 }
};

const struct suite upstream_suite = { .name = "iova", .rows = rows, .tests = upstream_tests };
