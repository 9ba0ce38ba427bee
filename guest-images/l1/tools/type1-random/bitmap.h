/* SPDX-License-Identifier: GPL-2.0-only */
/* The bitmap of a request, and what must be in it */
#ifndef BITMAP_H
#define BITMAP_H

#include "rig.h"

/*
 * A cleared bitmap for so many pages. Of its bytes as many can be accessed as
 * asked for; @accessible comes back as no more than it has.
 */
uint64_t *bitmap_prepare(struct rig *rig, uint32_t pages, uint32_t *accessible);

/* Looks that the bitmap has all that the model says, for pages from @first on. */
void bitmap_compare(struct rig *rig, struct model *model, const char *what, uint32_t first,
		    uint32_t pages, uint32_t accessible);

/* The model need not report these any more. */
void bitmap_reported(struct rig *rig, struct model *model, uint32_t first, uint32_t pages);

#endif /* BITMAP_H */
