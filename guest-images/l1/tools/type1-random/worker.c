// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <random.h>

#include "crew.h"

#define WRITES_AT_ONCE 48

static void map_slot(struct worker *worker, struct slot *slot)
{
	struct crew *crew = worker->crew;
	uint32_t pages = random_percent(&worker->random, 50) ? 1 :
			 random_between(&worker->random, 1, SLOT_PAGES);
	uint32_t guest = random_below(&worker->random, WINDOWS) * WINDOW_PAGES +
			 random_below(&worker->random, WINDOW_PAGES - pages + 1);
	int ret;

	crew_lock(crew);
	ret = map_gpa(crew_container(crew, worker->subject), page_memory(crew->rig, guest),
		      iova_of(slot->first), (uint64_t)pages << PAGE_BITS,
		      crew->rig->tracking == BY_GPA ? gpa_of(guest) : NO_GPA);
	if (!ret) {
		slot->pages = pages;
		slot->guest = guest;
	}
	crew_unlock(crew);
	if (ret)
		crew_fail(crew, "map", ret);
}

static int64_t unmap_locked(struct worker *worker, const struct slot *slot)
{
	uint64_t size = (uint64_t)slot->pages << PAGE_BITS;
	int container = crew_container(worker->crew, worker->subject);
	uint64_t bitmap = 0;
	int64_t ret;
	uint32_t i;

	if (worker->crew->rig->tracking == BY_IOVA) {
		ret = unmap_bitmap(container, iova_of(slot->first), size, &bitmap);
		for (i = 0; i < slot->pages; i++)
			if (bitmap >> i & 1)
				worker_copy(worker, slot->guest + i);
		return ret;
	}
	do
		ret = unmap_range(container, iova_of(slot->first), size);
	while (ret == -EAGAIN && worker->crew->rig->tracking == BY_IOTLB &&
	       crew_answer_all(worker->crew, worker->subject));
	return ret;
}

static void unmap_slot(struct worker *worker, struct slot *slot)
{
	struct crew *crew = worker->crew;
	int64_t ret;

	crew_lock(crew);
	ret = unmap_locked(worker, slot);
	if (ret != (int64_t)slot->pages << PAGE_BITS)
		crew_fail(crew, "unmap", ret);
	slot->pages = 0;
	crew_unlock(crew);
}

/* Announces what is complete: the reader must find it from now on. */
static void publish(struct worker *worker, const uint32_t *guests, int count)
{
	int i;

	for (i = 0; i < count; i++)
		__atomic_store_n(&worker->written[guests[i]], worker->submitted[guests[i]],
				 __ATOMIC_RELEASE);
}

static int write_some(struct worker *worker)
{
	int wanted = random_between(&worker->random, 1, WRITES_AT_ONCE);
	uint32_t guests[WRITES_AT_ONCE];
	enum vdmae_status status;
	int count = 0;

	while (wanted--) {
		const struct slot *slot = &worker->slots[random_below(&worker->random, SLOTS)];
		uint32_t page;

		if (!slot->pages)
			continue;
		page = random_below(&worker->random, slot->pages);
		guests[count] = slot->guest + page;
		worker->submitted[guests[count++]] = ++worker->sequence;
		engine_add(worker->engine, VDMAE_OP_WRITE_PATTERN,
			   iova_of(slot->first + page) + worker->index * LINE_BYTES, 16,
			   worker->sequence);
	}
	engine_ring(worker->engine);
	status = engine_wait(worker->engine);
	if (status != VDMAE_OK)
		crew_fail(worker->crew, "a transfer", status);
	else
		publish(worker, guests, count);
	return count;
}

void *worker_run(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;
	uint64_t done = 0;

	while (done < worker->steps && !crew_failed(crew)) {
		struct slot *slot = &worker->slots[random_below(&worker->random, SLOTS)];

		if (!slot->pages)
			map_slot(worker, slot);
		else if (random_percent(&worker->random, 60))
			unmap_slot(worker, slot);
		done += 1 + write_some(worker);
	}
	worker->steps = done;
	__atomic_sub_fetch(&crew->working, 1, __ATOMIC_ACQ_REL);
	return NULL;
}
