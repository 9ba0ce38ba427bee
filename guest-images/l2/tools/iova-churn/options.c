// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

static uint64_t parse_number(const char *name, const char *text)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end || !isdigit((unsigned char)text[0]))
		report_usage("--%s: not a number: %s", name, text);
	return value;
}

static bool parse_pattern(const char *text)
{
	if (!strcmp(text, "sequential"))
		return true;
	if (strcmp(text, "random"))
		report_usage("--pattern: neither random nor sequential: %s", text);
	return false;
}

static void check(const struct options *options)
{
	if (!options->live)
		report_usage("--live: at least 1 is needed");
	if (options->pages <= options->live)
		report_usage("--pages: more pages than live ones are needed");
	if (options->pages > UINT32_MAX)
		report_usage("--pages: too many");
	if (!options->bytes || options->bytes % 16)
		report_usage("--bytes: a multiple of 16 is needed, and not 0");
	if (!options->interval_ms)
		report_usage("--interval-ms: at least 1 is needed");
}

struct options options_parse(int argc, char **argv)
{
	enum { LIVE = 1, PAGES, SEED, PATTERN, BYTES, DEVICE, INTERVAL, LOST };
	static const struct option names[] = {
		{ "live", required_argument, NULL, LIVE },
		{ "pages", required_argument, NULL, PAGES },
		{ "seed", required_argument, NULL, SEED },
		{ "pattern", required_argument, NULL, PATTERN },
		{ "bytes", required_argument, NULL, BYTES },
		{ "device", required_argument, NULL, DEVICE },
		{ "interval-ms", required_argument, NULL, INTERVAL },
		{ "lost-listed", required_argument, NULL, LOST },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = {
		.device = "/dev/vdmae0",
		.seed = 1,
		.bytes = 4096,
		.interval_ms = 100,
		.lost_listed = 16,
	};
	bool pages_given = false;
	int option, index = 0;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
		switch (option) {
		case LIVE:
			options.live = parse_number("live", optarg);
			break;
		case PAGES:
			options.pages = parse_number("pages", optarg);
			pages_given = true;
			break;
		case SEED:
			options.seed = parse_number("seed", optarg);
			break;
		case PATTERN:
			options.sequential = parse_pattern(optarg);
			break;
		case BYTES:
			options.bytes = parse_number("bytes", optarg);
			break;
		case DEVICE:
			options.device = optarg;
			break;
		case INTERVAL:
			options.interval_ms = parse_number("interval-ms", optarg);
			break;
		case LOST:
			options.lost_listed = parse_number("lost-listed", optarg);
			break;
		default:
			report_usage("unknown option, or no value: %s", argv[optind - 1]);
		}
	}
	if (optind < argc)
		report_usage("unexpected argument: %s", argv[optind]);
	if (!pages_given)
		options.pages = options.live < UINT32_MAX / 4 ? options.live * 4 : UINT32_MAX;
	check(&options);
	return options;
}
