// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "measure.h"
#include "options.h"
#include "oracle.h"

#define PROTOCOL_VERSION 1

/* Whoever read the events is gone when they cannot be written: nothing is left to do. */
static void end_line(void)
{
	putchar('\n');
	if (fflush(stdout))
		_Exit(1);
}

static void print_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

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
		print_string(phase->name);
		printf(",\"startNs\":%" PRIu64 ",\"endNs\":%" PRIu64 ",\"operations\":%" PRIu64 "}",
		       phase->start_ns, phase->end_ns, phase->operations);
	}
	putchar(']');
}

static void print_timeline(const struct measure *measure, uint64_t interval_ms)
{
	uint64_t i;

	printf("{\"intervalMs\":%" PRIu64 ",\"startNs\":%" PRIu64 ",\"operations\":[", interval_ms,
	       measure->phase_count ? measure->phases[0].start_ns : 0);
	for (i = 0; i < measure->timeline_length; i++)
		printf("%s%" PRIu64, i ? "," : "", measure->timeline[i]);
	printf("]}");
}

void report_ready(const struct options *options)
{
	printf("{\"event\":\"ready\",\"flows\":%" PRIu64 ",\"hold\":%" PRIu64 ",\"version\":%d}",
	       options->flows, options->hold, PROTOCOL_VERSION);
	end_line();
}

void report_started(void)
{
	printf("{\"event\":\"started\"}");
	end_line();
}

void report_marked(const char *phase)
{
	printf("{\"event\":\"marked\",\"phase\":");
	print_string(phase);
	putchar('}');
	end_line();
}

void report_checked(const struct verdict *verdict)
{
	printf("{\"event\":\"checked\",\"oracle\":");
	print_verdict(verdict);
	putchar('}');
	end_line();
}

void report_stopped(const struct oracle *oracle, const struct measure *measure,
		    uint64_t interval_ms)
{
	printf("{\"event\":\"stopped\",\"report\":{\"oracle\":");
	print_verdict(&oracle->total);
	printf(",\"phases\":");
	print_phases(measure);
	printf(",\"timeline\":");
	print_timeline(measure, interval_ms);
	printf(",\"longestGap\":{\"ns\":%" PRIu64 ",\"atNs\":%" PRIu64 ",\"phase\":",
	       measure->longest.ns, measure->longest.at_ns);
	print_string(measure->longest.phase);
	/* A receiver has no operation that could fail. */
	printf("},\"errors\":0,\"firstError\":null,\"dropped\":%" PRIu64
	       ",\"operations\":%" PRIu64 "}}", oracle->dropped, oracle->total.checked);
	end_line();
}

static void report_error(const char *format, va_list arguments)
{
	char message[512];

	vsnprintf(message, sizeof(message), format, arguments);
	printf("{\"event\":\"error\",\"message\":");
	print_string(message);
	putchar('}');
	end_line();
}

void report_failure(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_error(format, arguments);
	va_end(arguments);
	_Exit(1);
}

void report_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_error(format, arguments);
	va_end(arguments);
	_Exit(2);
}
