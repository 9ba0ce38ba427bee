// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

#include <flow.h>

#include "report.h"

/* Datagrams that a flow can be asked to hold: more do not fit into a socket's buffer. */
#define HOLD_MAX	(1 << 16)

static uint64_t parse_number(const char *name, const char *text, uint64_t min, uint64_t max)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || text[0] < '0' || text[0] > '9' || value < min || value > max)
		report_usage("--%s: not a number from %llu to %llu: %s", name,
			     (unsigned long long)min, (unsigned long long)max, text);
	return value;
}

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
			options.port = parse_number("port", optarg, 1, UINT16_MAX - FLOW_MAX);
			break;
		case FLOWS:
			options.flows = parse_number("flows", optarg, 2, FLOW_MAX);
			break;
		case HOLD:
			options.hold = parse_number("hold", optarg, 1, HOLD_MAX);
			break;
		case INTERVAL:
			options.interval_ms = parse_number("interval-ms", optarg, 1, 3600000);
			break;
		case LOST:
			options.lost_listed = parse_number("lost-listed", optarg, 0, 1024);
			break;
		default:
			report_usage("unknown option, or no value: %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		report_usage("unexpected argument: %s", argv[optind]);
	return options;
}
