// SPDX-License-Identifier: GPL-2.0-only
/* A page that is pinned is dirty as long as it is, and once more. */
#include "gpa.h"

enum verdict gpa_test_pinned(struct rig *rig)
{
	int round;

	CHECK_EQ(map_page(rig, IOVA, 9), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	for (round = 0; round < 3; round++)
		CHECK_DIRTY(rig, gpa_of(9));
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	engine_reset(&rig->hold);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_CLEAN(rig);
	return PASS;
}

enum verdict gpa_test_pinned_unmap(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 9), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_CLEAN(rig);
	return PASS;
}

enum verdict gpa_test_pinned_alias(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 9), 0);
	CHECK_EQ(map_page(rig, IOVA + PAGE, 9), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_EQ(unmap_range(rig->container, IOVA + PAGE, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_CLEAN(rig);
	return PASS;
}

enum verdict gpa_test_start_with_pinned(struct rig *rig)
{
	CHECK_EQ(map_page(rig, IOVA, 9), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_CLEAN(rig);

	CHECK_EQ(dirty_stop(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 9), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(9));
	CHECK_CLEAN(rig);
	return PASS;
}
