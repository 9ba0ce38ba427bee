/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One step of a run, in a form that is kept, repeated and printed. What cannot
 * be done in the state that the steps before have left is left out by whoever
 * carries it out, so that any steps of a run are a run.
 */
#ifndef STEP_H
#define STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum operation {
	STEP_START,
	STEP_STOP,
	STEP_MAP,		/* first IOVA page, pages, guest page or NO_GUEST_PAGE */
	STEP_UNMAP,		/* first IOVA page, pages, how */
	STEP_WRITE,		/* IOVA page, offset, length */
	STEP_READ,		/* likewise */
	STEP_RELEASE,		/* the engine unpins all */
	STEP_GET,		/* first IOVA page or guest frame, pages */
	STEP_GET_FAULT,		/* likewise, and the bytes that can be written */
	STEP_TRANSLATE,		/* IOTLB: first IOVA page of a mapping, offset, pages */
	STEP_INVALIDATE,	/* IOTLB: likewise */
	OPERATIONS
};

enum unmap_how { UNMAP_PLAIN, UNMAP_WITH_BITMAP, UNMAP_WITH_GPA, UNMAP_WRONG_GPA };

#define NO_GUEST_PAGE UINT32_MAX

struct step {
	uint8_t operation;
	uint8_t container;
	uint8_t engine;
	uint32_t a, b, c;
};

/* Lines of text that step_parse() reads */
void step_format(const struct step *step, char *line, size_t size);
bool step_parse(const char *line, struct step *step);

#endif /* STEP_H */
