// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mailbox.h"
#include "party.h"

struct party *parties;

struct party *party_add(uint32_t id)
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

struct party *party_find(uint32_t id)
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

void party_drop(struct party *party)
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
}

static void finish_input(struct party *party)
{
	if (party->pid)
		close_file(&party->in);
	else
		shutdown(party->in, SHUT_WR);
	party->end_input = false;
}

/* Does what can be done of what the party is to get. */
static void flush_input(struct party *party)
{
	if (party->in < 0 || party->connecting)
		return;
	if (party->queued)
		write_queue(party);
	if (!party->queued && party->end_input)
		finish_input(party);
}

void party_input(uint32_t id, const char *bytes, size_t length)
{
	struct party *party = party_find(id);

	if (!party || party->in < 0 || !length)
		return;
	party->queue = realloc(party->queue, party->queued + length);
	if (!party->queue)
		die("input");
	memcpy(party->queue + party->queued, bytes, length);
	party->queued += length;
	flush_input(party);
}

void party_end_input(uint32_t id)
{
	struct party *party = party_find(id);

	if (!party)
		return;
	party->end_input = true;
	flush_input(party);
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

bool party_read(struct party *party, int fd, enum event kind)
{
	static char bytes[PARTY_CHUNK];
	size_t room = mailbox_room();
	ssize_t got;

	if (!room)
		return true;
	got = read(fd, bytes, room < PARTY_CHUNK ? room : PARTY_CHUNK);
	if (got > 0)
		mailbox_put(kind, party->id, bytes, got);
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

bool party_is_ready(int fd, short events)
{
	struct pollfd polled = { .fd = fd, .events = events };

	return fd >= 0 && poll(&polled, 1, 0) == 1;
}

void party_serve(struct party *party)
{
	if (party->connecting) {
		if (!party_is_ready(party->in, POLLOUT) || !party_settle(party))
			return;
	}
	flush_input(party);
	if (party_is_ready(party->err, POLLIN) && !party_read(party, party->err, EVENT_ERRORS))
		close_file(&party->err);
	if (!party_is_ready(party->out, POLLIN) || party_read(party, party->out, EVENT_OUTPUT))
		return;
	if (party->pid) {
		close_file(&party->out);
	} else {
		mailbox_say(EVENT_CLOSED, party->id, "");
		party_drop(party);
	}
}
