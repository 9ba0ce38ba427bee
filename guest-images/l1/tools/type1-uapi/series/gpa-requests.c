// SPDX-License-Identifier: GPL-2.0-only
/* Requests that are refused or fail, and devices that do not report */
#include <errno.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "gpa.h"

enum verdict gpa_test_unmap_gpa(struct rig *rig)
{
	int c = rig->container;

	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_gpa(c, IOVA, PAGE, gpa_of(2)), -EINVAL);
	CHECK_EQ(unmap_gpa(c, IOVA, PAGE, gpa_of(1)), PAGE);
	CHECK_EQ(unmap_gpa(c, IOVA, PAGE, gpa_of(1)), -EINVAL);
	CHECK_DIRTY(rig, gpa_of(1));

	/* Several mappings, the second of them pinned */
	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(map_page(rig, IOVA + PAGE, 2), 0);
	CHECK_EQ(map_page(rig, IOVA + 2 * PAGE, 3), 0);
	CHECK_EQ(map_page(rig, IOVA + 3 * PAGE, 5), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_gpa(c, IOVA, 4 * PAGE, gpa_of(1)), -EINVAL);
	CHECK_EQ(unmap_gpa(c, IOVA, 5 * PAGE, gpa_of(1)), -EINVAL);
	CHECK_EQ(unmap_gpa(c, IOVA - PAGE, 2 * PAGE, gpa_of(0)), -EINVAL);
	CHECK_EQ(unmap_gpa(c, IOVA, 3 * PAGE, gpa_of(1)), 3 * PAGE);
	CHECK_EQ(unmap_range(c, IOVA, 4 * PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(2));

	CHECK_EQ(map_gpa(c, rig->memory, IOVA, PAGE, NO_GPA), 0);
	CHECK_EQ(unmap_gpa(c, IOVA, PAGE, 0), -EINVAL);
	CHECK_EQ(unmap_range(c, IOVA, PAGE), PAGE);
	return PASS;
}

/* A bitmap by IOVA would miss pages: refused, and nothing is lost or removed */
enum verdict gpa_test_no_bitmap_by_iova(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_gpa(rig->container, page_of(rig, 0), IOVA, PAGE, NO_GPA), 0);
	CHECK_EQ(map_page(rig, IOVA + PAGE, 1), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 2 * PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, 2 * PAGE, &bitmap), -EINVAL);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA, 2 * PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA + PAGE, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA + PAGE, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(bitmap, 0);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 1);
	CHECK_DIRTY(rig, gpa_of(1));
	CHECK_EQ(engine_write(&rig->rw, IOVA, 2 * PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, 2 * PAGE), 2 * PAGE);
	CHECK_DIRTY(rig, gpa_of(1));
	return PASS;
}

/* The first piece of the bitmap can be written, the second cannot */
enum verdict gpa_test_fault(struct rig *rig)
{
	const uint64_t bytes = CHUNK_PAGES / 8;
	char *bitmap = mmap(NULL, 2 * bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);

	CHECK(bitmap != MAP_FAILED);
	CHECK_EQ(mprotect(bitmap + bytes, bytes, PROT_NONE), 0);
	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA + PAGE, PAGE, GPA + CHUNK), 0);
	CHECK_EQ(map_page(rig, IOVA + 2 * PAGE, 3), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 2 * PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->hold, IOVA + 2 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, 2 * PAGE), 2 * PAGE);

	CHECK_EQ(dirty_get_gpa(rig->container, GPA, 2 * CHUNK, (uint64_t *)bitmap), -EFAULT);
	CHECK_EQ(dirty_get_gpa(rig->container, GPA, 2 * CHUNK, NULL), -EFAULT);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, 2 * CHUNK, gpa_of(1), gpa_of(3), GPA + CHUNK,
				 NO_GPA), 3);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, 2 * CHUNK, gpa_of(3), NO_GPA), 1);
	munmap(bitmap, 2 * bytes);
	return PASS;
}

/* The limit is that of the time the container was opened. */
enum verdict gpa_test_limit(struct rig *rig)
{
	const uint64_t huge = 64UL << 40;
	uint64_t bitmap = 0;
	int c = rig->container;
	unsigned long i;

	/* Without tracking nothing is allocated. */
	for (i = 0; i < 5; i++)
		CHECK_EQ(map_gpa(c, page_of(rig, i), IOVA + i * PAGE, PAGE, GPA + i * CHUNK), 0);
	CHECK_EQ(dirty_start(c), -ENOSPC);
	CHECK_EQ(dirty_get_gpa(c, GPA, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(unmap_range(c, IOVA + 4 * PAGE, PAGE), PAGE);
	CHECK_EQ(dirty_start(c), 0);

	CHECK_EQ(map_gpa(c, page_of(rig, 4), IOVA + 4 * PAGE, PAGE, GPA + 4 * CHUNK), -ENOSPC);
	CHECK_EQ(map_gpa(c, (void *)0x100000000UL, 1UL << 46, huge, 0), -ENOSPC);
	CHECK_EQ(map_gpa_readonly(c, page_of(rig, 4), IOVA + 5 * PAGE, PAGE, GPA + 5 * CHUNK), 0);
	CHECK_EQ(map_gpa(c, page_of(rig, 4), IOVA + 4 * PAGE, PAGE, GPA + CHUNK + 7 * PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 5 * PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(c, GPA, 5 * CHUNK, GPA, GPA + CHUNK, GPA + CHUNK + 7 * PAGE,
				 GPA + 2 * CHUNK, GPA + 3 * CHUNK, NO_GPA), 5);

	/* Chunks stay when the mapping goes, and go when tracking stops. */
	CHECK_EQ(unmap_range(c, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(map_gpa(c, page_of(rig, 0), IOVA, PAGE, GPA + 4 * CHUNK), -ENOSPC);
	CHECK_EQ(dirty_stop(c), 0);
	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(map_gpa(c, page_of(rig, 0), IOVA, PAGE, GPA + 4 * CHUNK), 0);
	return PASS;
}

/* A device that is mapped by an IOMMU and writes without type1 being told */
enum verdict gpa_test_passthrough(struct rig *rig)
{
	int c = rig->container;

	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(map_gpa_readonly(c, page_of(rig, 2), IOVA + PAGE, PAGE, gpa_of(2)), 0);
	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(map_page(rig, IOVA + 2 * PAGE, 3), 0);
	CHECK_DIRTY(rig, gpa_of(1), gpa_of(3));
	CHECK_EQ(dirty_pages_are(c, gpa_of(3), PAGE, gpa_of(3), NO_GPA), 1);
	CHECK_DIRTY(rig, gpa_of(1), gpa_of(3));
	CHECK_EQ(unmap_range(c, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(1), gpa_of(3));
	CHECK_DIRTY(rig, gpa_of(3));

	/* When the device leaves, all it was mapped is reported once more. */
	CHECK_EQ(ioctl(rig->passthrough, VFIO_GROUP_UNSET_CONTAINER), 0);
	CHECK_DIRTY(rig, gpa_of(3));
	CHECK_CLEAN(rig);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 2 * PAGE, PAGE), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(3));
	CHECK_CLEAN(rig);
	return PASS;
}
