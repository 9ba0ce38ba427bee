// SPDX-License-Identifier: GPL-2.0-only
/* What the table, the misses and the log do together. */
#include <errno.h>
#include <linux/vfio.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <series.h>

#include "iotlb.h"
#include "pages.h"

#define SPAN (MEMORY_PAGES * PAGE)

int iotlb_enabled(struct rig *rig)
{
	int ret = map_range(rig->container, rig->memory, IOVA, 4 * PAGE);

	/* A kernel without it has the mapping. */
	if (!ret)
		iotlb_enable(rig->container);
	return ret;
}

int iotlb_tracking(struct rig *rig)
{
	int ret = iotlb_enabled(rig);

	return ret ? ret : dirty_start(rig->container);
}

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
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, PAGE, &bitmap), 0);
	return PASS;
}

static enum verdict test_hit(struct rig *rig)
{
	CHECK_EQ(iotlb_tracking(rig), 0);
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

	CHECK_EQ(iotlb_tracking(rig), 0);
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
	CHECK_EQ(iotlb_tracking(rig), 0);
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

/* The oldest translation gives way, and is missed again. */
static enum verdict test_evicted(struct rig *rig)
{
	struct vfio_iommu_type1_info_cap_iotlb cap;
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	uint32_t i;

	CHECK(container_capability(rig->container, VFIO_IOMMU_TYPE1_INFO_CAP_IOTLB, &cap,
				   sizeof(cap)));
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(iotlb_update(rig->container, IOVA, 4 * PAGE, GPA), 0);
	for (i = 0; i < cap.max_entries; i++)
		CHECK_EQ(iotlb_update(rig->container, 4 * IOVA + i * PAGE, PAGE, GPA), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	return PASS;
}

static enum verdict test_not_guest_memory(struct rig *rig)
{
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(iotlb_update(rig->container, IOVA, 4 * PAGE, VFIO_IOMMU_IOTLB_GPA_NONE), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

/* What was said of an IOVA before it was mapped is not believed. */
static enum verdict test_mapped_anew(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(unmap_range(c, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(iotlb_update(c, IOVA, 4 * PAGE, GPA + 8 * PAGE), 0);
	CHECK_EQ(map_range(c, rig->memory, IOVA, 4 * PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	return PASS;
}

/* A device that goes on to miss does not keep a query from coming to its end. */
static enum verdict test_due(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(map_range(c, rig->memory + 8 * PAGE, IOVA + 8 * PAGE, PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 8 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA + 8 * PAGE, NO_GPA), 1);
	return PASS;
}

static enum verdict test_pinned(struct rig *rig)
{
	int round;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(answer_all(rig), 0);
	for (round = 0; round < 3; round++)
		CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + PAGE, NO_GPA), 1);
	engine_reset(&rig->hold);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);

	/* Unmapping lets go of it, and needs no translation then. */
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(unmap_range(rig->container, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

static enum verdict test_start_with_pinned(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };

	CHECK_EQ(iotlb_enabled(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA + 3 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + 3 * PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + 3 * PAGE, NO_GPA), 1);
	return PASS;
}

/* It is dirty by its old address once more, and by the new one from then on. */
static enum verdict test_pinned_invalidated(struct rig *rig)
{
	uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
	int c = rig->container;

	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	CHECK_EQ(iotlb_invalidate(c, IOVA, PAGE), 0);
	CHECK_EQ(iotlb_invalidate(c, IOVA, PAGE), -EAGAIN);
	CHECK_EQ(dirty_get_gpa(c, GPA, SPAN, bitmap), -EAGAIN);
	CHECK_EQ(iotlb_update(c, IOVA, PAGE, GPA + 9 * PAGE), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, GPA + 9 * PAGE, NO_GPA), 2);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA + 9 * PAGE, NO_GPA), 1);
	return PASS;
}

static enum verdict test_event(struct rig *rig)
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
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(eventfd_read(enable.eventfd, &times), -1);
	close(enable.eventfd);
	return PASS;
}

static enum verdict test_fault(struct rig *rig)
{
	void *nowhere = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(nowhere != MAP_FAILED);
	CHECK_EQ(iotlb_tracking(rig), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, nowhere), -EFAULT);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, NO_GPA), 1);
	munmap(nowhere, PAGE);
	return PASS;
}

/* Neither what was logged, nor what was missed, nor a translation outlives a stop. */
static enum verdict test_restart(struct rig *rig)
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

/* A device that is mapped by an IOMMU and writes without type1 being told */
static enum verdict test_passthrough(struct rig *rig)
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
		CHECK_EQ(answer_all(rig), 0);
		CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);
	}
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);

	CHECK_EQ(iotlb_invalidate(c, IOVA, PAGE), 0);
	CHECK_EQ(unmap_range(c, IOVA, PAGE), -EAGAIN);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(unmap_range(c, IOVA, PAGE), PAGE);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA, NO_GPA), 1);

	/* When the device leaves, all it was mapped is reported once more. */
	CHECK_EQ(map_range(c, rig->memory + 2 * PAGE, IOVA + 2 * PAGE, PAGE), 0);
	CHECK_EQ(ioctl(rig->passthrough, VFIO_GROUP_UNSET_CONTAINER), 0);
	CHECK_EQ(answer_all(rig), 0);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, GPA + 2 * PAGE, NO_GPA), 1);
	CHECK_EQ(dirty_pages_are(c, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

const struct test iotlb_tests[] = {
	{ .name = "get if enabled", .run = test_get_if_enabled },
	{ .name = "hit", .run = test_hit },
	{ .name = "miss", .run = test_miss },
	{ .name = "invalidated", .run = test_invalidated },
	{ .name = "evicted", .run = test_evicted },
	{ .name = "not guest memory", .run = test_not_guest_memory },
	{ .name = "mapped anew", .run = test_mapped_anew },
	{ .name = "a query waits for what missed before it", .run = test_due },
	{ .name = "pinned pages", .run = test_pinned },
	{ .name = "start with pinned pages", .run = test_start_with_pinned },
	{ .name = "invalidated while pinned", .run = test_pinned_invalidated },
	{ .name = "told by the event file", .run = test_event },
	{ .name = "fault while reading", .run = test_fault },
	{ .name = "restart is clean", .run = test_restart },
	{ .name = "device that does not report", .run = test_passthrough, .passthrough = true },
	{ 0 }
};
