/* SPDX-License-Identifier: GPL-2.0-only */
/* Times of one operation, and what is printed of them. */
#ifndef SAMPLES_H
#define SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples {
	uint64_t *ns;
	size_t count;
	size_t room;
};

uint64_t clock_ns(void);

void samples_add(struct samples *samples, uint64_t ns);

/*
 * Prints a point, with its quantiles, and forgets the samples; nothing if there
 * are none. The requests that one operation takes are printed unless they are 0.
 */
void samples_print(struct samples *samples, const char *operation, unsigned long mappings,
		   unsigned int devices, unsigned long requests);

#endif /* SAMPLES_H */
