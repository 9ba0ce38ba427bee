// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fatal.h>

#include "subject.h"

#define MISSES_AT_ONCE 64

char *guest_memory(void)
{
	static char *memory;

	if (memory)
		return memory;
	memory = mmap(NULL, GIB, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	REQUIRE(memory != MAP_FAILED, "out of memory");
	madvise(memory, GIB, MADV_NOHUGEPAGE);
	return memory;
}

static uint64_t iova_of(unsigned long index)
{
	return IOVA + index * PAGE;
}

/* An odd factor leads to each page of the guest once. */
static uint64_t gpa_of(unsigned long index)
{
	return index * 40503 % RAM_PAGES * PAGE;
}

void subject_open(struct subject *subject)
{
	subject->container = container_open(subject->engine.group);
	engine_open(&subject->engine, subject->container);
	subject->tracking = container_tracking(subject->container);
	subject->count = 0;
	subject->requests = 0;
	subject->interrupted = false;
	subject->bitmap = calloc(1, bitmap_bytes(GIB));
	REQUIRE(subject->bitmap, "out of memory");
	if (subject->tracking == BY_IOTLB)
		REQUIRE(!iotlb_enable(subject->container), "the IOTLB cannot be enabled");
}

void subject_close(struct subject *subject)
{
	engine_close(&subject->engine);
	close(subject->container);
	free(subject->bitmap);
}

void subject_map(struct subject *subject, unsigned long index)
{
	uint64_t gpa = gpa_of(index);
	int ret = map_gpa(subject->container, guest_memory() + gpa, iova_of(index), PAGE,
			  subject->tracking == BY_GPA ? gpa : NO_GPA);

	REQUIRE(!ret, "map: %s", strerror(-ret));
	subject->requests++;
}

void subject_unmap(struct subject *subject, unsigned long index)
{
	int64_t ret = unmap_range(subject->container, iova_of(index), PAGE);

	REQUIRE(ret == PAGE, "unmap: %lld", (long long)ret);
	subject->requests++;
}

/* IOTLB: answers what misses now; false: nothing does. */
static bool answer_misses(struct subject *subject)
{
	struct vfio_iommu_type1_iotlb_entry misses[MISSES_AT_ONCE] = { 0 };
	uint32_t count = MISSES_AT_ONCE, i;

	REQUIRE(!iotlb_misses(subject->container, misses, &count), "the IOTLB names no misses");
	for (i = 0; i < count; i++) {
		uint64_t gpa = VFIO_IOMMU_IOTLB_GPA_NONE;

		if (misses[i].iova >= IOVA)
			gpa = gpa_of((misses[i].iova - IOVA) / PAGE);
		REQUIRE(!iotlb_update(subject->container, misses[i].iova, misses[i].size, gpa),
			"the IOTLB takes no answer");
	}
	subject->requests += 1 + count;
	return count;
}

void subject_unmap_tracked(struct subject *subject, unsigned long index)
{
	uint64_t bitmap = 0;
	int64_t ret;

	if (subject->tracking == BY_IOVA) {
		ret = unmap_bitmap(subject->container, iova_of(index), PAGE, &bitmap);
		subject->requests++;
	} else {
		do {
			ret = unmap_range(subject->container, iova_of(index), PAGE);
			subject->requests++;
		} while (ret == -EAGAIN && answer_misses(subject));
	}
	REQUIRE(ret == PAGE, "unmap while tracking: %lld", (long long)ret);
}

void subject_start(struct subject *subject)
{
	REQUIRE(!dirty_start(subject->container), "tracking does not start");
}

void subject_stop(struct subject *subject)
{
	REQUIRE(!dirty_stop(subject->container), "tracking does not stop");
}

void subject_write(struct subject *subject, const unsigned long *indices, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		engine_add(&subject->engine, VDMAE_OP_WRITE_PATTERN, iova_of(indices[i]), PAGE,
			   i + 1);
	engine_ring(&subject->engine);
	REQUIRE(engine_wait(&subject->engine) == VDMAE_OK, "the device cannot write");
}

static void get_by_iova(struct subject *subject, unsigned long first, unsigned long pages)
{
	int ret = dirty_get_iova(subject->container, iova_of(first), pages * PAGE, subject->bitmap);

	REQUIRE(!ret, "get: %s", strerror(-ret));
	subject->requests++;
}

static void get_by_gpa(struct subject *subject)
{
	int ret;

	do {
		ret = dirty_get_gpa(subject->container, 0, GIB, subject->bitmap);
		subject->requests++;
	} while (ret == -EAGAIN && subject->tracking == BY_IOTLB && answer_misses(subject));
	REQUIRE(!ret, "get: %s", strerror(-ret));
}

void subject_sync(struct subject *subject)
{
	unsigned long i;

	if (subject->tracking != BY_IOVA)
		get_by_gpa(subject);
	else if (subject->exact)
		get_by_iova(subject, 0, subject->count);
	else
		for (i = 0; i < subject->count &&
			    !__atomic_load_n(&subject->interrupted, __ATOMIC_ACQUIRE); i++)
			get_by_iova(subject, i, 1);
}

bool queries_are_exact(struct subject *subject)
{
	const unsigned long second = 1;
	int round;

	if (subject->tracking != BY_IOVA)
		return true;
	subject_map(subject, 0);
	subject_map(subject, second);
	subject_start(subject);
	subject_write(subject, &second, 1);
	for (round = 0; round < 3; round++) {
		subject->bitmap[0] = 0;
		get_by_iova(subject, 0, 2);
	}
	subject_stop(subject);
	subject_unmap(subject, 0);
	subject_unmap(subject, second);

	/* What a query does not clear moves on by one bit each time, out of what is asked for. */
	return !subject->bitmap[0];
}
