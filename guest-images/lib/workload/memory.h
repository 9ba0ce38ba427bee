/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory, or the end of the program. */
#ifndef MEMORY_H
#define MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed, and at least one element. */
void *memory_allocate(uint64_t count, size_t size);
void *memory_grow(void *memory, uint64_t count, size_t size);

#endif
