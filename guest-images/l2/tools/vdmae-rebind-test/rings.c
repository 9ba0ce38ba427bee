// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "subject.h"
#include "tests.h"

static void prepare(struct vdmae_write *all, uint32_t count, uint64_t sequence)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		all[i] = (struct vdmae_write) {
			.page = i % BLOCK_PAGES, .sequence = sequence + i, .bytes = 16,
		};
}

static void test_longest(void)
{
	const uint32_t count = VDMAE_MAX_ENTRIES - 1;
	struct vdmae_write *all = calloc(count, sizeof(*all));
	struct vdmae_writes writes = { .writes = (uintptr_t)all, .count = count };
	uint32_t i, good = 0;

	if (!all)
		ktap_bail_out("calloc");
	prepare(all, count, 0);
	expect("the longest rings take as many writes", VDMAE_IOC_WRITES, &writes, 0);
	for (i = 0; i < count; i++)
		good += all[i].status == VDMAE_OK && all[i].epoch;
	ktap_result(good == count && holds((count - 1) % BLOCK_PAGES, count - 1),
		    "and all of them are done", "%u are", good);
	free(all);
}

void test_rings(void)
{
	struct vdmae_ring odd = { .entries = 96 };
	struct vdmae_ring none = { .entries = 0 };
	struct vdmae_ring too_long = { .entries = 2 * VDMAE_MAX_ENTRIES };
	struct vdmae_ring reserved = { .entries = VDMAE_RING_ENTRIES, .reserved = 1 };
	struct vdmae_ring shortest = { .entries = VDMAE_MIN_ENTRIES };
	struct vdmae_ring longest = { .entries = VDMAE_MAX_ENTRIES };
	struct vdmae_ring usual = { .entries = VDMAE_RING_ENTRIES };
	struct vdmae_writes writes = { .count = VDMAE_RING_ENTRIES };

	map(0, 0);
	expect("rings of no power of two are refused", VDMAE_IOC_RING, &odd, EINVAL);
	expect("rings of no entries are refused", VDMAE_IOC_RING, &none, EINVAL);
	expect("rings longer than the device takes are refused", VDMAE_IOC_RING, &too_long, EINVAL);
	expect("a reserved field of rings must be zero", VDMAE_IOC_RING, &reserved, EINVAL);
	expect("the shortest rings are given", VDMAE_IOC_RING, &shortest, 0);
	ktap_result(write_page(0, 0, 91) && holds(0, 91), "a write goes through the shortest rings",
		    "the write is missing");
	expect("the longest rings are given", VDMAE_IOC_RING, &longest, 0);
	test_longest();
	expect("the usual rings come back", VDMAE_IOC_RING, &usual, 0);
	expect("and take no more than before", VDMAE_IOC_WRITES, &writes, EINVAL);
	unmap(0, 0);
}

/* The device refuses what is no whole number of patterns, and goes on with the next. */
void test_failed_writes(void)
{
	struct vdmae_write *all = mmap(NULL, page_size, PROT_READ | PROT_WRITE,
				       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct vdmae_writes writes = { .writes = (uintptr_t)all, .count = 3 };

	if (all == MAP_FAILED)
		ktap_bail_out("mmap");
	map(0, 0);
	write_page(1, 0, 2999);
	prepare(all, 3, 3000);
	all[1].bytes = 15;
	expect("a write that fails is none for the others", VDMAE_IOC_WRITES, &writes, 0);
	ktap_result(all[0].status == VDMAE_OK && all[1].status == VDMAE_BAD_LENGTH &&
		    all[2].status == VDMAE_OK, "which of several writes failed is told",
		    "%u %u %u", all[0].status, all[1].status, all[2].status);
	ktap_result(holds(0, 3000) && holds(1, 2999) && holds(2, 3002), "the others are done",
		    "they are not");

	prepare(all, 3, 4000);
	if (mprotect(all, page_size, PROT_READ))
		ktap_bail_out("mprotect");
	expect("where it cannot be told what came of them, that is", VDMAE_IOC_WRITES, &writes,
	       EFAULT);
	ktap_result(holds(2, 4002), "but they are done", "they are not");
	munmap(all, page_size);
	unmap(0, 0);
}
