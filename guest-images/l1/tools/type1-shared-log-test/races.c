// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two containers write to neighbouring pages of a log while it is read all the
 * time, through both. Each page is written once, so each must be reported, and
 * exactly once unless it was pinned.
 */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests.h"

/* Across two chunks, so that both containers add them at the same time */
#define RACE_PAGES 4096UL
#define RACE_GPA (GPA + CHUNK - RACE_PAGES / 2 * PAGE)

struct race {
	struct rig *rig;
	unsigned int reported[RACE_PAGES];
	const char *failed;
	int writing;			/* threads that still write */
};

struct writer {
	struct race *race;
	struct side *side;
	unsigned long first;		/* writes every other page, from this one on */
	unsigned int lives;		/* how often the container is closed and opened again */
};

static void fail(struct race *race, const char *what)
{
	__atomic_store_n(&race->failed, what, __ATOMIC_RELAXED);
}

static bool failed(struct race *race)
{
	return __atomic_load_n(&race->failed, __ATOMIC_RELAXED);
}

/* Every third page of a side is written by the device that pins. */
static bool held(unsigned long page)
{
	return page / 2 % 3 == 2;
}

static void write_page(struct writer *writer, unsigned long page)
{
	struct side *side = writer->side;
	struct engine *engine = held(page) ? &side->hold : &side->rw;
	uint64_t iova = IOVA + page % 8 * PAGE;
	char *memory = writer->race->rig->memory + page % MEMORY_PAGES * PAGE;

	if (map_gpa(side->container, memory, iova, PAGE, RACE_GPA + page * PAGE))
		fail(writer->race, "map");
	else if (engine_write(engine, iova, PAGE))
		fail(writer->race, "write");
	else if (unmap_range(side->container, iova, PAGE) != PAGE)
		fail(writer->race, "unmap");
}

/* The container goes with pages that nobody may have read yet. */
static void reopen(struct writer *writer)
{
	struct side *side = writer->side;
	int log = log_open(side->container);

	side_close(side);
	side_open(side);
	if (log < 0 || log_join(side->container, log) || dirty_start(side->container))
		fail(writer->race, "join");
	close(log);
}

static void *write_pages(void *argument)
{
	struct writer *writer = argument;
	const unsigned long life = RACE_PAGES / 2 / (writer->lives + 1);
	unsigned long page, written = 0;

	for (page = writer->first; page < RACE_PAGES && !failed(writer->race); page += 2) {
		write_page(writer, page);
		if (++written % life == 0 && written / life <= writer->lives)
			reopen(writer);
	}
	__atomic_sub_fetch(&writer->race->writing, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void read_log(struct race *race, struct side *side)
{
	uint64_t bitmap[RACE_PAGES / 64] = { 0 };
	unsigned long i;

	if (dirty_get_gpa(side->container, RACE_GPA, RACE_PAGES * PAGE, bitmap))
		fail(race, "get");
	for (i = 0; i < RACE_PAGES; i++)
		race->reported[i] += bitmap[i / 64] >> i % 64 & 1;
}

/* The sides of the readers are there all the time. */
static enum verdict run_race(struct race *race, struct writer writers[2], struct side *readers[2])
{
	pthread_t threads[2];
	unsigned long i;
	bool last;

	CHECK_EQ(share_and_start(race->rig), 0);
	race->writing = 2;
	for (i = 0; i < 2; i++)
		REQUIRE(!pthread_create(&threads[i], NULL, write_pages, &writers[i]),
			"cannot create a thread");
	do {
		last = !__atomic_load_n(&race->writing, __ATOMIC_ACQUIRE);
		read_log(race, readers[0]);
		read_log(race, readers[1]);
	} while (!last);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);

	if (race->failed)
		printf("# %s failed\n", race->failed);
	CHECK(!race->failed);
	for (i = 0; i < RACE_PAGES; i++) {
		CHECK(race->reported[i]);
		if (!held(i))
			CHECK_EQ(race->reported[i], 1);
	}
	CHECK_EQ(dirty_pages_are(readers[0]->container, RACE_GPA, RACE_PAGES * PAGE, NO_GPA), 0);
	return PASS;
}

enum verdict test_race_writers(struct rig *rig)
{
	static struct race race;
	struct writer writers[] = {
		{ .race = &race, .side = &rig->a, .first = 0 },
		{ .race = &race, .side = &rig->b, .first = 1 },
	};

	memset(&race, 0, sizeof(race));
	race.rig = rig;
	return run_race(&race, writers, (struct side *[]){ &rig->a, &rig->b });
}

/*
 * The tightest that the devices can do: each writes a batch of every other page
 * of a few words, without a request to type1 in between.
 */
#define BATCH_PAGES 256UL
#define BATCH_ROUNDS 300

struct batch {
	struct race *race;
	struct side *side;
	unsigned long first;
};

static void *write_batch(void *argument)
{
	struct batch *batch = argument;
	unsigned long page;

	for (page = batch->first; page < BATCH_PAGES; page += 2)
		engine_add(&batch->side->rw, VDMAE_OP_WRITE_PATTERN, IOVA + page * PAGE,
			   sizeof(struct vdmae_pattern), page);
	engine_ring(&batch->side->rw);
	if (engine_wait(&batch->side->rw) != VDMAE_OK)
		fail(batch->race, "write");
	__atomic_sub_fetch(&batch->race->writing, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void run_batches(struct race *race, struct batch batches[2])
{
	pthread_t threads[2];
	bool last;
	int i;

	memset(race->reported, 0, sizeof(race->reported));
	race->writing = 2;
	for (i = 0; i < 2; i++)
		REQUIRE(!pthread_create(&threads[i], NULL, write_batch, &batches[i]),
			"cannot create a thread");
	do {
		last = !__atomic_load_n(&race->writing, __ATOMIC_ACQUIRE);
		read_log(race, &race->rig->a);
	} while (!last);
	for (i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
}

enum verdict test_race_batches(struct rig *rig)
{
	static struct race race;
	struct batch batches[] = {
		{ .race = &race, .side = &rig->a, .first = 0 },
		{ .race = &race, .side = &rig->b, .first = 1 },
	};
	const uint64_t size = BATCH_PAGES * PAGE;
	unsigned long i;
	int round;

	memset(&race, 0, sizeof(race));
	race.rig = rig;
	CHECK_EQ(share_and_start(rig), 0);
	CHECK_EQ(map_gpa(rig->a.container, rig->memory, IOVA, size, RACE_GPA), 0);
	CHECK_EQ(map_gpa(rig->b.container, rig->memory, IOVA, size, RACE_GPA), 0);
	for (round = 0; round < BATCH_ROUNDS; round++) {
		run_batches(&race, batches);
		if (race.failed)
			printf("# %s failed\n", race.failed);
		CHECK(!race.failed);
		for (i = 0; i < BATCH_PAGES; i++)
			CHECK_EQ(race.reported[i], 1);
	}
	return PASS;
}

enum verdict test_race_come_and_go(struct rig *rig)
{
	static struct race race;
	struct writer writers[] = {
		{ .race = &race, .side = &rig->a, .first = 0 },
		{ .race = &race, .side = &rig->b, .first = 1, .lives = 64 },
	};

	memset(&race, 0, sizeof(race));
	race.rig = rig;
	return run_race(&race, writers, (struct side *[]){ &rig->a, &rig->a });
}
