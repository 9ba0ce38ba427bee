// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rig.h"

static const char *side_create(struct side *side, unsigned int number)
{
	const char *missing = engine_create(&side->rw, "rw", number);

	return missing ? missing : engine_create(&side->hold, "hold", number + 1);
}

const char *rig_create(struct rig *rig)
{
	const char *missing;

	memset(rig, 0, sizeof(*rig));
	rig->a.container = rig->b.container = rig->passthrough = -1;
	rig->memory = mmap(NULL, MEMORY_PAGES * PAGE, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	REQUIRE(rig->memory != MAP_FAILED, "out of memory");

	missing = side_create(&rig->a, 0);
	return missing ? missing : side_create(&rig->b, 2);
}

void rig_remove(struct rig *rig)
{
	engine_remove(&rig->b.hold);
	engine_remove(&rig->b.rw);
	engine_remove(&rig->a.hold);
	engine_remove(&rig->a.rw);
}

void side_open(struct side *side)
{
	side->container = container_open(side->rw.group);
	container_add(side->container, side->hold.group);
	engine_open(&side->rw, side->container);
	engine_open(&side->hold, side->container);
}

void side_close(struct side *side)
{
	if (side->container < 0)
		return;
	engine_close(&side->hold);
	engine_close(&side->rw);
	close(side->container);
	side->container = -1;
}

int share(struct rig *rig)
{
	int log = log_open(rig->a.container);
	int ret;

	if (log < 0)
		return log;
	ret = log_join(rig->b.container, log);
	close(log);
	return ret;
}

int share_and_start(struct rig *rig)
{
	int ret = share(rig);

	if (!ret)
		ret = dirty_start(rig->a.container);
	return ret ? ret : dirty_start(rig->b.container);
}

uint64_t gpa_of(unsigned long page)
{
	return GPA + page * PAGE;
}

int map_page(struct rig *rig, struct side *side, uint64_t iova, unsigned long page)
{
	return map_gpa(side->container, rig->memory + page % MEMORY_PAGES * PAGE, iova, PAGE,
			 gpa_of(page));
}

static int count_bits(const uint64_t *bitmap, uint64_t words)
{
	int count = 0;

	while (words--)
		count += __builtin_popcountll(*bitmap++);
	return count;
}

int log_is(int container, uint64_t gpa, uint64_t size, ...)
{
	const uint64_t words = (size / PAGE + 63) / 64;
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
