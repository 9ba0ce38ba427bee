/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured while datagrams come in. Points in time are those at which
 * they were sent, on the sender's clock, which goes on while the guest stands
 * still; a datagram belongs to the phase in which it was sent.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdint.h>

#include <timeline.h>

struct phase {
	char name[COMMAND_NAME_MAX];
	uint64_t start_ns;
	uint64_t end_ns;
	uint64_t operations;	/* datagrams that came */
};

struct measure {
	struct phase *phases;
	uint64_t phase_count;

	struct timeline timeline;
	struct gap longest;
	uint64_t last_ns;	/* when the newest datagram was sent */
};

void measure_start(struct measure *measure, uint64_t now_ns);
/* A phase begins with what is sent after the newest datagram. */
void measure_phase(struct measure *measure, const char *name);
void measure_datagram(struct measure *measure, uint64_t sent_ns);
/* The newest datagram: what was sent between the one before and this did not come. */
void measure_newest(struct measure *measure, uint64_t sent_ns);
void measure_end(struct measure *measure);

#endif
