// SPDX-License-Identifier: GPL-2.0-only
/*
 * iova-churn: maps, lets the device write, unmaps, maps other memory, as the
 * driver of a network card does with its receive buffers; and knows what every
 * page must hold.
 *
 * Each device has a pool of pages in blocks, and a live set of slots, each with
 * a mapped block. A step looks that a page of a live block still holds its last
 * acknowledged write, and lets the device write {sequence, page} into it; what
 * is mapped and unmapped around that is up to the mode (churn.h). The CPU never
 * writes the pages. When a completion tells that the device was migrated, all
 * pages are checked at once.
 *
 * A write that the device completes with an error is counted, and its page is
 * expected to hold what it held before.
 */
#include <stdlib.h>
#include <time.h>

#include <line.h>

#include "churn.h"
#include "commands.h"
#include "report.h"

static void check(struct churn *churn)
{
	struct verdict verdict = oracle_check_all(&churn->oracle);

	report_checked(&verdict);
	free(verdict.first);
	measure_pause(&churn->measure, churn_now_ns(churn));
}

static uint64_t clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

static void take_away(struct churn *churn, void (*take)(struct churn *churn))
{
	uint64_t start = clock_ms();

	take(churn);
	report_rebound(clock_ms() - start);
}

static void obey(struct churn *churn, const struct command *command)
{
	switch ((enum command_kind)command->kind) {
	case COMMAND_START:
		report_failure("start: already started");
	case COMMAND_MARK:
		measure_phase(&churn->measure, command->name, churn_now_ns(churn));
		report_marked(command->name);
		break;
	case COMMAND_STORM:
		if (churn->options->queue_depth != 1)
			report_failure("storm: goes with --queue-depth 1 only");
		churn->storm.on = true;
		break;
	case COMMAND_REBIND:
		take_away(churn, churn_rebind);
		break;
	case COMMAND_RESCAN:
		take_away(churn, churn_rescan);
		break;
	case COMMAND_CHECK:
		check(churn);
		break;
	case COMMAND_STOP:
		break;
	}
}

static void run(struct churn *churn)
{
	struct command command;

	measure_start(&churn->measure, churn_now_ns(churn));
	report_started();
	do {
		while (!commands_pending())
			churn_step(churn);
		command = commands_wait();
		obey(churn, &command);
	} while (command.kind != COMMAND_STOP);
}

static void finish(struct churn *churn)
{
	struct verdict last;

	measure_end(&churn->measure, churn_now_ns(churn));
	last = oracle_check_all(&churn->oracle);
	free(last.first);
	report_stopped(&churn->oracle.total, &churn->measure);
}

int main(int argc, char **argv)
{
	struct options options = options_parse(argc, argv);
	static struct churn churn;
	struct command command;

	churn_open(&churn, &options);
	commands_listen();
	report_ready(&options);
	command = commands_wait();
	if (command.kind == COMMAND_START)
		run(&churn);
	else if (command.kind != COMMAND_STOP)
		report_failure("the first command is neither start nor stop");
	finish(&churn);
	return 0;
}
