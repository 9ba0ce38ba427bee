// SPDX-License-Identifier: GPL-2.0-only
#include "measure.h"

#include <string.h>

#include <memory.h>

static struct phase *current(struct measure *measure)
{
	return measure->phases[measure->phase_count - 1];
}

void measure_start(struct measure *measure, uint64_t now_ns)
{
	measure->timeline.start_ns = now_ns;
	measure->last_ns = now_ns;
	measure_phase(measure, "baseline", now_ns);
}

void measure_phase(struct measure *measure, const char *name, uint64_t now_ns)
{
	struct phase *phase = memory_allocate(1, sizeof(*phase));

	measure_end(measure, now_ns);

	strncpy(phase->name, name, sizeof(phase->name) - 1);
	phase->start_ns = now_ns;
	phase->end_ns = now_ns;
	measure->phases = memory_grow(measure->phases, measure->phase_count + 1,
				      sizeof(*measure->phases));
	measure->phases[measure->phase_count++] = phase;
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

	timeline_note(&measure->timeline, write->device_ns);
	gap_note(&measure->longest, measure->last_ns, write->device_ns, phase->name);
	measure->last_ns = write->device_ns;
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
