// SPDX-License-Identifier: GPL-2.0-only
#include "memory.h"

#include <stdlib.h>

#include "line.h"

void *memory_allocate(uint64_t count, size_t size)
{
	void *memory = calloc(count ? count : 1, size);

	if (!memory)
		report_failure("out of memory");
	return memory;
}

void *memory_grow(void *memory, uint64_t count, size_t size)
{
	memory = reallocarray(memory, count, size);
	if (!memory)
		report_failure("out of memory");
	return memory;
}
