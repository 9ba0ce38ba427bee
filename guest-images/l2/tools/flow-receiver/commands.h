/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands from standard input, one a line.
 *
 *   start      begin to receive
 *   mark NAME  begin a phase of the measurement
 *   check      when traffic flows (again), read and check all that is held
 *   stop       check, report, end; so does the end of the input
 */
#ifndef COMMANDS_H
#define COMMANDS_H

#include <stdbool.h>

#include <command.h>

enum command_kind { COMMAND_START, COMMAND_MARK, COMMAND_CHECK, COMMAND_STOP };

/* To be called when standard input can be read, and until it gives no command. */
bool commands_next(struct command *command);

#endif
