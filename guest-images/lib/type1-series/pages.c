// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <fatal.h>

#include "pages.h"
#include "series.h"

static int count_bits(const uint64_t *bitmap, uint64_t words)
{
	int count = 0;

	while (words--)
		count += __builtin_popcountll(*bitmap++);
	return count;
}

int dirty_pages_are(int container, uint64_t gpa, uint64_t size, ...)
{
	uint64_t words = (size / PAGE + 63) / 64;
	uint64_t *bitmap = calloc(words, sizeof(*bitmap));
	int found, missing = 0, listed = 0;
	uint64_t page;
	va_list list;
	int ret;

	REQUIRE(bitmap, "out of memory");
	ret = dirty_get_gpa(container, gpa, size, bitmap);
	if (ret) {
		free(bitmap);
		return ret;
	}

	va_start(list, size);
	while ((page = va_arg(list, uint64_t)) != NO_GPA) {
		uint64_t bit = (page - gpa) / PAGE;

		listed++;
		if (!(bitmap[bit / 64] >> bit % 64 & 1)) {
			printf("# page 0x%llx is not reported\n", (unsigned long long)page);
			missing++;
		}
	}
	va_end(list);

	found = count_bits(bitmap, words);
	free(bitmap);
	if (found != listed)
		printf("# %d pages are reported, expected %d\n", found, listed);
	return missing || found != listed ? -ENOMSG : found;
}
