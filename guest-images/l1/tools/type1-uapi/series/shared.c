// SPDX-License-Identifier: GPL-2.0-only
/* One log for several containers. */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <unistd.h>

#include <pages.h>
#include <series.h>

#include "guest.h"
#include "suite.h"

#define OPEN_LOG VFIO_IOMMU_DIRTY_PAGES_FLAG_OPEN_GPA_LOG
#define JOIN_LOG VFIO_IOMMU_DIRTY_PAGES_FLAG_JOIN_GPA_LOG
#define NO_FILE ((uint32_t)-1)
#define STANDARD_INPUT 0

#define OPEN(...) { .request = VFIO_IOMMU_DIRTY_PAGES, .argsz = 8, .flags = OPEN_LOG, __VA_ARGS__ }
#define JOIN(...) { .request = VFIO_IOMMU_DIRTY_PAGES, .argsz = sizeof(struct join_log), \
	.flags = JOIN_LOG, .iova = NO_FILE, __VA_ARGS__ }

static const struct row rows[] = {
	{ "open: short argsz", NULL, OPEN(.argsz = 7), -EINVAL },
	{ "open: and start", NULL, OPEN(.flags = OPEN_LOG | VFIO_IOMMU_DIRTY_PAGES_FLAG_START),
	  -EINVAL },
	{ "open: and join", NULL, OPEN(.argsz = 4096, .flags = OPEN_LOG | JOIN_LOG), -EINVAL },
	{ "open: of type1 v1", prepare_version1, OPEN(), -EACCES, -EACCES },
	{ "open: unreadable argument", NULL, OPEN(.argument = UNREADABLE), -EFAULT, -EFAULT },
	{ "join: short argsz", NULL, JOIN(.argsz = 11), -EINVAL },
	{ "join: no file", NULL, JOIN(), -EBADF },
	{ "join: no file, long argsz", NULL, JOIN(.argsz = 4096), -EBADF },
	{ "join: another file", NULL, JOIN(.iova = STANDARD_INPUT), -EINVAL },
	{ "join: no file, with a log", prepare_started, JOIN(), -EBADF },
	{ "join: and get", NULL, JOIN(.flags = JOIN_LOG |
				      VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA), -EINVAL },
	{ "join: of type1 v1", prepare_version1, JOIN(), -EACCES, -EACCES },
	{ 0 }
};

/* A second container, with a device of its own, that has the log of the first one */
struct member {
	int container;
	int log;
	struct engine *engine;
};

static int member_add(struct rig *rig, struct member *member)
{
	engine_close(&rig->pin);
	member->engine = &rig->pin;
	member->container = container_open(rig->pin.group);
	engine_open(member->engine, member->container);
	member->log = log_open(rig->container);
	return member->log < 0 ? member->log : log_join(member->container, member->log);
}

static void member_remove(struct rig *rig, struct member *member)
{
	engine_close(member->engine);
	close(member->container);
	close(member->log);
	container_add(rig->container, rig->pin.group);
	engine_open(&rig->pin, rig->container);
}

static int map_both(struct rig *rig, struct member *member, uint64_t iova, uint64_t gpa)
{
	int ret = map_gpa(rig->container, rig->memory, iova, PAGE, gpa);

	return ret ? ret : map_gpa(member->container, rig->memory + PAGE, iova, PAGE, gpa + PAGE);
}

static enum verdict check_both_reported(struct rig *rig, struct member *member)
{
	CHECK_EQ(map_both(rig, member, IOVA, GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_start(member->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(member->engine, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA, GPA + PAGE, NO_GPA), 2);
	CHECK_EQ(dirty_pages_are(member->container, GPA, SPAN, NO_GPA), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_EQ(dirty_pages_are(member->container, GPA, SPAN, GPA, NO_GPA), 1);
	return PASS;
}

static enum verdict check_stop_of_one(struct rig *rig, struct member *member)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_both(rig, member, IOVA, GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_start(member->container), 0);
	CHECK_EQ(engine_write(member->engine, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_stop(member->container), 0);
	CHECK_EQ(dirty_get_gpa(member->container, GPA, SPAN, &bitmap), -EINVAL);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, SPAN, GPA + PAGE, NO_GPA), 1);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_stop(rig->container), 0);
	CHECK_EQ(dirty_start(member->container), 0);
	CHECK_EQ(dirty_pages_are(member->container, GPA, SPAN, NO_GPA), 0);
	return PASS;
}

static enum verdict check_one_log_each(struct rig *rig, struct member *member)
{
	CHECK_EQ(log_join(member->container, member->log), -EBUSY);
	CHECK_EQ(log_join(rig->container, member->log), -EBUSY);
	return PASS;
}

static enum verdict with_member(struct rig *rig,
				enum verdict (*check)(struct rig *rig, struct member *member))
{
	struct member member;
	enum verdict verdict;
	int ret = member_add(rig, &member);

	verdict = check(rig, &member);
	member_remove(rig, &member);
	CHECK_EQ(ret, 0);
	return verdict;
}

static enum verdict test_both_reported(struct rig *rig)
{
	return with_member(rig, check_both_reported);
}

static enum verdict test_stop_of_one(struct rig *rig)
{
	return with_member(rig, check_stop_of_one);
}

static enum verdict test_one_log_each(struct rig *rig)
{
	return with_member(rig, check_one_log_each);
}

/* The first START gives a container a log of its own. */
static enum verdict test_join_late(struct rig *rig)
{
	int log = log_open(rig->container);

	CHECK(log >= 0);
	CHECK(fcntl(log, F_GETFD) & FD_CLOEXEC);
	CHECK_EQ(log_join(rig->container, log), -EBUSY);
	CHECK_EQ(log_join(rig->container, rig->rw.device), -EINVAL);
	CHECK_EQ(close(log), 0);
	return PASS;
}

static const struct test tests[] = {
	{ .name = "all members are reported", .run = test_both_reported },
	{ .name = "stop of one member", .run = test_stop_of_one },
	{ .name = "one log for each", .run = test_one_log_each },
	{ .name = "join with a log", .run = test_join_late },
	{ 0 }
};

const struct suite shared_suite = {
	.name = "shared log", .offered = log_can_be_shared, .rows = rows, .tests = tests,
};
