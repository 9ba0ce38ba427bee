// SPDX-License-Identifier: GPL-2.0-only
#include "churn.h"

#include <stdlib.h>
#include <string.h>

#include "bus.h"
#include "random.h"
#include "report.h"

static uint32_t *allocate(uint64_t count)
{
	uint32_t *numbers = calloc(count ? count : 1, sizeof(*numbers));

	if (!numbers)
		report_failure("out of memory");
	return numbers;
}

static struct blocks blocks_create(const struct device *device, const struct options *options)
{
	uint64_t live = options_live_blocks(options);
	uint64_t idle = options_blocks(options) - live;
	struct blocks blocks = {
		.device = device,
		.live = allocate(live),
		.live_count = live,
		.idle = allocate(idle),
		.idle_count = idle,
		.epoch = device_info(device).epoch,
	};
	uint64_t i;

	for (i = 0; i < live; i++)
		blocks.live[i] = i;
	for (i = 0; i < idle; i++)
		blocks.idle[i] = live + i;
	return blocks;
}

static void map_live(const struct churn *churn, const struct blocks *blocks)
{
	uint64_t slot;
	uint32_t alias;

	for (slot = 0; slot < blocks->live_count; slot++)
		for (alias = 0; alias < options_aliases(churn->options); alias++)
			device_map(blocks->device, blocks->live[slot], alias);
}

void churn_open(struct churn *churn, const struct options *options)
{
	uint64_t i;

	*churn = (struct churn) { .options = options, .random = options->seed };
	for (i = 0; i < options->device_count; i++) {
		struct vdmae_pool pool = {
			.pages = options->pages,
			.first = options->pages * i,
			.block_pages = options->mapping_pages,
			.flags = options->scattered ? VDMAE_POOL_SCATTERED : 0,
		};

		churn->devices[i] = device_open(options->devices[i], &pool);
		if (options->bytes > churn->devices[i].page_size)
			report_usage("--bytes: more than a page");
		churn->blocks[i] = blocks_create(&churn->devices[i], options);
		map_live(churn, &churn->blocks[i]);
	}
	churn->oracle = oracle_create(churn->devices, options);
}

uint64_t churn_now_ns(const struct churn *churn)
{
	return device_info(&churn->devices[0]).device_ns;
}

/* Sequential is ring order; of the idle blocks, that with the longest rest. */
static uint64_t pick(struct churn *churn, uint64_t count)
{
	if (churn->options->sequential)
		return churn->sequence / churn->options->device_count % count;
	return random_below(&churn->random, count);
}

static struct blocks *pick_device(struct churn *churn)
{
	uint64_t count = churn->options->device_count;

	if (churn->options->sequential)
		return &churn->blocks[churn->sequence % count];
	return &churn->blocks[random_below(&churn->random, count)];
}

/* A slot and an idle block change places; gives the block that was live. */
static uint32_t swap(uint32_t *slot, uint32_t *idle)
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
 * but for the one that was being written: nobody knows what it must hold.
 */
static void give_up(struct churn *churn, const struct blocks *blocks,
		    const struct vdmae_write *write, int error)
{
	struct verdict verdict;

	oracle_forget(&churn->oracle, page_of(blocks, write));
	verdict = oracle_check_all(&churn->oracle);
	report_checked(&verdict);
	report_failure("writing to a page by the device: %s", strerror(error));
}

static void note_write(struct churn *churn, const struct blocks *blocks,
		       const struct vdmae_write *write)
{
	measure_write(&churn->measure, write);
	if (write->status == VDMAE_OK)
		oracle_acknowledge(&churn->oracle, page_of(blocks, write), write->sequence);
	check_switchover(churn, blocks, write->epoch);
}

static void write_block(struct churn *churn, const struct blocks *blocks, uint32_t block,
			uint32_t alias)
{
	struct vdmae_write write = next_write(churn, blocks, block, alias);
	int error = device_write(blocks->device, &write);

	if (error)
		give_up(churn, blocks, &write, error);
	note_write(churn, blocks, &write);
}

static void map_block(struct churn *churn, const struct blocks *blocks, uint32_t block,
		      uint32_t alias)
{
	measure_map(&churn->measure, device_map(blocks->device, block, alias));
}

static void unmap_block(struct churn *churn, const struct blocks *blocks, uint32_t block,
			uint32_t alias)
{
	measure_unmap(&churn->measure, device_unmap(blocks->device, block, alias));
}

static void step_churn(struct churn *churn, struct blocks *blocks)
{
	uint32_t *slot = &blocks->live[pick(churn, blocks->live_count)];
	uint32_t *idle = &blocks->idle[pick(churn, blocks->idle_count)];
	struct vdmae_step step = {
		.write = next_write(churn, blocks, *slot, 0),
		.next = *idle,
	};
	int error = device_step(blocks->device, &step);

	if (error)
		give_up(churn, blocks, &step.write, error);
	swap(slot, idle);
	measure_unmap(&churn->measure, step.unmap_ns);
	measure_map(&churn->measure, step.map_ns);
	note_write(churn, blocks, &step.write);
}

static void step_static(struct churn *churn, struct blocks *blocks)
{
	write_block(churn, blocks, blocks->live[pick(churn, blocks->live_count)], 0);
}

/*
 * Writes a block through one of its two mappings, and unmaps the other right
 * before or right after that. Then that mapping comes back, or another block
 * takes the place of this one, so that the IOVA may come to lead elsewhere.
 */
static void step_alias(struct churn *churn, struct blocks *blocks)
{
	uint32_t *slot = &blocks->live[pick(churn, blocks->live_count)];
	uint64_t choice = random_below(&churn->random, 8);
	uint32_t written = choice & 1;
	bool unmap_first = choice & 2;

	if (unmap_first)
		unmap_block(churn, blocks, *slot, !written);
	write_block(churn, blocks, *slot, written);
	if (!unmap_first)
		unmap_block(churn, blocks, *slot, !written);

	if (choice & 4) {
		uint32_t *idle = &blocks->idle[pick(churn, blocks->idle_count)];

		unmap_block(churn, blocks, swap(slot, idle), written);
		map_block(churn, blocks, *slot, written);
	}
	map_block(churn, blocks, *slot, !written);
}

static void storm_unmap(struct churn *churn, const struct blocks *blocks, uint64_t slot)
{
	uint32_t alias;

	for (alias = 0; alias < options_aliases(churn->options); alias++)
		unmap_block(churn, blocks, blocks->live[slot], alias);
}

/* Another block takes the place of the one that was live, if there is another. */
static void storm_map(struct churn *churn, struct blocks *blocks, uint64_t slot)
{
	uint32_t alias;

	if (blocks->idle_count)
		swap(&blocks->live[slot], &blocks->idle[pick(churn, blocks->idle_count)]);
	for (alias = 0; alias < options_aliases(churn->options); alias++)
		map_block(churn, blocks, blocks->live[slot], alias);
}

/* What a storm does next: the next block, of the next device, or the next thing to all of them. */
static void storm_advance(struct churn *churn, const struct blocks *blocks)
{
	struct storm *storm = &churn->storm;

	if (++storm->slot < blocks->live_count)
		return;
	storm->slot = 0;
	if (++storm->device < churn->options->device_count)
		return;
	storm->device = 0;
	storm->act = (storm->act + 1) % STORM_ACTS;
	if (storm->act == STORM_UNMAP && !storm->told) {
		report_storming();
		storm->told = true;
	}
}

/* Does one thing to one block: commands need not wait until a storm is over. */
static void step_storm(struct churn *churn)
{
	const struct storm storm = churn->storm;
	struct blocks *blocks = &churn->blocks[storm.device];

	switch (storm.act) {
	case STORM_WRITE:
		write_block(churn, blocks, blocks->live[storm.slot], 0);
		break;
	case STORM_UNMAP:
		storm_unmap(churn, blocks, storm.slot);
		break;
	case STORM_MAP:
		storm_map(churn, blocks, storm.slot);
		break;
	case STORM_ACTS:
		break;
	}
	storm_advance(churn, blocks);
}

void churn_step(struct churn *churn)
{
	struct blocks *blocks;

	if (churn->storm.on) {
		step_storm(churn);
		return;
	}
	blocks = pick_device(churn);
	switch (churn->options->mode) {
	case MODE_CHURN:
		step_churn(churn, blocks);
		break;
	case MODE_STATIC:
		step_static(churn, blocks);
		break;
	case MODE_ALIAS:
		step_alias(churn, blocks);
		break;
	}
}

/* The devices are back, without any mapping; a storm begins anew. What has happened meanwhile, their completions tell. */
static void resume(struct churn *churn)
{
	uint64_t i;

	for (i = 0; i < churn->options->device_count; i++) {
		device_reopen(&churn->devices[i]);
		map_live(churn, &churn->blocks[i]);
	}
	churn->storm = (struct storm) { .on = churn->storm.on, .told = churn->storm.told };
	measure_pause(&churn->measure, churn_now_ns(churn));
}

void churn_rebind(struct churn *churn)
{
	uint64_t i;

	for (i = 0; i < churn->options->device_count; i++)
		bus_unbind(churn->devices[i].pci);
	for (i = 0; i < churn->options->device_count; i++)
		bus_bind(churn->devices[i].pci);
	resume(churn);
}

void churn_rescan(struct churn *churn)
{
	uint64_t i;

	for (i = 0; i < churn->options->device_count; i++)
		bus_remove(churn->devices[i].pci);
	bus_rescan();
	resume(churn);
}
