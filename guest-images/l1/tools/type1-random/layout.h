/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the steps play on: a guest with few pages, in windows that lie where
 * addresses are apt to be got wrong, and an IOVA space around 4 GiB. A mapping
 * maps a range of IOVA pages to guest pages of one window.
 */
#ifndef LAYOUT_H
#define LAYOUT_H

#include <stdint.h>

#define PAGE_BITS 12

#define WINDOWS 4
#define WINDOW_PAGES 2048U
#define GUEST_PAGES (WINDOWS * WINDOW_PAGES)

#define IOVA_PAGES 16384U
#define IOVA_BASE 0xfe000000UL		/* half of the pages below 4 GiB */

/* Guest frame numbers: at 0, over a border of 128 MiB, over 4 GiB, above at an odd place */
static const uint32_t window_frames[WINDOWS] = { 0, 0x7c00, 0xffc00, 0x180035 };

#define FRAMES_END (0x180035 + WINDOW_PAGES + 100)

static inline uint32_t frame_of(uint32_t guest)
{
	return window_frames[guest / WINDOW_PAGES] + guest % WINDOW_PAGES;
}

static inline uint64_t gpa_of(uint32_t guest)
{
	return (uint64_t)frame_of(guest) << PAGE_BITS;
}

static inline uint64_t iova_of(uint32_t page)
{
	return IOVA_BASE + ((uint64_t)page << PAGE_BITS);
}

#endif /* LAYOUT_H */
