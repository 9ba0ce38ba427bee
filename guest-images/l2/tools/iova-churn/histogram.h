/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counts of durations in log-linear buckets: exact below 256 ns, and above that
 * 256 buckets for each power of two, so a bucket is at most 0.4 % wide.
 */
#ifndef HISTOGRAM_H
#define HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#define HISTOGRAM_STEPS		256
#define HISTOGRAM_BUCKETS	(HISTOGRAM_STEPS * 42)

struct histogram {
	uint64_t count;
	uint64_t min;
	uint64_t max;
	uint64_t sum;
	uint64_t buckets[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, uint64_t ns);
/* The upper end of the bucket that holds the given share (per 1000) of the values. */
uint64_t histogram_permille(const struct histogram *histogram, unsigned int permille);
/* The largest value that belongs into a bucket. */
uint64_t histogram_upper(size_t bucket);

#endif
