/* SPDX-License-Identifier: GPL-2.0-only */
/* vdmae_mdev: pages of the guest that are pinned, for the engine. */
#ifndef VDMAE_PINS_H
#define VDMAE_PINS_H

#include "vdmae_mdev.h"

/*
 * A page of the guest that is pinned or about to be. page and prot belong to
 * whoever has claimed the entry, the rest is under pins_lock.
 */
struct vdmae_pin {
	struct rb_node node;
	struct list_head lru;	/* unless claimed */
	unsigned long pfn;	/* of the IOVA */
	struct page *page;	/* NULL: not pinned */
	int prot;
	bool claimed;
};

/* For the engine, which is alone in it, so that there is one spare entry. NULL: no memory. */
struct vdmae_pin *vdmae_claim(struct vdmae *vdmae, unsigned long pfn);
/* Pins the page of a claimed entry, if it is not pinned well enough yet. */
int vdmae_pin(struct vdmae *vdmae, struct vdmae_pin *pin, int prot);
/* Unpins the page of a claimed entry; the entry goes only when that is done. */
void vdmae_drop(struct vdmae *vdmae, struct vdmae_pin *pin);
/* Leaves the page of a claimed entry pinned, and drops others if they are too many. */
void vdmae_hold(struct vdmae *vdmae, struct vdmae_pin *pin);

#endif /* VDMAE_PINS_H */
