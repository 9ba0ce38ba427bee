/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a container must know: its mappings, which pages were written since they
 * were last reported, and which are pinned. A key is what the kernel reports a
 * page by: an IOVA page if it tracks by IOVA, a guest page otherwise.
 */
#ifndef MODEL_H
#define MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include <series.h>

#include "layout.h"

#define MAX_MAPPINGS 512
#define MAX_KEYS IOVA_PAGES
#define MAX_MEMBERS 4

struct mapping {
	uint32_t first;		/* IOVA page */
	uint32_t pages;		/* 0: unused */
	uint32_t guest;		/* first guest page */
	bool logged;		/* mapped with its gpa, where the kernel takes one */
};

struct model;

/* What must be reported, by the container, or by any of those that share the log */
struct log {
	struct model *members[MAX_MEMBERS];
	unsigned int count;
	bool dirty[MAX_KEYS];
};

struct model {
	enum tracking tracking;
	struct log *log;
	bool on;
	struct mapping mappings[MAX_MAPPINGS];
	unsigned int live[MAX_MAPPINGS];	/* indices of those in use */
	unsigned int count;
	uint16_t owner[IOVA_PAGES];	/* index of the mapping + 1 */
	uint8_t held[IOVA_PAGES];	/* pinned by the engine that holds */
	uint16_t pins[MAX_KEYS];
};

/* An empty log comes with the first of its members. */
void model_init(struct model *model, enum tracking tracking, struct log *log);

/* The mapping of an IOVA page, or NULL */
struct mapping *model_mapping(struct model *model, uint32_t page);
bool model_is_free(const struct model *model, uint32_t first, uint32_t pages);
bool model_is_full(const struct model *model);

/* No mapping is only partly in the range. */
bool model_is_whole(const struct model *model, uint32_t first, uint32_t pages);

void model_map(struct model *model, uint32_t first, uint32_t pages, uint32_t guest, bool logged);

/* Removes what is mapped in a range: the number of pages. */
uint32_t model_unmap(struct model *model, uint32_t first, uint32_t pages);

void model_start(struct model *model);
void model_stop(struct model *model);
void model_write(struct model *model, uint32_t first, uint32_t pages, bool holds);
void model_release(struct model *model);

/* Whether the page must be reported now */
bool model_must_report(const struct model *model, uint32_t key);
void model_reported(struct model *model, uint32_t key);

#endif /* MODEL_H */
