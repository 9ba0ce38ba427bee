// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <fatal.h>

#include "perform.h"
#include "shrink.h"

/* Repetitions that a reproducer may cost */
#define MAX_REPLAYS 3000

struct search {
	struct rig *rig;
	struct steps *steps;
	bool missing;		/* the kind of finding to be kept */
	unsigned int replays;
};

void replay(struct rig *rig, const struct steps *steps)
{
	bool going = true;
	size_t i;

	rig_open(rig, rig->tracking);
	for (i = 0; i < steps->count && going; i++)
		going = perform(rig, &steps->list[i]);
	if (going)
		rig_settle(rig);
	rig_close(rig);
}

static bool still_found(struct search *search, const struct steps *steps)
{
	search->replays++;
	replay(search->rig, steps);
	return search->missing ? search->rig->finding.missing : search->rig->finding.wrong;
}

static struct steps copy_of(const struct steps *steps, size_t from)
{
	struct steps copy = { .count = steps->count - from };

	copy.list = calloc(copy.count + 1, sizeof(*copy.list));
	REQUIRE(copy.list, "out of memory");
	memcpy(copy.list, steps->list + from, copy.count * sizeof(*copy.list));
	return copy;
}

/* Keeps @candidate in place of the steps if it finds the same, and says so. */
static bool try_steps(struct search *search, struct steps candidate)
{
	bool found = search->replays < MAX_REPLAYS && still_found(search, &candidate);

	free(found ? search->steps->list : candidate.list);
	if (found)
		*search->steps = candidate;
	return found;
}

/* What other containers did has no part in it. */
static void keep_container(struct search *search, uint8_t container)
{
	struct steps candidate = copy_of(search->steps, 0);
	size_t i, kept = 0;

	for (i = 0; i < candidate.count; i++)
		if (candidate.list[i].container == container)
			candidate.list[kept++] = candidate.list[i];
	candidate.count = kept;
	try_steps(search, candidate);
}

/* The shortest end of the steps that is long enough, by doubling */
static void keep_end(struct search *search)
{
	size_t length;

	for (length = 64; length < search->steps->count; length *= 2)
		if (try_steps(search, copy_of(search->steps, search->steps->count - length)))
			return;
}

static bool try_without(struct search *search, size_t from, size_t count)
{
	struct steps candidate = copy_of(search->steps, 0);

	memmove(candidate.list + from, candidate.list + from + count,
		(candidate.count - from - count) * sizeof(*candidate.list));
	candidate.count -= count;
	return try_steps(search, candidate);
}

/* Leaves out pieces, from half of the steps down to single ones, until none can be. */
static bool leave_out(struct search *search)
{
	size_t before = search->steps->count;
	size_t size, from;

	for (size = before / 2; size; size /= 2)
		for (from = 0; from + size <= search->steps->count;)
			if (!try_without(search, from, size))
				from += size;
	return search->steps->count < before;
}

static void try_step(struct search *search, size_t index, struct step step)
{
	struct steps candidate;

	if (!memcmp(&step, &search->steps->list[index], sizeof(step)))
		return;
	candidate = copy_of(search->steps, 0);
	candidate.list[index] = step;
	try_steps(search, candidate);
}

/* Short transfers, small mappings */
static void simplify(struct search *search)
{
	size_t i;

	for (i = 0; i < search->steps->count; i++) {
		struct step step = search->steps->list[i];

		if (step.operation == STEP_WRITE) {
			step.b = 0;
			step.c = 16;
			try_step(search, i, step);
		} else if (step.operation == STEP_MAP && step.b > 1) {
			step.b = 1;
			try_step(search, i, step);
		}
	}
}

void shrink(struct rig *rig, struct steps *steps)
{
	struct search search = { .rig = rig, .steps = steps, .missing = rig->finding.missing };
	const struct finding first = rig->finding;

	keep_container(&search, steps->list[steps->count - 1].container);
	keep_end(&search);
	while (leave_out(&search))
		;
	simplify(&search);
	leave_out(&search);
	if (!still_found(&search, steps))
		rig->finding = first;
}
