/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include <vdmae_hw.h>

#define DEVICES_MAX 4
#define QUEUE_MAX (VDMAE_MAX_ENTRIES - 1)

enum mode {
	MODE_CHURN,	/* a step writes pages, unmaps their blocks, and maps others */
	MODE_STATIC,	/* a step writes pages; nothing is unmapped */
	MODE_ALIAS,	/* each block is mapped twice; one goes while the other is written */
};

struct options {
	const char *devices[DEVICES_MAX];
	uint64_t device_count;
	enum mode mode;
	uint64_t live;		/* mappings of each device at any time */
	uint64_t mapping_pages;	/* pages that a mapping covers: a block of the pool */
	bool scattered;		/* these pages lie anywhere in memory */
	uint64_t pages;		/* pages of each device's pool */
	uint64_t seed;
	bool sequential;
	uint64_t bytes;		/* written into each page */
	uint64_t queue_depth;	/* writes that a device is given at once */
	uint64_t interval_ms;	/* of the time line */
	uint64_t lost_listed;	/* lost pages described, of those counted */
};

/* Ends the program with status 2 when the arguments are not usable. */
struct options options_parse(int argc, char **argv);

/* Mappings that a live block has. */
uint64_t options_aliases(const struct options *options);
/* Blocks of each device that are mapped at any time. */
uint64_t options_live_blocks(const struct options *options);
/* Blocks of each device's pool. */
uint64_t options_blocks(const struct options *options);

#endif
