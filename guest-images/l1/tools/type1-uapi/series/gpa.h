/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests by guest physical address share, and the tests themselves. */
#ifndef GPA_H
#define GPA_H

#include <pages.h>
#include <series.h>

#include "guest.h"
#include "suite.h"

#define CHUNK_PAGES 32768UL
#define CHUNK (CHUNK_PAGES * PAGE)
#define MAX_GPA ((1UL << 52) - 1)

static inline char *page_of(struct rig *rig, unsigned long index)
{
	return rig->memory + index * PAGE;
}

static inline uint64_t gpa_of(unsigned long index)
{
	return GPA + index * PAGE;
}

static inline int map_page(struct rig *rig, uint64_t iova, unsigned long index)
{
	return map_gpa(rig->container, page_of(rig, index), iova, PAGE, gpa_of(index));
}

/* The whole log of the memory holds exactly these pages. */
#define CHECK_DIRTY(rig, ...) \
	CHECK(dirty_pages_are((rig)->container, GPA, SPAN, __VA_ARGS__, NO_GPA) >= 0)
#define CHECK_CLEAN(rig) CHECK_EQ(dirty_pages_are((rig)->container, GPA, SPAN, NO_GPA), 0)

/* gpa-log.c */
enum verdict gpa_test_capability(struct rig *rig);
enum verdict gpa_test_last_page(struct rig *rig);
enum verdict gpa_test_refused_get(struct rig *rig);
enum verdict gpa_test_reported_once(struct rig *rig);
enum verdict gpa_test_mapped_while_tracking(struct rig *rig);
enum verdict gpa_test_outlives_unmap(struct rig *rig);
enum verdict gpa_test_iova_reuse(struct rig *rig);
enum verdict gpa_test_alias(struct rig *rig);
enum verdict gpa_test_restart_is_clean(struct rig *rig);
enum verdict gpa_test_without_gpa_is_not_logged(struct rig *rig);
enum verdict gpa_test_readonly(struct rig *rig);

/* gpa-pins.c */
enum verdict gpa_test_pinned(struct rig *rig);
enum verdict gpa_test_pinned_unmap(struct rig *rig);
enum verdict gpa_test_pinned_alias(struct rig *rig);
enum verdict gpa_test_start_with_pinned(struct rig *rig);

/* gpa-ranges.c */
enum verdict gpa_test_holes_and_bisected_mappings(struct rig *rig);
enum verdict gpa_test_neighbours(struct rig *rig);
enum verdict gpa_test_chunk_border(struct rig *rig);
enum verdict gpa_test_large_mapping(struct rig *rig);
enum verdict gpa_test_gpa_zero(struct rig *rig);

/* gpa-requests.c */
enum verdict gpa_test_unmap_gpa(struct rig *rig);
enum verdict gpa_test_no_bitmap_by_iova(struct rig *rig);
enum verdict gpa_test_fault(struct rig *rig);
enum verdict gpa_test_limit(struct rig *rig);
enum verdict gpa_test_passthrough(struct rig *rig);

/* gpa-churn.c */
enum verdict gpa_test_churn(struct rig *rig);

#endif /* GPA_H */
