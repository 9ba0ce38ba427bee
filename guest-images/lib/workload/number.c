// SPDX-License-Identifier: GPL-2.0-only
#include "number.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "line.h"

uint64_t number_parse(const char *option, const char *text, uint64_t min, uint64_t max)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end || !isdigit((unsigned char)text[0]) || value < min || value > max)
		report_usage("--%s: not a number from %" PRIu64 " to %" PRIu64 ": %s", option,
			     min, max, text);
	return value;
}
