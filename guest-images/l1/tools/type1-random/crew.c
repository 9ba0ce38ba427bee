// SPDX-License-Identifier: GPL-2.0-only
#include <stdio.h>

#include <fatal.h>

#include "crew.h"

#define MISSES_AT_ONCE 64

void crew_fail(struct crew *crew, const char *what, int64_t answer)
{
	struct finding *finding = &crew->rig->finding;

	pthread_mutex_lock(&crew->finding_lock);
	if (!rig_found(crew->rig)) {
		finding->wrong = true;
		snprintf(finding->text, sizeof(finding->text), "with threads: %s answers %lld",
			 what, (long long)answer);
	}
	pthread_mutex_unlock(&crew->finding_lock);
	__atomic_store_n(&crew->failed, true, __ATOMIC_RELEASE);
}

bool crew_failed(struct crew *crew)
{
	return __atomic_load_n(&crew->failed, __ATOMIC_ACQUIRE);
}

int crew_container(const struct crew *crew, unsigned int subject)
{
	return crew->rig->subjects[subject].container;
}

void crew_lock(struct crew *crew)
{
	if (crew->rig->tracking != BY_GPA)
		pthread_mutex_lock(&crew->lock);
}

void crew_unlock(struct crew *crew)
{
	if (crew->rig->tracking != BY_GPA)
		pthread_mutex_unlock(&crew->lock);
}

/*
 * The device writes both numbers in the order in which they lie there. Whoever finds
 * any of a new one in the second finds all of it in the first, if that is read later.
 */
uint64_t worker_look(const struct worker *worker, uint32_t guest)
{
	const volatile uint64_t *line = (void *)(page_memory(worker->crew->rig, guest) +
						 worker->index * LINE_BYTES);
	uint64_t second = line[1], first = line[0];

	return first == second ? first : WRITING;
}

/*
 * A device may write a number byte by byte. Where that is going on, the page has
 * what was complete before, and the new number must be reported once it is, too.
 */
void worker_copy(struct worker *worker, uint32_t guest)
{
	uint64_t complete = __atomic_load_n(&worker->written[guest], __ATOMIC_ACQUIRE);
	uint64_t number = worker_look(worker, guest);

	worker->copied[guest] = number == WRITING ? complete : number;
}

/* Where the slots of the workers on one container have what missed */
static uint64_t gpa_of_miss(const struct crew *crew, unsigned int subject, uint64_t iova)
{
	const struct worker *worker;
	unsigned int i;

	for (worker = crew->workers; worker < crew->workers + crew->count; worker++) {
		for (i = 0; i < SLOTS && worker->subject == subject; i++) {
			const struct slot *slot = &worker->slots[i];
			uint64_t offset = iova - iova_of(slot->first);

			if (offset < (uint64_t)slot->pages << PAGE_BITS)
				return gpa_of(slot->guest) + offset;
		}
	}
	return VFIO_IOMMU_IOTLB_GPA_NONE;
}

bool crew_answer_all(struct crew *crew, unsigned int subject)
{
	struct vfio_iommu_type1_iotlb_entry misses[MISSES_AT_ONCE] = { 0 };
	int container = crew_container(crew, subject);
	uint32_t count = MISSES_AT_ONCE, i;

	REQUIRE(!iotlb_misses(container, misses, &count), "the IOTLB names no misses");
	for (i = 0; i < count; i++) {
		uint64_t gpa = gpa_of_miss(crew, subject, misses[i].iova);

		REQUIRE(!iotlb_update(container, misses[i].iova, misses[i].size, gpa),
			"the IOTLB takes no answer");
	}
	return count;
}
