/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines that only a receiver prints; line.h has the others. */
#ifndef REPORT_H
#define REPORT_H

struct measure;
struct options;
struct oracle;
struct verdict;

void report_ready(const struct options *options);
void report_checked(const struct verdict *verdict);
void report_stopped(const struct oracle *oracle, const struct measure *measure);

#endif
