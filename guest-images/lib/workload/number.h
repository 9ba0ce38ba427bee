/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef NUMBER_H
#define NUMBER_H

#include <stdint.h>

/* The number that an option of the command line was given; another one is a misuse. */
uint64_t number_parse(const char *option, const char *text, uint64_t min, uint64_t max);

#endif
