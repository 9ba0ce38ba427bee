// SPDX-License-Identifier: GPL-2.0-only
#include "commands.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <line.h>

static char input[256];
static size_t filled;

static struct command parse(const char *line)
{
	static const struct command_word words[] = {
		[COMMAND_START] = { "start" },
		[COMMAND_MARK] = { "mark", .named = true },
		[COMMAND_CHECK] = { "check" },
		[COMMAND_STOP] = { "stop" },
	};

	return command_parse(line, words, sizeof(words) / sizeof(words[0]));
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
