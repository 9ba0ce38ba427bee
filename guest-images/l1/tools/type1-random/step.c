// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "step.h"

static const struct {
	const char *name;
	const char *arguments[3];
	bool engine;
} operations[OPERATIONS] = {
	[STEP_START] = { .name = "start" },
	[STEP_STOP] = { .name = "stop" },
	[STEP_MAP] = { .name = "map", .arguments = { "iova-page", "pages", "guest-page" } },
	[STEP_UNMAP] = { .name = "unmap", .arguments = { "iova-page", "pages", "how" } },
	[STEP_WRITE] = { .name = "write", .arguments = { "iova-page", "offset", "length" },
			 .engine = true },
	[STEP_READ] = { .name = "read", .arguments = { "iova-page", "offset", "length" },
			.engine = true },
	[STEP_RELEASE] = { .name = "release", .engine = true },
	[STEP_GET] = { .name = "get", .arguments = { "first", "pages" } },
	[STEP_GET_FAULT] = { .name = "get-fault", .arguments = { "first", "pages", "bytes" } },
	[STEP_TRANSLATE] = { .name = "translate",
			     .arguments = { "iova-page", "offset", "pages" } },
	[STEP_INVALIDATE] = { .name = "invalidate",
			      .arguments = { "iova-page", "offset", "pages" } },
};

static uint32_t *argument_of(struct step *step, unsigned int index)
{
	uint32_t *const arguments[] = { &step->a, &step->b, &step->c };

	return arguments[index];
}

void step_format(const struct step *step, char *line, size_t size)
{
	struct step copy = *step;
	size_t used;
	int i;

	used = snprintf(line, size, "%s container=%u", operations[step->operation].name,
			step->container);
	if (operations[step->operation].engine)
		used += snprintf(line + used, size - used, " engine=%u", step->engine);
	for (i = 0; i < 3 && operations[step->operation].arguments[i]; i++)
		used += snprintf(line + used, size - used, " %s=%" PRIu32,
				 operations[step->operation].arguments[i], *argument_of(&copy, i));
}

static bool parse_number(const char *line, const char *name, uint32_t *value)
{
	char pattern[32];
	const char *found;

	snprintf(pattern, sizeof(pattern), " %s=", name);
	found = strstr(line, pattern);
	return found && sscanf(found + strlen(pattern), "%" SCNu32, value) == 1;
}

static bool parse_arguments(const char *line, struct step *step)
{
	uint32_t number;
	int i;

	if (!parse_number(line, "container", &number) || number > UINT8_MAX)
		return false;
	step->container = number;
	if (operations[step->operation].engine) {
		if (!parse_number(line, "engine", &number) || number > UINT8_MAX)
			return false;
		step->engine = number;
	}
	for (i = 0; i < 3 && operations[step->operation].arguments[i]; i++)
		if (!parse_number(line, operations[step->operation].arguments[i],
				  argument_of(step, i)))
			return false;
	return true;
}

bool step_parse(const char *line, struct step *step)
{
	unsigned int i;

	memset(step, 0, sizeof(*step));
	for (i = 0; i < OPERATIONS; i++) {
		size_t length = strlen(operations[i].name);

		if (!strncmp(line, operations[i].name, length) && line[length] == ' ') {
			step->operation = i;
			return parse_arguments(line, step);
		}
	}
	return false;
}
