/* SPDX-License-Identifier: GPL-2.0-only */
/* A program or a connection that the harness talks to. */
#ifndef PARTY_H
#define PARTY_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "mailbox.h"

struct party {
	uint32_t id;
	pid_t pid;		/* of a program; 0 for a connection */
	int in;			/* what it reads; -1 once closed */
	int out;		/* what it writes; a connection's is the same file */
	int err;
	bool connecting;
	bool end_input;		/* to be closed once the queue is empty */
	char *queue;		/* what it has not read yet */
	size_t queued;
	struct party *next;
};

extern struct party *parties;

/* How much is read of a file at a time. */
#define PARTY_CHUNK	(64 << 10)

struct party *party_add(uint32_t id);
struct party *party_find(uint32_t id);
void party_drop(struct party *party);

void party_input(uint32_t id, const char *bytes, size_t length);
void party_end_input(uint32_t id);

/* Reads what is there, as far as the mailbox has room. Gives false at the end. */
bool party_read(struct party *party, int fd, enum event kind);

bool party_is_ready(int fd, short events);

/* What to wait for at each of its files: at most three entries. */
int party_polled(const struct party *party, struct pollfd *polled);

/* Reads and writes what can be. It may be gone afterwards. */
void party_serve(struct party *party);

/* program.c */
void party_start(uint32_t id, const char *words, size_t length);
void party_kill(uint32_t id);

/* Takes note of programs that have ended. */
void party_reap(void);

/* connection.c */
void party_connect(uint32_t id, const char *address);
void party_close(uint32_t id);

/* Gives false where the connection did not come about, and the party is gone. */
bool party_settle(struct party *party);

#endif /* PARTY_H */
