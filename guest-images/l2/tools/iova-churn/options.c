// SPDX-License-Identifier: GPL-2.0-only
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include <vdmae_ioctl.h>

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

	if (!size || size & (size - 1) || size > VDMAE_BLOCK_MAX)
		report_usage("--mapping-pages: a power of two up to %d is needed", VDMAE_BLOCK_MAX);
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
	if (!options->bytes || options->bytes % 16)
		report_usage("--bytes: a multiple of 16 is needed, and not 0");
	if (!options->interval_ms)
		report_usage("--interval-ms: at least 1 is needed");
}

/* Four times what is mapped, as far as the page numbers go; check() judges what comes out. */
static uint64_t default_pages(const struct options *options)
{
	uint64_t pages;

	if (__builtin_mul_overflow(options->live, 4 * options->mapping_pages, &pages))
		return UINT64_MAX;
	return pages;
}

struct options options_parse(int argc, char **argv)
{
	enum { LIVE = 1, PAGES, SEED, PATTERN, BYTES, DEVICE, MODE, MAPPING, SCATTERED, INTERVAL,
	       LOST };
	static const struct option names[] = {
		{ "live", required_argument, NULL, LIVE },
		{ "pages", required_argument, NULL, PAGES },
		{ "seed", required_argument, NULL, SEED },
		{ "pattern", required_argument, NULL, PATTERN },
		{ "bytes", required_argument, NULL, BYTES },
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
			add_device(&options, optarg);
			break;
		case MODE:
			options.mode = parse_mode(optarg);
			break;
		case MAPPING:
			options.mapping_pages = parse_number("mapping-pages", optarg);
			break;
		case SCATTERED:
			options.scattered = true;
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
	if (!options.device_count)
		add_device(&options, "/dev/vdmae0");
	if (!pages_given)
		options.pages = default_pages(&options);
	check(&options);
	return options;
}
