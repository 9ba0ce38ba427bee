// SPDX-License-Identifier: GPL-2.0-only
/* The range that a query asks for, and what is mapped there */
#include <string.h>
#include <sys/mman.h>

#include "gpa.h"

enum verdict gpa_test_holes_and_bisected_mappings(struct rig *rig)
{
	CHECK_EQ(map_gpa(rig->container, page_of(rig, 10), IOVA, 10 * PAGE, gpa_of(10)), 0);
	CHECK_EQ(map_gpa(rig->container, page_of(rig, 100), IOVA + SPAN, 10 * PAGE,
			   gpa_of(100)), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 10 * PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->rw, IOVA + SPAN, 10 * PAGE), VDMAE_OK);

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
enum verdict gpa_test_neighbours(struct rig *rig)
{
	static const unsigned int lengths[] = { 1, 2, 31, 63, 64, 65, 100, 128 };
	unsigned int base, i;

	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, SPAN, GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	for (base = 0; base < 64; base++) {
		for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
			uint64_t bitmap[MEMORY_PAGES / 64] = { 0 };
			unsigned int length = lengths[i], page;

			CHECK_EQ(engine_write(&rig->rw, IOVA, SPAN), VDMAE_OK);
			CHECK_EQ(dirty_get_gpa(rig->container, gpa_of(base), length * PAGE, bitmap),
				 0);
			for (page = 0; page < MEMORY_PAGES; page++)
				CHECK_EQ(bitmap[page / 64] >> page % 64 & 1, page < length);

			memset(bitmap, 0, sizeof(bitmap));
			CHECK_EQ(dirty_get_gpa(rig->container, GPA, SPAN, bitmap), 0);
			for (page = 0; page < MEMORY_PAGES; page++)
				CHECK_EQ(bitmap[page / 64] >> page % 64 & 1,
					 page < base || page >= base + length);
		}
	}
	return PASS;
}

enum verdict gpa_test_chunk_border(struct rig *rig)
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
enum verdict gpa_test_large_mapping(struct rig *rig)
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

enum verdict gpa_test_gpa_zero(struct rig *rig)
{
	CHECK_EQ(map_gpa(rig->container, rig->memory, IOVA, PAGE, 0), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_gpa(rig->container, IOVA, PAGE, 0), PAGE);
	CHECK_EQ(dirty_pages_are(rig->container, 0, CHUNK, 0UL, NO_GPA), 1);
	return PASS;
}
