// SPDX-License-Identifier: GPL-2.0-only
/* What is logged, and reported once */
#include <errno.h>

#include "gpa.h"

static struct vfio_iommu_type1_info_cap_gpa_dirty capability_of(struct rig *rig)
{
	struct vfio_iommu_type1_info_cap_gpa_dirty capability = { 0 };

	container_capability(rig->container, VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY, &capability,
			     sizeof(capability));
	return capability;
}

enum verdict gpa_test_capability(struct rig *rig)
{
	struct vfio_iommu_type1_info_cap_gpa_dirty capability = capability_of(rig);

	CHECK_EQ(capability.pgsize_bitmap, PAGE);
	CHECK_EQ(capability.max_gpa, MAX_GPA);
	CHECK(capability.max_dirty_bitmap_size >= CHUNK_PAGES / 8);
	return PASS;
}

/* The highest page there is */
enum verdict gpa_test_last_page(struct rig *rig)
{
	const uint64_t last = MAX_GPA + 1 - PAGE;

	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, PAGE, last), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, last - PAGE, 2 * PAGE, last, NO_GPA), 1);
	return PASS;
}

/* What a query refuses is there for the next one. */
enum verdict gpa_test_refused_get(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_page(rig, IOVA, 0), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA + 1, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(bitmap, 0);
	CHECK_DIRTY(rig, gpa_of(0));
	return PASS;
}

enum verdict gpa_test_reported_once(struct rig *rig)
{
	CHECK_EQ(map_page(rig, IOVA, 5), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_CLEAN(rig);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 16), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(5));
	CHECK_CLEAN(rig);
	CHECK_EQ(engine_write(&rig->pin, IOVA, 16), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(5));
	CHECK_CLEAN(rig);
	return PASS;
}

enum verdict gpa_test_mapped_while_tracking(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 5), 0);
	CHECK_CLEAN(rig);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(5));
	return PASS;
}

enum verdict gpa_test_outlives_unmap(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 7), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(7));
	CHECK_CLEAN(rig);
	return PASS;
}

enum verdict gpa_test_iova_reuse(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_EQ(map_page(rig, IOVA, 2), 0);
	CHECK_DIRTY(rig, gpa_of(1));
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(1), gpa_of(2));
	CHECK_CLEAN(rig);
	return PASS;
}

enum verdict gpa_test_alias(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 3), 0);
	CHECK_EQ(map_page(rig, IOVA + PAGE, 3), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(3));
	CHECK_EQ(engine_write(&rig->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(3));
	CHECK_CLEAN(rig);
	return PASS;
}

enum verdict gpa_test_restart_is_clean(struct rig *rig)
{
	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(map_page(rig, IOVA + PAGE, 2), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_stop(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	engine_reset(&rig->hold);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_CLEAN(rig);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(1));
	return PASS;
}

enum verdict gpa_test_without_gpa_is_not_logged(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_page(rig, IOVA + PAGE, 1), 0);
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, PAGE, NO_GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, 0, GPA + SPAN, NO_GPA), 0);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 1);
	return PASS;
}

enum verdict gpa_test_readonly(struct rig *rig)
{
	CHECK_EQ(map_gpa_readonly(rig->container, page_of(rig, 1), IOVA, PAGE, gpa_of(1)), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_gpa_readonly(rig->container, page_of(rig, 2), IOVA + PAGE, PAGE, gpa_of(2)),
		 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_FAULT);
	CHECK_EQ(engine_write(&rig->pin, IOVA + PAGE, PAGE), VDMAE_FAULT);
	CHECK_CLEAN(rig);
	CHECK_EQ(unmap_range(rig->container, IOVA, 2 * PAGE), 2 * PAGE);
	CHECK_CLEAN(rig);
	return PASS;
}
