// SPDX-License-Identifier: GPL-2.0-only
#include "histogram.h"

#define STEPS_SHIFT	8

static size_t bucket_of(uint64_t ns)
{
	unsigned int shift;
	size_t bucket;

	if (ns < HISTOGRAM_STEPS)
		return ns;
	shift = 63 - __builtin_clzll(ns) - STEPS_SHIFT;
	bucket = (size_t)HISTOGRAM_STEPS * shift + (ns >> shift);
	return bucket < HISTOGRAM_BUCKETS ? bucket : HISTOGRAM_BUCKETS - 1;
}

uint64_t histogram_upper(size_t bucket)
{
	unsigned int shift;

	if (bucket < HISTOGRAM_STEPS * 2)
		return bucket;
	shift = bucket / HISTOGRAM_STEPS - 1;
	return ((bucket % HISTOGRAM_STEPS + HISTOGRAM_STEPS + 1ULL) << shift) - 1;
}

void histogram_add(struct histogram *histogram, uint64_t ns)
{
	if (!histogram->count || ns < histogram->min)
		histogram->min = ns;
	if (ns > histogram->max)
		histogram->max = ns;
	histogram->count++;
	histogram->sum += ns;
	histogram->buckets[bucket_of(ns)]++;
}

uint64_t histogram_permille(const struct histogram *histogram, unsigned int permille)
{
	uint64_t rank = (histogram->count * permille + 999) / 1000;
	uint64_t seen = 0;
	size_t i;

	for (i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen && seen >= rank) {
			uint64_t upper = histogram_upper(i);

			return upper < histogram->max ? upper : histogram->max;
		}
	}
	return 0;
}
