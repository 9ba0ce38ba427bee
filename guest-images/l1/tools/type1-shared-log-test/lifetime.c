// SPDX-License-Identifier: GPL-2.0-only
/* What becomes of a log as containers stop, come and go */
#include <errno.h>
#include <unistd.h>

#include "tests.h"

/* Whoever stops leaves behind what was written up to then. */
enum verdict test_stop(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;

	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 1), 0);
	CHECK_EQ(map_page(rig, a, IOVA + PAGE, 2), 0);
	CHECK_EQ(map_page(rig, b, IOVA, 3), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&a->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_stop(a->container), 0);
	CHECK_EQ(dirty_stop(a->container), 0);
	CHECK_EQ(dirty_pages_are(a->container, GPA, GPA_SPAN, NO_GPA), -EINVAL);
	CHECK_EQ(engine_write(&b->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(b, gpa_of(1), gpa_of(2), gpa_of(3));

	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_CLEAN(b);

	/* It still holds the page, and says so when it starts again. */
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_DIRTY(b, gpa_of(2));

	/* With the last one the log is emptied. */
	CHECK_EQ(engine_write(&b->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	engine_reset(&a->hold);
	CHECK_EQ(dirty_stop(b->container), 0);
	CHECK_EQ(dirty_stop(a->container), 0);
	CHECK_EQ(dirty_start(b->container), 0);
	CHECK_CLEAN(b);
	return PASS;
}

/* The container whose log it was goes, with tracking on and a page pinned. */
enum verdict test_first_closed(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;
	int log;

	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 1), 0);
	CHECK_EQ(map_page(rig, a, IOVA + PAGE, 2), 0);
	CHECK_EQ(map_page(rig, b, IOVA, 3), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&a->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	side_close(a);
	CHECK_EQ(engine_write(&b->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(b, gpa_of(1), gpa_of(2), gpa_of(3));
	CHECK_CLEAN(b);

	/* The log of the other is opened again for a newcomer. */
	side_open(a);
	log = log_open(b->container);
	CHECK_EQ(log_join(a->container, log), 0);
	close(log);
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 4), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(b, gpa_of(4));
	return PASS;
}

enum verdict test_last_closed(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;

	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_page(rig, b, IOVA, 1), 0);
	CHECK_EQ(engine_write(&b->rw, IOVA, PAGE), VDMAE_OK);
	side_close(b);
	CHECK_EQ(dirty_stop(a->container), 0);
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_CLEAN(a);
	return PASS;
}

/* The file keeps the log, but neither containers nor what they have written. */
enum verdict test_file(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;
	int log = log_open(a->container);
	char byte;

	CHECK(log >= 0);
	CHECK_EQ(read(log, &byte, 1), -1);
	CHECK_EQ(map_page(rig, a, IOVA, 1), 0);
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	side_close(a);

	CHECK_EQ(log_join(b->container, log), 0);
	CHECK_EQ(dirty_start(b->container), 0);
	CHECK_CLEAN(b);

	/* Once it has been joined, the log does not need the file. */
	side_open(a);
	CHECK_EQ(log_join(a->container, log), 0);
	close(log);
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 2), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(b, gpa_of(2));
	return PASS;
}
