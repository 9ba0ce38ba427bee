/* SPDX-License-Identifier: GPL-2.0-only */
/* What a test works with: two containers with devices, and some memory. */
#ifndef RIG_H
#define RIG_H

#include <stdbool.h>
#include <stdint.h>

#include <check.h>
#include <container.h>
#include <engine.h>
#include <fatal.h>
#include <pages.h>
#include <series.h>

#define CHUNK_PAGES 32768UL
#define CHUNK (CHUNK_PAGES * PAGE)
#define MEMORY_PAGES 256UL

#define IOVA 0x10000000UL
#define GPA 0x40000000UL
#define GPA_SPAN (MEMORY_PAGES * PAGE)

struct side {
	int container;			/* -1 if closed */
	struct engine rw;		/* reports each write */
	struct engine hold;		/* pins what it writes to, until it is unmapped or reset */
};

struct rig {
	struct side a;
	struct side b;
	char *memory;
	int passthrough;		/* group of a device that reports nothing, or -1 */
};

/* NULL, or why there are no devices */
const char *rig_create(struct rig *rig);
void rig_remove(struct rig *rig);

void side_open(struct side *side);
void side_close(struct side *side);

/* Side b gets the log of side a. */
int share(struct rig *rig);

/* Both sides share a log and track. */
int share_and_start(struct rig *rig);

uint64_t gpa_of(unsigned long page);

/* Maps page @page of the memory to @iova. */
int map_page(struct rig *rig, struct side *side, uint64_t iova, unsigned long page);

/* The log of the memory, read through this side, holds exactly these pages. */
#define CHECK_DIRTY(side, ...) \
	CHECK(dirty_pages_are((side)->container, GPA, GPA_SPAN, __VA_ARGS__, NO_GPA) >= 0)
#define CHECK_CLEAN(side) CHECK_EQ(dirty_pages_are((side)->container, GPA, GPA_SPAN, NO_GPA), 0)

#endif /* RIG_H */
