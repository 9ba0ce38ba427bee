// SPDX-License-Identifier: GPL-2.0-only
/*
 * Logs of dirty pages that several containers share, checked request by request:
 * two containers of the VFIO type1 IOMMU, a piece of memory, and vdmae devices
 * that write to it. Prints KTAP; exits with 1 if a test failed.
 *
 *     type1-shared-log-test [--passthrough GROUP]
 *
 * GROUP is the number of an IOMMU group whose device is bound to vfio-pci: one
 * that writes without type1 being told.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests.h"

#define LIMIT_PATH "/sys/module/vfio_iommu_type1/parameters/gpa_log_limit"

char skip_reason[200];
char failure[300];

static const struct test {
	const char *name;
	enum verdict (*run)(struct rig *rig);
	const char *limit;
} tests[] = {
	{ "open and join", test_open_and_join, NULL },
	{ "a container with a log cannot join", test_refused, NULL },
	{ "join with mappings and pins, while tracking", test_join_in_use, NULL },
	{ "join from another process", test_other_process, NULL },
	{ "one log for two containers", test_one_log, NULL },
	{ "page pinned in both", test_pinned_by_both, NULL },
	{ "start with pinned pages", test_start_with_pinned, NULL },
	{ "fault while reading", test_fault, NULL },
	{ "bitmaps by IOVA are not shared", test_iova_not_shared, NULL },
	{ "one memory limit", test_limit, "4" },
	{ "device that does not report", test_passthrough, NULL },
	{ "stop leaves its pages to the other", test_stop, NULL },
	{ "first container closed", test_first_closed, NULL },
	{ "last container closed", test_last_closed, NULL },
	{ "file outlives its container", test_file, NULL },
	{ "race of two writers and a reader", test_race_writers, NULL },
	{ "race of two writers in each word", test_race_batches, NULL },
	{ "race with a container that comes and goes", test_race_come_and_go, NULL },
};

#define TESTS (sizeof(tests) / sizeof(tests[0]))

static void write_limit(const char *limit)
{
	int file = open(LIMIT_PATH, O_WRONLY | O_CLOEXEC);

	REQUIRE(file >= 0, "%s: %s", LIMIT_PATH, strerror(errno));
	REQUIRE(write(file, limit, strlen(limit)) == (ssize_t)strlen(limit),
		"%s cannot be written", LIMIT_PATH);
	close(file);
}

static void read_limit(char *limit, int size)
{
	FILE *file = fopen(LIMIT_PATH, "r");

	REQUIRE(file && fgets(limit, size, file), "%s cannot be read", LIMIT_PATH);
	fclose(file);
}

static enum verdict run(const struct test *test, struct rig *rig)
{
	enum verdict verdict;
	char limit[32];

	if (test->limit) {
		read_limit(limit, sizeof(limit));
		write_limit(test->limit);
	}
	side_open(&rig->a);
	side_open(&rig->b);
	if (test->limit)
		write_limit(limit);

	verdict = test->run(rig);

	side_close(&rig->b);
	side_close(&rig->a);
	if (rig->passthrough >= 0)
		ioctl(rig->passthrough, VFIO_GROUP_UNSET_CONTAINER);
	return verdict;
}

static bool can_share(struct rig *rig)
{
	int log;

	side_open(&rig->a);
	log = log_open(rig->a.container);
	side_close(&rig->a);
	if (log >= 0)
		close(log);
	return log >= 0;
}

static int run_all(struct rig *rig)
{
	static const char *const words[] = { "ok", "not ok", "ok" };
	unsigned int counts[3] = { 0 };
	bool shared = can_share(rig);
	size_t i;

	printf("1..%zu\n", TESTS);
	for (i = 0; i < TESTS; i++) {
		enum verdict verdict = SKIP;

		if (shared)
			verdict = run(&tests[i], rig);
		else
			snprintf(skip_reason, sizeof(skip_reason),
				 "containers cannot share a log on this kernel");
		counts[verdict]++;
		if (verdict == FAIL)
			printf("# %s\n", failure);
		printf("%s %zu %s%s%s\n", words[verdict], i + 1, tests[i].name,
		       verdict == SKIP ? " # SKIP " : "", verdict == SKIP ? skip_reason : "");
	}
	printf("# Totals: pass:%u fail:%u skip:%u\n", counts[PASS], counts[FAIL], counts[SKIP]);
	return counts[FAIL] ? 1 : 0;
}

static int open_group(const char *number)
{
	char path[64];
	int group;

	snprintf(path, sizeof(path), "/dev/vfio/%s", number);
	group = open(path, O_RDWR | O_CLOEXEC);
	REQUIRE(group >= 0, "cannot open %s: %s", path, strerror(errno));
	return group;
}

int main(int argc, char **argv)
{
	bool passthrough = argc == 3 && !strcmp(argv[1], "--passthrough");
	const char *missing;
	struct rig rig;
	int ret = EXIT_UNABLE;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc != 1 && !passthrough) {
		fprintf(stderr, "usage: %s [--passthrough GROUP]\n", argv[0]);
		return 2;
	}

	printf("KTAP version 1\n");
	fatal_as_ktap();
	missing = rig_create(&rig);
	if (missing) {
		printf("1..0 # SKIP %s\n", missing);
	} else {
		if (passthrough)
			rig.passthrough = open_group(argv[2]);
		ret = run_all(&rig);
	}
	rig_remove(&rig);
	return ret;
}
