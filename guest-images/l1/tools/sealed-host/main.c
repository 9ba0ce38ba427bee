// SPDX-License-Identifier: GPL-2.0-only
/*
 * sealed-host: starts programs and makes connections in L1 for the harness, and
 * hands over what they say, by the calls of mailbox.h. Between two calls L1 is
 * on its own; during a call its clock stands still.
 *
 * Usage: sealed-host (no arguments; it never ends)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "mailbox.h"
#include "party.h"

/*
 * A call is made at least so often, whatever happens: so the harness knows that
 * L1 is alive, and what it did too late for a call is done at the next.
 */
#define HEARTBEAT_NS	100000000ULL

#define NS_PER_S	1000000000ULL

static void obey(const struct frame *command)
{
	const char *bytes = (const char *)(command + 1);

	switch (command->kind) {
	case COMMAND_START:
		party_start(command->id, bytes, command->length);
		break;
	case COMMAND_INPUT:
		party_input(command->id, bytes, command->length);
		break;
	case COMMAND_END_INPUT:
		party_end_input(command->id);
		break;
	case COMMAND_KILL:
		party_kill(command->id);
		break;
	case COMMAND_CONNECT:
		party_connect(command->id, bytes);
		break;
	case COMMAND_CLOSE:
		party_close(command->id);
		break;
	default:
		fprintf(stderr, "sealed-host: unknown command %u\n", command->kind);
		exit(1);
	}
}

/* Sleeps until something happens, or the time has come. */
static void wait_until(uint64_t wake_ns, int children)
{
	static struct pollfd *polled;
	const struct party *party;
	struct timespec timeout;
	uint64_t now = monotonic_ns();
	uint64_t left = wake_ns > now ? wake_ns - now : 0;
	size_t count = 1, total = 0;

	for (party = parties; party; party = party->next)
		total++;
	polled = realloc(polled, (1 + 3 * total) * sizeof(*polled));
	if (!polled)
		die("poll");
	polled[0] = (struct pollfd){ .fd = children, .events = POLLIN };
	for (party = parties; party; party = party->next)
		count += party_polled(party, polled + count);
	timeout.tv_sec = left / NS_PER_S;
	timeout.tv_nsec = left % NS_PER_S;
	if (ppoll(polled, count, &timeout, NULL) < 0 && errno != EINTR)
		die("ppoll");
}

static void serve(int children)
{
	struct signalfd_siginfo info;
	struct party *party, *next;

	while (read(children, &info, sizeof(info)) > 0)
		;
	for (party = parties; party; party = next) {
		next = party->next;
		party_serve(party);
	}
	party_reap();
}

/* Tells when children end. */
static int watch_children(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (fd < 0)
		die("signalfd");
	return fd;
}

int main(void)
{
	const struct sched_param first = { .sched_priority = 1 };
	int children = watch_children();
	const struct frame *command;
	uint64_t wake_ns, latest;

	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/root", 1);
	signal(SIGPIPE, SIG_IGN);
	/* What happens is told when it happens, whoever else wants the processor. */
	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first))
		die("sched_setscheduler");
	mailbox_open();
	for (;;) {
		wake_ns = mailbox_call();
		while ((command = mailbox_next()))
			obey(command);
		latest = monotonic_ns() + HEARTBEAT_NS;
		wait_until(wake_ns && wake_ns < latest ? wake_ns : latest, children);
		serve(children);
	}
}
