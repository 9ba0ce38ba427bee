// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "concurrent.h"
#include "crew.h"

#define BITMAP_WORDS (WINDOW_PAGES / 64)

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
					worker_copy(worker, slot->guest + page);
		}
	}
}

static void read_by_iova(struct crew *crew, unsigned int subject)
{
	uint64_t bitmap[IOVA_PAGES / 64] = { 0 };
	int ret;

	ret = dirty_get_iova(crew_container(crew, subject), iova_of(0),
			     (uint64_t)IOVA_PAGES << PAGE_BITS, bitmap);
	if (ret)
		crew_fail(crew, "get", ret);
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
				worker_copy(&crew->workers[i], first + __builtin_ctzll(bits));
}

static void read_by_gpa(struct crew *crew, unsigned int subject)
{
	uint64_t bitmap[BITMAP_WORDS];
	uint32_t window, word;
	int ret;

	for (window = 0; window < WINDOWS; window++) {
		memset(bitmap, 0, sizeof(bitmap));
		do
			ret = dirty_get_gpa(crew_container(crew, subject),
					    gpa_of(window * WINDOW_PAGES),
					    (uint64_t)WINDOW_PAGES << PAGE_BITS, bitmap);
		while (ret == -EAGAIN && crew->rig->tracking == BY_IOTLB &&
		       crew_answer_all(crew, subject));
		if (ret)
			crew_fail(crew, "get", ret);
		for (word = 0; word < BITMAP_WORDS; word++)
			copy_by_gpa(crew, subject, window * WINDOW_PAGES + word * 64, bitmap[word]);
	}
}

static void found_missing(struct crew *crew, const struct worker *worker, uint32_t guest,
			  uint64_t written)
{
	struct finding *finding = &crew->rig->finding;

	pthread_mutex_lock(&crew->finding_lock);
	if (!rig_found(crew->rig))
		snprintf(finding->text, sizeof(finding->text),
			 "with threads: write %llu of engine %s to 0x%llx is complete, the copy holds %llu, the page %llu",
			 (unsigned long long)written, worker->engine->type,
			 (unsigned long long)gpa_of(guest),
			 (unsigned long long)worker->copied[guest],
			 (unsigned long long)worker_look(worker, guest));
	finding->missing++;
	pthread_mutex_unlock(&crew->finding_lock);
	__atomic_store_n(&crew->failed, true, __ATOMIC_RELEASE);
}

/* What every worker has written to every page, and knows to be complete */
static void note_written(const struct crew *crew, uint64_t (*written)[GUEST_PAGES])
{
	unsigned int i;
	uint32_t guest;

	for (i = 0; i < crew->count; i++)
		for (guest = 0; guest < GUEST_PAGES; guest++)
			written[i][guest] = __atomic_load_n(&crew->workers[i].written[guest],
							    __ATOMIC_ACQUIRE);
}

static void check_copies(struct crew *crew, uint64_t (*written)[GUEST_PAGES])
{
	unsigned int i;
	uint32_t guest;

	for (i = 0; i < crew->count; i++)
		for (guest = 0; guest < GUEST_PAGES; guest++)
			if (crew->workers[i].copied[guest] < written[i][guest])
				found_missing(crew, &crew->workers[i], guest, written[i][guest]);
}

/* Reads all bitmaps once. What was written before must be in the copies then. */
static void read_all(struct crew *crew, uint64_t (*written)[GUEST_PAGES])
{
	unsigned int i;

	note_written(crew, written);
	crew_lock(crew);
	for (i = 0; i < crew->rig->containers; i++) {
		if (crew->rig->tracking == BY_IOVA)
			read_by_iova(crew, i);
		else
			read_by_gpa(crew, i);
		crew->rig->counts.gets++;
	}
	check_copies(crew, written);
	crew_unlock(crew);
}

void crew_read(struct crew *crew)
{
	static uint64_t written[MAX_THREADS][GUEST_PAGES];
	bool last;

	do {
		last = !__atomic_load_n(&crew->working, __ATOMIC_ACQUIRE);
		read_all(crew, written);
	} while (!last && !crew_failed(crew));
}
