// SPDX-License-Identifier: GPL-2.0-only
/*
 * flow-receiver: receives the datagrams of flow-sender, and finds those of which
 * a migration lost a part.
 *
 * What a network card writes into a guest's memory is soon read and forgotten,
 * and what was forgotten nobody can check. So all flows but the first are held
 * back: their datagrams wait in their sockets, in the very pages that the card
 * wrote, until a given number of others have come; like a delay line, whose
 * contents are always the newest. Whenever the switch-over is, what is held then
 * was written shortly before, most of it after the migration had sent the page
 * for the first time. That it arrives is up to the log of the card's writes
 * alone: the CPU does not touch the payload before it is read. It is read and
 * checked after the switch-over, by the command check or because others come.
 *
 * Covered is the payload of what is held. Of what the card writes, not covered
 * are: datagrams that were read before the switch-over, whose pages nobody needs;
 * pages that come to hold the same bytes as before; and its used ring. A ring
 * that lost something ends the traffic, so check waits for new traffic, and does
 * not end without. Headers are covered as far as a datagram that comes to the
 * wrong socket, or to none, is missing: it counts as dropped, and is no proof.
 */
#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <line.h>

#include "commands.h"
#include "flows.h"
#include "measure.h"
#include "oracle.h"
#include "report.h"

struct receiver {
	const struct options *options;
	struct flow flows[FLOW_MAX];
	struct oracle oracle;
	struct measure measure;
	bool started;
	bool check_wanted;
};

/* A good datagram tells when it was sent; the first one of all starts the measurement. */
static void measure(struct receiver *receiver, const struct datagram *datagram)
{
	uint64_t sent_ns = le64toh(datagram->words[FLOW_TIME].sequence);

	if (!receiver->started) {
		receiver->started = true;
		measure_start(&receiver->measure, sent_ns);
		report_started();
	}
	measure_datagram(&receiver->measure, sent_ns);
	if (datagram->flow == 0)
		measure_newest(&receiver->measure, sent_ns);
}

/* Reads and judges the oldest datagram of a flow, if there is one. */
static bool receive(struct receiver *receiver, unsigned int flow, struct verdict *look)
{
	struct datagram datagram = { .flow = flow };

	if (!flow_read(&receiver->flows[flow], &datagram))
		return false;
	if (oracle_judge(&receiver->oracle, look, &receiver->flows[flow], &datagram))
		measure(receiver, &datagram);
	return true;
}

/* Reads what has been held long enough, seen from the newest datagram. */
static void release(struct receiver *receiver)
{
	uint64_t held = receiver->options->hold * receiver->options->flows;
	unsigned int flow;

	for (flow = 1; flow < receiver->options->flows; flow++)
		while (receiver->flows[flow].last + held < receiver->flows[0].last)
			if (!receive(receiver, flow, NULL))
				break;
}

/* Reads all that is held. */
static void drain(struct receiver *receiver, struct verdict *look)
{
	unsigned int flow;

	for (flow = 1; flow < receiver->options->flows; flow++)
		while (receive(receiver, flow, look))
			;
}

static void check(struct receiver *receiver)
{
	struct verdict look = oracle_verdict(&receiver->oracle);

	drain(receiver, &look);
	report_checked(&look);
	free(look.first);
	receiver->check_wanted = false;
}

/* New traffic has come. */
static void receive_newest(struct receiver *receiver)
{
	bool any = false;

	while (receive(receiver, 0, NULL)) {
		release(receiver);
		any = true;
	}
	if (!any)
		return;
	flow_answer(&receiver->flows[0]);
	if (receiver->check_wanted)
		check(receiver);
}

/* False for the command that ends it. */
static bool obey(struct receiver *receiver, const struct command *command)
{
	switch ((enum command_kind)command->kind) {
	case COMMAND_START:
		report_failure("start: already started");
	case COMMAND_MARK:
		if (!receiver->started)
			report_failure("mark: nothing has come yet");
		measure_phase(&receiver->measure, command->name);
		report_marked(command->name);
		break;
	case COMMAND_CHECK:
		receiver->check_wanted = true;
		break;
	case COMMAND_STOP:
		return false;
	}
	return true;
}

static void wait_for_input(struct pollfd *polled, nfds_t count)
{
	if (poll(polled, count, -1) < 0 && errno != EINTR)
		report_failure("poll: %s", strerror(errno));
}

static struct command wait_for_command(void)
{
	struct pollfd polled = { .fd = STDIN_FILENO, .events = POLLIN };
	struct command command;

	while (!commands_next(&command))
		wait_for_input(&polled, 1);
	return command;
}

static void run(struct receiver *receiver)
{
	struct pollfd polled[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = receiver->flows[0].fd, .events = POLLIN },
	};
	struct command command;

	for (;;) {
		wait_for_input(polled, 2);
		receive_newest(receiver);
		while (commands_next(&command))
			if (!obey(receiver, &command))
				return;
	}
}

int main(int argc, char **argv)
{
	struct options options = options_parse(argc, argv);
	static struct receiver receiver;
	struct command command;
	unsigned int flow;

	receiver.options = &options;
	receiver.measure.timeline.interval_ms = options.interval_ms;
	receiver.oracle = oracle_create(&options);
	for (flow = 0; flow < options.flows; flow++)
		receiver.flows[flow] = flow_open(&options, flow);
	report_ready(&options);

	command = wait_for_command();
	if (command.kind == COMMAND_START) {
		run(&receiver);
		drain(&receiver, NULL);
	} else if (command.kind != COMMAND_STOP) {
		report_failure("the first command is neither start nor stop");
	}
	measure_end(&receiver.measure);
	report_stopped(&receiver.oracle, &receiver.measure);
	return 0;
}
