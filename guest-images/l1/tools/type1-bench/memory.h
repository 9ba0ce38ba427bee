/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MEMORY_H
#define MEMORY_H

#include "subject.h"

/* Measures and prints what mappings and logs take of the kernel's memory, as a JSON array. */
void print_memory(struct subject *subject);

#endif /* MEMORY_H */
