// SPDX-License-Identifier: GPL-2.0-only
/* What is not in the table is missed, told, and waited for. */
#include <errno.h>
#include <linux/vfio.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#include "iotlb.h"

enum verdict iotlb_test_miss(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 2 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(unmap_range(rig->container, IOVA, 4 * PAGE), -EAGAIN);
	CHECK_EQ(iotlb_invalidate(rig->container, IOVA, 4 * PAGE), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(unmap_range(rig->container, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + 2 * PAGE, NO_GPA), 1);
	return PASS;
}

/* A device that goes on to miss does not keep a query from coming to its end. */
enum verdict iotlb_test_due(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(map_range(c, rig->memory + 8 * PAGE, IOVA + 8 * PAGE, PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 8 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA + 8 * PAGE, NO_GPA), 1);
	return PASS;
}

enum verdict iotlb_test_event(struct rig *rig)
{
	struct vfio_iommu_type1_iotlb enable = {
		.argsz = sizeof(enable), .flags = VFIO_IOMMU_IOTLB_FLAG_ENABLE,
	};
	eventfd_t times = 0;

	enable.eventfd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	CHECK(enable.eventfd >= 0);
	CHECK_EQ(request(rig->container, VFIO_IOMMU_IOTLB, &enable), 0);
	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, 4 * PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(eventfd_read(enable.eventfd, &times), -1);

	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(eventfd_read(enable.eventfd, &times), 0);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(eventfd_read(enable.eventfd, &times), -1);
	close(enable.eventfd);
	return PASS;
}

enum verdict iotlb_test_fault(struct rig *rig)
{
	void *nowhere = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(nowhere != MAP_FAILED);
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_answer_all(rig), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, nowhere), -EFAULT);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	munmap(nowhere, PAGE);
	return PASS;
}
