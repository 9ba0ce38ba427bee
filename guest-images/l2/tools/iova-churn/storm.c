// SPDX-License-Identifier: GPL-2.0-only
#include "storm.h"

#include "block.h"
#include "report.h"

static void storm_unmap(struct churn *churn, const struct blocks *blocks, uint64_t slot)
{
	uint32_t alias;

	for (alias = 0; alias < options_aliases(churn->options); alias++)
		block_unmap(churn, blocks, blocks->live[slot], alias);
}

/* Another block takes the place of the one that was live, if there is another. */
static void storm_map(struct churn *churn, struct blocks *blocks, uint64_t slot)
{
	uint32_t alias;

	if (blocks->idle_count)
		block_swap(&blocks->live[slot],
			   &blocks->idle[block_pick(churn, blocks->idle_count)]);
	for (alias = 0; alias < options_aliases(churn->options); alias++)
		block_map(churn, blocks, blocks->live[slot], alias);
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

void storm_step(struct churn *churn)
{
	const struct storm storm = churn->storm;
	struct blocks *blocks = &churn->blocks[storm.device];

	switch (storm.act) {
	case STORM_WRITE:
		block_write(churn, blocks, blocks->live[storm.slot], 0);
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
