/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines that only a churn prints; line.h has the others. */
#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>

struct measure;
struct options;
struct verdict;

void report_ready(const struct options *options);
void report_switchover(const struct verdict *verdict, uint32_t epoch);
void report_checked(const struct verdict *verdict);
void report_storming(void);
void report_rebound(uint64_t ms);
void report_stopped(const struct verdict *total, const struct measure *measure);

#endif
