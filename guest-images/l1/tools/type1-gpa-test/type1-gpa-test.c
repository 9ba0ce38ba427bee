// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty tracking of the VFIO type1 IOMMU by guest physical address, checked
 * request by request: no guest and no VMM, a container, a piece of memory, and
 * vdmae devices that write to it. Prints KTAP; exits with 1 if a test failed.
 *
 * The tests named "iova: ..." are about tracking as every kernel has it, the
 * others are skipped on a kernel without the capability.
 *
 *     type1-gpa-test [--passthrough GROUP]
 *
 * GROUP is the number of an IOMMU group whose device is bound to vfio-pci: one
 * that writes without type1 being told.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "container.h"
#include "engine.h"
#include "vfio_gpa.h"

#define LIMIT_PATH "/sys/module/vfio_iommu_type1/parameters/gpa_log_limit"
#define CHUNK_PAGES 32768UL
#define CHUNK (CHUNK_PAGES * PAGE)
#define MEMORY_PAGES 256UL

#define IOVA 0x10000000UL
#define GPA 0x40000000UL
#define GPA_SPAN (MEMORY_PAGES * PAGE)

#define MAP_RW (VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE)
#define MAP_SIZE sizeof(struct map_gpa)
#define UNMAP_SIZE sizeof(struct vfio_iommu_type1_dma_unmap)
#define DIRTY_SIZE sizeof(struct vfio_iommu_type1_dirty_bitmap)
#define GET_SIZE (DIRTY_SIZE + sizeof(struct vfio_iommu_type1_dirty_bitmap_get))
#define GET_GPA VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA

char skip_reason[200];

/* What a test works with: one container, an engine of each type, some memory. */
struct rig {
	int container;
	struct engine rw;
	struct engine pin;
	struct engine hold;
	char *memory;
	int passthrough;
};

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
	return map_range(rig->container, page_of(rig, index), iova, PAGE, gpa_of(index));
}

/* The whole log of the memory holds exactly these pages. */
#define CHECK_DIRTY(rig, ...) \
	CHECK(dirty_pages_are((rig)->container, GPA, GPA_SPAN, __VA_ARGS__, NO_GPA) >= 0)
#define CHECK_CLEAN(rig) CHECK_EQ(dirty_pages_are((rig)->container, GPA, GPA_SPAN, NO_GPA), 0)

/* Tracking by IOVA, as every kernel has it */

static enum verdict test_iova_arguments(struct rig *rig)
{
	const uint32_t minimum = offsetof(struct map_gpa, gpa);
	uint64_t bitmap = 0;

	CHECK_EQ(map_raw(rig->container, minimum - 1, MAP_RW, rig->memory, IOVA, PAGE, 0), -EINVAL);
	CHECK_EQ(map_raw(rig->container, minimum, MAP_RW | 1U << 31, rig->memory, IOVA, PAGE, 0),
		 -EINVAL);
	CHECK_EQ(map_raw(rig->container, 4096, MAP_RW, rig->memory, IOVA, PAGE, 1), 0);
	CHECK_EQ(unmap_raw(rig->container, UNMAP_SIZE - 1, 0, IOVA, PAGE, 0), -EINVAL);
	CHECK_EQ(unmap_raw(rig->container, UNMAP_SIZE, 1U << 31, IOVA, PAGE, 0), -EINVAL);
	CHECK_EQ(dirty_raw(rig->container, DIRTY_SIZE - 1, 1, 0, 0, 0, 0, NULL), -EINVAL);
	CHECK_EQ(dirty_raw(rig->container, DIRTY_SIZE, 0, 0, 0, 0, 0, NULL), -EINVAL);
	CHECK_EQ(dirty_raw(rig->container, DIRTY_SIZE, 3, 0, 0, 0, 0, NULL), -EINVAL);
	CHECK_EQ(dirty_raw(rig->container, DIRTY_SIZE, 1U << 31, 0, 0, 0, 0, NULL), -EINVAL);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, PAGE, &bitmap), 0);
	CHECK_EQ(unmap_range(rig->container, IOVA, PAGE), PAGE);
	return PASS;
}

static enum verdict test_iova_bitmap(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, 4 * PAGE, NO_GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 2 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA + PAGE, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, 4 * PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 1 << 2);

	bitmap = 0;
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, 4 * PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 0);

	CHECK_EQ(engine_write(&rig->pin, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, 4 * PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 1 << 1);
	return PASS;
}

static enum verdict test_iova_unmap_bitmap(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, 4 * PAGE, NO_GPA), 0);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA, 4 * PAGE, &bitmap), -EINVAL);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 3 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA, 4 * PAGE, &bitmap), 4 * PAGE);
	CHECK_EQ(bitmap, 1 << 3);
	return PASS;
}

static enum verdict test_iova_pinned(struct rig *rig)
{
	uint64_t bitmap;
	int round;

	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, 4 * PAGE, NO_GPA), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_start(rig->container), 0);
	for (round = 0; round < 3; round++) {
		bitmap = 0;
		CHECK_EQ(dirty_get_iova(rig->container, IOVA, 4 * PAGE, &bitmap), 0);
		CHECK_EQ(bitmap, 1);
	}
	engine_reset(&rig->hold);
	bitmap = 0;
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, 4 * PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 1);
	bitmap = 0;
	CHECK_EQ(dirty_get_iova(rig->container, IOVA, 4 * PAGE, &bitmap), 0);
	CHECK_EQ(bitmap, 0);
	return PASS;
}

static enum verdict test_iova_pinned_unmap(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, 2 * PAGE, NO_GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->hold, IOVA + PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_bitmap(rig->container, IOVA, 2 * PAGE, &bitmap), 2 * PAGE);
	CHECK_EQ(bitmap, 1 << 1);
	return PASS;
}

/* Tracking by guest physical address */

static enum verdict test_capability(struct rig *rig)
{
	struct gpa_capability capability = container_gpa_capability(rig->container);

	CHECK_EQ(capability.pgsizes, PAGE);
	CHECK(capability.max_bitmap >= CHUNK_PAGES / 8);
	CHECK(capability.max_gpa >= (1ULL << 40) - 1);
	CHECK_EQ(capability.max_gpa & (PAGE - 1), PAGE - 1);
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
	CHECK_EQ(map_range(rig->container, page_of(rig, 10), IOVA, 10 * PAGE, gpa_of(10)), 0);
	CHECK_EQ(map_range(rig->container, page_of(rig, 100), IOVA + GPA_SPAN, 10 * PAGE,
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

	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, GPA_SPAN, GPA), 0);
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
	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, 8 * PAGE, border - 4 * PAGE), 0);
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
	CHECK_EQ(map_range(rig->container, memory, IOVA, size, GPA), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA + 300 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(engine_write(&rig->hold, IOVA + 400 * PAGE, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, size, gpa_of(300), gpa_of(400), NO_GPA), 2);
	CHECK_EQ(unmap_range(rig->container, IOVA, size), size);
	CHECK_EQ(dirty_pages_are(rig->container, GPA, size, gpa_of(400), NO_GPA), 1);
	munmap(area, 2 * size);
	return PASS;
}

static enum verdict test_map_arguments(struct rig *rig)
{
	const uint32_t flags = MAP_RW | VFIO_DMA_MAP_FLAG_GPA;
	uint64_t max = container_gpa_capability(rig->container).max_gpa;

	CHECK_EQ(map_raw(rig->container, MAP_SIZE - 1, flags, rig->memory, IOVA, PAGE, GPA), -EINVAL);
	CHECK_EQ(map_raw(rig->container, offsetof(struct map_gpa, gpa), flags, rig->memory, IOVA,
			 PAGE, GPA), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, flags, rig->memory, IOVA, PAGE, GPA + 1), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, flags, rig->memory, IOVA, PAGE, GPA + 512), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, flags, rig->memory, IOVA, 2 * PAGE, -PAGE), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, flags, rig->memory, IOVA, PAGE, -PAGE), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, flags, rig->memory, IOVA, PAGE, max + 1), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, flags, rig->memory, IOVA, 2 * PAGE,
			 max + 1 - PAGE), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, VFIO_DMA_MAP_FLAG_VADDR | VFIO_DMA_MAP_FLAG_GPA,
			 rig->memory, IOVA, PAGE, GPA), -EINVAL);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, VFIO_DMA_MAP_FLAG_GPA, rig->memory, IOVA, PAGE,
			 GPA), -EINVAL);

	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_raw(rig->container, 4096, flags, rig->memory, IOVA, PAGE, max + 1 - PAGE), 0);
	CHECK_EQ(map_raw(rig->container, MAP_SIZE, flags, rig->memory, IOVA, PAGE, GPA), -EEXIST);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(rig->container, max + 1 - 2 * PAGE, 2 * PAGE, max + 1 - PAGE,
				 NO_GPA), 1);
	return PASS;
}

static enum verdict test_get_arguments(struct rig *rig)
{
	uint64_t max = container_gpa_capability(rig->container).max_gpa;
	uint64_t bitmap[2] = { 0 };
	int c = rig->container;

	CHECK_EQ(map_page(rig, IOVA, 0), 0);
	CHECK_EQ(dirty_get_gpa(c, GPA, PAGE, bitmap), -EINVAL);
	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);

	CHECK_EQ(dirty_raw(c, GET_SIZE - 1, GET_GPA, GPA, PAGE, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA | VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP, GPA, PAGE,
			   PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, GPA + 1, PAGE, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, GPA, PAGE + 1, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, GPA, 0, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, -PAGE, 2 * PAGE, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, max + 1, PAGE, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, max + 1 - PAGE, 2 * PAGE, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, GPA, PAGE, 0, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, GPA, 2 * PAGE, 2 * PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, GPA, PAGE, PAGE, 0, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, GPA, 65 * PAGE, PAGE, 8, bitmap), -EINVAL);
	CHECK_EQ(dirty_raw(c, GET_SIZE, GET_GPA, 0, max + 1, PAGE, (max + 1) / PAGE / 8, bitmap),
		 -EINVAL);
	CHECK_EQ(bitmap[0], 0);
	CHECK_DIRTY(rig, gpa_of(0));
	return PASS;
}

static enum verdict test_unmap_gpa(struct rig *rig)
{
	const uint32_t size = UNMAP_SIZE + sizeof(uint64_t);
	const uint32_t flag = VFIO_DMA_UNMAP_FLAG_GPA;
	int c = rig->container;

	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(map_page(rig, IOVA, 1), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_gpa(c, IOVA, PAGE, gpa_of(2)), -EINVAL);
	CHECK_EQ(unmap_raw(c, size - 1, flag, IOVA, PAGE, gpa_of(1)), -EINVAL);
	CHECK_EQ(unmap_raw(c, size, flag | VFIO_DMA_UNMAP_FLAG_ALL, 0, 0, gpa_of(1)), -EINVAL);
	CHECK_EQ(unmap_raw(c, size, flag | VFIO_DMA_UNMAP_FLAG_VADDR, IOVA, PAGE, gpa_of(1)), -EINVAL);
	CHECK_EQ(unmap_raw(c, size, flag | VFIO_DMA_UNMAP_FLAG_GET_DIRTY_BITMAP, IOVA, PAGE,
			   gpa_of(1)), -EINVAL);
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

	CHECK_EQ(map_range(c, rig->memory, IOVA, PAGE, NO_GPA), 0);
	CHECK_EQ(unmap_gpa(c, IOVA, PAGE, 0), -EINVAL);
	CHECK_EQ(unmap_range(c, IOVA, PAGE), PAGE);
	return PASS;
}

/* A bitmap by IOVA would miss pages: refused, and nothing is lost or removed */
static enum verdict test_no_bitmap_by_iova(struct rig *rig)
{
	uint64_t bitmap = 0;

	CHECK_EQ(map_range(rig->container, page_of(rig, 0), IOVA, PAGE, NO_GPA), 0);
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
	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, PAGE, NO_GPA), 0);
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
	CHECK_EQ(map_range(rig->container, rig->memory, IOVA, PAGE, 0), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, PAGE), VDMAE_OK);
	CHECK_EQ(unmap_gpa(rig->container, IOVA, PAGE, 0), PAGE);
	CHECK_EQ(dirty_pages_are(rig->container, 0, CHUNK, 0UL, NO_GPA), 1);
	return PASS;
}

static enum verdict test_readonly(struct rig *rig)
{
	CHECK_EQ(map_readonly(rig->container, page_of(rig, 1), IOVA, PAGE, gpa_of(1)), 0);
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(map_readonly(rig->container, page_of(rig, 2), IOVA + PAGE, PAGE, gpa_of(2)), 0);
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
	CHECK_EQ(map_range(rig->container, rig->memory, IOVA + PAGE, PAGE, GPA + CHUNK), 0);
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

static int write_limit(const char *limit)
{
	int file = open(LIMIT_PATH, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (file < 0)
		return -1;
	written = write(file, limit, strlen(limit));
	close(file);
	return written == (ssize_t)strlen(limit) ? 0 : -1;
}

/* The limit is that of the time the container was opened: see run() */
static enum verdict test_limit(struct rig *rig)
{
	const uint64_t huge = 64UL << 40;
	uint64_t bitmap = 0;
	int c = rig->container;
	unsigned long i;

	/* Without tracking nothing is allocated. */
	for (i = 0; i < 5; i++)
		CHECK_EQ(map_range(c, page_of(rig, i), IOVA + i * PAGE, PAGE, GPA + i * CHUNK), 0);
	CHECK_EQ(dirty_start(c), -ENOSPC);
	CHECK_EQ(dirty_get_gpa(c, GPA, PAGE, &bitmap), -EINVAL);
	CHECK_EQ(unmap_range(c, IOVA + 4 * PAGE, PAGE), PAGE);
	CHECK_EQ(dirty_start(c), 0);

	CHECK_EQ(map_range(c, page_of(rig, 4), IOVA + 4 * PAGE, PAGE, GPA + 4 * CHUNK), -ENOSPC);
	CHECK_EQ(map_range(c, (void *)0x100000000UL, 1UL << 46, huge, 0), -ENOSPC);
	CHECK_EQ(map_readonly(c, page_of(rig, 4), IOVA + 5 * PAGE, PAGE, GPA + 5 * CHUNK), 0);
	CHECK_EQ(map_range(c, page_of(rig, 4), IOVA + 4 * PAGE, PAGE, GPA + CHUNK + 7 * PAGE), 0);
	CHECK_EQ(engine_write(&rig->rw, IOVA, 5 * PAGE), VDMAE_OK);
	CHECK_EQ(dirty_pages_are(c, GPA, 5 * CHUNK, GPA, GPA + CHUNK, GPA + CHUNK + 7 * PAGE,
				 GPA + 2 * CHUNK, GPA + 3 * CHUNK, NO_GPA), 5);

	/* Chunks stay when the mapping goes, and go when tracking stops. */
	CHECK_EQ(unmap_range(c, IOVA, 4 * PAGE), 4 * PAGE);
	CHECK_EQ(map_range(c, page_of(rig, 0), IOVA, PAGE, GPA + 4 * CHUNK), -ENOSPC);
	CHECK_EQ(dirty_stop(c), 0);
	CHECK_EQ(dirty_start(c), 0);
	CHECK_EQ(map_range(c, page_of(rig, 0), IOVA, PAGE, GPA + 4 * CHUNK), 0);
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

		if (map_range(rig->container, page_of(rig, i % MEMORY_PAGES), iova, PAGE, gpa_of(i)))
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
	CHECK_EQ(map_readonly(c, page_of(rig, 2), IOVA + PAGE, PAGE, gpa_of(2)), 0);
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

static const struct test {
	const char *name;
	enum verdict (*run)(struct rig *rig);
	bool needs_gpa;
	bool passthrough;
	const char *limit;
} tests[] = {
	{ "iova: arguments", test_iova_arguments, .needs_gpa = false },
	{ "iova: bitmap", test_iova_bitmap, .needs_gpa = false },
	{ "iova: bitmap at unmap", test_iova_unmap_bitmap, .needs_gpa = false },
	{ "iova: pinned pages", test_iova_pinned, .needs_gpa = false },
	{ "iova: pinned pages at unmap", test_iova_pinned_unmap, .needs_gpa = false },
	{ "capability", test_capability, .needs_gpa = true },
	{ "reported once", test_reported_once, .needs_gpa = true },
	{ "mapped while tracking", test_mapped_while_tracking, .needs_gpa = true },
	{ "outlives unmap", test_outlives_unmap, .needs_gpa = true },
	{ "IOVA reused for another page", test_iova_reuse, .needs_gpa = true },
	{ "two IOVAs for one page", test_alias, .needs_gpa = true },
	{ "pinned pages", test_pinned, .needs_gpa = true },
	{ "pinned pages at unmap", test_pinned_unmap, .needs_gpa = true },
	{ "page pinned twice", test_pinned_alias, .needs_gpa = true },
	{ "start with pinned pages", test_start_with_pinned, .needs_gpa = true },
	{ "restart is clean", test_restart_is_clean, .needs_gpa = true },
	{ "holes and bisected mappings", test_holes_and_bisected_mappings, .needs_gpa = true },
	{ "neighbours are left alone", test_neighbours, .needs_gpa = true },
	{ "chunk border", test_chunk_border, .needs_gpa = true },
	{ "large mapping", test_large_mapping, .needs_gpa = true },
	{ "map: arguments", test_map_arguments, .needs_gpa = true },
	{ "get: arguments", test_get_arguments, .needs_gpa = true },
	{ "unmap with gpa", test_unmap_gpa, .needs_gpa = true },
	{ "no bitmap by IOVA", test_no_bitmap_by_iova, .needs_gpa = true },
	{ "mapping without gpa is not logged", test_without_gpa_is_not_logged, .needs_gpa = true },
	{ "gpa zero", test_gpa_zero, .needs_gpa = true },
	{ "read-only mapping", test_readonly, .needs_gpa = true },
	{ "fault while reading", test_fault, .needs_gpa = true },
	{ "memory limit", test_limit, .needs_gpa = true, .limit = "4" },
	{ "churn", test_churn, .needs_gpa = true },
	{ "device that does not report", test_passthrough, .needs_gpa = true, .passthrough = true },
};

#define TESTS (sizeof(tests) / sizeof(tests[0]))

static enum verdict run(const struct test *test, struct rig *rig, int passthrough)
{
	enum verdict verdict;
	char limit[32] = "";
	FILE *file;

	if (test->limit) {
		file = fopen(LIMIT_PATH, "r");
		if (file) {
			if (!fgets(limit, sizeof(limit), file))
				limit[0] = '\0';
			fclose(file);
		}
	}
	if (limit[0] && write_limit(test->limit))
		SKIP_TEST("%s cannot be written", LIMIT_PATH);

	rig->container = container_open(rig->rw.group);
	if (limit[0])
		REQUIRE(!write_limit(limit), "%s cannot be restored", LIMIT_PATH);

	rig->passthrough = test->passthrough ? passthrough : -1;
	if (rig->passthrough >= 0)
		container_add(rig->container, rig->passthrough);

	if (test->needs_gpa && !container_gpa_capability(rig->container).present) {
		snprintf(skip_reason, sizeof(skip_reason),
			 "the kernel does not track by guest physical address");
		verdict = SKIP;
	} else {
		container_add(rig->container, rig->pin.group);
		container_add(rig->container, rig->hold.group);
		engine_open(&rig->rw, rig->container);
		engine_open(&rig->pin, rig->container);
		engine_open(&rig->hold, rig->container);
		verdict = test->run(rig);
		engine_close(&rig->hold);
		engine_close(&rig->pin);
		engine_close(&rig->rw);
	}

	ioctl(rig->rw.group, VFIO_GROUP_UNSET_CONTAINER);
	if (rig->passthrough >= 0)
		ioctl(rig->passthrough, VFIO_GROUP_UNSET_CONTAINER);
	close(rig->container);
	return verdict;
}

static const char *create_engines(struct rig *rig)
{
	const char *missing = engine_create(&rig->rw, "rw", 0);

	if (!missing)
		missing = engine_create(&rig->pin, "pin", 1);
	if (!missing)
		missing = engine_create(&rig->hold, "hold", 2);
	return missing;
}

int main(int argc, char **argv)
{
	static const char *const words[] = { "ok", "not ok", "ok" };
	unsigned int counts[3] = { 0 };
	struct rig rig = { 0 };
	const char *missing;
	int passthrough = -1;
	char path[64];
	size_t i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 3 && !strcmp(argv[1], "--passthrough")) {
		snprintf(path, sizeof(path), "/dev/vfio/%s", argv[2]);
		passthrough = open(path, O_RDWR | O_CLOEXEC);
		REQUIRE(passthrough >= 0, "cannot open %s: %s", path, strerror(errno));
	} else if (argc != 1) {
		fprintf(stderr, "usage: %s [--passthrough GROUP]\n", argv[0]);
		return 2;
	}

	printf("KTAP version 1\n");
	missing = create_engines(&rig);
	if (missing) {
		engine_remove(&rig.hold);
		engine_remove(&rig.pin);
		engine_remove(&rig.rw);
		printf("1..0 # SKIP %s\n", missing);
		return 4;
	}

	rig.memory = mmap(NULL, MEMORY_PAGES * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(rig.memory != MAP_FAILED, "out of memory");

	printf("1..%zu\n", TESTS);
	for (i = 0; i < TESTS; i++) {
		enum verdict verdict = run(&tests[i], &rig, passthrough);

		counts[verdict]++;
		printf("%s %zu %s%s%s\n", words[verdict], i + 1, tests[i].name,
		       verdict == SKIP ? " # SKIP " : "", verdict == SKIP ? skip_reason : "");
	}
	printf("# Totals: pass:%u fail:%u skip:%u\n", counts[PASS], counts[FAIL], counts[SKIP]);

	engine_remove(&rig.hold);
	engine_remove(&rig.pin);
	engine_remove(&rig.rw);
	return counts[FAIL] ? 1 : 0;
}
