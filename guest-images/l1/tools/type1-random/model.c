// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "model.h"

void model_init(struct model *model, enum tracking tracking, struct log *log)
{
	memset(model, 0, sizeof(*model));
	model->tracking = tracking;
	model->log = log;
	log->members[log->count++] = model;
}

struct mapping *model_mapping(struct model *model, uint32_t page)
{
	if (page >= IOVA_PAGES || !model->owner[page])
		return NULL;
	return &model->mappings[model->owner[page] - 1];
}

bool model_is_free(const struct model *model, uint32_t first, uint32_t pages)
{
	uint32_t page;

	if (first >= IOVA_PAGES || pages > IOVA_PAGES - first)
		return false;
	for (page = first; page < first + pages; page++)
		if (model->owner[page])
			return false;
	return true;
}

bool model_is_full(const struct model *model)
{
	return model->count == MAX_MAPPINGS;
}

static bool splits(const struct model *model, uint32_t page)
{
	return page && page < IOVA_PAGES && model->owner[page] &&
	       model->owner[page - 1] == model->owner[page];
}

bool model_is_whole(const struct model *model, uint32_t first, uint32_t pages)
{
	return !splits(model, first) && !splits(model, first + pages);
}

void model_map(struct model *model, uint32_t first, uint32_t pages, uint32_t guest, bool logged)
{
	unsigned int index = 0;
	uint32_t page;

	while (model->mappings[index].pages)
		index++;
	model->mappings[index] = (struct mapping) {
		.first = first,
		.pages = pages,
		.guest = guest,
		.logged = logged,
	};
	model->live[model->count++] = index;
	for (page = first; page < first + pages; page++)
		model->owner[page] = index + 1;
}

/* False: writes through the mapping need not be reported. */
static bool key_of(const struct model *model, uint32_t page, uint32_t *key)
{
	const struct mapping *mapping = &model->mappings[model->owner[page] - 1];

	*key = model->tracking == BY_IOVA ? page : mapping->guest + page - mapping->first;
	return model->tracking == BY_IOVA || mapping->logged;
}

static void unpin(struct model *model, uint32_t page)
{
	uint32_t key;

	if (!model->held[page])
		return;
	model->held[page] = false;
	if (!key_of(model, page, &key))
		return;
	model->pins[key]--;
	if (model->on)
		model->log->dirty[key] = true;
}

static void remove_mapping(struct model *model, unsigned int live)
{
	struct mapping *mapping = &model->mappings[model->live[live]];
	uint32_t page;

	for (page = mapping->first; page < mapping->first + mapping->pages; page++) {
		unpin(model, page);
		model->owner[page] = 0;
		if (model->tracking == BY_IOVA)
			model->log->dirty[page] = false;
	}
	mapping->pages = 0;
	model->live[live] = model->live[--model->count];
}

uint32_t model_unmap(struct model *model, uint32_t first, uint32_t pages)
{
	uint32_t removed = 0;
	unsigned int i;

	for (i = model->count; i--;) {
		const struct mapping *mapping = &model->mappings[model->live[i]];

		if (mapping->first < first || mapping->first >= first + pages)
			continue;
		removed += mapping->pages;
		remove_mapping(model, i);
	}
	return removed;
}

void model_start(struct model *model)
{
	model->on = true;
}

static bool is_tracked(const struct log *log)
{
	unsigned int i;

	for (i = 0; i < log->count; i++)
		if (log->members[i]->on)
			return true;
	return false;
}

/* What is pinned counts as written up to now; the last to stop takes the log with it. */
void model_stop(struct model *model)
{
	uint32_t key;

	if (!model->on)
		return;
	model->on = false;
	for (key = 0; key < MAX_KEYS; key++)
		model->log->dirty[key] |= model->pins[key] != 0;
	if (!is_tracked(model->log))
		memset(model->log->dirty, 0, sizeof(model->log->dirty));
}

void model_write(struct model *model, uint32_t first, uint32_t pages, bool holds)
{
	uint32_t page, key;

	for (page = first; page < first + pages; page++) {
		bool logged = key_of(model, page, &key);

		if (logged && model->on)
			model->log->dirty[key] = true;
		if (logged && holds && !model->held[page])
			model->pins[key]++;
		if (holds)
			model->held[page] = true;
	}
}

void model_release(struct model *model)
{
	uint32_t page;

	for (page = 0; page < IOVA_PAGES; page++)
		unpin(model, page);
}

bool model_must_report(const struct model *model, uint32_t key)
{
	const struct log *log = model->log;
	bool pinned = false;
	unsigned int i;

	for (i = 0; i < log->count; i++)
		pinned |= log->members[i]->on && log->members[i]->pins[key];
	return log->dirty[key] || pinned;
}

void model_reported(struct model *model, uint32_t key)
{
	model->log->dirty[key] = false;
}
