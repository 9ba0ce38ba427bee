// SPDX-License-Identifier: GPL-2.0-only
#include "block.h"

#include <stdlib.h>
#include <string.h>

#include <line.h>
#include <random.h>

#include "report.h"

uint64_t block_pick(struct churn *churn, uint64_t count)
{
	if (churn->options->sequential)
		return churn->sequence / churn->options->device_count % count;
	return random_below(&churn->random, count);
}

/* Sequences count the writes, and each step makes as many: it goes on where the one before ended. */
uint64_t block_gather(struct churn *churn, uint32_t *blocks, uint64_t count)
{
	const struct options *options = churn->options;
	uint64_t depth = options->queue_depth;
	uint64_t i;

	if (options->sequential)
		return churn->sequence / depth / options->device_count * depth % count;
	for (i = 0; i < depth; i++)
		block_swap(&blocks[i], &blocks[i + random_below(&churn->random, count - i)]);
	return 0;
}

uint32_t block_swap(uint32_t *slot, uint32_t *idle)
{
	uint32_t block = *slot;

	*slot = *idle;
	*idle = block;
	return block;
}

/* Looks that a page of the block still holds what it must, and readies the next write to it. */
static struct vdmae_write next_write(struct churn *churn, const struct blocks *blocks,
				     uint32_t block, uint32_t alias)
{
	uint64_t page = block * churn->options->mapping_pages +
			random_below(&churn->random, churn->options->mapping_pages);

	oracle_check_page(&churn->oracle, blocks->device->pool.first + page);
	return (struct vdmae_write) {
		.page = page,
		.sequence = ++churn->sequence,
		.bytes = churn->options->bytes,
		.alias = alias,
	};
}

/* All devices are migrated together: what one tells is true of the others too. */
static void check_switchover(struct churn *churn, const struct blocks *told, uint32_t epoch)
{
	struct verdict verdict;
	uint64_t i;

	if (epoch == told->epoch)
		return;
	for (i = 0; i < churn->options->device_count; i++)
		churn->blocks[i].epoch = device_info(churn->blocks[i].device).epoch;

	verdict = oracle_check_all(&churn->oracle);
	report_switchover(&verdict, epoch);
	free(verdict.first);
	measure_pause(&churn->measure, churn_now_ns(churn));
}

static uint64_t page_of(const struct blocks *blocks, const struct vdmae_write *write)
{
	return blocks->device->pool.first + write->page;
}

/*
 * The device, or its completion, is lost. What became of the pages may tell why,
 * but for those that were being written: nobody knows what they must hold.
 */
static void give_up(struct churn *churn, const struct blocks *blocks,
		    const struct vdmae_write *writes, uint32_t count, int error)
{
	struct verdict verdict;
	uint32_t i;

	for (i = 0; i < count; i++)
		oracle_forget(&churn->oracle, page_of(blocks, &writes[i]));
	verdict = oracle_check_all(&churn->oracle);
	report_checked(&verdict);
	report_failure("writing to a page by the device: %s", strerror(error));
}

/* A device completes its writes in their order: the last one tells whether it was migrated. */
static void note_writes(struct churn *churn, const struct blocks *blocks,
			const struct vdmae_write *writes, uint32_t count)
{
	uint32_t i;

	for (i = 0; i < count; i++) {
		measure_write(&churn->measure, &writes[i]);
		if (writes[i].status == VDMAE_OK)
			oracle_acknowledge(&churn->oracle, page_of(blocks, &writes[i]),
					   writes[i].sequence);
	}
	check_switchover(churn, blocks, writes[count - 1].epoch);
}

void block_write(struct churn *churn, const struct blocks *blocks, uint32_t block, uint32_t alias)
{
	struct vdmae_write write = next_write(churn, blocks, block, alias);
	int error = device_write(blocks->device, &write);

	if (error)
		give_up(churn, blocks, &write, 1, error);
	note_writes(churn, blocks, &write, 1);
}

void block_write_all(struct churn *churn, const struct blocks *blocks, uint64_t first)
{
	struct vdmae_write *writes = churn->writes;
	uint32_t count = churn->options->queue_depth;
	uint32_t i;
	int error;

	for (i = 0; i < count; i++)
		writes[i] = next_write(churn, blocks, blocks->live[(first + i) % blocks->live_count],
				       0);
	error = device_write_all(blocks->device, writes, count);
	if (error)
		give_up(churn, blocks, writes, count, error);
	note_writes(churn, blocks, writes, count);
}

void block_map(struct churn *churn, const struct blocks *blocks, uint32_t block, uint32_t alias)
{
	measure_map(&churn->measure, device_map(blocks->device, block, alias));
}

void block_unmap(struct churn *churn, const struct blocks *blocks, uint32_t block, uint32_t alias)
{
	measure_unmap(&churn->measure, device_unmap(blocks->device, block, alias));
}

void block_replace(struct churn *churn, const struct blocks *blocks, uint32_t *slot,
		   uint32_t *idle)
{
	struct vdmae_step step = {
		.write = next_write(churn, blocks, *slot, 0),
		.next = *idle,
	};
	int error = device_step(blocks->device, &step);

	if (error)
		give_up(churn, blocks, &step.write, 1, error);
	block_swap(slot, idle);
	measure_unmap(&churn->measure, step.unmap_ns);
	measure_map(&churn->measure, step.map_ns);
	note_writes(churn, blocks, &step.write, 1);
}
