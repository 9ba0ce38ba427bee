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

static void step_static(struct churn *churn, struct blocks *blocks)
{
	block_write(churn, blocks, blocks->live[block_pick(churn, blocks->live_count)], 0);
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
		return &churn->blocks[churn->sequence % count];
	return &churn->blocks[random_below(&churn->random, count)];
}

void mode_step(struct churn *churn)
{
	struct blocks *blocks = pick_device(churn);

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
