// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/ioctl.h>

#include "subject.h"
#include "tests.h"

/* Writes of the first pages of block 3, one after the other and over again, by alias 0. */
static void prepare(struct vdmae_write *all, uint32_t count, uint64_t sequence)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		all[i] = (struct vdmae_write) {
			.page = 3 * BLOCK_PAGES + i % BLOCK_PAGES,
			.sequence = sequence + i,
			.bytes = page_size,
		};
}

void test_wrong_writes(void)
{
	struct vdmae_write all[WRITES_MAX + 1];
	struct vdmae_writes writes = { .writes = (uintptr_t)all };

	map(3, 0);
	write_page(3 * BLOCK_PAGES, 0, 1);
	prepare(all, WRITES_MAX + 1, 2);
	expect("no writes cannot be done at once", VDMAE_IOC_WRITES, &writes, EINVAL);
	writes.count = WRITES_MAX + 1;
	expect("more writes than fit into the ring are refused", VDMAE_IOC_WRITES, &writes, EINVAL);
	writes.count = 2;
	writes.reserved = 1;
	expect("what is reserved must be zero", VDMAE_IOC_WRITES, &writes, EINVAL);
	writes.reserved = 0;
	writes.writes = 0;
	expect("writes that cannot be read are refused", VDMAE_IOC_WRITES, &writes, EFAULT);
	writes.writes = (uintptr_t)all;
	all[1].alias = 1;
	expect("one write that is wrong is refused", VDMAE_IOC_WRITES, &writes, EINVAL);
	ktap_result(holds(3 * BLOCK_PAGES, 1), "then none of them is done", "page %d was written",
		    3 * BLOCK_PAGES);
}

/* Whether all went well, one after the other. */
static bool in_order(const struct vdmae_write *all, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		if (all[i].status != VDMAE_OK || !all[i].ns || !all[i].device_ns)
			return false;
	for (i = 1; i < count; i++)
		if (all[i].ns < all[i - 1].ns || all[i].device_ns < all[i - 1].device_ns)
			return false;
	return true;
}

/* Whether each page holds the last of its writes. */
static bool are_last(uint32_t count, uint64_t sequence)
{
	uint32_t i;

	for (i = count - BLOCK_PAGES; i < count; i++)
		if (!holds(3 * BLOCK_PAGES + i % BLOCK_PAGES, sequence + i))
			return false;
	return true;
}

/* As many as fit, and again and again from another entry of the ring on. */
void test_writes(void)
{
	struct vdmae_write all[WRITES_MAX];
	struct vdmae_writes writes = { .writes = (uintptr_t)all, .count = WRITES_MAX };
	uint64_t sequence = 100;
	int i;

	prepare(all, writes.count, sequence);
	expect("writes can be done at once", VDMAE_IOC_WRITES, &writes, 0);
	ktap_result(in_order(all, writes.count) && are_last(writes.count, sequence),
		    "they are done in their order", "the last page took %llu ns",
		    all[writes.count - 1].ns);
	writes.count = 40;
	for (i = 0; i < 100; i++) {
		sequence += WRITES_MAX;
		prepare(all, writes.count, sequence);
		if (ioctl(fd, VDMAE_IOC_WRITES, &writes) || !in_order(all, writes.count) ||
		    !are_last(writes.count, sequence))
			break;
	}
	ktap_result(i == 100, "wherever in the ring they begin", "not the %dth time", i);
	unmap(3, 0);
}
