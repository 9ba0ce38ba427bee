/* SPDX-License-Identifier: GPL-2.0-only */
/* What the command line asks for. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

struct options {
	uint64_t port;		/* of the first flow */
	uint64_t flows;		/* the first is read as it comes, the others are held back */
	uint64_t hold;		/* datagrams that each of the others holds */
	uint64_t interval_ms;	/* of the time line */
	uint64_t lost_listed;	/* lost datagrams described, of those counted */
};

/* Ends the program with status 2 when the arguments are not usable. */
struct options options_parse(int argc, char **argv);

#endif
