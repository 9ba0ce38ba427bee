// SPDX-License-Identifier: GPL-2.0-only
/* A table of translations in the kernel, and a log by guest physical address that is fed from it. */
#include <errno.h>
#include <linux/vfio.h>

#include <fatal.h>
#include <series.h>

#include "pages.h"
#include "suite.h"

#define GPA 0x40000000UL
#define SPAN (MEMORY_PAGES * PAGE)
#define MAX_GPA ((1UL << 52) - 1)

static int enabled(struct rig *rig)
{
	int ret = map_range(rig->container, rig->memory, IOVA, 4 * PAGE);

	/* A kernel without it has the mapping. */
	if (!ret)
		iotlb_enable(rig->container);
	return ret;
}

static int tracking(struct rig *rig)
{
	int ret = enabled(rig);

	return ret ? ret : dirty_start(rig->container);
}

static int only_started(struct rig *rig)
{
	return dirty_start(rig->container);
}

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
	{ "enable: with entries", NULL, ENABLE(.argsz = HEAD + ENTRY, .count = 1), -EINVAL, -ENOTTY },
	{ "enable: event file that is none", NULL, ENABLE(.eventfd = 0), -EINVAL, -ENOTTY },
	{ "enable: event file that is not open", NULL, ENABLE(.eventfd = 1000), -EBADF, -ENOTTY },
	{ "enable: event file -2", NULL, ENABLE(.eventfd = -2), -EBADF, -ENOTTY },
	{ "enable: twice", enabled, ENABLE(), -EBUSY, -ENOTTY },
	{ "enable: while tracking", only_started, ENABLE(), -EBUSY, -ENOTTY },
	{ "disable", enabled, DISABLE(), 0, -ENOTTY },
	{ "disable: not enabled", NULL, DISABLE(), -EINVAL, -ENOTTY },
	{ "disable: while tracking", tracking, DISABLE(), -EBUSY, -ENOTTY },

	{ "update", tracking, UPDATE(), 0, -ENOTTY },
	{ "update: not enabled", only_started, UPDATE(), -EINVAL, -ENOTTY },
	{ "update: not tracking", enabled, UPDATE(), -EINVAL, -ENOTTY },
	{ "update: short argsz", tracking, UPDATE(.argsz = HEAD + ENTRY - 1), -EINVAL, -ENOTTY },
	{ "update: no entry", tracking, UPDATE(.count = 0), -EINVAL, -ENOTTY },
	{ "update: more entries than argsz", tracking, UPDATE(.count = 1U << 31), -EINVAL, -ENOTTY },
	{ "update: zero size", tracking, UPDATE(.size = 0), -EINVAL, -ENOTTY },
	{ "update: misaligned size", tracking, UPDATE(.size = 1), -EINVAL, -ENOTTY },
	{ "update: misaligned IOVA", tracking, UPDATE(.iova = IOVA + 1), -EINVAL, -ENOTTY },
	{ "update: misaligned gpa", tracking, UPDATE(.gpa = GPA + 1), -EINVAL, -ENOTTY },
	{ "update: wrapping IOVA", tracking, UPDATE(.iova = LAST_PAGE, .size = 2 * PAGE), -EINVAL,
	  -ENOTTY },
	{ "update: beyond the last gpa", tracking, UPDATE(.gpa = MAX_GPA + 1 - PAGE), -EINVAL,
	  -ENOTTY },
	{ "update: not guest memory", tracking, UPDATE(.gpa = VFIO_IOMMU_IOTLB_GPA_NONE), 0, -ENOTTY },
	{ "update: what is not mapped", tracking, UPDATE(.iova = 4 * IOVA), 0, -ENOTTY },
	{ "invalidate", tracking, INVALIDATE(), 0, -ENOTTY },
	{ "invalidate: not tracking", enabled, INVALIDATE(), -EINVAL, -ENOTTY },
	{ "invalidate: zero size", tracking, INVALIDATE(.size = 0), -EINVAL, -ENOTTY },
	{ "misses", tracking, MISSES(), 0, -ENOTTY },
	{ "misses: not tracking", enabled, MISSES(), -EINVAL, -ENOTTY },
	{ "misses: room for none", tracking, MISSES(.count = 0), -EINVAL, -ENOTTY },

	{ "get: not tracking", enabled, GET(), -EINVAL },
	{ "get: misaligned gpa", tracking, GET(.iova = GPA + 1), -EINVAL },
	{ "get: zero size", tracking, GET(.size = 0), -EINVAL },
	{ "get: beyond the last gpa", tracking, GET(.iova = MAX_GPA + 1), -EINVAL },
	{ "get: other page size", tracking, GET(.pgsize = 2 * PAGE), -EINVAL },
	{ "get: small bitmap", tracking, GET(.size = 65 * PAGE), -EINVAL },
	{ "get: by IOVA", tracking, GET_BY_IOVA(), -EINVAL, GRANTED },
	{ "unmap: with bitmap", tracking, UNMAP_BITMAP(), -EINVAL, 4 * PAGE },
	{ 0 }
};

/* Answers what misses with [GPA, GPA + 4 pages), and the engines' rings with nothing. */
static int answer(struct rig *rig)
{
	struct vfio_iommu_type1_iotlb_entry entries[8] = { 0 };
	uint32_t count = 8, i;
	int ret = iotlb_misses(rig->container, entries, &count);

	for (i = 0; i < count && !ret; i++) {
		uint64_t gpa = entries[i].iova < IOVA + SPAN ? entries[i].iova - IOVA + GPA :
							      VFIO_IOMMU_IOTLB_GPA_NONE;

		ret = iotlb_update(rig->container, entries[i].iova, entries[i].size, gpa);
	}
	return ret ? ret : (int)count;
}

static int answer_all(struct rig *rig)
{
	int ret;

	do
		ret = answer(rig);
	while (ret > 0);
	return ret;
}

/* Another kernel may report by gpa too, so what is granted here is no row. */
static enum verdict test_get_if_enabled(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_stop(rig->container), 0);
	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, PAGE, &bitmap), 0);
	return PASS;
}

static enum verdict test_hit(struct rig *rig)
{
	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(iotlb_update(rig->container, IOVA, 4 * PAGE, GPA), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

static enum verdict test_miss(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };

	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 2 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(unmap_range(rig->container, IOVA, 4 * PAGE), -EAGAIN);
	CHECK_EQ(iotlb_invalidate(rig->container, IOVA, 4 * PAGE), -EAGAIN);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(unmap_range(rig->container, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + 2 * PAGE, NO_GPA), 1);
	return PASS;
}

static enum verdict test_invalidated(struct rig *rig)
{
	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(iotlb_update(rig->container, IOVA, PAGE, GPA + 8 * PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(iotlb_invalidate(rig->container, IOVA, PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, GPA + 8 * PAGE, NO_GPA), 2);
	return PASS;
}

static const struct test tests[] = {
	{ .name = "get if enabled", .run = test_get_if_enabled },
	{ .name = "hit", .run = test_hit },
	{ .name = "miss", .run = test_miss },
	{ .name = "invalidated", .run = test_invalidated },
	{ 0 }
};

static bool offered(int container)
{
	return container_tracking(container) == BY_IOTLB;
}

const struct suite iotlb_suite = {
	.name = "iotlb", .offered = offered, .rows = rows, .tests = tests,
};
