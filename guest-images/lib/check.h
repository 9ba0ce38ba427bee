/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A test is a function that returns its verdict. A check that fails says where
 * and what, and ends the test.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>

enum verdict { PASS, FAIL, SKIP };

#define SKIP_TEST(...) do {					\
	snprintf(skip_reason, sizeof(skip_reason), __VA_ARGS__);	\
	return SKIP;						\
} while (0)

#define CHECK(condition) do {						\
	if (!(condition)) {						\
		snprintf(failure, sizeof(failure), "%s:%d: %s", __FILE__, __LINE__,	\
			 #condition);						\
		return FAIL;						\
	}								\
} while (0)

#define CHECK_EQ(actual, expected) do {					\
	long long _actual = (actual), _expected = (expected);		\
	if (_actual != _expected) {					\
		snprintf(failure, sizeof(failure), "%s:%d: %s is %lld, expected %s = %lld",	\
			 __FILE__, __LINE__, #actual, _actual, #expected, _expected);	\
		return FAIL;						\
	}								\
} while (0)

extern char skip_reason[200];
extern char failure[300];

#endif /* CHECK_H */
