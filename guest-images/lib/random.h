/* SPDX-License-Identifier: GPL-2.0-only */
/* A seeded sequence of numbers (splitmix64), the same on every machine. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15ULL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
	return z ^ (z >> 31);
}

/* A number below limit, which is not 0. */
static inline uint64_t random_below(uint64_t *state, uint64_t limit)
{
	return (uint64_t)(((unsigned __int128)random_next(state) * limit) >> 64);
}

/* A number from first to last. */
static inline uint64_t random_between(uint64_t *state, uint64_t first, uint64_t last)
{
	return first + random_below(state, last - first + 1);
}

static inline bool random_percent(uint64_t *state, unsigned int percent)
{
	return random_below(state, 100) < percent;
}

#endif
