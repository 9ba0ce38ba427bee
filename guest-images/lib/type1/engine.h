/* SPDX-License-Identifier: GPL-2.0-only */
/* A mediated device of type vdmae-TYPE, driven from user space. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdint.h>

#include <vdmae_hw.h>

#include "mdev.h"

struct engine {
	const char *type;		/* rw, pin or hold */
	char uuid[UUID_SIZE];
	int group;			/* as long as the instance exists */
	int device;
	int container;
	uint64_t bar;			/* offset of the registers */
	uint64_t config;		/* offset of the configuration space */
	uint64_t ring_iova;
	struct vdmae_descriptor *descriptors;
	volatile struct vdmae_completion *completions;
	unsigned int tail;		/* where the next descriptor goes */
	unsigned int pending;		/* descriptors that are not known to be done */
	uint64_t cookie;		/* of the last descriptor */
};

/* Descriptors that may be pending */
#define ENGINE_BATCH 511

/* NULL, or why there is no such device. It goes when the program ends. */
const char *engine_create(struct engine *engine, const char *type, unsigned int number);
void engine_remove(struct engine *engine);

/* The engine's group is in @container, where the rings get a mapping without gpa. */
void engine_open(struct engine *engine, int container);
void engine_close(struct engine *engine);

/*
 * Adds a descriptor, which the engine may see only with engine_ring(). There
 * are never more than ENGINE_BATCH pending.
 */
void engine_add(struct engine *engine, enum vdmae_opcode opcode, uint64_t iova, uint64_t length,
		uint64_t sequence);
void engine_ring(struct engine *engine);

/* Waits for all that is pending: the first status that is not VDMAE_OK, or VDMAE_OK. */
enum vdmae_status engine_wait(struct engine *engine);

/* One write by DMA, to its end */
enum vdmae_status engine_write(struct engine *engine, uint64_t iova, uint64_t length);

/*
 * When the descriptor at this place of the ring was done, in ns. Any number of
 * rounds may be added.
 */
uint64_t engine_time(const struct engine *engine, unsigned int index);

/* Unpins everything the engine holds, the rings included. */
void engine_reset(struct engine *engine);

#endif /* ENGINE_H */
