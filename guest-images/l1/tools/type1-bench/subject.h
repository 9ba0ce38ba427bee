/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A container with a device and many mappings of one page each, side by side in
 * IOVA space and scattered over a guest of 1 GiB, as a vIOMMU leaves them.
 */
#ifndef SUBJECT_H
#define SUBJECT_H

#include <stdbool.h>

#include <engine.h>
#include <series.h>

#define GIB (1UL << 30)
#define RAM_PAGES (GIB / PAGE)
#define IOVA 0x100000000UL

struct subject {
	enum tracking tracking;
	bool exact;			/* by IOVA: a query may cover many mappings */
	int container;
	struct engine engine;
	unsigned long count;		/* mappings */
	unsigned long requests;		/* ioctls so far */
	uint64_t *bitmap;
	bool interrupted;		/* ends a sync at its next request */
};

/* Memory of the guest, of which only what is written takes any */
char *guest_memory(void);

void subject_open(struct subject *subject);
void subject_close(struct subject *subject);

void subject_map(struct subject *subject, unsigned long index);
void subject_unmap(struct subject *subject, unsigned long index);

/* While tracking: the dirty bit of the page is not lost. */
void subject_unmap_tracked(struct subject *subject, unsigned long index);

void subject_start(struct subject *subject);
void subject_stop(struct subject *subject);

/* Has the device write to @count mappings, of which @indices are the numbers. */
void subject_write(struct subject *subject, const unsigned long *indices, unsigned int count);

/* Reads the dirty bitmap of all, as a VMM does in each round of a migration. */
void subject_sync(struct subject *subject);

/* Whether a query over several mappings leaves nothing behind */
bool queries_are_exact(struct subject *subject);

#endif /* SUBJECT_H */
