/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Knows what each page of all devices must hold, and looks whether it does. A
 * page that holds anything but its last acknowledged write is lost. Pages are
 * numbered through: those of the first device, then those of the second.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "device.h"
#include "options.h"

struct lost_page {
	uint64_t page;
	uint64_t iova;
	uint64_t gpa;
	uint64_t expected_sequence;
	uint64_t found_sequence;
	uint64_t found_page;
};

/* What one look at all the pages gave, or all the looks taken together. */
struct verdict {
	uint64_t checked;
	uint64_t lost;
	struct lost_page *first;	/* the first ones lost */
	uint64_t listed;
};

struct oracle {
	const struct device *devices;
	uint64_t pool_pages;	/* of each device */
	uint64_t pages;		/* of all devices */
	uint64_t bytes;
	uint64_t lost_listed;
	uint64_t *sequences;	/* last acknowledged write of each page; 0: none */
	bool *lost;		/* pages counted in total */
	struct verdict total;
};

struct oracle oracle_create(const struct device *devices, const struct options *options);
void oracle_acknowledge(struct oracle *oracle, uint64_t page, uint64_t sequence);
/* The page may hold anything from now on. */
void oracle_forget(struct oracle *oracle, uint64_t page);
void oracle_check_page(struct oracle *oracle, uint64_t page);
/* Looks at every page that was ever written. The caller frees verdict.first. */
struct verdict oracle_check_all(struct oracle *oracle);

#endif
