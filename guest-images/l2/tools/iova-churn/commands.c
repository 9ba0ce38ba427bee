// SPDX-License-Identifier: GPL-2.0-only
#include "commands.h"

#include <ctype.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* One command at a time is handed over: the reader waits until it was taken. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct command offered;
static atomic_bool pending;

static void offer(const struct command *command)
{
	pthread_mutex_lock(&lock);
	while (atomic_load(&pending))
		pthread_cond_wait(&changed, &lock);
	offered = *command;
	atomic_store(&pending, true);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
}

struct command commands_wait(void)
{
	struct command command;

	pthread_mutex_lock(&lock);
	while (!atomic_load(&pending))
		pthread_cond_wait(&changed, &lock);
	command = offered;
	atomic_store(&pending, false);
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	return command;
}

bool commands_pending(void)
{
	return atomic_load_explicit(&pending, memory_order_relaxed);
}

static bool valid_name(const char *name)
{
	size_t i;

	for (i = 0; name[i]; i++)
		if (!isalnum((unsigned char)name[i]) && !strchr("-_.", name[i]))
			return false;
	return i > 0 && i < COMMAND_NAME_MAX;
}

static bool parse(const char *line, struct command *command)
{
	static const char *const words[] = {
		[COMMAND_START] = "start",
		[COMMAND_STORM] = "storm",
		[COMMAND_REBIND] = "rebind",
		[COMMAND_RESCAN] = "rescan",
		[COMMAND_CHECK] = "check",
		[COMMAND_STOP] = "stop",
	};
	size_t i;

	*command = (struct command) {};
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (words[i] && !strcmp(line, words[i])) {
			command->kind = i;
			return true;
		}
	}
	if (!strncmp(line, "mark ", 5) && valid_name(line + 5)) {
		command->kind = COMMAND_MARK;
		strcpy(command->name, line + 5);
		return true;
	}
	return false;
}

static void *read_commands(void *unused)
{
	struct command command = { .kind = COMMAND_STOP };
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) >= 0) {
		if (length && line[length - 1] == '\n')
			line[length - 1] = '\0';
		if (!parse(line, &command))
			report_failure("unknown command: %s", line);
		offer(&command);
		if (command.kind == COMMAND_STOP)
			break;
	}
	free(line);
	command.kind = COMMAND_STOP;
	offer(&command);
	return unused;
}

void commands_listen(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, read_commands, NULL) || pthread_detach(thread))
		report_failure("no thread for reading commands");
}
