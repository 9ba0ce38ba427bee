// SPDX-License-Identifier: GPL-2.0-only
/* Who may join a log, and when */
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests.h"

enum verdict test_open_and_join(struct rig *rig)
{
	int a = rig->a.container, b = rig->b.container;
	int log = log_open(a);
	int again = log_open(a);

	CHECK(log >= 0);
	CHECK_EQ(fcntl(log, F_GETFD), FD_CLOEXEC);
	CHECK(again >= 0 && again != log);
	close(again);

	CHECK_EQ(log_join(b, again), -EBADF);
	CHECK_EQ(log_join(b, a), -EINVAL);
	CHECK_EQ(log_join(b, STDIN_FILENO), -EINVAL);

	/* None of that gave it a log of its own. */
	CHECK_EQ(log_join(b, log), 0);
	close(log);
	return PASS;
}

/* A container that has a log keeps it, however it came by it. */
enum verdict test_refused(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;
	int log = log_open(a->container);
	int other;

	CHECK(log >= 0);
	CHECK_EQ(log_join(a->container, log), -EBUSY);
	CHECK_EQ(dirty_start(b->container), 0);
	CHECK_EQ(log_join(b->container, log), -EBUSY);
	CHECK_EQ(dirty_stop(b->container), 0);
	CHECK_EQ(log_join(b->container, log), -EBUSY);

	side_close(b);
	side_open(b);
	other = log_open(b->container);
	CHECK(other >= 0);
	CHECK_EQ(log_join(b->container, log), -EBUSY);
	close(other);

	/* A stop that had nothing to stop, and a read that failed, are no use of a log. */
	side_close(b);
	side_open(b);
	CHECK_EQ(dirty_stop(b->container), 0);
	CHECK_EQ(dirty_pages_are(b->container, GPA, GPA_SPAN, NO_GPA), -EINVAL);
	CHECK_EQ(log_join(b->container, log), 0);
	CHECK_EQ(log_join(b->container, log), -EBUSY);
	close(log);
	return PASS;
}

/* A device is plugged in a migration: it has mappings and pins when it joins. */
enum verdict test_join_in_use(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;

	CHECK_EQ(map_page(rig, b, IOVA, 1), 0);
	CHECK_EQ(map_page(rig, b, IOVA + PAGE, 2), 0);
	CHECK_EQ(engine_write(&b->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&b->hold, IOVA + PAGE, PAGE), VDMAE_OK);

	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 3), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(share(rig), 0);
	CHECK_EQ(dirty_pages_are(b->container, GPA, GPA_SPAN, NO_GPA), -EINVAL);
	CHECK_EQ(engine_write(&b->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(a, gpa_of(3));

	CHECK_EQ(dirty_start(b->container), 0);
	CHECK_DIRTY(a, gpa_of(2));
	CHECK_EQ(engine_write(&b->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(a, gpa_of(1), gpa_of(2));
	return PASS;
}

/* Another process with a device of its own */
static int other_process(struct rig *rig, int log)
{
	struct side *b = &rig->b;

	side_open(b);
	if (log_join(b->container, log) || dirty_start(b->container) ||
	    map_page(rig, b, IOVA, 7) || engine_write(&b->rw, IOVA, PAGE) != VDMAE_OK ||
	    dirty_pages_are(b->container, gpa_of(8), PAGE, NO_GPA))
		return 1;
	side_close(b);
	return 0;
}

enum verdict test_other_process(struct rig *rig)
{
	struct side *a = &rig->a;
	int log, status;
	pid_t child;

	side_close(&rig->b);
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 6), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	log = log_open(a->container);
	CHECK(log >= 0);

	fflush(stdout);
	child = fork();
	CHECK(child >= 0);
	if (!child)
		_exit(other_process(rig, log));
	close(log);
	CHECK_EQ(waitpid(child, &status, 0), child);
	CHECK_EQ(status, 0);
	CHECK_DIRTY(a, gpa_of(6), gpa_of(7));
	CHECK_CLEAN(a);
	return PASS;
}
