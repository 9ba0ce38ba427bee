// SPDX-License-Identifier: GPL-2.0-only
/*
 * The oracle at the log: containers of type1 and devices that write, driven by
 * chance, and each dirty bitmap compared with what was written. A page that was
 * written and is not reported is missing; one that is reported and need not be
 * is falsely dirty.
 *
 *     type1-random [--seed S] [--steps N] [--threads T] [--containers C]
 *                  [--tracking iova|gpa|iotlb|auto] [--replay FILE]
 *
 * With threads, the second half of the steps is carried out by them, while the
 * bitmaps are read. What goes wrong in the first half is reduced to a short
 * sequence of steps that does the same, which --replay takes from a file.
 *
 * Prints JSON. Exits with 0 if all was right, with 1 if something was missing or
 * an answer was wrong, with 2 if the program could not do its work.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <fatal.h>

#include "concurrent.h"
#include "generate.h"
#include "perform.h"
#include "shrink.h"

#define HOLD_PAGES "/sys/module/vdmae_mdev/parameters/hold_pages"

struct options {
	uint64_t seed;
	uint64_t steps;
	unsigned int threads;
	unsigned int containers;
	int tracking;			/* negative: what the kernel offers */
	const char *replay;
};

static const char *const tracking_names[] = { "iova", "gpa", "iotlb" };

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static uint64_t parse_count(const char *name, const char *text, uint64_t limit)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	REQUIRE(*text && !*end && !errno && value <= limit, "--%s: not a number up to %llu: %s",
		name, (unsigned long long)limit, text);
	return value;
}

static int parse_tracking(const char *text)
{
	int i;

	for (i = 0; i < 3; i++)
		if (!strcmp(text, tracking_names[i]))
			return i;
	REQUIRE(!strcmp(text, "auto"), "--tracking: not iova, gpa, iotlb or auto: %s", text);
	return -1;
}

static struct options parse_options(int argc, char **argv)
{
	static const struct option names[] = {
		{ "seed", required_argument, NULL, 's' },
		{ "steps", required_argument, NULL, 'n' },
		{ "threads", required_argument, NULL, 't' },
		{ "containers", required_argument, NULL, 'c' },
		{ "tracking", required_argument, NULL, 'k' },
		{ "replay", required_argument, NULL, 'r' },
		{ 0 },
	};
	struct options options = {
		.seed = 1, .steps = 100000, .threads = 1, .containers = 1, .tracking = -1,
	};
	int name;

	while ((name = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (name) {
		case 's':
			options.seed = parse_count("seed", optarg, UINT64_MAX);
			break;
		case 'n':
			options.steps = parse_count("steps", optarg, 1000000000);
			break;
		case 't':
			options.threads = parse_count("threads", optarg, MAX_THREADS);
			break;
		case 'c':
			options.containers = parse_count("containers", optarg, MAX_CONTAINERS);
			break;
		case 'k':
			options.tracking = parse_tracking(optarg);
			break;
		case 'r':
			options.replay = optarg;
			break;
		default:
			exit(EXIT_UNABLE);
		}
	}
	REQUIRE(optind == argc, "%s is no option", argv[optind]);
	REQUIRE(options.containers, "--containers: there must be one");
	REQUIRE(options.threads <= options.containers * ENGINES,
		"--threads: each needs a device of its own, and a container has %d", ENGINES);
	return options;
}

/* The engine that holds must never let go on its own: the model would not know. */
static void let_engine_hold_all(void)
{
	int file = open(HOLD_PAGES, O_WRONLY | O_CLOEXEC);

	REQUIRE(file >= 0 && write(file, "1000000", 7) == 7, "%s: %s", HOLD_PAGES, strerror(errno));
	close(file);
}

static struct steps read_steps(const char *path)
{
	struct steps steps = { 0 };
	FILE *file = fopen(path, "r");
	char line[200];

	REQUIRE(file, "%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		steps.list = realloc(steps.list, (steps.count + 1) * sizeof(*steps.list));
		REQUIRE(steps.list, "out of memory");
		REQUIRE(step_parse(line, &steps.list[steps.count++]), "%s: not a step: %s", path,
			line);
	}
	fclose(file);
	return steps;
}

/* Ends with nothing dirty that nobody has seen. */
static struct steps run_sequence(struct rig *rig, const struct options *options, uint64_t count)
{
	struct steps steps = { .list = calloc(count + 1, sizeof(struct step)) };
	struct generator generator = { .random = options->seed };
	bool going = true;

	REQUIRE(steps.list, "out of memory");
	rig_open(rig, options->tracking);
	while (steps.count < count && going) {
		steps.list[steps.count] = generate(&generator, rig);
		going = perform(rig, &steps.list[steps.count++]);
	}
	if (going)
		rig_settle(rig);
	rig_close(rig);
	return steps;
}

static void print_steps(const struct steps *steps)
{
	const char *separator = "";
	char line[200];
	size_t i;

	printf("\"reproducer\":[");
	for (i = 0; i < steps->count; i++) {
		step_format(&steps->list[i], line, sizeof(line));
		printf("%s\"%s\"", separator, line);
		separator = ",";
	}
	printf("]");
}

static void print_report(const struct options *options, const struct rig *rig,
			 const struct counts *counts, const struct steps *reproducer, double took)
{
	printf("{\"tracking\":\"%s\",\"seed\":%llu,\"threads\":%u,\"containers\":%u,",
	       tracking_names[rig->tracking], (unsigned long long)options->seed, options->threads,
	       options->containers);
	printf("\"steps\":%llu,\"maps\":%llu,\"unmaps\":%llu,\"writes\":%llu,",
	       (unsigned long long)counts->steps, (unsigned long long)counts->maps,
	       (unsigned long long)counts->unmaps, (unsigned long long)counts->writes);
	printf("\"gets\":%llu,\"faults\":%llu,\"reported\":%llu,\"falselyDirty\":%llu,",
	       (unsigned long long)counts->gets, (unsigned long long)counts->faults,
	       (unsigned long long)counts->reported, (unsigned long long)counts->falsely_dirty);
	printf("\"missing\":%u,\"wrong\":%s,\"finding\":\"%s\",\"seconds\":%.3f,",
	       rig->finding.missing, rig->finding.wrong ? "true" : "false", rig->finding.text,
	       took);
	print_steps(reproducer);
	printf("}\n");
}

static void add_counts(struct counts *sum, const struct counts *more)
{
	sum->steps += more->steps;
	sum->maps += more->maps;
	sum->unmaps += more->unmaps;
	sum->writes += more->writes;
	sum->gets += more->gets;
	sum->faults += more->faults;
	sum->reported += more->reported;
	sum->falsely_dirty += more->falsely_dirty;
}

int main(int argc, char **argv)
{
	struct options options = parse_options(argc, argv);
	uint64_t alone = options.threads > 1 ? options.steps / 2 : options.steps;
	struct steps steps = { 0 };
	struct counts counts;
	static struct rig rig;
	const char *missing;
	double start;

	let_engine_hold_all();
	missing = rig_create(&rig, options.containers);
	REQUIRE(!missing, "%s", missing);

	start = seconds();
	if (options.replay) {
		steps = read_steps(options.replay);
		rig_open(&rig, options.tracking);
		rig_close(&rig);
		replay(&rig, &steps);
	} else {
		steps = run_sequence(&rig, &options, alone);
	}
	counts = rig.counts;

	if (rig_found(&rig)) {
		shrink(&rig, &steps);
	} else {
		steps.count = 0;
		if (options.threads > 1 && !options.replay) {
			run_concurrently(&rig, options.threads, options.steps - alone,
					 options.seed);
			add_counts(&counts, &rig.counts);
		}
	}
	print_report(&options, &rig, &counts, &steps, seconds() - start);
	free(steps.list);
	return rig_found(&rig);
}
