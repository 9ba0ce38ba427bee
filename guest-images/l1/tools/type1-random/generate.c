// SPDX-License-Identifier: GPL-2.0-only
#include <random.h>

#include "generate.h"

/* Mappings that are worth it: enough for neighbours and aliases, few enough to meet often */
#define WANTED_MAPPINGS 300

static const struct mapping *any_mapping(const struct model *model, uint64_t *random)
{
	return &model->mappings[model->live[random_below(random, model->count)]];
}

/* One page, some, 2 MiB, or more */
static uint32_t any_size(uint64_t *random)
{
	uint32_t chance = random_below(random, 100);

	if (chance < 55)
		return 1;
	if (chance < 85)
		return random_between(random, 2, 16);
	if (chance < 96)
		return random_between(random, 17, 256);
	return chance < 99 ? 512 : random_between(random, 513, WINDOW_PAGES);
}

/* Anywhere, around the middle of a window, or where something else is mapped */
static uint32_t any_guest_page(const struct model *model, uint64_t *random)
{
	uint32_t chance = random_below(random, 100);
	uint32_t window = random_below(random, WINDOWS) * WINDOW_PAGES;

	if (chance < 30 && model->count) {
		const struct mapping *mapping = any_mapping(model, random);

		return mapping->guest + random_below(random, mapping->pages);
	}
	if (chance < 45)
		return window + WINDOW_PAGES / 2 - random_below(random, 8);
	return window + random_below(random, WINDOW_PAGES);
}

static void generate_map(const struct model *model, uint64_t *random, struct step *step)
{
	uint32_t guest = any_guest_page(model, random);
	uint32_t room = WINDOW_PAGES - guest % WINDOW_PAGES;
	uint32_t pages = any_size(random);
	int tries = 4;

	step->operation = STEP_MAP;
	step->b = pages < room ? pages : room;
	do
		step->a = random_below(random, IOVA_PAGES - step->b + 1);
	while (!model_is_free(model, step->a, step->b) && --tries);
	step->c = model->tracking != BY_IOVA && random_percent(random, 3) ? NO_GUEST_PAGE : guest;
}

/* Makes a range of IOVA pages whole: no mapping is only partly in it. */
static void widen(const struct model *model, struct step *step)
{
	while (!model_is_whole(model, step->a, 0)) {
		step->a--;
		step->b++;
	}
	while (!model_is_whole(model, step->a + step->b, 0))
		step->b++;
}

static uint32_t any_unmap(const struct model *model, uint64_t *random)
{
	switch (model->tracking) {
	case BY_IOVA:
		return random_percent(random, 70) ? UNMAP_WITH_BITMAP : UNMAP_PLAIN;
	case BY_GPA:
		if (random_percent(random, 2))
			return UNMAP_WRONG_GPA;
		return random_percent(random, 30) ? UNMAP_WITH_GPA : UNMAP_PLAIN;
	default:
		return UNMAP_PLAIN;
	}
}

static void generate_unmap(const struct model *model, uint64_t *random, struct step *step)
{
	const struct mapping *mapping = any_mapping(model, random);

	step->operation = STEP_UNMAP;
	step->a = mapping->first;
	step->b = mapping->pages;
	step->c = any_unmap(model, random);
	if (step->c > UNMAP_WITH_BITMAP || random_percent(random, 85))
		return;
	step->a -= random_below(random, step->a < 64 ? step->a + 1 : 64);
	step->b = random_between(random, 1, 128);
	if (step->b > IOVA_PAGES - step->a)
		step->b = IOVA_PAGES - step->a;
	if (random_percent(random, 90))
		widen(model, step);
}

/* Bytes or pages, often where a mapping begins or ends */
static void generate_transfer(const struct model *model, uint64_t *random, struct step *step)
{
	const struct mapping *mapping = any_mapping(model, random);
	uint32_t chance = random_below(random, 100);
	uint32_t page = random_below(random, mapping->pages);
	uint32_t room;

	if (chance < 20)
		page = mapping->pages - 1;
	else if (chance < 30)
		page = 0;
	step->a = mapping->first + page;
	step->b = random_percent(random, 50) ? 0 : random_below(random, PAGE / 16) * 16;
	step->c = 16;
	chance = random_below(random, 100);
	if (chance >= 80)
		step->c = random_between(random, 1, 3 * PAGE / 16) * 16;
	if (chance >= 98)
		step->c = random_between(random, 1, 64) * PAGE;
	room = ((mapping->pages - page) << PAGE_BITS) - step->b;
	if (step->c > room)
		step->c = room;
}

/* By frames: around what is mapped, ending or beginning with it, or anything at all */
static void generate_frames(const struct model *model, uint64_t *random, struct step *step)
{
	const struct mapping *mapping = any_mapping(model, random);
	uint32_t first = frame_of(mapping->guest);
	uint32_t end = first + mapping->pages;

	if (random_percent(random, 1)) {
		first = 0;
		end = FRAMES_END;
	} else {
		uint32_t before = random_percent(random, 40) ? 0 : random_below(random, 300);

		first -= before < first ? before : first;
		end += random_percent(random, 40) ? 0 : random_below(random, 100);
	}
	if (random_percent(random, 10) && end - first > 1)
		end = random_between(random, first + 1, end);
	step->a = first;
	step->b = end - first;
}

/* By IOVA: one mapping, or a range with many, which must not split any */
static void generate_pages(const struct model *model, uint64_t *random, struct step *step)
{
	const struct mapping *mapping = any_mapping(model, random);

	step->a = mapping->first;
	step->b = mapping->pages;
	if (step->operation == STEP_GET_FAULT || random_percent(random, 40))
		return;
	step->a -= random_below(random, step->a < 300 ? step->a + 1 : 300);
	step->b = random_between(random, 1, random_percent(random, 5) ? IOVA_PAGES : 600);
	if (step->b > IOVA_PAGES - step->a)
		step->b = IOVA_PAGES - step->a;
	if (random_percent(random, 95))
		widen(model, step);
}

static void generate_get(const struct model *model, uint64_t *random, struct step *step)
{
	if (model->tracking == BY_IOVA)
		generate_pages(model, random, step);
	else
		generate_frames(model, random, step);
	if (step->operation == STEP_GET_FAULT)
		step->c = random_below(random, (step->b + 63) / 64) * sizeof(uint64_t);
}

static void generate_translation(const struct model *model, uint64_t *random, struct step *step)
{
	const struct mapping *mapping = any_mapping(model, random);
	bool whole = random_percent(random, 60);

	step->operation = random_percent(random, 75) ? STEP_TRANSLATE : STEP_INVALIDATE;
	step->a = mapping->first;
	step->b = whole ? 0 : random_below(random, mapping->pages);
	step->c = whole ? mapping->pages : random_between(random, 1, mapping->pages - step->b);
}

/* Kinds of steps, by their share in thousandths. STEP_TRANSLATE is for an IOTLB only. */
static const struct {
	enum operation operation;
	uint32_t share;
} shares[] = {
	{ STEP_WRITE, 640 }, { STEP_MAP, 120 }, { STEP_UNMAP, 110 }, { STEP_GET, 60 },
	{ STEP_TRANSLATE, 30 }, { STEP_READ, 25 }, { STEP_GET_FAULT, 10 }, { STEP_RELEASE, 4 },
	{ STEP_STOP, 1 },
};

static enum operation any_operation(const struct model *model, uint64_t *random)
{
	uint32_t chance = random_below(random, 1000);
	unsigned int i;

	if (!model->count)
		return STEP_MAP;
	if (!model->on && random_percent(random, 30))
		return STEP_START;
	for (i = 0; chance >= shares[i].share; i++)
		chance -= shares[i].share;
	return shares[i].operation;
}

/* Steps of one kind come in runs: devices then have much to do at once. */
static void begin_run(struct generator *generator, const struct rig *rig)
{
	uint64_t *random = &generator->random;

	generator->container = random_below(random, rig->containers);
	generator->operation = any_operation(&rig->subjects[generator->container].model, random);
	generator->left = 1;
	if (generator->operation < STEP_RELEASE && generator->operation > STEP_STOP)
		generator->left = random_between(random, 1, 1 << random_below(random, 8));
	else if (generator->operation == STEP_GET)
		generator->left = random_between(random, 1, 6);
}

static void generate_use(const struct model *model, uint64_t *random, struct step *step)
{
	switch (step->operation) {
	case STEP_UNMAP:
		generate_unmap(model, random, step);
		break;
	case STEP_GET:
	case STEP_GET_FAULT:
		generate_get(model, random, step);
		break;
	case STEP_WRITE:
		step->engine = random_below(random, ENGINES);
		generate_transfer(model, random, step);
		break;
	case STEP_READ:
		generate_transfer(model, random, step);
		break;
	case STEP_TRANSLATE:
		generate_translation(model, random, step);
		break;
	case STEP_RELEASE:
		step->engine = ENGINE_HOLD;
		break;
	}
}

struct step generate(struct generator *generator, const struct rig *rig)
{
	uint64_t *random = &generator->random;
	const struct model *model;
	struct step step = { 0 };

	model = &rig->subjects[generator->container].model;
	if (!generator->left || !model->count ||
	    (generator->operation == STEP_MAP && model->count >= WANTED_MAPPINGS))
		begin_run(generator, rig);
	generator->left--;

	step.operation = generator->operation;
	step.container = generator->container;
	model = &rig->subjects[step.container].model;
	if (step.operation == STEP_MAP)
		generate_map(model, random, &step);
	else
		generate_use(model, random, &step);
	return step;
}
