// SPDX-License-Identifier: GPL-2.0-only
/*
 * iova-churn: maps, lets the device write, unmaps, maps another page, as the
 * driver of a network card does with its receive buffers; and knows what every
 * page must hold.
 *
 * A live set of slots, each with a mapped page. A step picks a slot, looks that
 * its page still holds its last acknowledged write, lets the device write
 * {sequence, page} into it, unmaps it, and maps a page from the pool instead.
 * The CPU never writes the pages. When a completion tells that the device was
 * migrated, all pages are checked at once.
 */
#include <stdlib.h>

#include "commands.h"
#include "device.h"
#include "measure.h"
#include "options.h"
#include "oracle.h"
#include "random.h"
#include "report.h"

struct churn {
	const struct options *options;
	struct device device;
	struct oracle oracle;
	struct measure measure;
	uint32_t *live;		/* the mapped page of each slot */
	uint32_t *idle;		/* the pages that are not mapped */
	uint64_t random;
	uint64_t sequence;	/* of the last write */
	uint32_t epoch;
};

static uint64_t now_ns(const struct churn *churn)
{
	return device_info(&churn->device).device_ns;
}

static uint64_t idle_count(const struct churn *churn)
{
	return churn->options->pages - churn->options->live;
}

static void prepare(struct churn *churn)
{
	const struct options *options = churn->options;
	uint64_t i;

	churn->live = calloc(options->live, sizeof(*churn->live));
	churn->idle = calloc(idle_count(churn), sizeof(*churn->idle));
	if (!churn->live || !churn->idle)
		report_failure("out of memory");

	for (i = 0; i < options->live; i++) {
		device_map(&churn->device, i);
		churn->live[i] = i;
	}
	for (i = 0; i < idle_count(churn); i++)
		churn->idle[i] = options->live + i;
}

/* Sequential is ring order; of the idle pages, that with the longest rest. */
static uint64_t pick(struct churn *churn, uint64_t count)
{
	if (churn->options->sequential)
		return churn->sequence % count;
	return random_below(&churn->random, count);
}

static void check_switchover(struct churn *churn, uint32_t epoch)
{
	struct verdict verdict;

	if (epoch == churn->epoch)
		return;
	churn->epoch = epoch;

	verdict = oracle_check_all(&churn->oracle);
	report_switchover(&verdict);
	free(verdict.first);
	measure_pause(&churn->measure, now_ns(churn));
}

static void step(struct churn *churn)
{
	uint32_t *slot = &churn->live[pick(churn, churn->options->live)];
	uint32_t *idle = &churn->idle[pick(churn, idle_count(churn))];
	uint32_t page = *slot;
	struct vdmae_step step = {
		.write = {
			.page = page,
			.sequence = ++churn->sequence,
			.bytes = churn->options->bytes,
		},
		.next = *idle,
	};

	oracle_check_page(&churn->oracle, page);
	device_step(&churn->device, &step);
	*slot = *idle;
	*idle = page;

	measure_step(&churn->measure, &step);
	if (step.write.status == VDMAE_OK)
		oracle_acknowledge(&churn->oracle, page, step.write.sequence);
	check_switchover(churn, step.write.epoch);
}

static void run(struct churn *churn)
{
	measure_start(&churn->measure, churn->options->interval_ms, now_ns(churn));
	report_started();
	for (;;) {
		while (!commands_pending())
			step(churn);

		struct command command = commands_wait();

		if (command.kind == COMMAND_STOP)
			return;
		if (command.kind == COMMAND_START)
			report_failure("start: already started");
		measure_phase(&churn->measure, command.name, now_ns(churn));
		report_marked(command.name);
	}
}

static void finish(struct churn *churn)
{
	struct verdict last;

	measure_end(&churn->measure, now_ns(churn));
	last = oracle_check_all(&churn->oracle);
	free(last.first);
	report_stopped(&churn->oracle.total, &churn->measure, churn->options->interval_ms);
}

int main(int argc, char **argv)
{
	struct options options = options_parse(argc, argv);
	static struct churn churn;
	struct command command;

	churn.options = &options;
	churn.random = options.seed;
	churn.device = device_open(options.device, options.pages);
	if (options.bytes > churn.device.page_size)
		report_usage("--bytes: more than a page");
	churn.oracle = oracle_create(&churn.device, options.pages, options.bytes,
				     options.lost_listed);
	churn.epoch = device_info(&churn.device).epoch;
	prepare(&churn);

	commands_listen();
	report_ready(&options);
	command = commands_wait();
	if (command.kind == COMMAND_MARK)
		report_failure("mark: not started yet");
	if (command.kind == COMMAND_START)
		run(&churn);
	finish(&churn);
	return 0;
}
