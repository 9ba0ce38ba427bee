// SPDX-License-Identifier: GPL-2.0-only
#include "command.h"

#include <ctype.h>
#include <string.h>

#include "line.h"

static bool valid_name(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return i > 0 && i < COMMAND_NAME_MAX;
}

static bool matches(const char *line, const struct command_word *word, const char **name)
{
	size_t length = strlen(word->word);

	if (strncmp(line, word->word, length))
		return false;
	if (!word->named)
		return !line[length];
	*name = line + length + 1;
	return line[length] == ' ' && valid_name(*name);
}

struct command command_parse(const char *line, const struct command_word *words, size_t count)
{
	struct command command = {};
	const char *name = "";

	while (command.kind < count && !matches(line, &words[command.kind], &name))
		command.kind++;
	if (command.kind == count)
		report_failure("unknown command: %s", line);
	strcpy(command.name, name);
	return command;
}
