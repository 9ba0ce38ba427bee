// SPDX-License-Identifier: GPL-2.0-only
#include "churn.h"

#include <line.h>
#include <memory.h>

#include "bus.h"
#include "modes.h"
#include "storm.h"

static struct blocks blocks_create(const struct device *device, const struct options *options)
{
	uint64_t live = options_live_blocks(options);
	uint64_t idle = options_blocks(options) - live;
	struct blocks blocks = {
		.device = device,
		.live = memory_allocate(live, sizeof(*blocks.live)),
		.live_count = live,
		.idle = memory_allocate(idle, sizeof(*blocks.idle)),
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
	churn->measure.timeline.interval_ms = options->interval_ms;
	for (i = 0; i < options->device_count; i++) {
		struct vdmae_pool pool = {
			.pages = options->pages,
			.first = options->pages * i,
			.block_pages = options->mapping_pages,
			.flags = options->scattered ? VDMAE_POOL_SCATTERED : 0,
		};

		churn->devices[i] = device_open(options->devices[i], &pool, options->queue_depth);
		if (options->bytes > churn->devices[i].page_size)
			report_usage("--bytes: more than a page");
		churn->blocks[i] = blocks_create(&churn->devices[i], options);
		map_live(churn, &churn->blocks[i]);
	}
	churn->oracle = oracle_create(churn->devices, options);
	churn->writes = memory_allocate(options->queue_depth, sizeof(*churn->writes));
}

uint64_t churn_now_ns(const struct churn *churn)
{
	return device_info(&churn->devices[0]).device_ns;
}

void churn_step(struct churn *churn)
{
	if (churn->storm.on)
		storm_step(churn);
	else
		mode_step(churn);
}

/*
 * The devices are back, without any mapping; a storm begins anew. What has
 * happened meanwhile, their completions tell.
 */
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
