/* SPDX-License-Identifier: GPL-2.0-only */
/* What steps consist of: what is done to one block, measured and looked after by the oracle. */
#ifndef BLOCK_H
#define BLOCK_H

#include "churn.h"

/* Sequential is ring order; of the idle blocks, that with the longest rest. */
uint64_t block_pick(struct churn *churn, uint64_t count);
/*
 * Picks as many blocks of an array as are written at once; gives the place of the first. The others
 * follow it, from the end of the array on at its start. Random ones are brought to the start before.
 */
uint64_t block_gather(struct churn *churn, uint32_t *blocks, uint64_t count);
/* A slot and an idle block change places; gives the block that was live. */
uint32_t block_swap(uint32_t *slot, uint32_t *idle);

/* Writes a page of the block, after a look that it holds what it must. */
void block_write(struct churn *churn, const struct blocks *blocks, uint32_t block, uint32_t alias);
/* The same for live blocks, from that place on as many as are written at once; by alias 0. */
void block_write_all(struct churn *churn, const struct blocks *blocks, uint64_t first);
void block_map(struct churn *churn, const struct blocks *blocks, uint32_t block, uint32_t alias);
void block_unmap(struct churn *churn, const struct blocks *blocks, uint32_t block, uint32_t alias);
/* Writes the block of a slot, unmaps it, and maps an idle one in its place. */
void block_replace(struct churn *churn, const struct blocks *blocks, uint32_t *slot,
		   uint32_t *idle);

#endif
