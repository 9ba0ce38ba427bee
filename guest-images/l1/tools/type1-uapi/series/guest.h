/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GUEST_H
#define GUEST_H

#include "suite.h"

/* Where the memory lies for the guest */
#define GPA 0x40000000UL
#define SPAN (MEMORY_PAGES * PAGE)

#endif /* GUEST_H */
