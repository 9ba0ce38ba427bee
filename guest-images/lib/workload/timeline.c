// SPDX-License-Identifier: GPL-2.0-only
#include "timeline.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "line.h"
#include "memory.h"

/* Ends the time line of a clock that leaps, before it takes all memory. */
#define TIMELINE_MAX (1U << 20)

#define NS_PER_MS 1000000U

void timeline_note(struct timeline *timeline, uint64_t at_ns)
{
	uint64_t since = at_ns > timeline->start_ns ? at_ns - timeline->start_ns : 0;
	uint64_t index = since / (timeline->interval_ms * NS_PER_MS);

	if (index >= TIMELINE_MAX)
		return;
	if (index >= timeline->room) {
		timeline->room = index * 2 + 64;
		timeline->operations = memory_grow(timeline->operations, timeline->room,
						   sizeof(*timeline->operations));
	}
	while (timeline->length <= index)
		timeline->operations[timeline->length++] = 0;
	timeline->operations[index]++;
}

void timeline_print(const struct timeline *timeline)
{
	uint64_t i;

	printf("{\"intervalMs\":%" PRIu64 ",\"startNs\":%" PRIu64 ",\"operations\":[",
	       timeline->interval_ms, timeline->start_ns);
	for (i = 0; i < timeline->length; i++)
		printf("%s%" PRIu64, i ? "," : "", timeline->operations[i]);
	printf("]}");
}

void gap_note(struct gap *longest, uint64_t from_ns, uint64_t to_ns, const char *phase)
{
	if (to_ns <= from_ns || to_ns - from_ns <= longest->ns)
		return;
	longest->ns = to_ns - from_ns;
	longest->at_ns = from_ns;
	strcpy(longest->phase, phase);
}

void gap_print(const struct gap *gap)
{
	printf("{\"ns\":%" PRIu64 ",\"atNs\":%" PRIu64 ",\"phase\":", gap->ns, gap->at_ns);
	line_string(gap->phase);
	putchar('}');
}
