/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lines that a workload prints on standard output: a JSON object each, which
 * begins with the name of an event. Threads wait for each other's lines.
 */
#ifndef LINE_H
#define LINE_H

void line_begin(const char *event);
/* A string of JSON, with its quotation marks. */
void line_string(const char *text);
void line_end(void);

/* The events that every workload has. */
void report_started(void);
void report_marked(const char *phase);

/* Print an error event, and end the program with status 1, or 2 for a misuse. */
void report_failure(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void report_usage(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
