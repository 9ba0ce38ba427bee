// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each thread has a device and a range of IOVAs of its own, and maps any guest
 * page there. Of each page it has 64 bytes of its own, where its device writes
 * numbers that only grow.
 *
 * The reader does what a migration does: it reads the bitmaps, and then copies
 * what they report, here the numbers. So whatever happens at the same time, this
 * holds: a number whose write was complete before a bitmap was read is in the
 * copy after that, or the page is missing. In the end all copies are up to date.
 *
 * A kernel that reports by guest page is called without any lock. Where what it
 * says must be translated by what is mapped, a lock keeps the two together, as a
 * VMM would do it.
 */
#include <errno.h>
#include <pthread.h>
#include <random.h>
#include <stdio.h>
#include <string.h>

#include <fatal.h>

#include "concurrent.h"

#define SLOTS 24U
#define SLOT_PAGES 32U
#define WRITES_AT_ONCE 48
#define LINE_BYTES 64
#define BITMAP_WORDS (GUEST_PAGES / 64)
#define MISSES_AT_ONCE 64

struct slot {
	uint32_t first;		/* IOVA page */
	uint32_t pages;		/* 0: not mapped */
	uint32_t guest;
};

struct worker {
	struct crew *crew;
	unsigned int index;
	unsigned int subject;
	struct engine *engine;
	struct slot slots[SLOTS];
	uint64_t random;
	uint64_t steps;
	uint64_t sequence;
	uint64_t submitted[GUEST_PAGES];
	uint64_t written[GUEST_PAGES];	/* the last number that was complete, for the reader */
	uint64_t copied[GUEST_PAGES];
};

struct crew {
	struct rig *rig;
	unsigned int count;
	struct worker *workers;
	pthread_mutex_t lock;		/* see above */
	unsigned int working;
	bool failed;
};

static void fail(struct crew *crew, const char *what, int64_t answer)
{
	if (__atomic_exchange_n(&crew->failed, true, __ATOMIC_ACQ_REL))
		return;
	crew->rig->finding.wrong = true;
	snprintf(crew->rig->finding.text, sizeof(crew->rig->finding.text),
		 "with threads: %s answers %lld", what, (long long)answer);
}

static int container_of_subject(struct crew *crew, unsigned int subject)
{
	return crew->rig->subjects[subject].container;
}

static void lock(struct crew *crew)
{
	if (crew->rig->tracking != BY_GPA)
		pthread_mutex_lock(&crew->lock);
}

static void unlock(struct crew *crew)
{
	if (crew->rig->tracking != BY_GPA)
		pthread_mutex_unlock(&crew->lock);
}

static void copy_page(struct worker *worker, uint32_t guest)
{
	volatile uint64_t *line = (void *)(page_memory(worker->crew->rig, guest) +
					   worker->index * LINE_BYTES);

	worker->copied[guest] = *line;
}

/* IOTLB: answers what misses in one container. The lock is held. */
static bool answer_all(struct crew *crew, unsigned int subject)
{
	struct vfio_iommu_type1_iotlb_entry misses[MISSES_AT_ONCE] = { 0 };
	int container = container_of_subject(crew, subject);
	uint32_t count = MISSES_AT_ONCE, i, k;
	unsigned int j;

	REQUIRE(!iotlb_misses(container, misses, &count), "the IOTLB names no misses");
	for (i = 0; i < count; i++) {
		uint64_t gpa = VFIO_IOMMU_IOTLB_GPA_NONE;

		for (j = 0; j < crew->count; j++)
			for (k = 0; k < SLOTS && crew->workers[j].subject == subject; k++) {
				const struct slot *slot = &crew->workers[j].slots[k];
				uint64_t offset = misses[i].iova - iova_of(slot->first);

				if (slot->pages && offset < (uint64_t)slot->pages << PAGE_BITS)
					gpa = gpa_of(slot->guest) + offset;
			}
		REQUIRE(!iotlb_update(container, misses[i].iova, misses[i].size, gpa),
			"the IOTLB takes no answer");
	}
	return count;
}

static void map_slot(struct worker *worker, struct slot *slot)
{
	struct crew *crew = worker->crew;
	uint32_t pages = random_percent(&worker->random, 50) ? 1 :
			 random_between(&worker->random, 1, SLOT_PAGES);
	uint32_t guest = random_below(&worker->random, WINDOWS) * WINDOW_PAGES +
			 random_below(&worker->random, WINDOW_PAGES - pages + 1);
	int ret;

	lock(crew);
	ret = map_gpa(container_of_subject(crew, worker->subject), page_memory(crew->rig, guest),
			iova_of(slot->first), (uint64_t)pages << PAGE_BITS,
			crew->rig->tracking == BY_GPA ? gpa_of(guest) : NO_GPA);
	if (!ret) {
		slot->pages = pages;
		slot->guest = guest;
	}
	unlock(crew);
	if (ret)
		fail(crew, "map", ret);
}

static int64_t unmap_locked(struct worker *worker, const struct slot *slot)
{
	uint64_t size = (uint64_t)slot->pages << PAGE_BITS;
	int container = container_of_subject(worker->crew, worker->subject);
	uint64_t bitmap = 0;
	int64_t ret;
	uint32_t i;

	if (worker->crew->rig->tracking == BY_IOVA) {
		ret = unmap_bitmap(container, iova_of(slot->first), size, &bitmap);
		for (i = 0; i < slot->pages; i++)
			if (bitmap >> i & 1)
				copy_page(worker, slot->guest + i);
		return ret;
	}
	do
		ret = unmap_range(container, iova_of(slot->first), size);
	while (ret == -EAGAIN && worker->crew->rig->tracking == BY_IOTLB &&
	       answer_all(worker->crew, worker->subject));
	return ret;
}

static void unmap_slot(struct worker *worker, struct slot *slot)
{
	struct crew *crew = worker->crew;
	int64_t ret;

	lock(crew);
	ret = unmap_locked(worker, slot);
	if (ret != (int64_t)slot->pages << PAGE_BITS)
		fail(crew, "unmap", ret);
	slot->pages = 0;
	unlock(crew);
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
		fail(worker->crew, "a transfer", status);
	else
		publish(worker, guests, count);
	return count;
}

static void *work(void *argument)
{
	struct worker *worker = argument;
	struct crew *crew = worker->crew;
	uint64_t done = 0;

	while (done < worker->steps && !__atomic_load_n(&crew->failed, __ATOMIC_RELAXED)) {
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

/* Reading */

static void copy_by_iova(struct crew *crew, unsigned int subject, const uint64_t *bitmap)
{
	unsigned int i, k;
	uint32_t page;

	for (i = 0; i < crew->count; i++) {
		struct worker *worker = &crew->workers[i];

		for (k = 0; k < SLOTS && worker->subject == subject; k++) {
			const struct slot *slot = &worker->slots[k];

			for (page = 0; page < slot->pages; page++)
				if (bitmap[(slot->first + page) / 64] >>
				    (slot->first + page) % 64 & 1)
					copy_page(worker, slot->guest + page);
		}
	}
}

static void read_by_iova(struct crew *crew, unsigned int subject)
{
	uint64_t bitmap[IOVA_PAGES / 64] = { 0 };
	int ret;

	ret = dirty_get_iova(container_of_subject(crew, subject), iova_of(0),
			     (uint64_t)IOVA_PAGES << PAGE_BITS, bitmap);
	if (ret)
		fail(crew, "get", ret);
	copy_by_iova(crew, subject, bitmap);
}

static bool have_one_log(const struct rig *rig, unsigned int a, unsigned int b)
{
	return rig->subjects[a].model.log == rig->subjects[b].model.log;
}

static void copy_by_gpa(struct crew *crew, unsigned int subject, uint32_t first, uint64_t bits)
{
	unsigned int i;

	for (; bits; bits &= bits - 1)
		for (i = 0; i < crew->count; i++)
			if (have_one_log(crew->rig, crew->workers[i].subject, subject))
				copy_page(&crew->workers[i], first + __builtin_ctzll(bits));
}

static void read_by_gpa(struct crew *crew, unsigned int subject)
{
	uint64_t bitmap[WINDOW_PAGES / 64];
	uint32_t window, word;
	int ret;

	for (window = 0; window < WINDOWS; window++) {
		memset(bitmap, 0, sizeof(bitmap));
		do
			ret = dirty_get_gpa(container_of_subject(crew, subject),
					    gpa_of(window * WINDOW_PAGES),
					    (uint64_t)WINDOW_PAGES << PAGE_BITS, bitmap);
		while (ret == -EAGAIN && crew->rig->tracking == BY_IOTLB &&
		       answer_all(crew, subject));
		if (ret)
			fail(crew, "get", ret);
		for (word = 0; word < WINDOW_PAGES / 64; word++)
			copy_by_gpa(crew, subject, window * WINDOW_PAGES + word * 64, bitmap[word]);
	}
}

static void found_missing(struct crew *crew, unsigned int worker, uint32_t guest, uint64_t written,
			  uint64_t copied)
{
	struct finding *finding = &crew->rig->finding;

	if (finding->missing++)
		return;
	finding->container = crew->workers[worker].subject;
	snprintf(finding->text, sizeof(finding->text),
		 "with threads: 0x%llx holds write %llu of engine %s, the copy write %llu",
		 (unsigned long long)gpa_of(guest), (unsigned long long)written,
		 crew->workers[worker].engine->type, (unsigned long long)copied);
}

/* Reads all bitmaps once. What was written before must be in the copies then. */
static void read_all(struct crew *crew, uint64_t (*written)[GUEST_PAGES])
{
	unsigned int i;
	uint32_t guest;

	for (i = 0; i < crew->count; i++)
		for (guest = 0; guest < GUEST_PAGES; guest++)
			written[i][guest] = __atomic_load_n(&crew->workers[i].written[guest],
							    __ATOMIC_ACQUIRE);
	lock(crew);
	for (i = 0; i < crew->rig->containers; i++) {
		if (crew->rig->tracking == BY_IOVA)
			read_by_iova(crew, i);
		else
			read_by_gpa(crew, i);
		crew->rig->counts.gets++;
	}
	for (i = 0; i < crew->count; i++)
		for (guest = 0; guest < GUEST_PAGES; guest++)
			if (crew->workers[i].copied[guest] < written[i][guest])
				found_missing(crew, i, guest, written[i][guest],
					      crew->workers[i].copied[guest]);
	unlock(crew);
	if (crew->rig->finding.missing)
		__atomic_store_n(&crew->failed, true, __ATOMIC_RELEASE);
}

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

static void read_until_done(struct crew *crew, uint64_t (*written)[GUEST_PAGES])
{
	bool last;

	do {
		last = !__atomic_load_n(&crew->working, __ATOMIC_ACQUIRE);
		read_all(crew, written);
	} while (!last && !__atomic_load_n(&crew->failed, __ATOMIC_ACQUIRE));
}

void run_concurrently(struct rig *rig, unsigned int threads, uint64_t steps, uint64_t seed)
{
	static uint64_t written[MAX_THREADS][GUEST_PAGES];
	static struct worker workers[MAX_THREADS];
	struct crew crew = {
		.rig = rig, .count = threads, .workers = workers, .working = threads,
		.lock = PTHREAD_MUTEX_INITIALIZER,
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
		REQUIRE(!pthread_create(&ids[i], NULL, work, &workers[i]), "no thread");
	read_until_done(&crew, written);
	for (i = 0; i < threads; i++) {
		pthread_join(ids[i], NULL);
		rig->counts.steps += workers[i].steps;
	}
	rig_close(rig);
}
