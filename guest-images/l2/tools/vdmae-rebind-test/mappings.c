// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <sys/ioctl.h>

#include "subject.h"
#include "tests.h"

void test_wrong_mappings(void)
{
	struct vdmae_map outside = { .block = BLOCKS };
	struct vdmae_map alias = { .block = 0, .alias = VDMAE_ALIASES };
	struct vdmae_map reserved = { .block = 0, .reserved = 1 };
	struct vdmae_unmap not_mapped = { .block = 0, .alias = 1 };
	struct vdmae_unmap unmap_reserved = { .block = 0, .reserved = 1 };
	struct vdmae_unmap unmap_alias = { .block = 0, .alias = VDMAE_ALIASES };
	struct vdmae_write write_alias = { .page = 0, .bytes = 16, .alias = VDMAE_ALIASES };
	struct vdmae_page page_outside = { .page = PAGES };
	struct vdmae_page page_alias = { .page = 0, .alias = VDMAE_ALIASES };

	expect("a block outside the pool cannot be mapped", VDMAE_IOC_MAP, &outside, EINVAL);
	expect("there is no alias more to map", VDMAE_IOC_MAP, &alias, EINVAL);
	expect("a reserved field of a map must be zero", VDMAE_IOC_MAP, &reserved, EINVAL);
	expect("an alias that is not mapped cannot be unmapped", VDMAE_IOC_UNMAP, &not_mapped,
	       EINVAL);
	expect("there is no alias more to unmap", VDMAE_IOC_UNMAP, &unmap_alias, EINVAL);
	expect("a reserved field of an unmap must be zero", VDMAE_IOC_UNMAP, &unmap_reserved,
	       EINVAL);
	expect("there is no alias more to write by", VDMAE_IOC_WRITE, &write_alias, EINVAL);
	expect("a page outside the pool is not known", VDMAE_IOC_PAGE, &page_outside, EINVAL);
	expect("there is no alias more to ask for", VDMAE_IOC_PAGE, &page_alias, EINVAL);
}

/* Pages of a block follow each other for the device and in memory, from a multiple of its size. */
void test_blocks(void)
{
	const uint64_t bytes = BLOCK_PAGES * page_size;
	uint64_t iova = map(1, 0);
	struct vdmae_page page;
	bool together = !(iova % bytes);
	bool written = true;
	uint64_t i, first = 0;

	for (i = 0; i < BLOCK_PAGES; i++) {
		page = (struct vdmae_page) { .page = BLOCK_PAGES + i };
		if (ioctl(fd, VDMAE_IOC_PAGE, &page))
			ktap_bail_out("VDMAE_IOC_PAGE");
		first = i ? first : page.gpa;
		together &= page.gpa == first + i * page_size && page.iova == iova + i * page_size;
		written &= write_page(page.page, 0, 100 + i) && holds(page.page, 100 + i);
	}
	ktap_result(together && !(first % bytes), "a block is one piece, and aligned",
		    "iova %" PRIx64 ", gpa %" PRIx64, iova, first);
	ktap_result(written, "each page of a block is written where it is", "a write is missing");
	ktap_result(first + bytes <= 1ULL << 32, "a block with an odd number lies below 4 GiB",
		    "gpa %" PRIx64, first);
	unmap(1, 0);
}

void test_aliases(void)
{
	struct vdmae_map again = { .block = 2, .alias = 1 };
	struct vdmae_write stale = { .page = 2 * BLOCK_PAGES, .bytes = 16, .alias = 0 };
	struct vdmae_step step = {
		.write = { .page = 2 * BLOCK_PAGES, .bytes = 16, .sequence = 5, .alias = 1 },
	};
	const uint64_t page = 2 * BLOCK_PAGES;
	uint64_t first = map(2, 0);
	uint64_t second = map(2, 1);

	if (translated)
		ktap_result(first != second, "two aliases are two addresses", "both %" PRIx64,
			    first);
	else
		ktap_skip("two aliases are two addresses", "no IOMMU");
	expect("an alias cannot be mapped twice", VDMAE_IOC_MAP, &again, EBUSY);
	ktap_result(write_page(page, 0, 1) && holds(page, 1) && write_page(page, 1, 2) &&
		    holds(page, 2), "both aliases lead to the page", "a write is missing");
	unmap(2, 0);
	ktap_result(write_page(page, 1, 3) && holds(page, 3),
		    "an alias works on when the other is unmapped", "the write is missing");
	expect("the other alias is gone", VDMAE_IOC_WRITE, &stale, EINVAL);
	expect("a step unmaps the alias that it wrote by", VDMAE_IOC_STEP, &step, 0);
	stale.alias = 1;
	expect("that alias is gone", VDMAE_IOC_WRITE, &stale, EINVAL);
	unmap(step.next, 0);
}
