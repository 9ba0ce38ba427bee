/* SPDX-License-Identifier: GPL-2.0-only */
/* Test results in the kernel's format, KTAP. */
#ifndef KTAP_H
#define KTAP_H

#include <stdbool.h>

void ktap_begin(int tests);

/* One result; the text says what was found where it is not what was expected. */
void ktap_result(bool ok, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void ktap_skip(const char *name, const char *reason);

/* Ends the program, which lacks something; errno says why. */
_Noreturn void ktap_bail_out(const char *reason);

/* The exit status of the program: 0 if all was well. */
int ktap_end(void);

#endif /* KTAP_H */
