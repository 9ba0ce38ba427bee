/* SPDX-License-Identifier: GPL-2.0-only */
/* Everything that is printed: one JSON object a line on standard output. */
#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>

struct measure;
struct options;
struct oracle;
struct verdict;

void report_ready(const struct options *options);
void report_started(void);
void report_marked(const char *phase);
void report_checked(const struct verdict *verdict);
void report_stopped(const struct oracle *oracle, const struct measure *measure,
		    uint64_t interval_ms);

/* Print an error event, and end the program with status 1, or 2 for a misuse. */
void report_failure(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));
void report_usage(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

#endif
