// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mailbox.h"
#include "party.h"

/* How many words a command line may have. */
#define WORDS	256

/* In the child: becomes the program, with the files at its standard places. */
static void become(char **words, int in, int out, int err)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	execvp(words[0], words);
	fprintf(stderr, "%s: %s\n", words[0], strerror(errno));
	_exit(127);
}

void party_start(uint32_t id, const char *words, size_t length)
{
	int in[2], out[2], err[2];
	struct party *party = party_add(id);
	char *argv[WORDS + 1];
	size_t count = 0, at;

	for (at = 0; at < length && count < WORDS; at += strlen(words + at) + 1)
		argv[count++] = (char *)words + at;
	argv[count] = NULL;
	if (at < length) {
		errno = E2BIG;
		die(words);
	}
	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC))
		die("pipe");
	party->pid = fork();
	if (party->pid < 0)
		die("fork");
	if (!party->pid)
		become(argv, in[0], out[1], err[1]);
	close(in[0]);
	close(out[1]);
	close(err[1]);
	party->in = in[1];
	party->out = out[0];
	party->err = err[0];
	fcntl(party->in, F_SETFL, O_NONBLOCK);
	fcntl(party->out, F_SETFL, O_NONBLOCK);
	fcntl(party->err, F_SETFL, O_NONBLOCK);
}

void party_kill(uint32_t id)
{
	struct party *party = party_find(id);

	if (party && party->pid)
		kill(party->pid, SIGKILL);
}

/* What a program that has ended left in a pipe; others may hold it open. */
static void read_rest(struct party *party, int fd, enum event kind)
{
	while (mailbox_room() && party_is_ready(fd, POLLIN))
		if (!party_read(party, fd, kind))
			return;
}

void party_reap(void)
{
	struct party *party, *next;
	char how[64];
	int status;

	for (party = parties; party; party = next) {
		next = party->next;
		/* Two full pipes, and how it ended. */
		if (!party->pid || mailbox_room() < 3 * PARTY_CHUNK)
			continue;
		if (waitpid(party->pid, &status, WNOHANG) != party->pid)
			continue;
		read_rest(party, party->out, EVENT_OUTPUT);
		read_rest(party, party->err, EVENT_ERRORS);
		if (WIFSIGNALED(status))
			snprintf(how, sizeof(how), "signal SIG%s",
				 sigabbrev_np(WTERMSIG(status)));
		else
			snprintf(how, sizeof(how), "exit code %d", WEXITSTATUS(status));
		mailbox_say(EVENT_EXITED, party->id, how);
		party_drop(party);
	}
}
