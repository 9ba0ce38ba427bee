/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is asked of a kernel, in suites: one about what every kernel has, and one
 * for each thing that a series adds. A suite has rows, each a request and the
 * answer to it, and tests of what requests do together.
 *
 * On a kernel without the addition its rows must be refused, and its tests are
 * skipped.
 */
#ifndef SUITE_H
#define SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <engine.h>

#include "check.h"

#define MEMORY_PAGES 256UL
#define IOVA 0x10000000UL

/* What a test works with: one container, an engine of each type, some memory */
struct rig {
	int container;
	struct engine rw;
	struct engine pin;
	struct engine hold;
	char *memory;
	int passthrough;	/* a group whose device writes without type1 being told, or -1 */
};

struct test {
	const char *name;
	enum verdict (*run)(struct rig *rig);
	const char *log_limit;	/* parameter gpa_log_limit when the container is opened */
	bool passthrough;
};

/* Where the argument of a request, or the bitmap it names, lies */
enum place { READABLE, UNREADABLE };

struct call {
	unsigned long request;
	uint32_t argsz;
	uint32_t flags;
	enum place argument;
	uint64_t vaddr;			/* counted from the start of the memory */
	uint64_t iova;			/* or what else comes first: a gpa, a descriptor */
	uint64_t size;
	uint64_t gpa;
	uint64_t pgsize;
	uint64_t bitmap_size;
	enum place bitmap;
	/* Of the IOTLB */
	int32_t eventfd;
	uint32_t count;
};

/* To a range that wraps Linux 6.12 answers -EINVAL, 7.2 -EOVERFLOW. */
#define WRAPS INT64_MIN

/* A refusal that is none: the kernel grants what it does not know to be more. */
#define GRANTED INT64_MAX

/* Rows say only what they are about: the rest is as usual, or nothing. */
#pragma GCC diagnostic ignored "-Woverride-init"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

struct row {
	const char *name;
	int (*prepare)(struct rig *rig);	/* of a fresh container: 0 or a negative errno */
	struct call call;
	int64_t answer;			/* bytes of an unmap, else 0 or a negative errno */
	int64_t refusal;		/* of a kernel without it; 0: -EINVAL */
};

struct suite {
	const char *name;
	bool (*offered)(int container);
	const struct row *rows;
	const struct test *tests;	/* both end with one that has no name */
};

extern const struct suite upstream_suite;
extern const struct test upstream_tests[];
extern const struct suite *const suites[];

/* Carries out a call: its answer */
int64_t row_call(struct rig *rig, const struct call *call);

/* What rows of several suites need before; 0 or a negative errno */
int prepare_started(struct rig *rig);
/* Type1 as it was before v2, without dirty tracking */
int prepare_version1(struct rig *rig);

#endif /* SUITE_H */
