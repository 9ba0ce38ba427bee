/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The containers with their devices, and the memory that is mapped into them.
 * Steps are carried out on the kernel and on the model (perform.h), and what the
 * kernel says is compared with what the model knows.
 */
#ifndef RIG_H
#define RIG_H

#include <engine.h>

#include "model.h"
#include "step.h"

#define MAX_CONTAINERS MAX_MEMBERS

enum { ENGINE_RW, ENGINE_PIN, ENGINE_HOLD, ENGINES };

struct subject {
	int container;
	struct engine engines[ENGINES];
	struct model model;
};

/* What the steps did, and what came of it */
struct counts {
	uint64_t steps, maps, unmaps, writes, gets, faults;
	uint64_t reported;		/* pages, by GET or by UNMAP */
	uint64_t falsely_dirty;		/* of these, those that need not have been */
};

/* The first thing that was not as it must be */
struct finding {
	uint32_t missing;		/* pages that were not reported */
	bool wrong;			/* an answer that is not the right one */
	char text[200];
};

struct rig {
	enum tracking tracking;
	unsigned int containers;
	struct subject subjects[MAX_CONTAINERS];
	struct log logs[MAX_CONTAINERS];	/* of each, or the first of all */
	char *memory;			/* the guest's pages */
	char *buffer_end;		/* of the bitmap; what follows cannot be accessed */
	uint64_t *got, *expected;	/* bitmaps */
	struct counts counts;
	struct finding finding;
};

/* NULL, or why the devices cannot be made */
const char *rig_create(struct rig *rig, unsigned int containers);

/* Fresh containers, nothing mapped, no tracking; what the kernel offers if @tracking is negative */
void rig_open(struct rig *rig, int tracking);
void rig_close(struct rig *rig);

/* Waits for all writes: false if something was found. */
bool rig_settle(struct rig *rig);

/* What came of a step is compared with what must come of it. */
void rig_expect(struct rig *rig, const char *what, int64_t answer, int64_t expected);

/* Waits for the writes of one engine. */
void rig_settle_engine(struct rig *rig, struct engine *engine);

static inline bool rig_found(const struct rig *rig)
{
	return rig->finding.missing || rig->finding.wrong;
}

static inline char *page_memory(struct rig *rig, uint32_t guest)
{
	return rig->memory + ((uint64_t)guest << PAGE_BITS);
}

#endif /* RIG_H */
