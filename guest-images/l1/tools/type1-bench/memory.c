// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <fatal.h>

#include "memory.h"

#define MAPPINGS 65536
#define LARGE_GIBS 64

/* What the kernel's allocator of small objects has, and what it gets for large ones: in bytes */
static double slab_bytes(void)
{
	FILE *file = fopen("/proc/meminfo", "r");
	unsigned long kib = 0;
	char line[200];

	REQUIRE(file, "/proc/meminfo: %s", strerror(errno));
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "Slab: %lu", &kib) == 1)
			break;
	fclose(file);
	REQUIRE(kib, "/proc/meminfo does not tell the slab's size");
	return kib * 1024.0;
}

static void print_item(const char *separator, const char *what, double bytes, const char *per)
{
	printf("%s{\"what\":\"%s\",\"bytes\":%.1f,\"per\":\"%s\"}", separator, what, bytes, per);
}

static void measure_mappings(struct subject *subject)
{
	double before = slab_bytes(), mapped, tracked;
	unsigned long i;

	for (i = 0; i < MAPPINGS; i++)
		subject_map(subject, i);
	mapped = slab_bytes();
	subject_start(subject);
	tracked = slab_bytes();
	print_item("", "mapping of a page", (mapped - before) / MAPPINGS, "mapping");
	print_item(",", "the same while tracking", (tracked - before) / MAPPINGS, "mapping");
	subject_stop(subject);
	for (i = 0; i < MAPPINGS; i++)
		subject_unmap(subject, i);
}

/* A guest without a vIOMMU: its RAM in few mappings. All of them lead to the same memory. */
static void measure_log(struct subject *subject)
{
	double before;
	unsigned long i;

	for (i = 0; i < LARGE_GIBS; i++)
		REQUIRE(!map_gpa(subject->container, guest_memory(), IOVA + i * GIB, GIB,
				 subject->tracking == BY_GPA ? i * GIB : NO_GPA),
			"a mapping of 1 GiB is refused");
	before = slab_bytes();
	subject_start(subject);
	for (i = 0; i < LARGE_GIBS && subject->tracking == BY_IOTLB; i++)
		REQUIRE(!iotlb_update(subject->container, IOVA + i * GIB, GIB, i * GIB),
			"the IOTLB takes no entry of 1 GiB");
	print_item(",", "log of RAM that is mapped at large", (slab_bytes() - before) / LARGE_GIBS,
		   "GiB");
	subject_stop(subject);
}

void print_memory(struct subject *subject)
{
	printf("[");
	subject_open(subject);
	measure_mappings(subject);
	measure_log(subject);
	subject_close(subject);
	printf("]");
}
