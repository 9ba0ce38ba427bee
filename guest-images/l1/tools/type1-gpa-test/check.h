/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * KTAP: a test is a function that returns its verdict. A check that fails says
 * where and what, and ends the test.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

enum verdict { PASS, FAIL, SKIP };

#define SKIP_TEST(...) do {					\
	snprintf(skip_reason, sizeof(skip_reason), __VA_ARGS__);	\
	return SKIP;						\
} while (0)

#define CHECK(condition) do {						\
	if (!(condition)) {						\
		printf("# %s:%d: %s\n", __FILE__, __LINE__, #condition);	\
		return FAIL;						\
	}								\
} while (0)

#define CHECK_EQ(actual, expected) do {					\
	long long _actual = (actual), _expected = (expected);		\
	if (_actual != _expected) {					\
		printf("# %s:%d: %s is %lld, expected %s = %lld\n",	\
		       __FILE__, __LINE__, #actual, _actual, #expected, _expected); \
		return FAIL;						\
	}								\
} while (0)

/* What the rig of a test needs and does not get ends the program. */
#define REQUIRE(condition, ...) do {					\
	if (!(condition)) {						\
		printf("Bail out! " __VA_ARGS__);			\
		printf("\n");						\
		fflush(stdout);						\
		exit(1);						\
	}								\
} while (0)

extern char skip_reason[200];

#endif /* CHECK_H */
