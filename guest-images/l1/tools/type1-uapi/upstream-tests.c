// SPDX-License-Identifier: GPL-2.0-only
/* What requests that every kernel has do together. */
#include <errno.h>
#include <linux/vfio.h>

#include <container.h>

#include "suite.h"

#define SIZE (4 * PAGE)

static int mapped(struct rig *rig)
{
	return map_range(rig->container, rig->memory, IOVA, SIZE);
}

static int tracking(struct rig *rig)
{
	int ret = mapped(rig);

	return ret ? ret : dirty_start(rig->container);
}

/* An argument that has more than this kernel knows */
static enum verdict test_long_map(struct rig *rig)
{
	const struct call call = {
		.request = VFIO_IOMMU_MAP_DMA,
		.argsz = 4096,
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.iova = IOVA,
		.size = SIZE,
		.gpa = 1,
	};

	CHECK_EQ(row_call(rig, &call), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, SIZE), SIZE);
	return PASS;
}

/* What an unmap refuses stays mapped, and dirty. */
static enum verdict test_refused_unmap(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), -EINVAL);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA, 2 * PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 1 << 1);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	return PASS;
}

/* What a query refuses, or cannot hand over, is there for the next one. */
static enum verdict test_refused_get(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 2 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, NULL), -EFAULT);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 1 << 2);
	return PASS;
}

static enum verdict test_bitmap(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 2 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 1 << 2);

	bitmap = 0;
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 0);

	CHECK_EQ(engine_write(&rig->pin, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 1 << 1);
	return PASS;
}

static enum verdict test_restart(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 1);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_stop(rig->container), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	bitmap = 0;
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 0);
	return PASS;
}

static enum verdict test_unmap_bitmap(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 3 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA, SIZE, &bitmap), SIZE);
	CHECK_EQ(bitmap, 1 << 3);
	return PASS;
}

static enum verdict test_pinned(struct rig *rig)
{
	uint64_t bitmap;
	int round;

	CHECK_EQ(mapped(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	for (round = 0; round < 3; round++) {
		bitmap = 0;
		CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
		CHECK_EQ(bitmap, 1);
	}
	engine_reset(&rig->hold);
	bitmap = 0;
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 1);
	bitmap = 0;
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, SIZE, &bitmap), 0);
	CHECK_EQ(bitmap, 0);
	return PASS;
}

static enum verdict test_pinned_unmap(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA, SIZE, &bitmap), SIZE);
	CHECK_EQ(bitmap, 1 << 1);
	return PASS;
}

/* The capabilities are told only where there is room for them, and how much that is. */
static enum verdict test_info(struct rig *rig)
{
	struct vfio_iommu_type1_info info = { .argsz = sizeof(info) };

	CHECK_EQ(request(rig->container, VFIO_IOMMU_GET_INFO, &info), 0);
	CHECK(info.flags & VFIO_IOMMU_INFO_CAPS);
	CHECK_EQ(info.cap_offset, 0);
	CHECK(info.argsz > sizeof(info));
	CHECK(container_capability(rig->container, VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION, NULL, 0));
	return PASS;
}

const struct test upstream_tests[] = {
	{ .name = "long argument", .run = test_long_map },
	{ .name = "refused unmap", .run = test_refused_unmap },
	{ .name = "refused get", .run = test_refused_get },
	{ .name = "bitmap", .run = test_bitmap },
	{ .name = "restart", .run = test_restart },
	{ .name = "bitmap at unmap", .run = test_unmap_bitmap },
	{ .name = "pinned pages", .run = test_pinned },
	{ .name = "pinned pages at unmap", .run = test_pinned_unmap },
	{ .name = "capabilities", .run = test_info },
	{ 0 }
};
