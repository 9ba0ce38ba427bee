/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct options {
	const char *device;
	uint64_t live;		/* pages that are mapped at any time */
	uint64_t pages;		/* pages of the pool; more than live */
	uint64_t seed;
	bool sequential;
	uint64_t bytes;		/* written into each page */
	uint64_t interval_ms;	/* of the time line */
	uint64_t lost_listed;	/* lost pages described, of those counted */
};

/* Ends the program with status 2 when the arguments are not usable. */
struct options options_parse(int argc, char **argv);

#endif
