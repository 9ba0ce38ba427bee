// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "subject.h"
#include "tests.h"

void test_pool_arguments(void)
{
	static const struct {
		const char *name;
		struct vdmae_pool pool;
		int expected;
	} cases[] = {
		{ "a pool of no pages is refused", { .block_pages = 1 }, EINVAL },
		{ "blocks of no pages are refused", { .pages = 4 }, EINVAL },
		{ "blocks of three pages are refused", { .pages = 6, .block_pages = 3 }, EINVAL },
		{ "blocks too large are refused",
		  { .pages = VDMAE_BLOCK_MAX * 2, .block_pages = VDMAE_BLOCK_MAX * 2 }, EINVAL },
		{ "a block that is not full is refused", { .pages = 6, .block_pages = 4 }, EINVAL },
		{ "an unknown flag of a pool is refused",
		  { .pages = 4, .block_pages = 4, .flags = ~VDMAE_POOL_SCATTERED }, EINVAL },
		{ "numbers of pages past 64 bits are refused",
		  { .pages = 4, .block_pages = 4, .first = -1ULL }, EINVAL },
		{ "a pool larger than memory is refused",
		  { .pages = 1ULL << 40, .block_pages = 1 }, ENOMEM },
		{ "a pool of blocks is allocated",
		  { .pages = PAGES, .block_pages = BLOCK_PAGES, .first = FIRST }, 0 },
		{ "a second pool is refused", { .pages = 4, .block_pages = 1 }, EBUSY },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct vdmae_pool pool = cases[i].pool;

		expect(cases[i].name, VDMAE_IOC_POOL, &pool, cases[i].expected);
	}
}

void test_without_pool(void)
{
	struct vdmae_map map = {};
	struct vdmae_write write = { .bytes = 16 };
	struct vdmae_page page = {};
	void *pages = mmap(NULL, page_size, PROT_READ, MAP_SHARED, fd, 0);

	expect("without a pool nothing can be mapped", VDMAE_IOC_MAP, &map, EINVAL);
	expect("without a pool nothing can be written", VDMAE_IOC_WRITE, &write, EINVAL);
	expect("without a pool no page can be asked for", VDMAE_IOC_PAGE, &page, EINVAL);
	ktap_result(pages == MAP_FAILED && errno == EINVAL, "without a pool there is no memory",
		    "errno %d", errno);
}
