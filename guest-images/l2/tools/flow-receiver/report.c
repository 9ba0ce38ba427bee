// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include <line.h>

#include "measure.h"
#include "options.h"
#include "oracle.h"

#define PROTOCOL_VERSION 1

static void print_lost(const struct lost_datagram *lost)
{
	printf("{\"word\":%" PRIu64 ",\"expected\":{\"sequence\":%" PRIu64 ",\"place\":\"0x%" PRIx64
	       "\"},\"found\":{\"sequence\":%" PRIu64 ",\"place\":\"0x%" PRIx64 "\"}}",
	       lost->index, lost->expected_sequence, lost->expected_place, lost->found_sequence,
	       lost->found_place);
}

static void print_verdict(const struct verdict *verdict)
{
	uint64_t i;

	printf("{\"checked\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"first\":[", verdict->checked,
	       verdict->lost);
	for (i = 0; i < verdict->listed; i++) {
		if (i)
			putchar(',');
		print_lost(&verdict->first[i]);
	}
	printf("]}");
}

static void print_phases(const struct measure *measure)
{
	uint64_t i;

	putchar('[');
	for (i = 0; i < measure->phase_count; i++) {
		const struct phase *phase = &measure->phases[i];

		printf("%s{\"name\":", i ? "," : "");
		line_string(phase->name);
		printf(",\"startNs\":%" PRIu64 ",\"endNs\":%" PRIu64 ",\"operations\":%" PRIu64 "}",
		       phase->start_ns, phase->end_ns, phase->operations);
	}
	putchar(']');
}

void report_ready(const struct options *options)
{
	line_begin("ready");
	printf(",\"flows\":%" PRIu64 ",\"hold\":%" PRIu64 ",\"version\":%d", options->flows,
	       options->hold, PROTOCOL_VERSION);
	line_end();
}

void report_checked(const struct verdict *verdict)
{
	line_begin("checked");
	printf(",\"oracle\":");
	print_verdict(verdict);
	line_end();
}

void report_stopped(const struct oracle *oracle, const struct measure *measure)
{
	line_begin("stopped");
	printf(",\"report\":{\"oracle\":");
	print_verdict(&oracle->total);
	printf(",\"phases\":");
	print_phases(measure);
	printf(",\"timeline\":");
	timeline_print(&measure->timeline);
	printf(",\"longestGap\":");
	gap_print(&measure->longest);
	/* A receiver has no operation that could fail. */
	printf(",\"errors\":0,\"firstError\":null,\"dropped\":%" PRIu64
	       ",\"operations\":%" PRIu64 "}", oracle->dropped, oracle->total.checked);
	line_end();
}
