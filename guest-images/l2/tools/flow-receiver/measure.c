// SPDX-License-Identifier: GPL-2.0-only
#include "measure.h"

#include <stdlib.h>
#include <string.h>

#include "report.h"

/* Ends the time line of a clock that leaps, before it takes all memory. */
#define TIMELINE_MAX (1U << 20)

static void *grow(void *memory, uint64_t count, size_t size)
{
	memory = realloc(memory, count * size);
	if (!memory)
		report_failure("out of memory");
	return memory;
}

void measure_start(struct measure *measure, uint64_t interval_ms, uint64_t now_ns)
{
	measure->interval_ns = interval_ms * 1000000;
	measure->last_ns = now_ns;
	measure_phase(measure, "baseline");
}

void measure_phase(struct measure *measure, const char *name)
{
	struct phase phase = { .start_ns = measure->last_ns, .end_ns = measure->last_ns };

	measure_end(measure);
	strncpy(phase.name, name, sizeof(phase.name) - 1);
	measure->phases = grow(measure->phases, measure->phase_count + 1, sizeof(phase));
	measure->phases[measure->phase_count++] = phase;
}

static struct phase *phase_at(const struct measure *measure, uint64_t sent_ns)
{
	uint64_t i = measure->phase_count - 1;

	while (i && measure->phases[i].start_ns >= sent_ns)
		i--;
	return &measure->phases[i];
}

static void note_in_timeline(struct measure *measure, uint64_t sent_ns)
{
	uint64_t start_ns = measure->phases[0].start_ns;
	uint64_t index = (sent_ns > start_ns ? sent_ns - start_ns : 0) / measure->interval_ns;

	if (index >= TIMELINE_MAX)
		return;
	if (index >= measure->timeline_room) {
		measure->timeline_room = index * 2 + 64;
		measure->timeline = grow(measure->timeline, measure->timeline_room,
					 sizeof(*measure->timeline));
	}
	while (measure->timeline_length <= index)
		measure->timeline[measure->timeline_length++] = 0;
	measure->timeline[index]++;
}

void measure_datagram(struct measure *measure, uint64_t sent_ns)
{
	phase_at(measure, sent_ns)->operations++;
	note_in_timeline(measure, sent_ns);
}

void measure_newest(struct measure *measure, uint64_t sent_ns)
{
	if (sent_ns <= measure->last_ns)
		return;
	if (sent_ns - measure->last_ns > measure->longest.ns) {
		measure->longest.ns = sent_ns - measure->last_ns;
		measure->longest.at_ns = measure->last_ns;
		strcpy(measure->longest.phase, phase_at(measure, sent_ns)->name);
	}
	measure->last_ns = sent_ns;
}

void measure_end(struct measure *measure)
{
	if (measure->phase_count)
		measure->phases[measure->phase_count - 1].end_ns = measure->last_ns;
}
