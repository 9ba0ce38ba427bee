// SPDX-License-Identifier: GPL-2.0-only
/* Dirty tracking by guest physical address. */
#include <errno.h>
#include <linux/vfio.h>

#include "gpa.h"

static int mapped(struct rig *rig)
{
	int ret = map_gpa(rig->container, rig->memory, IOVA, 4 * PAGE, GPA);

	/* A kernel without it has the mapping that it can have. */
	return ret ? map_range(rig->container, rig->memory, IOVA, 4 * PAGE) : 0;
}

static int mapped_plainly(struct rig *rig)
{
	return map_range(rig->container, rig->memory, IOVA, 4 * PAGE);
}

static int tracking(struct rig *rig)
{
	int ret = mapped(rig);

	return ret ? ret : dirty_start(rig->container);
}

#define DIRTY_SIZE sizeof(struct vfio_iommu_type1_dirty_bitmap)
#define GET_SIZE (DIRTY_SIZE + sizeof(struct vfio_iommu_type1_dirty_bitmap_get))
#define LONG_SIZE 4096
#define LARGE_BITMAP (512UL << 20)
#define LAST_PAGE (-PAGE)
#define READ_WRITE (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)
#define GET_GPA VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA

#define MAP(...) { .request = VFIO_IOMMU_MAP_DMA, .argsz = sizeof(struct map_gpa), .iova = IOVA, \
	.size = 4 * PAGE, .gpa = GPA, .flags = READ_WRITE | VFIO_DMA_MAP_FLAG_GPA, __VA_ARGS__ }
#define UNMAP(...) { .request = VFIO_IOMMU_UNMAP_DMA, .argsz = sizeof(struct unmap_gpa), \
	.iova = IOVA, .size = 4 * PAGE, .gpa = GPA, .flags = VFIO_DMA_UNMAP_FLAG_GPA, __VA_ARGS__ }
#define GET(...) { .request = VFIO_IOMMU_DIRTY_PAGES, .argsz = GET_SIZE, .flags = GET_GPA, \
	.iova = GPA, .size = 4 * PAGE, .pgsize = PAGE, .bitmap_size = 8, __VA_ARGS__ }
#define GET_BY_IOVA(...) GET(.iova = IOVA, \
	.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, __VA_ARGS__)
#define UNMAP_BITMAP(...) UNMAP(.argsz = LONG_SIZE, .pgsize = PAGE, .bitmap_size = 8, \
	.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, __VA_ARGS__)

static const struct row rows[] = {
	{ "map", NULL, MAP(), 0 },
	{ "map: long argsz", NULL, MAP(.argsz = LONG_SIZE), 0 },
	{ "map: argsz short by a byte", NULL, MAP(.argsz = sizeof(struct map_gpa) - 1), -EINVAL },
	{ "map: argsz without gpa", NULL, MAP(.argsz = offsetof(struct map_gpa, gpa)), -EINVAL },
	{ "map: unreadable argument", NULL, MAP(.argument = UNREADABLE), -EFAULT, -EFAULT },
	{ "map: at gpa 0", NULL, MAP(.gpa = 0), 0 },
	{ "map: misaligned gpa", NULL, MAP(.gpa = GPA + 1), -EINVAL },
	{ "map: gpa misaligned by half a page", NULL, MAP(.gpa = GPA + PAGE / 2), -EINVAL },
	{ "map: wrapping gpa", NULL, MAP(.gpa = LAST_PAGE), -EINVAL },
	{ "map: gpa -1 page", NULL, MAP(.gpa = LAST_PAGE, .size = PAGE), -EINVAL },
	{ "map: last gpa", NULL, MAP(.gpa = MAX_GPA + 1 - 4 * PAGE), 0 },
	{ "map: beyond the last gpa", NULL, MAP(.gpa = MAX_GPA + 1 - 3 * PAGE), -EINVAL },
	{ "map: behind the last gpa", NULL, MAP(.gpa = MAX_GPA + 1), -EINVAL },
	{ "map: what is mapped", mapped, MAP(), -EEXIST },
	{ "map: a gpa that is mapped", mapped, MAP(.iova = IOVA + 4 * PAGE), 0 },
	{ "map: for reading only", NULL,
	  MAP(.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_GPA),
	  0 },
	{ "map: for nothing", NULL, MAP(.flags = VFIO_DMA_MAP_FLAG_GPA), -EINVAL },
	{ "map: new address", mapped, MAP(.flags = VFIO_DMA_MAP_FLAG_VADDR | VFIO_DMA_MAP_FLAG_GPA),
	  -EINVAL },
	{ "map: unknown flag", NULL, MAP(.flags = READ_WRITE | VFIO_DMA_MAP_FLAG_GPA | 1U << 31),
	  -EINVAL },
	{ "map: in type1 v1", prepare_version1, MAP(), -EINVAL },

	{ "unmap", mapped, UNMAP(), 4 * PAGE },
	{ "unmap: while tracking", tracking, UNMAP(), 4 * PAGE },
	{ "unmap: long argsz", mapped, UNMAP(.argsz = LONG_SIZE), 4 * PAGE },
	{ "unmap: short argsz", mapped, UNMAP(.argsz = sizeof(struct unmap_gpa) - 1), -EINVAL },
	{ "unmap: wrong gpa", mapped, UNMAP(.gpa = GPA + PAGE), -EINVAL },
	{ "unmap: gpa of a mapping without", mapped_plainly, UNMAP(.gpa = 0), -EINVAL },
	{ "unmap: nothing", NULL, UNMAP(), -EINVAL },
	{ "unmap: with a hole before", mapped, UNMAP(.iova = IOVA - PAGE, .size = 5 * PAGE,
						    .gpa = GPA - PAGE), -EINVAL },
	{ "unmap: with a hole behind", mapped, UNMAP(.size = 5 * PAGE), -EINVAL },
	{ "unmap: a part", mapped, UNMAP(.size = PAGE), -EINVAL },
	{ "unmap: all", mapped, UNMAP(.iova = 0, .size = 0, .flags = VFIO_DMA_UNMAP_FLAG_GPA |
				      VFIO_DMA_UNMAP_FLAG_ALL), -EINVAL },
	{ "unmap: only the address", mapped, UNMAP(.flags = VFIO_DMA_UNMAP_FLAG_GPA |
						  VFIO_DMA_UNMAP_FLAG_VADDR), -EINVAL },
	{ "unmap: and a bitmap", tracking, UNMAP_BITMAP(.flags = VFIO_DMA_UNMAP_FLAG_GPA |
							VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP),
	  -EINVAL },
	{ "unmap: bitmap of a mapping with gpa", tracking, UNMAP_BITMAP(), -EINVAL, 4 * PAGE },

	{ "get", tracking, GET(), 0 },
	{ "get: long argsz", tracking, GET(.argsz = LONG_SIZE), 0 },
	{ "get: short argsz", tracking, GET(.argsz = GET_SIZE - 1), -EINVAL },
	{ "get: not tracking", mapped, GET(), -EINVAL },
	{ "get: nothing mapped", prepare_started, GET(), 0 },
	{ "get: over a hole", tracking, GET(.iova = GPA - PAGE, .size = 6 * PAGE), 0 },
	{ "get: a part of a mapping", tracking, GET(.iova = GPA + PAGE, .size = PAGE), 0 },
	{ "get: misaligned gpa", tracking, GET(.iova = GPA + 1), -EINVAL },
	{ "get: zero size", tracking, GET(.size = 0), -EINVAL },
	{ "get: misaligned size", tracking, GET(.size = PAGE + 1), -EINVAL },
	{ "get: wrapping", tracking, GET(.iova = LAST_PAGE, .size = 2 * PAGE), -EINVAL },
	{ "get: last gpa", tracking, GET(.iova = MAX_GPA + 1 - PAGE, .size = PAGE), 0 },
	{ "get: beyond the last gpa", tracking, GET(.iova = MAX_GPA + 1 - PAGE), -EINVAL },
	{ "get: behind the last gpa", tracking, GET(.iova = MAX_GPA + 1), -EINVAL },
	{ "get: page size 0", tracking, GET(.pgsize = 0), -EINVAL },
	{ "get: other page size", tracking, GET(.pgsize = 2 * PAGE), -EINVAL },
	{ "get: no bitmap", tracking, GET(.bitmap_size = 0), -EINVAL },
	{ "get: small bitmap", tracking, GET(.size = 65 * PAGE), -EINVAL },
	{ "get: huge bitmap", tracking, GET(.bitmap_size = LARGE_BITMAP), -EINVAL },
	{ "get: by gpa and by IOVA", tracking,
	  GET(.flags = GET_GPA | VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP), -EINVAL },
	{ "get: and start", mapped, GET(.flags = GET_GPA | VFIO_IOMMU_DIRTY_PAGES_FLAG_START),
	  -EINVAL },
	{ "get: by IOVA, mapped with gpa", tracking, GET_BY_IOVA(), -EINVAL, GRANTED },
	{ "get: in type1 v1", prepare_version1, GET(), -EACCES, -EACCES },
	{ 0 }
};

static const struct test tests[] = {
	{ .name = "capability", .run = gpa_test_capability },
	{ .name = "last page", .run = gpa_test_last_page },
	{ .name = "refused get", .run = gpa_test_refused_get },
	{ .name = "reported once", .run = gpa_test_reported_once },
	{ .name = "mapped while tracking", .run = gpa_test_mapped_while_tracking },
	{ .name = "outlives unmap", .run = gpa_test_outlives_unmap },
	{ .name = "IOVA reused for another page", .run = gpa_test_iova_reuse },
	{ .name = "two IOVAs for one page", .run = gpa_test_alias },
	{ .name = "pinned pages", .run = gpa_test_pinned },
	{ .name = "pinned pages at unmap", .run = gpa_test_pinned_unmap },
	{ .name = "page pinned twice", .run = gpa_test_pinned_alias },
	{ .name = "start with pinned pages", .run = gpa_test_start_with_pinned },
	{ .name = "restart is clean", .run = gpa_test_restart_is_clean },
	{ .name = "holes and bisected mappings", .run = gpa_test_holes_and_bisected_mappings },
	{ .name = "neighbours are left alone", .run = gpa_test_neighbours },
	{ .name = "chunk border", .run = gpa_test_chunk_border },
	{ .name = "large mapping", .run = gpa_test_large_mapping },
	{ .name = "unmap with gpa", .run = gpa_test_unmap_gpa },
	{ .name = "no bitmap by IOVA", .run = gpa_test_no_bitmap_by_iova },
	{ .name = "mapping without gpa is not logged", .run = gpa_test_without_gpa_is_not_logged },
	{ .name = "gpa zero", .run = gpa_test_gpa_zero },
	{ .name = "read-only mapping", .run = gpa_test_readonly },
	{ .name = "fault while reading", .run = gpa_test_fault },
	{ .name = "memory limit", .run = gpa_test_limit, .log_limit = "4" },
	{ .name = "churn", .run = gpa_test_churn },
	{ .name = "device that does not report", .run = gpa_test_passthrough, .passthrough = true },
	{ 0 }
};

static bool offered(int container)
{
	return container_tracking(container) == BY_GPA;
}

const struct suite gpa_suite = { .name = "gpa", .offered = offered, .rows = rows, .tests = tests };
