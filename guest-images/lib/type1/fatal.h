/* SPDX-License-Identifier: GPL-2.0-only */
/* What a program needs and does not get ends it. */
#ifndef FATAL_H
#define FATAL_H

/* Says why on standard error, and as KTAP on standard output if that is what is printed there. */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* From now on the program prints KTAP. */
void fatal_as_ktap(void);

#define REQUIRE(condition, ...) do {	\
	if (!(condition))		\
		fatal(__VA_ARGS__);	\
} while (0)

/* The exit status of a program that cannot do its work. */
#define EXIT_UNABLE 2

#endif /* FATAL_H */
