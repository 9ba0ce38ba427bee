// SPDX-License-Identifier: GPL-2.0-only
#include "commands.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "report.h"

static char input[256];
static size_t filled;

static bool valid_name(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return i > 0 && i < COMMAND_NAME_MAX;
}

static struct command parse(const char *line)
{
	struct command command = { .kind = COMMAND_MARK };

	if (!strcmp(line, "start"))
		command.kind = COMMAND_START;
	else if (!strcmp(line, "check"))
		command.kind = COMMAND_CHECK;
	else if (!strcmp(line, "stop"))
		command.kind = COMMAND_STOP;
	else if (!strncmp(line, "mark ", 5) && valid_name(line + 5))
		strcpy(command.name, line + 5);
	else
		report_failure("unknown command: %s", line);
	return command;
}

/* Takes a line out of the input that has come so far. */
static bool take_line(struct command *command)
{
	char *end = memchr(input, '\n', filled);

	if (!end)
		return false;
	*end = '\0';
	*command = parse(input);
	filled -= end + 1 - input;
	memmove(input, end + 1, filled);
	return true;
}

bool commands_next(struct command *command)
{
	ssize_t bytes;

	if (take_line(command))
		return true;
	if (filled == sizeof(input))
		report_failure("a command too long");
	fcntl(STDIN_FILENO, F_SETFL, O_NONBLOCK);
	bytes = read(STDIN_FILENO, input + filled, sizeof(input) - filled);
	if (bytes < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	if (bytes <= 0) {
		*command = (struct command) { .kind = COMMAND_STOP };
		return true;
	}
	filled += bytes;
	return take_line(command);
}
