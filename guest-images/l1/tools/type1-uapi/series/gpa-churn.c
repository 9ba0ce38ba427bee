// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two threads: each of many guest pages is mapped, written once and unmapped
 * while the log is read all the time. A few IOVAs and a few pages of memory
 * serve for all of them.
 */
#include <pthread.h>
#include <string.h>

#include "gpa.h"

#define CHURN_PAGES 4096UL

struct churn {
	struct rig *rig;
	const char *failed;		/* the last request that did */
	bool done;
};

static void fail(struct churn *churn, const char *what)
{
	__atomic_store_n(&churn->failed, what, __ATOMIC_RELAXED);
}

static const char *failed(const struct churn *churn)
{
	return __atomic_load_n(&churn->failed, __ATOMIC_RELAXED);
}

static struct engine *churn_engine(struct rig *rig, unsigned long index)
{
	switch (index % 3) {
	case 0:
		return &rig->rw;
	case 1:
		return &rig->pin;
	default:
		return &rig->hold;
	}
}

static void *churn(void *argument)
{
	struct churn *churn = argument;
	struct rig *rig = churn->rig;
	unsigned long i;

	for (i = 0; i < CHURN_PAGES && !failed(churn); i++) {
		uint64_t iova = IOVA + i % 4 * PAGE;

		if (map_gpa(rig->container, page_of(rig, i % MEMORY_PAGES), iova, PAGE, gpa_of(i)))
			fail(churn, "map");
		else if (engine_write(churn_engine(rig, i), iova, PAGE))
			fail(churn, "write");
		else if (unmap_range(rig->container, iova, PAGE) != PAGE)
			fail(churn, "unmap");
	}
	__atomic_store_n(&churn->done, true, __ATOMIC_RELEASE);
	return NULL;
}

enum verdict gpa_test_churn(struct rig *rig)
{
	struct churn state = { .rig = rig };
	static unsigned int reported[CHURN_PAGES];
	pthread_t thread;
	unsigned long i;
	bool last;

	memset(reported, 0, sizeof(reported));
	CHECK_EQ(dirty_start(rig->container), 0);
	CHECK_EQ(pthread_create(&thread, NULL, churn, &state), 0);
	do {
		uint64_t bitmap[CHURN_PAGES / 64] = { 0 };

		last = __atomic_load_n(&state.done, __ATOMIC_ACQUIRE);
		if (dirty_get_gpa(rig->container, GPA, CHURN_PAGES * PAGE, bitmap))
			fail(&state, "get");
		for (i = 0; i < CHURN_PAGES; i++)
			reported[i] += bitmap[i / 64] >> i % 64 & 1;
	} while (!last);
	pthread_join(thread, NULL);

	if (state.failed)
		printf("# %s failed\n", state.failed);
	CHECK(!state.failed);
	for (i = 0; i < CHURN_PAGES; i++) {
		CHECK(reported[i]);
		/* A page that is pinned may be reported while it is and once after. */
		if (i % 3 == 0)
			CHECK_EQ(reported[i], 1);
	}
	CHECK_EQ(dirty_pages_are(rig->container, GPA, CHURN_PAGES * PAGE, NO_GPA), 0);
	return PASS;
}
