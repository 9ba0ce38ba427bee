// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <fatal.h>

#include "concurrent.h"
#include "crew.h"

static void prepare(struct crew *crew, unsigned int index, uint64_t steps, uint64_t seed)
{
	struct worker *worker = &crew->workers[index];
	struct rig *rig = crew->rig;
	uint32_t k;

	worker->crew = crew;
	worker->index = index;
	worker->subject = index % rig->containers;
	worker->engine = &rig->subjects[worker->subject].engines[index / rig->containers];
	worker->random = seed * MAX_THREADS + index;
	worker->steps = steps;
	for (k = 0; k < SLOTS; k++)
		worker->slots[k].first = (index * SLOTS + k) * SLOT_PAGES;
}

void run_concurrently(struct rig *rig, unsigned int threads, uint64_t steps, uint64_t seed)
{
	static struct worker workers[MAX_THREADS];
	struct crew crew = {
		.rig = rig, .count = threads, .workers = workers, .working = threads,
		.lock = PTHREAD_MUTEX_INITIALIZER, .finding_lock = PTHREAD_MUTEX_INITIALIZER,
	};
	pthread_t ids[MAX_THREADS];
	unsigned int i;

	memset(rig->memory, 0, (size_t)GUEST_PAGES << PAGE_BITS);
	rig_open(rig, rig->tracking);
	for (i = 0; i < rig->containers; i++)
		REQUIRE(!dirty_start(rig->subjects[i].container), "tracking does not start");
	for (i = 0; i < threads; i++)
		prepare(&crew, i, steps / threads, seed);
	for (i = 0; i < threads; i++)
		REQUIRE(!pthread_create(&ids[i], NULL, worker_run, &workers[i]), "no thread");
	crew_read(&crew);
	for (i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
		rig->counts.steps += workers[i].steps;
	}
	rig_close(rig);
}
