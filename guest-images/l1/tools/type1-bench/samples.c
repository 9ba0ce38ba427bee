// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <fatal.h>

#include "samples.h"

uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

void samples_add(struct samples *samples, uint64_t ns)
{
	if (samples->count == samples->room) {
		samples->room = samples->room ? 2 * samples->room : 1024;
		samples->ns = realloc(samples->ns, samples->room * sizeof(*samples->ns));
		REQUIRE(samples->ns, "out of memory");
	}
	samples->ns[samples->count++] = ns;
}

static int compare(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return left < right ? -1 : left > right;
}

/* The least time that so many percent of the samples do not exceed */
static unsigned long long quantile(const struct samples *samples, unsigned int percent)
{
	return samples->ns[(samples->count * percent + 99) / 100 - 1];
}

void samples_print(struct samples *samples, const char *operation, unsigned long mappings,
		   unsigned int devices, unsigned long requests)
{
	static const char *separator = "";

	if (!samples->count)
		return;
	qsort(samples->ns, samples->count, sizeof(*samples->ns), compare);
	printf("%s{\"operation\":\"%s\",\"mappings\":%lu,\"count\":%zu,", separator, operation,
	       mappings, samples->count);
	if (devices > 1)
		printf("\"devices\":%u,", devices);
	if (requests)
		printf("\"requests\":%lu,", requests);
	printf("\"p50\":%llu,\"p90\":%llu,\"p99\":%llu,\"max\":%llu}", quantile(samples, 50),
	       quantile(samples, 90), quantile(samples, 99), quantile(samples, 100));
	separator = ",";
	free(samples->ns);
	*samples = (struct samples) { 0 };
}
