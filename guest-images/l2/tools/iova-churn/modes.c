// SPDX-License-Identifier: GPL-2.0-only
#include "modes.h"

#include <random.h>

#include "block.h"

static void step_churn(struct churn *churn, struct blocks *blocks)
{
	uint32_t *slot = &blocks->live[block_pick(churn, blocks->live_count)];
	uint32_t *idle = &blocks->idle[block_pick(churn, blocks->idle_count)];

	block_replace(churn, blocks, slot, idle);
}

/* Like step_churn(), for several blocks that are written at once. */
static void step_deep_churn(struct churn *churn, struct blocks *blocks)
{
	uint64_t live = block_gather(churn, blocks->live, blocks->live_count);
	uint64_t idle = block_gather(churn, blocks->idle, blocks->idle_count);
	uint64_t i;

	block_write_all(churn, blocks, live);
	for (i = 0; i < churn->options->queue_depth; i++) {
		uint32_t *slot = &blocks->live[(live + i) % blocks->live_count];
		uint32_t *next = &blocks->idle[(idle + i) % blocks->idle_count];

		block_unmap(churn, blocks, block_swap(slot, next), 0);
		block_map(churn, blocks, *slot, 0);
	}
}

static void step_static(struct churn *churn, struct blocks *blocks)
{
	block_write(churn, blocks, blocks->live[block_pick(churn, blocks->live_count)], 0);
}

static void step_deep_static(struct churn *churn, struct blocks *blocks)
{
	block_write_all(churn, blocks, block_gather(churn, blocks->live, blocks->live_count));
}

/*
 * Writes a block through one of its two mappings, and unmaps the other right
 * before or right after that. Then that mapping comes back, or another block
 * takes the place of this one, so that the IOVA may come to lead elsewhere.
 */
static void step_alias(struct churn *churn, struct blocks *blocks)
{
	uint32_t *slot = &blocks->live[block_pick(churn, blocks->live_count)];
	uint64_t choice = random_below(&churn->random, 8);
	uint32_t written = choice & 1;
	bool unmap_first = choice & 2;

	if (unmap_first)
		block_unmap(churn, blocks, *slot, !written);
	block_write(churn, blocks, *slot, written);
	if (!unmap_first)
		block_unmap(churn, blocks, *slot, !written);

	if (choice & 4) {
		uint32_t *idle = &blocks->idle[block_pick(churn, blocks->idle_count)];

		block_unmap(churn, blocks, block_swap(slot, idle), written);
		block_map(churn, blocks, *slot, written);
	}
	block_map(churn, blocks, *slot, !written);
}

static struct blocks *pick_device(struct churn *churn)
{
	uint64_t count = churn->options->device_count;

	if (churn->options->sequential)
		return &churn->blocks[churn->sequence / churn->options->queue_depth % count];
	return &churn->blocks[random_below(&churn->random, count)];
}

void mode_step(struct churn *churn)
{
	struct blocks *blocks = pick_device(churn);
	bool deep = churn->options->queue_depth > 1;

	switch (churn->options->mode) {
	case MODE_CHURN:
		if (deep)
			step_deep_churn(churn, blocks);
		else
			step_churn(churn, blocks);
		break;
	case MODE_STATIC:
		if (deep)
			step_deep_static(churn, blocks);
		else
			step_static(churn, blocks);
		break;
	case MODE_ALIAS:
		step_alias(churn, blocks);
		break;
	}
}
