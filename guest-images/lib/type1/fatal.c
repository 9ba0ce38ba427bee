// SPDX-License-Identifier: GPL-2.0-only
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "fatal.h"

static bool ktap;

void fatal_as_ktap(void)
{
	ktap = true;
}

void fatal(const char *format, ...)
{
	char message[300];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);

	if (ktap)
		printf("Bail out! %s\n", message);
	fprintf(stderr, "%s\n", message);
	exit(EXIT_UNABLE);
}
