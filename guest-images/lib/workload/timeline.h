/* SPDX-License-Identifier: GPL-2.0-only */
/* What a workload did in each interval of time, and the longest gap in it. */
#ifndef TIMELINE_H
#define TIMELINE_H

#include <stdint.h>

#include "command.h"

struct timeline {
	uint64_t interval_ms;
	uint64_t start_ns;
	uint64_t *operations;		/* in each interval */
	uint64_t length;
	uint64_t room;
};

struct gap {
	uint64_t ns;
	uint64_t at_ns;			/* where it begins */
	char phase[COMMAND_NAME_MAX];	/* in which it ends */
};

void timeline_note(struct timeline *timeline, uint64_t at_ns);
void timeline_print(const struct timeline *timeline);

/* Takes the time from one point to another for the longest gap, if it is. */
void gap_note(struct gap *longest, uint64_t from_ns, uint64_t to_ns, const char *phase);
void gap_print(const struct gap *gap);

#endif
