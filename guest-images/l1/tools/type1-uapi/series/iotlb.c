// SPDX-License-Identifier: GPL-2.0-only
/* A table of translations in the kernel, and a log by guest physical address fed from it. */
#include <errno.h>
#include <linux/vfio.h>

#include "iotlb.h"

#define MAX_GPA ((1UL << 52) - 1)

#define HEAD sizeof(struct vfio_iommu_type1_iotlb)
#define ENTRY sizeof(struct vfio_iommu_type1_iotlb_entry)
#define LAST_PAGE (-PAGE)

#define ENABLE(...) { .request = VFIO_IOMMU_IOTLB, .argsz = HEAD, .eventfd = -1, \
	.flags = VFIO_IOMMU_IOTLB_FLAG_ENABLE, __VA_ARGS__ }
#define DISABLE(...) ENABLE(.flags = VFIO_IOMMU_IOTLB_FLAG_DISABLE, __VA_ARGS__)
#define UPDATE(...) { .request = VFIO_IOMMU_IOTLB, .argsz = HEAD + ENTRY, .count = 1, \
	.flags = VFIO_IOMMU_IOTLB_FLAG_UPDATE, .iova = IOVA, .size = 4 * PAGE, .gpa = GPA, \
	__VA_ARGS__ }
#define INVALIDATE(...) UPDATE(.flags = VFIO_IOMMU_IOTLB_FLAG_INVALIDATE, __VA_ARGS__)
#define MISSES(...) UPDATE(.flags = VFIO_IOMMU_IOTLB_FLAG_GET_MISSES, __VA_ARGS__)
#define GET(...) { .request = VFIO_IOMMU_DIRTY_PAGES, .argsz = 4096, \
	.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA, .iova = GPA, .size = 4 * PAGE, \
	.pgsize = PAGE, .bitmap_size = 8, __VA_ARGS__ }
#define GET_BY_IOVA(...) GET(.iova = IOVA, .flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP)
#define UNMAP_BITMAP(...) { .request = VFIO_IOMMU_UNMAP_DMA, .argsz = 4096, .iova = IOVA, \
	.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, .size = 4 * PAGE, .pgsize = PAGE, \
	.bitmap_size = 8 }

static const struct row rows[] = {
	{ "enable", NULL, ENABLE(), 0, -ENOTTY },
	{ "enable: long argsz", NULL, ENABLE(.argsz = 4096), 0, -ENOTTY },
	{ "enable: short argsz", NULL, ENABLE(.argsz = HEAD - 1), -EINVAL, -ENOTTY },
	{ "enable: unreadable argument", NULL, ENABLE(.argument = UNREADABLE), -EFAULT, -ENOTTY },
	{ "enable: no flag", NULL, ENABLE(.flags = 0), -EINVAL, -ENOTTY },
	{ "enable: two flags", NULL, ENABLE(.flags = VFIO_IOMMU_IOTLB_FLAG_ENABLE |
					    VFIO_IOMMU_IOTLB_FLAG_DISABLE), -EINVAL, -ENOTTY },
	{ "enable: unknown flag", NULL, ENABLE(.flags = 1U << 31), -EINVAL, -ENOTTY },
	{ "enable: with entries", NULL,
	  ENABLE(.argsz = HEAD + ENTRY, .count = 1), -EINVAL, -ENOTTY },
	{ "enable: event file that is none", NULL, ENABLE(.eventfd = 0), -EINVAL, -ENOTTY },
	{ "enable: event file that is not open", NULL, ENABLE(.eventfd = 1000), -EBADF, -ENOTTY },
	{ "enable: event file -2", NULL, ENABLE(.eventfd = -2), -EBADF, -ENOTTY },
	{ "enable: twice", iotlb_enabled, ENABLE(), -EBUSY, -ENOTTY },
	{ "enable: while tracking", prepare_started, ENABLE(), -EBUSY, -ENOTTY },
	{ "disable", iotlb_enabled, DISABLE(), 0, -ENOTTY },
	{ "disable: not enabled", NULL, DISABLE(), -EINVAL, -ENOTTY },
	{ "disable: while tracking", iotlb_tracking, DISABLE(), -EBUSY, -ENOTTY },

	{ "update", iotlb_tracking, UPDATE(), 0, -ENOTTY },
	{ "update: not enabled", prepare_started, UPDATE(), -EINVAL, -ENOTTY },
	{ "update: not tracking", iotlb_enabled, UPDATE(), -EINVAL, -ENOTTY },
	{ "update: short argsz", iotlb_tracking,
	  UPDATE(.argsz = HEAD + ENTRY - 1), -EINVAL, -ENOTTY },
	{ "update: no entry", iotlb_tracking, UPDATE(.count = 0), -EINVAL, -ENOTTY },
	{ "update: more entries than argsz", iotlb_tracking,
	  UPDATE(.count = 1U << 31), -EINVAL, -ENOTTY },
	{ "update: zero size", iotlb_tracking, UPDATE(.size = 0), -EINVAL, -ENOTTY },
	{ "update: misaligned size", iotlb_tracking, UPDATE(.size = 1), -EINVAL, -ENOTTY },
	{ "update: misaligned IOVA", iotlb_tracking, UPDATE(.iova = IOVA + 1), -EINVAL, -ENOTTY },
	{ "update: misaligned gpa", iotlb_tracking, UPDATE(.gpa = GPA + 1), -EINVAL, -ENOTTY },
	{ "update: wrapping IOVA", iotlb_tracking,
	  UPDATE(.iova = LAST_PAGE, .size = 2 * PAGE), -EINVAL, -ENOTTY },
	{ "update: beyond the last gpa", iotlb_tracking,
	  UPDATE(.gpa = MAX_GPA + 1 - PAGE), -EINVAL, -ENOTTY },
	{ "update: not guest memory", iotlb_tracking,
	  UPDATE(.gpa = VFIO_IOMMU_IOTLB_GPA_NONE), 0, -ENOTTY },
	{ "update: what is not mapped", iotlb_tracking, UPDATE(.iova = 4 * IOVA), 0, -ENOTTY },
	{ "invalidate", iotlb_tracking, INVALIDATE(), 0, -ENOTTY },
	{ "invalidate: not tracking", iotlb_enabled, INVALIDATE(), -EINVAL, -ENOTTY },
	{ "invalidate: zero size", iotlb_tracking, INVALIDATE(.size = 0), -EINVAL, -ENOTTY },
	{ "misses", iotlb_tracking, MISSES(), 0, -ENOTTY },
	{ "misses: not tracking", iotlb_enabled, MISSES(), -EINVAL, -ENOTTY },
	{ "misses: room for none", iotlb_tracking, MISSES(.count = 0), -EINVAL, -ENOTTY },

	{ "get: not tracking", iotlb_enabled, GET(), -EINVAL },
	{ "get: misaligned gpa", iotlb_tracking, GET(.iova = GPA + 1), -EINVAL },
	{ "get: zero size", iotlb_tracking, GET(.size = 0), -EINVAL },
	{ "get: beyond the last gpa", iotlb_tracking, GET(.iova = MAX_GPA + 1), -EINVAL },
	{ "get: other page size", iotlb_tracking, GET(.pgsize = 2 * PAGE), -EINVAL },
	{ "get: small bitmap", iotlb_tracking, GET(.size = 65 * PAGE), -EINVAL },
	{ "get: by IOVA", iotlb_tracking, GET_BY_IOVA(), -EINVAL, GRANTED },
	{ "unmap: with bitmap", iotlb_tracking, UNMAP_BITMAP(), -EINVAL, 4 * PAGE },
	{ 0 }
};

static const struct test tests[] = {
	{ .name = "get if enabled", .run = iotlb_test_get_if_enabled },
	{ .name = "hit", .run = iotlb_test_hit },
	{ .name = "miss", .run = iotlb_test_miss },
	{ .name = "invalidated", .run = iotlb_test_invalidated },
	{ .name = "evicted", .run = iotlb_test_evicted },
	{ .name = "not guest memory", .run = iotlb_test_not_guest_memory },
	{ .name = "mapped anew", .run = iotlb_test_mapped_anew },
	{ .name = "a query waits for what missed before it", .run = iotlb_test_due },
	{ .name = "pinned pages", .run = iotlb_test_pinned },
	{ .name = "start with pinned pages", .run = iotlb_test_start_with_pinned },
	{ .name = "invalidated while pinned", .run = iotlb_test_pinned_invalidated },
	{ .name = "told by the event file", .run = iotlb_test_event },
	{ .name = "fault while reading", .run = iotlb_test_fault },
	{ .name = "restart is clean", .run = iotlb_test_restart },
	{ .name = "device that does not report", .run = iotlb_test_passthrough,
	  .passthrough = true },
	{ .name = "range of a device that does not report", .run = iotlb_test_passthrough_range,
	  .passthrough = true },
	{ 0 }
};

static bool offered(int container)
{
	return container_tracking(container) == BY_IOTLB;
}

const struct suite iotlb_suite = {
	.name = "iotlb", .offered = offered, .rows = rows, .tests = tests,
};
