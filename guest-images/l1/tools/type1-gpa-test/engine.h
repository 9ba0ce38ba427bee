/* SPDX-License-Identifier: GPL-2.0-only */
/* A mediated device of type vdmae-TYPE, driven from user space. */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <vdmae_hw.h>

struct engine {
	const char *type;		/* rw, pin or hold */
	char uuid[40];
	int group;			/* as long as the instance exists */
	int device;
	uint64_t bar;			/* offset of the registers */
	uint64_t config;		/* offset of the configuration space */
	uint64_t ring_iova;
	struct vdmae_descriptor *descriptors;
	volatile struct vdmae_completion *completions;
	unsigned int tail;
	uint64_t cookie;
};

/* NULL, or why there is no such device */
const char *engine_create(struct engine *engine, const char *type, unsigned int number);
void engine_remove(struct engine *engine);

/* The engine's group is in @container, where the rings get a mapping without gpa. */
void engine_open(struct engine *engine, int container);
void engine_close(struct engine *engine);

/* Writes by DMA: an enum vdmae_status */
int engine_write(struct engine *engine, uint64_t iova, uint64_t length);

/* Unpins everything the engine holds, the rings included. */
void engine_reset(struct engine *engine);

#endif /* ENGINE_H */
