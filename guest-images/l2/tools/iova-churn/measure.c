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

static struct phase *current(struct measure *measure)
{
	return measure->phases[measure->phase_count - 1];
}

void measure_start(struct measure *measure, uint64_t interval_ms, uint64_t now_ns)
{
	measure->interval_ns = interval_ms * 1000000;
	measure->start_ns = now_ns;
	measure->last_ns = now_ns;
	measure_phase(measure, "baseline", now_ns);
}

void measure_phase(struct measure *measure, const char *name, uint64_t now_ns)
{
	struct phase *phase = calloc(1, sizeof(*phase));

	if (!phase)
		report_failure("out of memory");
	measure_end(measure, now_ns);

	strncpy(phase->name, name, sizeof(phase->name) - 1);
	phase->start_ns = now_ns;
	phase->end_ns = now_ns;
	measure->phases = grow(measure->phases, measure->phase_count + 1, sizeof(phase));
	measure->phases[measure->phase_count++] = phase;
}

static void note_in_timeline(struct measure *measure, uint64_t at_ns)
{
	uint64_t since = at_ns > measure->start_ns ? at_ns - measure->start_ns : 0;
	uint64_t index = since / measure->interval_ns;

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

static void note_gap(struct measure *measure, uint64_t at_ns)
{
	if (at_ns > measure->last_ns && at_ns - measure->last_ns > measure->longest.ns) {
		measure->longest.ns = at_ns - measure->last_ns;
		measure->longest.at_ns = measure->last_ns;
		strcpy(measure->longest.phase, current(measure)->name);
	}
	measure->last_ns = at_ns;
}

static void note_error(struct measure *measure, const struct vdmae_write *write)
{
	if (measure->errors++)
		return;
	measure->first_error = (struct failed_write) {
		.status = write->status,
		.page = write->page,
		.sequence = write->sequence,
		.at_ns = write->device_ns,
	};
}

void measure_map(struct measure *measure, uint64_t ns)
{
	histogram_add(&current(measure)->map, ns);
}

void measure_unmap(struct measure *measure, uint64_t ns)
{
	histogram_add(&current(measure)->unmap, ns);
}

void measure_write(struct measure *measure, const struct vdmae_write *write)
{
	struct phase *phase = current(measure);

	histogram_add(&phase->dma, write->ns);
	phase->operations++;
	measure->operations++;
	if (write->status)
		note_error(measure, write);

	note_in_timeline(measure, write->device_ns);
	note_gap(measure, write->device_ns);
}

void measure_pause(struct measure *measure, uint64_t now_ns)
{
	measure->last_ns = now_ns;
}

void measure_end(struct measure *measure, uint64_t now_ns)
{
	if (measure->phase_count)
		current(measure)->end_ns = now_ns;
}
