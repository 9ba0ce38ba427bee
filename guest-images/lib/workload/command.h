/* SPDX-License-Identifier: GPL-2.0-only */
/* A command to a workload: a word, and for some of them a name after it. */
#ifndef COMMAND_H
#define COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#define COMMAND_NAME_MAX 32

struct command_word {
	const char *word;
	bool named;
};

struct command {
	unsigned int kind;	/* index of its word */
	char name[COMMAND_NAME_MAX];
};

/* A line that is no command ends the program. */
struct command command_parse(const char *line, const struct command_word *words, size_t count);

#endif
