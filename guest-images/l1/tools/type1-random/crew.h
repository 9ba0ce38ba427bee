/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Each thread has a device and a range of IOVAs of its own, and maps any guest
 * page there. Of each page it has 64 bytes of its own, where its device writes
 * numbers that only grow, each twice.
 *
 * The reader does what a migration does: it reads the bitmaps, and then copies
 * what they report, here the numbers. So whatever happens at the same time, this
 * holds: a number whose write was complete before a bitmap was read is in the
 * copy after that, or the page is missing. In the end all copies are up to date.
 *
 * A kernel that reports by guest page is called without any lock. Where what it
 * says must be translated by what is mapped, a lock keeps the two together, as a
 * VMM would do it.
 */
#ifndef CREW_H
#define CREW_H

#include <pthread.h>

#include "rig.h"

#define SLOTS 24U
#define SLOT_PAGES 32U
#define LINE_BYTES 64

struct slot {
	uint32_t first;		/* IOVA page */
	uint32_t pages;		/* 0: not mapped */
	uint32_t guest;
};

struct worker {
	struct crew *crew;
	unsigned int index;
	unsigned int subject;
	struct engine *engine;
	struct slot slots[SLOTS];
	uint64_t random;
	uint64_t steps;
	uint64_t sequence;
	uint64_t submitted[GUEST_PAGES];
	uint64_t written[GUEST_PAGES];	/* the last number that was complete, for the reader */
	uint64_t copied[GUEST_PAGES];
};

struct crew {
	struct rig *rig;
	unsigned int count;
	struct worker *workers;
	pthread_mutex_t lock;		/* see above */
	pthread_mutex_t finding_lock;	/* the rig's finding */
	unsigned int working;
	bool failed;
};

/* An answer that is not the right one: ends the work of all. */
void crew_fail(struct crew *crew, const char *what, int64_t answer);
bool crew_failed(struct crew *crew);

int crew_container(const struct crew *crew, unsigned int subject);
void crew_lock(struct crew *crew);
void crew_unlock(struct crew *crew);

/* IOTLB: answers what misses in one container; false: nothing did. The lock is held. */
bool crew_answer_all(struct crew *crew, unsigned int subject);

/* The number that stands in the worker's own part of a page */
#define WRITING UINT64_MAX		/* none: one is being written */
uint64_t worker_look(const struct worker *worker, uint32_t guest);

/* Copies the worker's own part of a page. */
void worker_copy(struct worker *worker, uint32_t guest);

/* The thread of a worker */
void *worker_run(void *argument);

/* Reads all bitmaps over and over, until all the work is done or something was found. */
void crew_read(struct crew *crew);

#endif /* CREW_H */
