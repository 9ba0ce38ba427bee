/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PAGES_H
#define PAGES_H

#include <stdint.h>

/*
 * Reads and clears the log of [gpa, gpa + size): the number of dirty pages, of
 * which those given must be all, or a negative errno. The list ends with NO_GPA.
 */
int dirty_pages_are(int container, uint64_t gpa, uint64_t size, ...);

#endif /* PAGES_H */
