// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <string.h>

#include "bitmap.h"

uint64_t *bitmap_prepare(struct rig *rig, uint32_t pages, uint32_t *accessible)
{
	uint32_t bytes = (pages + 63) / 64 * sizeof(uint64_t);

	if (*accessible > bytes)
		*accessible = bytes;
	memset(rig->buffer_end - *accessible, 0, *accessible);
	memset(rig->got, 0, bytes);
	memset(rig->expected, 0, bytes);
	return (uint64_t *)(rig->buffer_end - *accessible);
}

static void set_bit(uint64_t *bitmap, uint32_t bit)
{
	bitmap[bit / 64] |= 1ULL << bit % 64;
}

/* Calls for each key of a range of IOVA pages or guest frames, with its bit. */
static void for_each_key(struct rig *rig, struct model *model, uint32_t first, uint32_t pages,
			 void (*call)(struct rig *, struct model *, uint32_t key, uint32_t bit))
{
	uint32_t i, window;

	if (model->tracking == BY_IOVA) {
		for (i = 0; i < pages; i++)
			call(rig, model, first + i, i);
		return;
	}
	for (window = 0; window < WINDOWS; window++) {
		uint32_t base = window_frames[window];
		uint32_t frame = first > base ? first : base;

		for (; frame < first + pages && frame < base + WINDOW_PAGES; frame++)
			call(rig, model, window * WINDOW_PAGES + frame - base, frame - first);
	}
}

static void expect_key(struct rig *rig, struct model *model, uint32_t key, uint32_t bit)
{
	if (model_must_report(model, key))
		set_bit(rig->expected, bit);
}

static void found_missing(struct rig *rig, const char *what, uint32_t first, uint32_t bit)
{
	uint64_t address = rig->tracking == BY_IOVA ? iova_of(first + bit) :
						      (uint64_t)(first + bit) << PAGE_BITS;

	if (!rig->finding.missing++)
		snprintf(rig->finding.text, sizeof(rig->finding.text),
			 "%s of 0x%llx does not report 0x%llx", what,
			 (unsigned long long)(address - ((uint64_t)bit << PAGE_BITS)),
			 (unsigned long long)address);
}

void bitmap_compare(struct rig *rig, struct model *model, const char *what, uint32_t first,
		    uint32_t pages, uint32_t accessible)
{
	uint32_t word;

	for_each_key(rig, model, first, pages, expect_key);
	memcpy(rig->got, rig->buffer_end - accessible, accessible);
	for (word = 0; word < (pages + 63) / 64; word++) {
		uint64_t missing = rig->expected[word] & ~rig->got[word];

		rig->counts.reported += __builtin_popcountll(rig->got[word]);
		rig->counts.falsely_dirty +=
			__builtin_popcountll(rig->got[word] & ~rig->expected[word]);
		for (; missing; missing &= missing - 1)
			found_missing(rig, what, first, word * 64 + __builtin_ctzll(missing));
	}
}

static void report_key(struct rig *rig, struct model *model, uint32_t key, uint32_t bit)
{
	(void)rig;
	(void)bit;
	model_reported(model, key);
}

void bitmap_reported(struct rig *rig, struct model *model, uint32_t first, uint32_t pages)
{
	for_each_key(rig, model, first, pages, report_key);
}
