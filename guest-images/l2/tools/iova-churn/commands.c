// SPDX-License-Identifier: GPL-2.0-only
#include "commands.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <line.h>

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

static struct command parse(const char *line)
{
	static const struct command_word words[] = {
		[COMMAND_START] = { "start" },
		[COMMAND_MARK] = { "mark", .named = true },
		[COMMAND_STORM] = { "storm" },
		[COMMAND_REBIND] = { "rebind" },
		[COMMAND_RESCAN] = { "rescan" },
		[COMMAND_CHECK] = { "check" },
		[COMMAND_STOP] = { "stop" },
	};

	return command_parse(line, words, sizeof(words) / sizeof(words[0]));
}

static void *read_commands(void *unused)
{
	struct command command = {};
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, stdin)) >= 0) {
		if (length && line[length - 1] == '\n')
			line[length - 1] = '\0';
		command = parse(line);
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
