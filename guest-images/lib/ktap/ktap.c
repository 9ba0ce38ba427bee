// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ktap.h"

static int planned;
static int number;
static int failed;

void ktap_begin(int tests)
{
	planned = tests;
	printf("KTAP version 1\n1..%d\n", tests);
}

void ktap_result(bool ok, const char *name, const char *format, ...)
{
	va_list arguments;

	printf("%s %d %s\n", ok ? "ok" : "not ok", ++number, name);
	if (!ok) {
		failed++;
		printf("# ");
		va_start(arguments, format);
		vprintf(format, arguments);
		va_end(arguments);
		putchar('\n');
	}
	fflush(stdout);
}

void ktap_skip(const char *name, const char *reason)
{
	printf("ok %d %s # SKIP %s\n", ++number, name, reason);
}

void ktap_bail_out(const char *reason)
{
	printf("Bail out! %s: %s\n", reason, strerror(errno));
	exit(1);
}

int ktap_end(void)
{
	printf("# pass:%d fail:%d planned:%d\n", number - failed, failed, planned);
	return failed || number != planned;
}
