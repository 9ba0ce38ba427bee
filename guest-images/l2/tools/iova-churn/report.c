// SPDX-License-Identifier: GPL-2.0-only
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include <line.h>

#include "measure.h"
#include "options.h"
#include "oracle.h"

#define PROTOCOL_VERSION 1

static void print_lost(const struct lost_page *lost)
{
	printf("{\"page\":%" PRIu64 ",\"iova\":\"0x%" PRIx64 "\",\"gpa\":\"0x%" PRIx64 "\","
	       "\"expected\":{\"sequence\":%" PRIu64 ",\"page\":%" PRIu64 "},"
	       "\"found\":{\"sequence\":%" PRIu64 ",\"page\":%" PRIu64 "}}",
	       lost->page, lost->iova, lost->gpa, lost->expected_sequence, lost->page,
	       lost->found_sequence, lost->found_page);
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

static void print_histogram(const struct histogram *histogram)
{
	const char *separator = "";
	size_t i;

	printf("{\"count\":%" PRIu64 ",\"min\":%" PRIu64 ",\"p50\":%" PRIu64 ",\"p90\":%" PRIu64
	       ",\"p99\":%" PRIu64 ",\"p999\":%" PRIu64 ",\"max\":%" PRIu64 ",\"mean\":%.1f,"
	       "\"buckets\":[", histogram->count, histogram->min,
	       histogram_permille(histogram, 500), histogram_permille(histogram, 900),
	       histogram_permille(histogram, 990), histogram_permille(histogram, 999),
	       histogram->max, histogram->count ? (double)histogram->sum / histogram->count : 0.0);
	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		if (!histogram->buckets[i])
			continue;
		printf("%s[%" PRIu64 ",%" PRIu64 "]", separator, histogram_upper(i),
		       histogram->buckets[i]);
		separator = ",";
	}
	printf("]}");
}

static void print_phase(const struct phase *phase)
{
	printf("{\"name\":");
	line_string(phase->name);
	printf(",\"startNs\":%" PRIu64 ",\"endNs\":%" PRIu64 ",\"operations\":%" PRIu64 ",\"map\":",
	       phase->start_ns, phase->end_ns, phase->operations);
	print_histogram(&phase->map);
	printf(",\"dma\":");
	print_histogram(&phase->dma);
	printf(",\"unmap\":");
	print_histogram(&phase->unmap);
	putchar('}');
}

static void print_first_error(const struct measure *measure)
{
	const struct failed_write *error = &measure->first_error;

	if (!measure->errors) {
		printf("null");
		return;
	}
	printf("{\"status\":%" PRIu32 ",\"page\":%" PRIu64 ",\"sequence\":%" PRIu64
	       ",\"atNs\":%" PRIu64 "}", error->status, error->page, error->sequence,
	       error->at_ns);
}

void report_ready(const struct options *options)
{
	line_begin("ready");
	printf(",\"live\":%" PRIu64 ",\"pages\":%" PRIu64 ",\"version\":%d", options->live,
	       options->pages, PROTOCOL_VERSION);
	line_end();
}

void report_switchover(const struct verdict *verdict, uint32_t epoch)
{
	line_begin("switchover");
	printf(",\"epoch\":%" PRIu32 ",\"oracle\":", epoch);
	print_verdict(verdict);
	line_end();
}

void report_checked(const struct verdict *verdict)
{
	line_begin("checked");
	printf(",\"oracle\":");
	print_verdict(verdict);
	line_end();
}

void report_storming(void)
{
	line_begin("storming");
	line_end();
}

void report_rebound(uint64_t ms)
{
	line_begin("rebound");
	printf(",\"ms\":%" PRIu64, ms);
	line_end();
}

void report_stopped(const struct verdict *total, const struct measure *measure)
{
	uint64_t i;

	line_begin("stopped");
	printf(",\"report\":{\"oracle\":");
	print_verdict(total);
	printf(",\"phases\":[");
	for (i = 0; i < measure->phase_count; i++) {
		if (i)
			putchar(',');
		print_phase(measure->phases[i]);
	}
	printf("],\"timeline\":");
	timeline_print(&measure->timeline);
	printf(",\"longestGap\":");
	gap_print(&measure->longest);
	printf(",\"errors\":%" PRIu64 ",\"firstError\":", measure->errors);
	print_first_error(measure);
	printf(",\"operations\":%" PRIu64 "}", measure->operations);
	line_end();
}
