// SPDX-License-Identifier: GPL-2.0-only
/*
 * The user interface of type1, request by request: no guest and no VMM, a
 * container, a piece of memory, and vdmae devices that write to it. Prints KTAP;
 * exits with 1 if a test failed.
 *
 *     type1-uapi [--passthrough GROUP]
 *
 * GROUP is the number of an IOMMU group whose device is bound to vfio-pci: one
 * that writes without type1 being told.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <container.h>
#include <fatal.h>

#include "suite.h"

#define LOG_LIMIT "/sys/module/vfio_iommu_type1/parameters/gpa_log_limit"

char skip_reason[200];
char failure[300];

static unsigned int number, counts[3];

static void report(enum verdict verdict, const char *suite, const char *name)
{
	counts[verdict]++;
	printf("%s %u %s: %s", verdict == FAIL ? "not ok" : "ok", ++number, suite, name);
	if (verdict == SKIP)
		printf(" # SKIP %s", skip_reason);
	putchar('\n');
	if (verdict == FAIL)
		printf("# %s\n", failure);
}

static int64_t answer_without(const struct row *row)
{
	if (row->refusal == GRANTED)
		return 0;
	return row->refusal ? row->refusal : -EINVAL;
}

/* A kernel refuses all ranges that wrap alike, as it does the first one. */
static int64_t refusal_of_wrap(int64_t answer)
{
	static int64_t refusal;

	if (!refusal)
		refusal = answer == -EOVERFLOW ? -EOVERFLOW : -EINVAL;
	return refusal;
}

static enum verdict check_row(struct rig *rig, const struct row *row, int64_t expected)
{
	int64_t answer;

	if (row->prepare)
		CHECK_EQ(row->prepare(rig), 0);
	answer = row_call(rig, &row->call);
	if (expected == WRAPS)
		expected = refusal_of_wrap(answer);
	if (answer == expected)
		return PASS;
	snprintf(failure, sizeof(failure), "answers %lld, expected %lld", (long long)answer,
		 (long long)expected);
	return FAIL;
}

/* Rows need no device that works, only a group with one in the container. */
static enum verdict run_row(struct rig *rig, const struct row *row, bool offered)
{
	enum verdict verdict;

	rig->container = container_open(rig->rw.group);
	verdict = check_row(rig, row, offered ? row->answer : answer_without(row));
	ioctl(rig->rw.group, VFIO_GROUP_UNSET_CONTAINER);
	close(rig->container);
	return verdict;
}

static bool write_limit(const char *limit)
{
	int file = open(LOG_LIMIT, O_WRONLY | O_CLOEXEC);
	bool written = file >= 0 && write(file, limit, strlen(limit)) == (ssize_t)strlen(limit);

	if (file >= 0)
		close(file);
	return written;
}

static bool read_limit(char *limit, int size)
{
	FILE *file = fopen(LOG_LIMIT, "r");
	bool got = file && fgets(limit, size, file);

	if (file)
		fclose(file);
	return got;
}

/* A container keeps the limit that there was when it was opened. */
static bool open_limited(struct rig *rig, const char *limit)
{
	char before[32];

	if (!read_limit(before, sizeof(before)) || !write_limit(limit))
		return false;
	rig->container = container_open(rig->rw.group);
	REQUIRE(write_limit(before), "%s cannot be restored", LOG_LIMIT);
	return true;
}

static enum verdict run_with_engines(struct rig *rig, const struct test *test)
{
	struct engine *const engines[] = { &rig->rw, &rig->pin, &rig->hold };
	enum verdict verdict;
	int i;

	container_add(rig->container, rig->pin.group);
	container_add(rig->container, rig->hold.group);
	for (i = 0; i < 3; i++)
		engine_open(engines[i], rig->container);
	verdict = test->run(rig);
	for (i = 3; i--;)
		engine_close(engines[i]);
	return verdict;
}

static enum verdict run_test(struct rig *rig, const struct test *test)
{
	enum verdict verdict;

	if (test->passthrough && rig->passthrough < 0)
		SKIP_TEST("needs --passthrough GROUP");
	if (!test->log_limit)
		rig->container = container_open(rig->rw.group);
	else if (!open_limited(rig, test->log_limit))
		SKIP_TEST("%s cannot be written", LOG_LIMIT);
	if (test->passthrough)
		container_add(rig->container, rig->passthrough);

	verdict = run_with_engines(rig, test);
	if (test->passthrough)
		ioctl(rig->passthrough, VFIO_GROUP_UNSET_CONTAINER);
	close(rig->container);
	return verdict;
}

static bool is_offered(struct rig *rig, const struct suite *suite)
{
	int container = container_open(rig->rw.group);
	bool offered = suite->offered(container);

	ioctl(rig->rw.group, VFIO_GROUP_UNSET_CONTAINER);
	close(container);
	return offered;
}

static void run_suite(struct rig *rig, const struct suite *suite)
{
	bool offered = !suite->offered || is_offered(rig, suite);
	const struct test *test;
	const struct row *row;

	for (row = suite->rows; row->name; row++)
		report(run_row(rig, row, offered), suite->name, row->name);
	for (test = suite->tests; test->name; test++) {
		snprintf(skip_reason, sizeof(skip_reason), "the kernel does not offer it");
		report(offered ? run_test(rig, test) : SKIP, suite->name, test->name);
	}
}

static unsigned int count_all(void)
{
	unsigned int count = 0;
	const struct suite *const *suite;
	const struct test *test;
	const struct row *row;

	for (suite = suites; *suite; suite++) {
		for (row = (*suite)->rows; row->name; row++)
			count++;
		for (test = (*suite)->tests; test->name; test++)
			count++;
	}
	return count;
}

static const char *create_engines(struct rig *rig)
{
	const char *missing = engine_create(&rig->rw, "rw", 0);

	if (!missing)
		missing = engine_create(&rig->pin, "pin", 1);
	if (!missing)
		missing = engine_create(&rig->hold, "hold", 2);
	return missing;
}

static int open_passthrough(int argc, char **argv)
{
	char path[64];
	int group;

	if (argc == 1)
		return -1;
	REQUIRE(argc == 3 && !strcmp(argv[1], "--passthrough"), "usage: %s [--passthrough GROUP]",
		argv[0]);
	snprintf(path, sizeof(path), "/dev/vfio/%s", argv[2]);
	group = open(path, O_RDWR | O_CLOEXEC);
	REQUIRE(group >= 0, "cannot open %s: %s", path, strerror(errno));
	return group;
}

int main(int argc, char **argv)
{
	static struct rig rig;
	const struct suite *const *suite;
	const char *missing;

	setvbuf(stdout, NULL, _IOLBF, 0);
	fatal_as_ktap();
	rig.passthrough = open_passthrough(argc, argv);
	missing = create_engines(&rig);
	printf("KTAP version 1\n");
	if (missing) {
		printf("1..0 # SKIP %s\n", missing);
		return 4;
	}
	rig.memory = mmap(NULL, MEMORY_PAGES * PAGE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	REQUIRE(rig.memory != MAP_FAILED, "out of memory");

	printf("1..%u\n", count_all());
	for (suite = suites; *suite; suite++)
		run_suite(&rig, *suite);
	printf("# Totals: pass:%u fail:%u skip:%u\n", counts[PASS], counts[FAIL], counts[SKIP]);
	return counts[FAIL] ? 1 : 0;
}
