/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands from standard input, one a line, read by a thread of its own, so that
 * the churn needs no system call to learn that there is none. They are obeyed
 * between two steps.
 *
 *   start      begin to step
 *   mark NAME  begin a phase of the measurement
 *   storm      from now on, write everything, unmap everything, map everything
 *   rebind     have the driver unbound and bound again, and map everything again
 *   rescan     the same, with the devices removed from the bus meanwhile
 *   check      check all pages now
 *   stop       check, report, end; so does the end of the input
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>

#include <command.h>

enum command_kind {
	COMMAND_START,
	COMMAND_MARK,
	COMMAND_STORM,
	COMMAND_REBIND,
	COMMAND_RESCAN,
	COMMAND_CHECK,
	COMMAND_STOP,
};

void commands_listen(void);
/* Waits for a command. The end of the input is a stop. */
struct command commands_wait(void);
/* True if commands_wait() would not have to wait. */
bool commands_pending(void);

#endif
