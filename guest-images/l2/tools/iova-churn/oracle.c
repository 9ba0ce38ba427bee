// SPDX-License-Identifier: GPL-2.0-only
#include "oracle.h"

#include <memory.h>

struct oracle oracle_create(const struct device *devices, const struct options *options)
{
	uint64_t pages = options->pages * options->device_count;
	struct oracle oracle = {
		.devices = devices,
		.pool_pages = options->pages,
		.pages = pages,
		.bytes = options->bytes,
		.lost_listed = options->lost_listed < pages ? options->lost_listed : pages,
		.sequences = memory_allocate(pages, sizeof(*oracle.sequences)),
		.lost = memory_allocate(pages, sizeof(*oracle.lost)),
	};

	oracle.total.first = memory_allocate(oracle.lost_listed, sizeof(*oracle.total.first));
	return oracle;
}

void oracle_acknowledge(struct oracle *oracle, uint64_t page, uint64_t sequence)
{
	if (!oracle->sequences[page])
		oracle->total.checked++;
	oracle->sequences[page] = sequence;
}

void oracle_forget(struct oracle *oracle, uint64_t page)
{
	if (oracle->sequences[page])
		oracle->total.checked--;
	oracle->sequences[page] = 0;
}

/* Compares every pattern of a page; hands out the first that is not the expected one. */
static bool holds(const struct oracle *oracle, uint64_t page, struct vdmae_pattern *found)
{
	const struct device *device = &oracle->devices[page / oracle->pool_pages];
	const volatile struct vdmae_pattern *patterns =
		(const void *)(device->memory + page % oracle->pool_pages * device->page_size);
	uint64_t expected = oracle->sequences[page];
	uint64_t i;

	for (i = 0; i < oracle->bytes / sizeof(*patterns); i++) {
		found->sequence = patterns[i].sequence;
		found->page = patterns[i].page;
		if (found->sequence != expected || found->page != page)
			return false;
	}
	return true;
}

static void count_lost(struct verdict *verdict, uint64_t limit, const struct lost_page *lost)
{
	verdict->lost++;
	if (verdict->listed < limit)
		verdict->first[verdict->listed++] = *lost;
}

/* True if the page is good; describes it in lost otherwise, and counts it in total once. */
static bool check(struct oracle *oracle, uint64_t page, struct lost_page *lost)
{
	struct vdmae_pattern found;
	struct vdmae_page place;

	if (!oracle->sequences[page] || holds(oracle, page, &found))
		return true;

	place = device_page(&oracle->devices[page / oracle->pool_pages], page % oracle->pool_pages);
	*lost = (struct lost_page) {
		.page = page,
		.iova = place.iova,
		.gpa = place.gpa,
		.expected_sequence = oracle->sequences[page],
		.found_sequence = found.sequence,
		.found_page = found.page,
	};
	if (!oracle->lost[page]) {
		oracle->lost[page] = true;
		count_lost(&oracle->total, oracle->lost_listed, lost);
	}
	return false;
}

void oracle_check_page(struct oracle *oracle, uint64_t page)
{
	struct lost_page lost;

	check(oracle, page, &lost);
}

struct verdict oracle_check_all(struct oracle *oracle)
{
	struct verdict verdict = {
		.checked = oracle->total.checked,
		.first = memory_allocate(oracle->lost_listed, sizeof(*verdict.first)),
	};
	struct lost_page lost;
	uint64_t page;

	for (page = 0; page < oracle->pages; page++)
		if (!check(oracle, page, &lost))
			count_lost(&verdict, oracle->lost_listed, &lost);
	return verdict;
}
