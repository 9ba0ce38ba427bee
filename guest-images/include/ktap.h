/* SPDX-License-Identifier: GPL-2.0-only */
/* Test results in the kernel's format, KTAP, for programs of one main file. */
#ifndef KTAP_H
#define KTAP_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int ktap_planned;
static int ktap_number;
static int ktap_failed;

static inline void ktap_begin(int tests)
{
	ktap_planned = tests;
	printf("KTAP version 1\n1..%d\n", tests);
}

/* One result; the text says what was found where it is not what was expected. */
__attribute__((format(printf, 3, 4)))
static inline void ktap_result(bool ok, const char *name, const char *format, ...)
{
	va_list arguments;

	printf("%s %d %s\n", ok ? "ok" : "not ok", ++ktap_number, name);
	if (!ok) {
		ktap_failed++;
		printf("# ");
		va_start(arguments, format);
		vprintf(format, arguments);
		va_end(arguments);
		putchar('\n');
	}
	fflush(stdout);
}

static inline void ktap_skip(const char *name, const char *reason)
{
	printf("ok %d %s # SKIP %s\n", ++ktap_number, name, reason);
}

static inline _Noreturn void ktap_bail_out(const char *reason)
{
	printf("Bail out! %s: %s\n", reason, strerror(errno));
	exit(1);
}

/* The exit status of the program: 0 if all was well. */
static inline int ktap_end(void)
{
	printf("# pass:%d fail:%d planned:%d\n", ktap_number - ktap_failed, ktap_failed,
	       ktap_planned);
	return ktap_failed || ktap_number != ktap_planned;
}

#endif /* KTAP_H */
