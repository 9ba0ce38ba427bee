// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <getopt.h>
#include <stddef.h>

#include <flow.h>
#include <line.h>
#include <number.h>

/* Datagrams that a flow can be asked to hold: more do not fit into a socket's buffer. */
#define HOLD_MAX	(1 << 16)

struct options options_parse(int argc, char **argv)
{
	enum { PORT = 1, FLOWS, HOLD, INTERVAL, LOST };
	static const struct option names[] = {
		{ "port", required_argument, NULL, PORT },
		{ "flows", required_argument, NULL, FLOWS },
		{ "hold", required_argument, NULL, HOLD },
		{ "interval-ms", required_argument, NULL, INTERVAL },
		{ "lost-listed", required_argument, NULL, LOST },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = {
		.port = 7000, .flows = 5, .hold = 512, .interval_ms = 100, .lost_listed = 16,
	};
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (option) {
		case PORT:
			options.port = number_parse("port", optarg, 1, UINT16_MAX - FLOW_MAX);
			break;
		case FLOWS:
			options.flows = number_parse("flows", optarg, 2, FLOW_MAX);
			break;
		case HOLD:
			options.hold = number_parse("hold", optarg, 1, HOLD_MAX);
			break;
		case INTERVAL:
			options.interval_ms = number_parse("interval-ms", optarg, 1, 3600000);
			break;
		case LOST:
			options.lost_listed = number_parse("lost-listed", optarg, 0, 1024);
			break;
		default:
			report_usage("unknown option, or no value: %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		report_usage("unexpected argument: %s", argv[optind]);
	return options;
}
