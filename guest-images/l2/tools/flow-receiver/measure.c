// SPDX-License-Identifier: GPL-2.0-only
#include "measure.h"

#include <string.h>

#include <memory.h>

void measure_start(struct measure *measure, uint64_t now_ns)
{
	measure->timeline.start_ns = now_ns;
	measure->last_ns = now_ns;
	measure_phase(measure, "baseline");
}

void measure_phase(struct measure *measure, const char *name)
{
	struct phase phase = { .start_ns = measure->last_ns, .end_ns = measure->last_ns };

	measure_end(measure);
	strncpy(phase.name, name, sizeof(phase.name) - 1);
	measure->phases = memory_grow(measure->phases, measure->phase_count + 1, sizeof(phase));
	measure->phases[measure->phase_count++] = phase;
}

static struct phase *phase_at(const struct measure *measure, uint64_t sent_ns)
{
	uint64_t i = measure->phase_count - 1;

	while (i && measure->phases[i].start_ns >= sent_ns)
		i--;
	return &measure->phases[i];
}

void measure_datagram(struct measure *measure, uint64_t sent_ns)
{
	phase_at(measure, sent_ns)->operations++;
	timeline_note(&measure->timeline, sent_ns);
}

void measure_newest(struct measure *measure, uint64_t sent_ns)
{
	if (sent_ns <= measure->last_ns)
		return;
	gap_note(&measure->longest, measure->last_ns, sent_ns, phase_at(measure, sent_ns)->name);
	measure->last_ns = sent_ns;
}

void measure_end(struct measure *measure)
{
	if (measure->phase_count)
		measure->phases[measure->phase_count - 1].end_ns = measure->last_ns;
}
