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

static bool is_among(const uint64_t *slots, uint64_t count, uint64_t slot)
{
	uint64_t i;

	for (i = 0; i < count; i++)
		if (slots[i] == slot)
			return true;
	return false;
}

/* As many different slots as a device is given writes at once. */
static void pick_slots(struct churn *churn, const struct blocks *blocks, uint64_t *slots)
{
	uint64_t i, slot;

	for (i = 0; i < churn->options->queue_depth; i++) {
		slot = block_pick(churn, blocks->live_count);
		while (is_among(slots, i, slot))
			slot = (slot + 1) % blocks->live_count;
		slots[i] = slot;
	}
}

static void write_slots(struct churn *churn, const struct blocks *blocks, const uint64_t *slots)
{
	uint32_t which[VDMAE_WRITES_MAX];
	uint64_t i;

	for (i = 0; i < churn->options->queue_depth; i++)
		which[i] = blocks->live[slots[i]];
	block_write_all(churn, blocks, which, churn->options->queue_depth);
}

/* Like step_churn(), for several blocks that are written at once. */
static void step_deep_churn(struct churn *churn, struct blocks *blocks)
{
	uint64_t slots[VDMAE_WRITES_MAX];
	uint64_t i;

	pick_slots(churn, blocks, slots);
	write_slots(churn, blocks, slots);
	for (i = 0; i < churn->options->queue_depth; i++) {
		uint32_t *slot = &blocks->live[slots[i]];
		uint32_t *idle = &blocks->idle[block_pick(churn, blocks->idle_count)];

		block_unmap(churn, blocks, block_swap(slot, idle), 0);
		block_map(churn, blocks, *slot, 0);
	}
}

static void step_static(struct churn *churn, struct blocks *blocks)
{
	uint64_t slots[VDMAE_WRITES_MAX];

	pick_slots(churn, blocks, slots);
	write_slots(churn, blocks, slots);
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
	bool deep = churn->options->queue_depth > 1;

	switch (churn->options->mode) {
	case MODE_CHURN:
		deep ? step_deep_churn(churn, blocks) : step_churn(churn, blocks);
		break;
	case MODE_STATIC:
		step_static(churn, blocks);
		break;
	case MODE_ALIAS:
		step_alias(churn, blocks);
		break;
	}
}
