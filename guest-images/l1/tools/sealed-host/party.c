// SPDX-License-Identifier: GPL-2.0-only
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mailbox.h"
#include "party.h"

#define CHUNK	(64 << 10)
#define WORDS	256

struct party *parties;

static struct party *add(uint32_t id)
{
	struct party *party = calloc(1, sizeof(*party));

	if (!party)
		die("a party");
	party->id = id;
	party->in = party->out = party->err = -1;
	party->next = parties;
	parties = party;
	return party;
}

static struct party *find(uint32_t id)
{
	struct party *party = parties;

	while (party && party->id != id)
		party = party->next;
	return party;
}

static void close_file(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void drop(struct party *party)
{
	struct party **link = &parties;

	while (*link != party)
		link = &(*link)->next;
	*link = party->next;
	if (party->out == party->in)
		party->out = -1;
	close_file(&party->in);
	close_file(&party->out);
	close_file(&party->err);
	free(party->queue);
	free(party);
}

static void put_text(enum event kind, uint32_t id, const char *text)
{
	mailbox_put(kind, id, text, strlen(text));
}

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
	struct party *party = add(id);
	char *argv[WORDS + 1];
	size_t count = 0, at;

	for (at = 0; at < length && count < WORDS; at += strlen(words + at) + 1)
		argv[count++] = (char *)words + at;
	argv[count] = NULL;
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

void party_connect(uint32_t id, const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct party *party;
	char host[INET_ADDRSTRLEN];
	unsigned short port;
	int fd;

	if (sscanf(address, "%15[0-9.]:%hu", host, &port) != 2 ||
	    inet_pton(AF_INET, host, &to.sin_addr) != 1) {
		put_text(EVENT_CLOSED, id, "no address");
		return;
	}
	to.sin_port = htons(port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) && errno != EINPROGRESS) {
		put_text(EVENT_CLOSED, id, strerror(errno));
		close(fd);
		return;
	}
	party = add(id);
	party->in = party->out = fd;
	party->connecting = true;
}

static void finish_input(struct party *party)
{
	if (party->pid)
		close_file(&party->in);
	else
		shutdown(party->in, SHUT_WR);
	party->end_input = false;
}

/* Writes what the other side takes. One that reads no more gets no more. */
static void write_queue(struct party *party)
{
	ssize_t written = write(party->in, party->queue, party->queued);

	if (written < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (written < 0)
		written = party->queued;
	party->queued -= written;
	memmove(party->queue, party->queue + written, party->queued);
	if (!party->queued && party->end_input)
		finish_input(party);
}

void party_input(uint32_t id, const char *bytes, size_t length)
{
	struct party *party = find(id);

	if (!party || party->in < 0 || !length)
		return;
	party->queue = realloc(party->queue, party->queued + length);
	if (!party->queue)
		die("input");
	memcpy(party->queue + party->queued, bytes, length);
	party->queued += length;
	if (!party->connecting)
		write_queue(party);
}

void party_end_input(uint32_t id)
{
	struct party *party = find(id);

	if (!party || party->in < 0)
		return;
	party->end_input = true;
	if (!party->queued && !party->connecting)
		finish_input(party);
}

void party_kill(uint32_t id)
{
	struct party *party = find(id);

	if (party && party->pid)
		kill(party->pid, SIGKILL);
}

void party_close(uint32_t id)
{
	struct party *party = find(id);

	if (party && !party->pid)
		drop(party);
}

int party_polled(const struct party *party, struct pollfd *polled)
{
	bool writes = party->connecting || party->queued;
	int count = 0;

	if (party->in >= 0 && writes)
		polled[count++] = (struct pollfd){ .fd = party->in, .events = POLLOUT };
	if (party->out >= 0 && !party->connecting)
		polled[count++] = (struct pollfd){ .fd = party->out, .events = POLLIN };
	if (party->err >= 0)
		polled[count++] = (struct pollfd){ .fd = party->err, .events = POLLIN };
	return count;
}

/* Reads what is there, as far as the mailbox has room. Gives false at the end. */
static bool read_file(struct party *party, int fd, enum event kind)
{
	static char bytes[CHUNK];
	size_t room = mailbox_room();
	ssize_t got;

	if (!room)
		return true;
	got = read(fd, bytes, room < CHUNK ? room : CHUNK);
	if (got > 0)
		mailbox_put(kind, party->id, bytes, got);
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

/* Gives false where the connection did not come about, and the party is gone. */
static bool settle_connection(struct party *party)
{
	socklen_t length = sizeof(int);
	int error = 0;

	getsockopt(party->in, SOL_SOCKET, SO_ERROR, &error, &length);
	party->connecting = false;
	if (error) {
		put_text(EVENT_CLOSED, party->id, strerror(error));
		drop(party);
		return false;
	}
	mailbox_put(EVENT_CONNECTED, party->id, NULL, 0);
	return true;
}

static bool is_ready(int fd, short events)
{
	struct pollfd polled = { .fd = fd, .events = events };

	return fd >= 0 && poll(&polled, 1, 0) == 1;
}

void party_serve(struct party *party)
{
	if (party->connecting) {
		if (!is_ready(party->in, POLLOUT) || !settle_connection(party))
			return;
	}
	if (party->queued && is_ready(party->in, POLLOUT))
		write_queue(party);
	if (is_ready(party->err, POLLIN) && !read_file(party, party->err, EVENT_ERRORS))
		close_file(&party->err);
	if (!is_ready(party->out, POLLIN) || read_file(party, party->out, EVENT_OUTPUT))
		return;
	if (party->pid) {
		close_file(&party->out);
	} else {
		put_text(EVENT_CLOSED, party->id, "");
		drop(party);
	}
}

/* What a program that has ended left in its pipes; others may hold them open. */
static void read_rest(struct party *party)
{
	while (is_ready(party->out, POLLIN) && mailbox_room())
		if (!read_file(party, party->out, EVENT_OUTPUT))
			close_file(&party->out);
	while (is_ready(party->err, POLLIN) && mailbox_room())
		if (!read_file(party, party->err, EVENT_ERRORS))
			close_file(&party->err);
}

void party_reap(void)
{
	struct party *party, *next;
	char how[64];
	int status;

	for (party = parties; party; party = next) {
		next = party->next;
		if (!party->pid || mailbox_room() < CHUNK)
			continue;
		if (waitpid(party->pid, &status, WNOHANG) != party->pid)
			continue;
		read_rest(party);
		if (WIFSIGNALED(status))
			snprintf(how, sizeof(how), "signal SIG%s",
				 sigabbrev_np(WTERMSIG(status)));
		else
			snprintf(how, sizeof(how), "exit code %d", WEXITSTATUS(status));
		put_text(EVENT_EXITED, party->id, how);
		drop(party);
	}
}
