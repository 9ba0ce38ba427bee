/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured while the pages churn. Points in time are read from the
 * device's clock (the monotonic clock of its host), which goes on while the
 * guest is stopped; durations of map, DMA and unmap from the guest's own.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdint.h>

#include <timeline.h>

#include "device.h"
#include "histogram.h"

struct phase {
	char name[COMMAND_NAME_MAX];
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t operations;
	struct histogram map;
	struct histogram dma;
	struct histogram unmap;
};

/* The first completion that said error. */
struct failed_write {
	uint32_t status;
	uint64_t page;
	uint64_t sequence;
	uint64_t at_ns;
};

struct measure {
	struct phase **phases;
	uint64_t phase_count;

	struct timeline timeline;
	struct gap longest;
	uint64_t last_ns;		/* of the last completion */
	uint64_t operations;
	uint64_t errors;		/* completions that said so */
	struct failed_write first_error;
};

void measure_start(struct measure *measure, uint64_t now_ns);
void measure_phase(struct measure *measure, const char *name, uint64_t now_ns);
void measure_map(struct measure *measure, uint64_t ns);
void measure_unmap(struct measure *measure, uint64_t ns);
/* A write is an operation, acknowledged or not. */
void measure_write(struct measure *measure, const struct vdmae_write *write);
/* What happened since the last completion is not to be taken for a gap. */
void measure_pause(struct measure *measure, uint64_t now_ns);
void measure_end(struct measure *measure, uint64_t now_ns);

#endif
