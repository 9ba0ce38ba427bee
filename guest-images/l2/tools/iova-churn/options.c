// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <getopt.h>
#include <string.h>

#include <line.h>
#include <number.h>
#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

#define INTERVAL_MAX_MS (3600 * 1000)

static bool parse_pattern(const char *text)
{
	if (!strcmp(text, "sequential"))
		return true;
	if (strcmp(text, "random"))
		report_usage("--pattern: neither random nor sequential: %s", text);
	return false;
}

static enum mode parse_mode(const char *text)
{
	if (!strcmp(text, "churn"))
		return MODE_CHURN;
	if (!strcmp(text, "static"))
		return MODE_STATIC;
	if (!strcmp(text, "alias"))
		return MODE_ALIAS;
	report_usage("--mode: none of churn, static and alias: %s", text);
}

static void add_device(struct options *options, const char *path)
{
	if (options->device_count == DEVICES_MAX)
		report_usage("--device: more than %d", DEVICES_MAX);
	options->devices[options->device_count++] = path;
}

uint64_t options_aliases(const struct options *options)
{
	return options->mode == MODE_ALIAS ? 2 : 1;
}

uint64_t options_live_blocks(const struct options *options)
{
	return options->live / options_aliases(options);
}

uint64_t options_blocks(const struct options *options)
{
	return options->pages / options->mapping_pages;
}

static void check(const struct options *options)
{
	uint64_t size = options->mapping_pages;

	if (size & (size - 1))
		report_usage("--mapping-pages: not a power of two");
	if (options->scattered && size == 1)
		report_usage("--scattered: a mapping of one page cannot be");
	if (!options_live_blocks(options) || options->live % options_aliases(options))
		report_usage("--live: at least 1 is needed, and pairs for aliases");
	if (options->pages > UINT32_MAX)
		report_usage("--pages: too many");
	if (options->pages % size)
		report_usage("--pages: not a multiple of --mapping-pages");
	if (options_blocks(options) < options_live_blocks(options))
		report_usage("--pages: fewer than the live mappings cover");
	if (options->mode != MODE_STATIC && options_blocks(options) == options_live_blocks(options))
		report_usage("--pages: more are needed than the live mappings cover");
	if (options->queue_depth > options_live_blocks(options))
		report_usage("--queue-depth: more than there are live mappings");
	if (options->mode == MODE_CHURN &&
	    options->queue_depth > options_blocks(options) - options_live_blocks(options))
		report_usage("--pages: fewer beside the live mappings than --queue-depth replaces");
	if (options->queue_depth > 1 && options->mode == MODE_ALIAS)
		report_usage("--queue-depth: with aliases only 1 is possible");
	if (options->bytes % sizeof(struct vdmae_pattern))
		report_usage("--bytes: not a multiple of %zu", sizeof(struct vdmae_pattern));
}

enum {
	LIVE = 1,
	PAGES,
	SEED,
	PATTERN,
	BYTES,
	DEPTH,
	DEVICE,
	MODE,
	MAPPING,
	SCATTERED,
	INTERVAL,
	LOST,
};

static void take(struct options *options, int name, const char *value)
{
	switch (name) {
	case LIVE:
		options->live = number_parse("live", value, 1, UINT32_MAX);
		break;
	case PAGES:
		options->pages = number_parse("pages", value, 1, UINT32_MAX);
		break;
	case SEED:
		options->seed = number_parse("seed", value, 0, UINT64_MAX);
		break;
	case PATTERN:
		options->sequential = parse_pattern(value);
		break;
	case BYTES:
		options->bytes = number_parse("bytes", value, 1, UINT32_MAX);
		break;
	case DEPTH:
		options->queue_depth = number_parse("queue-depth", value, 1, QUEUE_MAX);
		break;
	case DEVICE:
		add_device(options, value);
		break;
	case MODE:
		options->mode = parse_mode(value);
		break;
	case MAPPING:
		options->mapping_pages = number_parse("mapping-pages", value, 1, VDMAE_BLOCK_MAX);
		break;
	case SCATTERED:
		options->scattered = true;
		break;
	case INTERVAL:
		options->interval_ms = number_parse("interval-ms", value, 1, INTERVAL_MAX_MS);
		break;
	case LOST:
		options->lost_listed = number_parse("lost-listed", value, 0, UINT32_MAX);
		break;
	}
}

struct options options_parse(int argc, char **argv)
{
	static const struct option names[] = {
		{ "live", required_argument, NULL, LIVE },
		{ "pages", required_argument, NULL, PAGES },
		{ "seed", required_argument, NULL, SEED },
		{ "pattern", required_argument, NULL, PATTERN },
		{ "bytes", required_argument, NULL, BYTES },
		{ "queue-depth", required_argument, NULL, DEPTH },
		{ "device", required_argument, NULL, DEVICE },
		{ "mode", required_argument, NULL, MODE },
		{ "mapping-pages", required_argument, NULL, MAPPING },
		{ "scattered", no_argument, NULL, SCATTERED },
		{ "interval-ms", required_argument, NULL, INTERVAL },
		{ "lost-listed", required_argument, NULL, LOST },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = {
		.mapping_pages = 1,
		.seed = 1,
		.bytes = 4096,
		.queue_depth = 1,
		.interval_ms = 100,
		.lost_listed = 16,
	};
	int name;

	opterr = 0;
	while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (name == '?')
			report_usage("unknown option, or no value: %s", argv[optind - 1]);
		take(&options, name, optarg);
	}
	if (optind < argc)
		report_usage("unexpected argument: %s", argv[optind]);
	if (!options.device_count)
		add_device(&options, "/dev/vdmae0");
	if (!options.pages)
		options.pages = 4 * options.live * options.mapping_pages;
	check(&options);
	return options;
}
