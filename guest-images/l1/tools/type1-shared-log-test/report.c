// SPDX-License-Identifier: GPL-2.0-only
/* What a log that two containers share reports */
#include <errno.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "tests.h"

enum verdict test_one_log(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;

	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 1), 0);
	CHECK_EQ(map_page(rig, b, IOVA, 2), 0);
	CHECK_EQ(map_page(rig, b, IOVA + PAGE, 1), 0);
	CHECK_CLEAN(a);

	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(b, gpa_of(1));
	CHECK_CLEAN(a);

	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&b->rw, IOVA, 2 * PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(b->container, IOVA, 2 * PAGE), 2 * PAGE);
	CHECK_DIRTY(a, gpa_of(1), gpa_of(2));
	CHECK_CLEAN(b);

	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(b->container, gpa_of(2), PAGE, NO_GPA), 0);
	CHECK_EQ(dirty_pages_are(b->container, gpa_of(1), PAGE, gpa_of(1), NO_GPA), 1);
	return PASS;
}

/* A page is in each report until nobody has it pinned, and in one more. */
enum verdict test_pinned_by_both(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;

	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 9), 0);
	CHECK_EQ(map_page(rig, b, IOVA, 9), 0);
	CHECK_EQ(map_page(rig, b, IOVA + PAGE, 5), 0);
	CHECK_EQ(engine_write(&a->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&b->hold, IOVA, 2 * PAGE), VDMAE_OK);
	CHECK_DIRTY(a, gpa_of(5), gpa_of(9));
	CHECK_DIRTY(b, gpa_of(5), gpa_of(9));

	CHECK_EQ(unmap_range(a->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(a, gpa_of(5), gpa_of(9));
	CHECK_DIRTY(a, gpa_of(5), gpa_of(9));
	engine_reset(&b->hold);
	CHECK_DIRTY(a, gpa_of(5), gpa_of(9));
	CHECK_CLEAN(b);
	return PASS;
}

enum verdict test_start_with_pinned(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;

	CHECK_EQ(share(rig), 0);
	CHECK_EQ(map_page(rig, a, IOVA, 1), 0);
	CHECK_EQ(map_page(rig, b, IOVA, 2), 0);
	CHECK_EQ(engine_write(&a->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&b->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(b->container), 0);
	CHECK_DIRTY(b, gpa_of(2));
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_DIRTY(b, gpa_of(1), gpa_of(2));
	return PASS;
}

/* A read that fails loses nothing of the other container's either. */
enum verdict test_fault(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;
	char *bitmap = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	REQUIRE(bitmap != MAP_FAILED, "out of memory");
	REQUIRE(!mprotect(bitmap + PAGE, PAGE, PROT_NONE), "cannot protect memory");

	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_page(rig, b, IOVA, 1), 0);
	CHECK_EQ(map_gpa(b->container, rig->memory, IOVA + PAGE, PAGE, GPA + CHUNK), 0);
	CHECK_EQ(engine_write(&b->rw, IOVA, 2 * PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_gpa(a->container, GPA, 2 * CHUNK, (uint64_t *)bitmap), -EFAULT);
	CHECK_EQ(dirty_pages_are(b->container, GPA, 2 * CHUNK, gpa_of(1), GPA + CHUNK, NO_GPA), 2);
	munmap(bitmap, 2 * PAGE);
	return PASS;
}

enum verdict test_iova_not_shared(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;
	uint64_t bitmap = 0;

	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_gpa(a->container, rig->memory, IOVA, 4 * PAGE, NO_GPA), 0);
	CHECK_EQ(map_gpa(b->container, rig->memory, IOVA, 4 * PAGE, NO_GPA), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_CLEAN(a);
	CHECK_EQ(dirty_get_iova(b->container, IOVA, 4 * PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 0);
	CHECK_EQ(dirty_get_iova(a->container, IOVA, 4 * PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 1 << 1);
	return PASS;
}

/* The containers were opened with a limit of four chunks: see run(). */
enum verdict test_limit(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;
	unsigned long i;

	CHECK_EQ(share(rig), 0);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(map_gpa(a->container, rig->memory, IOVA + i * PAGE, PAGE,
				   GPA + i * CHUNK), 0);
		CHECK_EQ(map_gpa(b->container, rig->memory, IOVA + i * PAGE, PAGE,
				   GPA + (2 + i) * CHUNK), 0);
	}
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, PAGE), VDMAE_OK);

	/* Five are too many, but that is no matter of the first container. */
	CHECK_EQ(dirty_start(b->container), -ENOSPC);
	CHECK_EQ(dirty_pages_are(b->container, GPA, PAGE, NO_GPA), -EINVAL);
	CHECK_EQ(dirty_pages_are(a->container, GPA, 5 * CHUNK, GPA, NO_GPA), 1);
	CHECK_EQ(unmap_range(b->container, IOVA + 2 * PAGE, PAGE), PAGE);
	CHECK_EQ(dirty_start(b->container), 0);

	CHECK_EQ(map_gpa(a->container, rig->memory, IOVA + 3 * PAGE, PAGE, GPA + 4 * CHUNK),
		 -ENOSPC);
	CHECK_EQ(map_gpa(b->container, rig->memory, IOVA + 3 * PAGE, PAGE, GPA), 0);
	CHECK_EQ(engine_write(&a->rw, IOVA, 3 * PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&b->rw, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(b->container, GPA, 5 * CHUNK, GPA, GPA + CHUNK, GPA + 2 * CHUNK,
				 GPA + 3 * CHUNK, NO_GPA), 4);

	/* Chunks go with the last one that tracks. */
	CHECK_EQ(dirty_stop(a->container), 0);
	CHECK_EQ(dirty_stop(b->container), 0);
	CHECK_EQ(unmap_range(a->container, IOVA, 3 * PAGE), 3 * PAGE);
	CHECK_EQ(map_gpa(a->container, rig->memory, IOVA, PAGE, GPA + 4 * CHUNK), 0);
	CHECK_EQ(dirty_start(a->container), 0);
	CHECK_EQ(dirty_pages_are(a->container, GPA, 5 * CHUNK, NO_GPA), 0);
	return PASS;
}

/* All that is mapped for such a device is dirty, whichever container is asked. */
enum verdict test_passthrough(struct rig *rig)
{
	struct side *a = &rig->a, *b = &rig->b;

	if (rig->passthrough < 0)
		SKIP_TEST("needs --passthrough GROUP");

	container_add(b->container, rig->passthrough);
	CHECK_EQ(map_page(rig, b, IOVA, 1), 0);
	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_page(rig, b, IOVA + PAGE, 2), 0);
	CHECK_DIRTY(a, gpa_of(1), gpa_of(2));
	CHECK_DIRTY(b, gpa_of(1), gpa_of(2));
	CHECK_EQ(unmap_range(b->container, IOVA + PAGE, PAGE), PAGE);
	CHECK_DIRTY(a, gpa_of(1), gpa_of(2));
	CHECK_DIRTY(a, gpa_of(1));

	/* It may have written until tracking was stopped. */
	CHECK_EQ(dirty_stop(b->container), 0);
	CHECK_DIRTY(a, gpa_of(1));
	CHECK_CLEAN(a);
	CHECK_EQ(dirty_start(b->container), 0);
	CHECK_EQ(ioctl(rig->passthrough, VFIO_GROUP_UNSET_CONTAINER), 0);
	CHECK_DIRTY(a, gpa_of(1));
	CHECK_CLEAN(a);
	return PASS;
}
