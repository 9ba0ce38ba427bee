/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mailbox in memory that L1 shares with the machine that runs it. L1 writes
 * what happened into it and calls; its clock then stands still until the
 * harness has read that, written what is to be done, and lets L1 go on. So the
 * time that the harness takes is no time in L1.
 *
 * The memory is that of an ivshmem device, the call is a write to a pvpanic
 * device whose action is to pause. Numbers are little-endian, as the processor
 * has them. harness/machine/sealed/mailbox.ts is the other side.
 */
#ifndef MAILBOX_H
#define MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAILBOX_MAGIC		0x58424c4d	/* "MLBX" */
#define MAILBOX_VERSION		1

/* Where events and commands lie, and how many bytes of each there may be. */
#define MAILBOX_EVENTS		4096
#define MAILBOX_COMMANDS	(4 << 20)
#define MAILBOX_BYTES		(8 << 20)
#define MAILBOX_ROOM		(MAILBOX_COMMANDS - MAILBOX_EVENTS)

struct mailbox {
	uint32_t magic;
	uint32_t version;
	uint64_t call;		/* number of the last call */
	uint64_t answer;	/* number of the last call that was answered */
	uint64_t now_ns;	/* CLOCK_MONOTONIC at the call */
	uint64_t wake_ns;	/* by when to call again; 0: whenever something happens */
	uint64_t events;	/* bytes of events */
	uint64_t commands;	/* bytes of commands */
};

/* What happened to a program or a connection. The harness chose its id. */
enum event {
	EVENT_OUTPUT = 1,	/* bytes of a program's standard output, or of a connection */
	EVENT_ERRORS,		/* bytes of a program's standard error */
	EVENT_EXITED,		/* how: "exit code 1", "signal SIGKILL" */
	EVENT_CONNECTED,
	EVENT_CLOSED,		/* why, or nothing where the other side closed */
};

/* What is to be done. */
enum command {
	COMMAND_START = 1,	/* the words of a command line, each with a 0 behind it */
	COMMAND_INPUT,		/* bytes for a program's standard input, or a connection */
	COMMAND_END_INPUT,
	COMMAND_KILL,
	COMMAND_CONNECT,	/* "127.0.0.1:4001" */
	COMMAND_CLOSE,
};

/* What stands before the bytes of each event and each command. */
struct frame {
	uint32_t kind;
	uint32_t id;
	uint32_t length;
};

/* Finds the devices; exits where one is missing. */
void mailbox_open(void);

/* How many bytes an event may have until the next call; 0: call first. */
size_t mailbox_room(void);

void mailbox_put(enum event kind, uint32_t id, const void *bytes, size_t length);
void mailbox_say(enum event kind, uint32_t id, const char *text);

/* Hands the events over and waits for the answer. Gives by when to call again. */
uint64_t mailbox_call(void);

/* The next command of the answer, or NULL. It is valid until the next call. */
const struct frame *mailbox_next(void);

uint64_t monotonic_ns(void);

void die(const char *what);

#endif /* MAILBOX_H */
