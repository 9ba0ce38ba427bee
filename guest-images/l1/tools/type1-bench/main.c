// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the requests of type1 cost beside so many live mappings, without a guest
 * and a VMM: mapping and unmapping with and without tracking, one sync of a
 * migration, a device's writes alone and during syncs, and the kernel's memory.
 * A sync is what a VMM must do with this kernel: a query for each mapping, or
 * one over all of them where it is exact, or one over a guest's RAM of 1 GiB.
 *
 *     type1-bench
 *
 * Prints JSON. The module parameter dma_entry_limit must allow the mappings.
 */
#include <pthread.h>
#include <random.h>
#include <stdio.h>
#include <unistd.h>

#include <fatal.h>

#include "memory.h"
#include "samples.h"

#define MAX_DEVICES 4
#define BATCH 256
#define CHURN_BATCHES 16
#define MAX_SYNCS 30
#define SYNC_BUDGET_NS 5000000000ULL
#define DEVICE_MAPPINGS 1024

static const unsigned long mapping_counts[] = { 64, 1024, 16384, 65536 };

static uint64_t random_state = 1;

static void grow(struct subject *subject, unsigned long count)
{
	while (subject->count < count)
		subject_map(subject, subject->count++);
}

static uint64_t timed(void (*call)(struct subject *subject, unsigned long index),
		      struct subject *subject, unsigned long index)
{
	uint64_t start = clock_ns();

	call(subject, index);
	return clock_ns() - start;
}

/* Different mappings, so that each can be unmapped once */
static unsigned int choose(const struct subject *subject, unsigned long *indices)
{
	unsigned int count = subject->count < BATCH ? subject->count : BATCH;
	unsigned long start = random_below(&random_state, subject->count);
	unsigned int i;

	for (i = 0; i < count; i++)
		indices[i] = (start + i * (subject->count / count)) % subject->count;
	return count;
}

/* Each mapping that goes was written before, and comes back. */
static void churn(struct subject *subject, bool tracking)
{
	struct samples maps = { 0 }, unmaps = { 0 };
	unsigned long indices[BATCH];
	unsigned int batch, count, i;

	for (batch = 0; batch < CHURN_BATCHES; batch++) {
		count = choose(subject, indices);
		subject_write(subject, indices, count);
		for (i = 0; i < count; i++)
			samples_add(&unmaps, timed(tracking ? subject_unmap_tracked : subject_unmap,
						   subject, indices[i]));
		for (i = 0; i < count; i++)
			samples_add(&maps, timed(subject_map, subject, indices[i]));
	}
	samples_print(&maps, tracking ? "map while tracking" : "map", subject->count, 1, 0);
	samples_print(&unmaps, tracking ? "unmap while tracking" : "unmap", subject->count, 1, 0);
}

/* A sync of all containers; of those that share a log, the first one has it all. */
static void sync_all(struct subject *subjects, unsigned int devices)
{
	unsigned int i;

	for (i = 0; i < devices; i++)
		subject_sync(&subjects[i]);
}

static void measure_sync(struct subject *subjects, unsigned int devices, unsigned int queried)
{
	struct samples syncs = { 0 };
	unsigned long indices[BATCH], before, requests = 0;
	uint64_t spent = 0;
	unsigned int i, count;

	while (syncs.count < MAX_SYNCS && spent < SYNC_BUDGET_NS) {
		uint64_t start;

		for (i = 0; i < devices; i++) {
			count = choose(&subjects[i], indices);
			subject_write(&subjects[i], indices, count);
		}
		before = 0;
		for (i = 0; i < queried; i++)
			before += subjects[i].requests;
		start = clock_ns();
		sync_all(subjects, queried);
		samples_add(&syncs, clock_ns() - start);
		spent += syncs.ns[syncs.count - 1];
		requests = 0;
		for (i = 0; i < queried; i++)
			requests += subjects[i].requests;
		requests -= before;
	}
	samples_print(&syncs, "sync", subjects[0].count, devices, requests);
}

/* Syncs until it is interrupted, for what else goes on meanwhile. */
static void *sync_on(void *argument)
{
	struct subject *subject = argument;

	while (!__atomic_load_n(&subject->interrupted, __ATOMIC_ACQUIRE))
		subject_sync(subject);
	return NULL;
}

/* By the device's clock: from one completion to the next */
static void measure_writes(struct subject *subject, const char *operation)
{
	struct samples writes = { 0 };
	unsigned long indices[BATCH];
	unsigned int batch, count, i;

	for (batch = 0; batch < CHURN_BATCHES; batch++) {
		unsigned int first = subject->engine.tail;

		count = choose(subject, indices);
		subject_write(subject, indices, count);
		for (i = 1; i < count; i++)
			samples_add(&writes, engine_time(&subject->engine, first + i) -
					     engine_time(&subject->engine, first + i - 1));
	}
	samples_print(&writes, operation, subject->count, 1, 0);
}

static void measure_contention(struct subject *subject)
{
	pthread_t thread;

	measure_writes(subject, "write by the device");
	REQUIRE(!pthread_create(&thread, NULL, sync_on, subject), "no thread");
	measure_writes(subject, "write by the device during syncs");
	__atomic_store_n(&subject->interrupted, true, __ATOMIC_RELEASE);
	pthread_join(thread, NULL);
}

static void measure_mappings(struct subject *subject, unsigned long count)
{
	subject_open(subject);
	grow(subject, count);
	churn(subject, false);
	subject_start(subject);
	churn(subject, true);
	measure_sync(subject, 1, 1);
	measure_contention(subject);
	subject_close(subject);
}

/* Where logs can be shared, one query is for all devices. */
static bool share_log(struct subject *subjects, unsigned int devices)
{
	unsigned int i;
	int log;

	if (!log_can_be_shared(subjects[0].container))
		return false;
	log = log_open(subjects[0].container);
	REQUIRE(log >= 0, "the log cannot be opened");
	for (i = 1; i < devices; i++)
		REQUIRE(!log_join(subjects[i].container, log), "the log cannot be joined");
	close(log);
	return true;
}

static void measure_devices(struct subject *subjects, unsigned int devices)
{
	bool shared;
	unsigned int i;

	for (i = 0; i < devices; i++)
		subject_open(&subjects[i]);
	shared = share_log(subjects, devices);
	for (i = 0; i < devices; i++) {
		grow(&subjects[i], DEVICE_MAPPINGS);
		subject_start(&subjects[i]);
	}
	measure_sync(subjects, devices, shared ? 1 : devices);
	for (i = 0; i < devices; i++)
		subject_close(&subjects[i]);
}

static void find_out(struct subject *subjects)
{
	unsigned int i;
	bool exact;

	subject_open(&subjects[0]);
	exact = queries_are_exact(&subjects[0]);
	subject_close(&subjects[0]);
	for (i = 0; i < MAX_DEVICES; i++)
		subjects[i].exact = exact;
}

int main(void)
{
	static struct subject subjects[MAX_DEVICES];
	unsigned int i;

	for (i = 0; i < MAX_DEVICES; i++) {
		const char *missing = engine_create(&subjects[i].engine, "rw", i);

		REQUIRE(!missing, "%s", missing);
	}
	find_out(subjects);

	printf("{\"points\":[");
	for (i = 0; i < sizeof(mapping_counts) / sizeof(mapping_counts[0]); i++)
		measure_mappings(&subjects[0], mapping_counts[i]);
	measure_devices(subjects, 2);
	measure_devices(subjects, 4);
	printf("],\"memory\":");
	print_memory(&subjects[0]);
	printf("}\n");
	return 0;
}
