// SPDX-License-Identifier: GPL-2.0-only
/* Pages that a device holds, or may write at any time */
#include <errno.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>

#include "iotlb.h"

enum verdict iotlb_test_pinned(struct rig *rig)
{
	int round;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	for (round = 0; round < 3; round++)
		CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + PAGE, NO_GPA), 1);
	engine_reset(&rig->hold);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);

	/* Unmapping lets go of it, and needs no translation then. */
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(unmap_range(rig->container, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

enum verdict iotlb_test_start_with_pinned(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };

	CHECK_EQ(iotlb_enabled(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA + 3 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + 3 * PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + 3 * PAGE, NO_GPA), 1);
	return PASS;
}

/* It is dirty by its old address once more, and by the new one from then on. */
enum verdict iotlb_test_pinned_invalidated(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(iotlb_invalidate(c, IOVA, PAGE), 0);
	CHECK_EQ(iotlb_invalidate(c, IOVA, PAGE), -EAGAIN);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_update(c, IOVA, PAGE, GPA + 9 * PAGE), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, GPA + 9 * PAGE, NO_GPA), 2);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA + 9 * PAGE, NO_GPA), 1);
	return PASS;
}

/* A device that is mapped by an IOMMU and writes without type1 being told */
enum verdict iotlb_test_passthrough(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container, round;

	CHECK_EQ(iotlb_enable(c), 0);
	CHECK_EQ(map_range(c, rig->memory, IOVA, PAGE), 0);
	CHECK_EQ(map_readonly(c, rig->memory + PAGE, IOVA + PAGE, PAGE), 0);
	CHECK_EQ(dirty_start(c), 0);
	for (round = 0; round < 2; round++) {
		CHECK_EQ(iotlb_invalidate(c, IOVA, PAGE), 0);
		CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
		CHECK_EQ(iotlb_answer_all(rig), 0);
		CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	}
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);

	CHECK_EQ(iotlb_invalidate(c, IOVA, PAGE), 0);
	CHECK_EQ(unmap_range(c, IOVA, PAGE), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(unmap_range(c, IOVA, PAGE), PAGE);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);

	/* When the device leaves, all it was mapped is reported once more. */
	CHECK_EQ(map_range(c, rig->memory + 2 * PAGE, IOVA + 2 * PAGE, PAGE), 0);
	CHECK_EQ(ioctl(rig->passthrough, VFIO_GROUP_UNSET_CONTAINER), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA + 2 * PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

/* The range goes as a whole, although its first mapping takes the translation of both with it. */
enum verdict iotlb_test_passthrough_range(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_enable(c), 0);
	CHECK_EQ(map_range(c, rig->memory, IOVA, PAGE), 0);
	CHECK_EQ(map_range(c, rig->memory + PAGE, IOVA + PAGE, PAGE), 0);
	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, GPA + PAGE, NO_GPA), 2);
	CHECK_EQ(iotlb_update(c, IOVA, 2 * PAGE, GPA), 0);
	CHECK_EQ(unmap_range(c, IOVA, 2 * PAGE), 2 * PAGE);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, GPA + PAGE, NO_GPA), 2);
	return PASS;
}
