// SPDX-License-Identifier: GPL-2.0-only
/* What the table holds is logged by the address it says. */
#include <errno.h>
#include <linux/vfio.h>

#include "iotlb.h"

/* Another kernel may report by gpa too, so what is granted here is no row. */
enum verdict iotlb_test_get_if_enabled(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_stop(rig->container), 0);
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, PAGE, &bitmap), 0);
	return PASS;
}

enum verdict iotlb_test_hit(struct rig *rig)
{
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(iotlb_update(rig->container, IOVA, 4 * PAGE, GPA), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

enum verdict iotlb_test_invalidated(struct rig *rig)
{
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(iotlb_update(rig->container, IOVA, PAGE, GPA + 8 * PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(iotlb_invalidate(rig->container, IOVA, PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, GPA + 8 * PAGE, NO_GPA), 2);
	return PASS;
}

/* The oldest translation gives way, and is missed again. */
enum verdict iotlb_test_evicted(struct rig *rig)
{
	struct vfio_iommu_type1_info_cap_iotlb cap;
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	uint32_t i;

	CHECK(container_capability(rig->container, VFIO_IOMMU_TYPE1_INFO_CAP_IOTLB, &cap,
				   sizeof(cap)));
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(iotlb_update(rig->container, IOVA, 4 * PAGE, GPA), 0);
	for (i = 0; i < cap.max_entries; i++)
		CHECK_EQ(iotlb_update(rig->container, 4 * IOVA + i * PAGE, PAGE, GPA), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	return PASS;
}

enum verdict iotlb_test_not_guest_memory(struct rig *rig)
{
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_update(rig->container, IOVA, 4 * PAGE, VFIO_IOMMU_IOTLB_GPA_NONE), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

/* What was said of an IOVA before it was mapped is not believed. */
enum verdict iotlb_test_mapped_anew(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(unmap_range(c, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(iotlb_update(c, IOVA, 4 * PAGE, GPA + 8 * PAGE), 0);
	CHECK_EQ(map_range(c, rig->memory, IOVA, 4 * PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	return PASS;
}

/* Neither what was logged, nor what was missed, nor a translation outlives a stop. */
enum verdict iotlb_test_restart(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(iotlb_update(c, IOVA, PAGE, GPA), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 2 * PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(dirty_stop(c), 0);
	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, NO_GPA), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	return PASS;
}
