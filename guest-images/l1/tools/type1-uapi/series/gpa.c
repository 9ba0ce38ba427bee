// SPDX-License-Identifier: GPL-2.0-only
/* Dirty tracking by guest physical address. */
#include <errno.h>
#include <linux/vfio.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <fatal.h>
#include <series.h>

#include "pages.h"
#include "suite.h"

#define CHUNK_PAGES 32768UL
#define CHUNK (CHUNK_PAGES * PAGE)

#define GPA 0x40000000UL
#define GPA_SPAN (MEMORY_PAGES * PAGE)
#define MAX_GPA ((1UL << 52) - 1)

static char *page_of(struct rig *rig, unsigned long index)
{
	return rig->memory + index * PAGE;
}

static uint64_t gpa_of(unsigned long index)
{
	return GPA + index * PAGE;
}

static int map_page(struct rig *rig, uint64_t iova, unsigned long index)
{
	return map_gpa(rig->container, page_of(rig, index), iova, PAGE, gpa_of(index));
}

static struct vfio_iommu_type1_info_cap_gpa_dirty capability_of(struct rig *rig)
{
	struct vfio_iommu_type1_info_cap_gpa_dirty capability = { 0 };

	container_capability(rig->container, VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY, &capability,
			     sizeof(capability));
	return capability;
}

/* The whole log of the memory holds exactly these pages. */
#define CHECK_DIRTY(rig, ...) \
	CHECK(dirty_pages_are((rig)->container, GPA, GPA_SPAN, __VA_ARGS__, NO_GPA) >= 0)
#define CHECK_CLEAN(rig) CHECK_EQ(dirty_pages_are((rig)->container, GPA, GPA_SPAN, NO_GPA), 0)

static enum verdict test_capability(struct rig *rig)
{
	struct vfio_iommu_type1_info_cap_gpa_dirty capability = capability_of(rig);

	CHECK_EQ(capability.pgsize_bitmap, PAGE);
	CHECK_EQ(capability.max_gpa, MAX_GPA);
	CHECK(capability.max_dirty_bitmap_size >= CHUNK_PAGES / 8);
	return PASS;
}

/* The highest page there is */
static enum verdict test_last_page(struct rig *rig)
{
	const uint64_t last = MAX_GPA + 1 - PAGE;

	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, PAGE, last), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, last - PAGE, 2 * PAGE, last, NO_GPA), 1);
	return PASS;
}

/* What a query refuses is there for the next one. */
static enum verdict test_refused_get(struct rig *rig)
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

static enum verdict test_reported_once(struct rig *rig)
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

static enum verdict test_mapped_while_tracking(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 5), 0);
	CHECK_CLEAN(rig);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_DIRTY(rig, gpa_of(5));
	return PASS;
}

static enum verdict test_outlives_unmap(struct rig *rig)
{
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_page(rig, IOVA, 7), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	CHECK_DIRTY(rig, gpa_of(7));
	CHECK_CLEAN(rig);
	return PASS;
}

static enum verdict test_iova_reuse(struct rig *rig)
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

static enum verdict test_alias(struct rig *rig)
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

static enum verdict test_pinned(struct rig *rig)
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

static enum verdict test_pinned_unmap(struct rig *rig)
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

static enum verdict test_pinned_alias(struct rig *rig)
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

static enum verdict test_start_with_pinned(struct rig *rig)
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

static enum verdict test_restart_is_clean(struct rig *rig)
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

static enum verdict test_holes_and_bisected_mappings(struct rig *rig)
{
	CHECK_EQ(map_gpa(rig->container, page_of(rig, 10), IOVA, 10 * PAGE, gpa_of(10)), 0);
	CHECK_EQ(map_gpa(rig->container, page_of(rig, 100), IOVA + GPA_SPAN, 10 * PAGE,
			   gpa_of(100)), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 10 * PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->rw, IOVA + GPA_SPAN, 10 * PAGE), VDMAE_OK);

	CHECK_EQ(dirty_pages_are(rig->container, gpa_of(18), 84 * PAGE, gpa_of(18), gpa_of(19),
				 gpa_of(100), gpa_of(101), NO_GPA), 4);
	CHECK_DIRTY(rig, gpa_of(10), gpa_of(11), gpa_of(12), gpa_of(13), gpa_of(14), gpa_of(15),
		    gpa_of(16), gpa_of(17), gpa_of(102), gpa_of(103), gpa_of(104), gpa_of(105),
		    gpa_of(106), gpa_of(107), gpa_of(108), gpa_of(109));
	CHECK_CLEAN(rig);
	CHECK_EQ(dirty_pages_are(rig->container, 1ULL << 45, CHUNK, NO_GPA), 0);
	return PASS;
}

/* Every base and length modulo a word, next to pages that are dirty too */
static enum verdict test_neighbours(struct rig *rig)
{
	static const unsigned int lengths[] = { 1, 2, 31, 63, 64, 65, 100, 128 };
	unsigned int base, i;

	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, GPA_SPAN, GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	for (base = 0; base < 64; base++) {
		for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
			unsigned int length = lengths[i], page;

			CHECK_EQ(engine_write(&rig->rw, IOVA, GPA_SPAN), VDMAE_OK);
			CHECK_EQ(dirty_get_gpa(rig->container, gpa_of(base), length * PAGE, bitmap),
				 0);
			for (page = 0; page < MEMORY_PAGES; page++)
				CHECK_EQ(bitmap[page / 64] >> page % 64 & 1, page < length);

			memset(bitmap, 0, sizeof(bitmap));
			CHECK_EQ(dirty_get_gpa(rig->container, GPA, GPA_SPAN, bitmap), 0);
			for (page = 0; page < MEMORY_PAGES; page++)
				CHECK_EQ(bitmap[page / 64] >> page % 64 & 1,
					 page < base || page >= base + length);
		}
	}
	return PASS;
}

static enum verdict test_chunk_border(struct rig *rig)
{
	const uint64_t border = 0x100000000UL;
	unsigned int shift;

	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, 8 * PAGE, border - 4 * PAGE), 0);
	for (shift = 0; shift < 8; shift++) {
		uint64_t start = border - CHUNK - shift * PAGE;

		CHECK_EQ(engine_write(&rig->rw, IOVA + 3 * PAGE, 2 * PAGE), VDMAE_OK);
		CHECK_EQ(dirty_pages_are(rig->container, start, 3 * CHUNK, border - PAGE, border,
					 NO_GPA), 2);
		CHECK_EQ(dirty_pages_are(rig->container, start, 3 * CHUNK, NO_GPA), 0);
	}
	CHECK_EQ(engine_write(&rig->rw, IOVA, 8 * PAGE), VDMAE_OK);
	CHECK_EQ(unmap_range(rig->container, IOVA, 8 * PAGE), 8 * PAGE);
	CHECK_EQ(dirty_pages_are(rig->container, border - 3 * PAGE, 6 * PAGE, border - 3 * PAGE,
				 border - 2 * PAGE, border - PAGE, border, border + PAGE,
				 border + 2 * PAGE, NO_GPA), 6);
	CHECK_EQ(dirty_pages_are(rig->container, border - 4 * PAGE, 8 * PAGE, border - 4 * PAGE,
				 border + 3 * PAGE, NO_GPA), 2);
	return PASS;
}

/* A bit for each page of a large mapping, also if large pages are behind it */
static enum verdict test_large_mapping(struct rig *rig)
{
	const uint64_t size = 2UL << 20;
	char *area = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);
	char *memory = (char *)(((uintptr_t)area + size - 1) & ~(size - 1));

	CHECK(area != MAP_FAILED);
	madvise(memory, size, MADV_HUGEPAGE);
	memset(memory, 1, size);
	CHECK_EQ(map_gpa(rig->container, memory, IOVA, size, GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 300 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->hold, IOVA + 400 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, size, gpa_of(300), gpa_of(400), NO_GPA), 2);
	CHECK_EQ(unmap_range(rig->container, IOVA, size), size);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, size, gpa_of(400), NO_GPA), 1);
	munmap(area, 2 * size);
	return PASS;
}

static enum verdict test_unmap_gpa(struct rig *rig)
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
static enum verdict test_no_bitmap_by_iova(struct rig *rig)
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

static enum verdict test_without_gpa_is_not_logged(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_page(rig, IOVA + PAGE, 1), 0);
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, PAGE, NO_GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, 0, GPA + GPA_SPAN, NO_GPA), 0);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 1);
	return PASS;
}

static enum verdict test_gpa_zero(struct rig *rig)
{
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, PAGE, 0), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_gpa(rig->container, IOVA, PAGE, 0), PAGE);
	CHECK_EQ(dirty_pages_are(rig->container, 0, CHUNK, 0UL, NO_GPA), 1);
	return PASS;
}

static enum verdict test_readonly(struct rig *rig)
{
	CHECK_EQ(map_gpa_readonly(rig->container, page_of(rig, 1), IOVA, PAGE, gpa_of(1)), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_gpa_readonly(rig->container, page_of(rig, 2), IOVA + PAGE, PAGE, gpa_of(2)), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_FAULT);
	CHECK_EQ(engine_write(&rig->pin, IOVA + PAGE, PAGE), VDMAE_FAULT);
	CHECK_CLEAN(rig);
	CHECK_EQ(unmap_range(rig->container, IOVA, 2 * PAGE), 2 * PAGE);
	CHECK_CLEAN(rig);
	return PASS;
}

/* The first piece of the bitmap can be written, the second cannot */
static enum verdict test_fault(struct rig *rig)
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
static enum verdict test_limit(struct rig *rig)
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

/*
 * Two threads: each of many guest pages is mapped, written once and unmapped
 * while the log is read all the time. A few IOVAs and a few pages of memory
 * serve for all of them.
 */

#define CHURN_PAGES 4096UL

struct churn {
	struct rig *rig;
	const char *failed;
	bool done;
};

static struct engine *churn_engine(struct rig *rig, unsigned long index)
{
	switch (index % 3) {
	case 0:
		return &rig->rw;
	case 1:
		return &rig->pin;
	default:
		return &rig->hold;
	}
}

static void *churn(void *argument)
{
	struct churn *churn = argument;
	struct rig *rig = churn->rig;
	unsigned long i;

	for (i = 0; i < CHURN_PAGES && !churn->failed; i++) {
		uint64_t iova = IOVA + i % 4 * PAGE;

		if (map_gpa(rig->container, page_of(rig, i % MEMORY_PAGES), iova, PAGE, gpa_of(i)))
			churn->failed = "map";
		else if (engine_write(churn_engine(rig, i), iova, PAGE))
			churn->failed = "write";
		else if (unmap_range(rig->container, iova, PAGE) != PAGE)
			churn->failed = "unmap";
	}
	__atomic_store_n(&churn->done, true, __ATOMIC_RELEASE);
	return NULL;
}

static enum verdict test_churn(struct rig *rig)
{
	struct churn state = { .rig = rig };
	static unsigned int reported[CHURN_PAGES];
	pthread_t thread;
	unsigned long i;
	bool last;

	memset(reported, 0, sizeof(reported));
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(pthread_create(&thread, NULL, churn, &state), 0);
	do {
		uint64_t bitmap[CHURN_PAGES / 64] = { 0 };
		int ret;

		last = __atomic_load_n(&state.done, __ATOMIC_ACQUIRE);
		ret = dirty_get_gpa(rig->container, GPA, CHURN_PAGES * PAGE, bitmap);
		if (ret)
			state.failed = "get";
		for (i = 0; i < CHURN_PAGES; i++)
			reported[i] += bitmap[i / 64] >> i % 64 & 1;
	} while (!last);
	pthread_join(thread, NULL);

	if (state.failed)
		printf("# %s failed\n", state.failed);
	CHECK(!state.failed);
	for (i = 0; i < CHURN_PAGES; i++) {
		CHECK(reported[i]);
		/* A page that is pinned may be reported while it is and once after. */
		if (i % 3 == 0)
			CHECK_EQ(reported[i], 1);
	}
	CHECK_EQ(dirty_pages_are(rig->container, GPA, CHURN_PAGES * PAGE, NO_GPA), 0);
	return PASS;
}

/* A device that is mapped by an IOMMU and writes without type1 being told */
static enum verdict test_passthrough(struct rig *rig)
{
	int c = rig->container;

	if (rig->passthrough < 0)
		SKIP_TEST("needs --passthrough GROUP");

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

/* What the rows need */

static int mapped(struct rig *rig)
{
	int ret = map_gpa(rig->container, rig->memory, IOVA, 4 * PAGE, GPA);

	/* A kernel without it has the mapping that it can have. */
	return ret ? map_range(rig->container, rig->memory, IOVA, 4 * PAGE) : 0;
}

static int mapped_plainly(struct rig *rig)
{
	return map_range(rig->container, rig->memory, IOVA, 4 * PAGE);
}

static int tracking(struct rig *rig)
{
	int ret = mapped(rig);

	return ret ? ret : dirty_start(rig->container);
}

static int started(struct rig *rig)
{
	return dirty_start(rig->container);
}

static int version1(struct rig *rig)
{
	ioctl(rig->rw.group, VFIO_GROUP_UNSET_CONTAINER);
	container_add(rig->container, rig->rw.group);
	return ioctl(rig->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) ? -errno : 0;
}

#define DIRTY_SIZE sizeof(struct vfio_iommu_type1_dirty_bitmap)
#define GET_SIZE (DIRTY_SIZE + sizeof(struct vfio_iommu_type1_dirty_bitmap_get))
#define LONG_SIZE 4096
#define LARGE_BITMAP (512UL << 20)
#define LAST_PAGE (-PAGE)
#define READ_WRITE (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)
#define GET_GPA VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA

#define MAP(...) { .request = VFIO_IOMMU_MAP_DMA, .argsz = sizeof(struct map_gpa), .iova = IOVA, \
	.size = 4 * PAGE, .gpa = GPA, .flags = READ_WRITE | VFIO_DMA_MAP_FLAG_GPA, __VA_ARGS__ }
#define UNMAP(...) { .request = VFIO_IOMMU_UNMAP_DMA, .argsz = sizeof(struct unmap_gpa), \
	.iova = IOVA, .size = 4 * PAGE, .gpa = GPA, .flags = VFIO_DMA_UNMAP_FLAG_GPA, __VA_ARGS__ }
#define GET(...) { .request = VFIO_IOMMU_DIRTY_PAGES, .argsz = GET_SIZE, .flags = GET_GPA, \
	.iova = GPA, .size = 4 * PAGE, .pgsize = PAGE, .bitmap_size = 8, __VA_ARGS__ }
#define GET_BY_IOVA(...) GET(.iova = IOVA, \
	.flags = VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, __VA_ARGS__)
#define UNMAP_BITMAP(...) UNMAP(.argsz = LONG_SIZE, .pgsize = PAGE, .bitmap_size = 8, \
	.flags = VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, __VA_ARGS__)

static const struct row rows[] = {
	{ "map", NULL, MAP(), 0 },
	{ "map: long argsz", NULL, MAP(.argsz = LONG_SIZE), 0 },
	{ "map: argsz short by a byte", NULL, MAP(.argsz = sizeof(struct map_gpa) - 1), -EINVAL },
	{ "map: argsz without gpa", NULL, MAP(.argsz = offsetof(struct map_gpa, gpa)), -EINVAL },
	{ "map: unreadable argument", NULL, MAP(.argument = UNREADABLE), -EFAULT, -EFAULT },
	{ "map: at gpa 0", NULL, MAP(.gpa = 0), 0 },
	{ "map: misaligned gpa", NULL, MAP(.gpa = GPA + 1), -EINVAL },
	{ "map: gpa misaligned by half a page", NULL, MAP(.gpa = GPA + PAGE / 2), -EINVAL },
	{ "map: wrapping gpa", NULL, MAP(.gpa = LAST_PAGE), -EINVAL },
	{ "map: gpa -1 page", NULL, MAP(.gpa = LAST_PAGE, .size = PAGE), -EINVAL },
	{ "map: last gpa", NULL, MAP(.gpa = MAX_GPA + 1 - 4 * PAGE), 0 },
	{ "map: beyond the last gpa", NULL, MAP(.gpa = MAX_GPA + 1 - 3 * PAGE), -EINVAL },
	{ "map: behind the last gpa", NULL, MAP(.gpa = MAX_GPA + 1), -EINVAL },
	{ "map: what is mapped", mapped, MAP(), -EEXIST },
	{ "map: a gpa that is mapped", mapped, MAP(.iova = IOVA + 4 * PAGE), 0 },
	{ "map: for reading only", NULL, MAP(.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_GPA),
	  0 },
	{ "map: for nothing", NULL, MAP(.flags = VFIO_DMA_MAP_FLAG_GPA), -EINVAL },
	{ "map: new address", mapped, MAP(.flags = VFIO_DMA_MAP_FLAG_VADDR | VFIO_DMA_MAP_FLAG_GPA),
	  -EINVAL },
	{ "map: unknown flag", NULL, MAP(.flags = READ_WRITE | VFIO_DMA_MAP_FLAG_GPA | 1U << 31),
	  -EINVAL },
	{ "map: in type1 v1", version1, MAP(), -EINVAL },

	{ "unmap", mapped, UNMAP(), 4 * PAGE },
	{ "unmap: while tracking", tracking, UNMAP(), 4 * PAGE },
	{ "unmap: long argsz", mapped, UNMAP(.argsz = LONG_SIZE), 4 * PAGE },
	{ "unmap: short argsz", mapped, UNMAP(.argsz = sizeof(struct unmap_gpa) - 1), -EINVAL },
	{ "unmap: wrong gpa", mapped, UNMAP(.gpa = GPA + PAGE), -EINVAL },
	{ "unmap: gpa of a mapping without", mapped_plainly, UNMAP(.gpa = 0), -EINVAL },
	{ "unmap: nothing", NULL, UNMAP(), -EINVAL },
	{ "unmap: with a hole before", mapped, UNMAP(.iova = IOVA - PAGE, .size = 5 * PAGE,
						    .gpa = GPA - PAGE), -EINVAL },
	{ "unmap: with a hole behind", mapped, UNMAP(.size = 5 * PAGE), -EINVAL },
	{ "unmap: a part", mapped, UNMAP(.size = PAGE), -EINVAL },
	{ "unmap: all", mapped, UNMAP(.iova = 0, .size = 0, .flags = VFIO_DMA_UNMAP_FLAG_GPA |
				      VFIO_DMA_UNMAP_FLAG_ALL), -EINVAL },
	{ "unmap: only the address", mapped, UNMAP(.flags = VFIO_DMA_UNMAP_FLAG_GPA |
						  VFIO_DMA_UNMAP_FLAG_VADDR), -EINVAL },
	{ "unmap: and a bitmap", tracking, UNMAP_BITMAP(.flags = VFIO_DMA_UNMAP_FLAG_GPA |
							VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP),
	  -EINVAL },
	{ "unmap: bitmap of a mapping with gpa", tracking, UNMAP_BITMAP(), -EINVAL, 4 * PAGE },

	{ "get", tracking, GET(), 0 },
	{ "get: long argsz", tracking, GET(.argsz = LONG_SIZE), 0 },
	{ "get: short argsz", tracking, GET(.argsz = GET_SIZE - 1), -EINVAL },
	{ "get: not tracking", mapped, GET(), -EINVAL },
	{ "get: nothing mapped", started, GET(), 0 },
	{ "get: over a hole", tracking, GET(.iova = GPA - PAGE, .size = 6 * PAGE), 0 },
	{ "get: a part of a mapping", tracking, GET(.iova = GPA + PAGE, .size = PAGE), 0 },
	{ "get: misaligned gpa", tracking, GET(.iova = GPA + 1), -EINVAL },
	{ "get: zero size", tracking, GET(.size = 0), -EINVAL },
	{ "get: misaligned size", tracking, GET(.size = PAGE + 1), -EINVAL },
	{ "get: wrapping", tracking, GET(.iova = LAST_PAGE, .size = 2 * PAGE), -EINVAL },
	{ "get: last gpa", tracking, GET(.iova = MAX_GPA + 1 - PAGE, .size = PAGE), 0 },
	{ "get: beyond the last gpa", tracking, GET(.iova = MAX_GPA + 1 - PAGE), -EINVAL },
	{ "get: behind the last gpa", tracking, GET(.iova = MAX_GPA + 1), -EINVAL },
	{ "get: page size 0", tracking, GET(.pgsize = 0), -EINVAL },
	{ "get: other page size", tracking, GET(.pgsize = 2 * PAGE), -EINVAL },
	{ "get: no bitmap", tracking, GET(.bitmap_size = 0), -EINVAL },
	{ "get: small bitmap", tracking, GET(.size = 65 * PAGE), -EINVAL },
	{ "get: huge bitmap", tracking, GET(.bitmap_size = LARGE_BITMAP), -EINVAL },
	{ "get: by gpa and by IOVA", tracking,
	  GET(.flags = GET_GPA | VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP), -EINVAL },
	{ "get: and start", mapped, GET(.flags = GET_GPA | VFIO_IOMMU_DIRTY_PAGES_FLAG_START),
	  -EINVAL },
	{ "get: by IOVA, mapped with gpa", tracking, GET_BY_IOVA(), -EINVAL, GRANTED },
	{ "get: in type1 v1", version1, GET(), -EACCES, -EACCES },
	{ 0 }
};

static const struct test tests[] = {
	{ .name = "capability", .run = test_capability },
	{ .name = "last page", .run = test_last_page },
	{ .name = "refused get", .run = test_refused_get },
	{ .name = "reported once", .run = test_reported_once },
	{ .name = "mapped while tracking", .run = test_mapped_while_tracking },
	{ .name = "outlives unmap", .run = test_outlives_unmap },
	{ .name = "IOVA reused for another page", .run = test_iova_reuse },
	{ .name = "two IOVAs for one page", .run = test_alias },
	{ .name = "pinned pages", .run = test_pinned },
	{ .name = "pinned pages at unmap", .run = test_pinned_unmap },
	{ .name = "page pinned twice", .run = test_pinned_alias },
	{ .name = "start with pinned pages", .run = test_start_with_pinned },
	{ .name = "restart is clean", .run = test_restart_is_clean },
	{ .name = "holes and bisected mappings", .run = test_holes_and_bisected_mappings },
	{ .name = "neighbours are left alone", .run = test_neighbours },
	{ .name = "chunk border", .run = test_chunk_border },
	{ .name = "large mapping", .run = test_large_mapping },
	{ .name = "unmap with gpa", .run = test_unmap_gpa },
	{ .name = "no bitmap by IOVA", .run = test_no_bitmap_by_iova },
	{ .name = "mapping without gpa is not logged", .run = test_without_gpa_is_not_logged },
	{ .name = "gpa zero", .run = test_gpa_zero },
	{ .name = "read-only mapping", .run = test_readonly },
	{ .name = "fault while reading", .run = test_fault },
	{ .name = "memory limit", .run = test_limit, .log_limit = "4" },
	{ .name = "churn", .run = test_churn },
	{ .name = "device that does not report", .run = test_passthrough, .passthrough = true },
	{ 0 }
};

static bool offered(int container)
{
	return container_tracking(container) == BY_GPA;
}

const struct suite gpa_suite = { .name = "gpa", .offered = offered, .rows = rows, .tests = tests };
