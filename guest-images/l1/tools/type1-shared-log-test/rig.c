// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>
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
