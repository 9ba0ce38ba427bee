// SPDX-License-Identifier: GPL-2.0-only
#include "line.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void line_begin(const char *event)
{
	flockfile(stdout);
	printf("{\"event\":\"%s\"", event);
}

void line_string(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = *text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

/* Whoever read the events is gone when they cannot be written: nothing is left to do. */
void line_end(void)
{
	puts("}");
	if (fflush(stdout))
		_Exit(1);
	funlockfile(stdout);
}

void report_started(void)
{
	line_begin("started");
	line_end();
}

void report_marked(const char *phase)
{
	line_begin("marked");
	printf(",\"phase\":");
	line_string(phase);
	line_end();
}

static void report_error(const char *format, va_list arguments)
{
	char message[512];

	vsnprintf(message, sizeof(message), format, arguments);
	line_begin("error");
	printf(",\"message\":");
	line_string(message);
	line_end();
}

void report_failure(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_error(format, arguments);
	va_end(arguments);
	_Exit(1);
}

void report_usage(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report_error(format, arguments);
	va_end(arguments);
	_Exit(2);
}
