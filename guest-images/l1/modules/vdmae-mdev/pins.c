// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: which pages of the guest are pinned.
 *
 * A page that is pinned has an entry in a table, from before it is pinned until
 * after it is unpinned. Whoever works on an entry (the engine, or one that
 * releases pages) claims it: no one else pins, unpins, or uses that page
 * meanwhile. So pins_lock is free whenever the container is called, which takes
 * its own lock then.
 *
 * The container's callback on unmap announces its range, takes every entry of
 * it, and waits for those that are claimed. The engine begins nothing in a range
 * that is announced. So when the callback returns, nothing of the range is
 * pinned, unless it waited in vain. The container relies on that: it asks a few
 * times more, and then gives up with BUG().
 */
#include <linux/moduleparam.h>
#include <linux/rbtree.h>
#include <linux/slab.h>

#include "pins.h"

/*
 * How long the callback on unmap waits for a page at most. Who has claimed the
 * page copies, or waits for the container's lock (iommu->lock). That lock is
 * free when the callback is called, but the callback is under device_list_lock,
 * and a thread that adds or removes a device, or unmaps something else, waits
 * for device_list_lock with iommu->lock held. Without a limit that would be a
 * deadlock. With it the callback returns, that thread goes on, and the container
 * finds the page still pinned and calls again.
 *
 * What is left is the container's own: vfio_unpin_pages() takes iommu->lock in
 * the callback, where the container wants it to be called.
 */
#define VDMAE_UNMAP_TIMEOUT	HZ

static unsigned int hold_pages = 1024;
module_param(hold_pages, uint, 0644);
MODULE_PARM_DESC(hold_pages, "most pages that a device of type vdmae-hold keeps pinned");

/* Pages that are being released, by IOVA. */
struct vdmae_range {
	struct list_head list;
	unsigned long first;
	unsigned long last;
};

void vdmae_pins_init(struct vdmae *vdmae)
{
	spin_lock_init(&vdmae->pins_lock);
	init_waitqueue_head(&vdmae->pins_wait);
	vdmae->pins = RB_ROOT;
	INIT_LIST_HEAD(&vdmae->pins_lru);
	INIT_LIST_HEAD(&vdmae->releases);
}

void vdmae_pins_destroy(struct vdmae *vdmae)
{
	kfree(vdmae->spare_pin);
}

static int vdmae_range_compare(const void *key, const struct rb_node *node)
{
	const struct vdmae_pin *pin = rb_entry(node, struct vdmae_pin, node);
	const struct vdmae_range *range = key;

	if (range->last < pin->pfn)
		return -1;
	return range->first > pin->pfn;
}

static bool vdmae_pin_less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct vdmae_pin, node)->pfn < rb_entry(b, struct vdmae_pin, node)->pfn;
}

/* Any entry of a range, or NULL. */
static struct vdmae_pin *vdmae_find_locked(struct vdmae *vdmae, const struct vdmae_range *range)
{
	struct rb_node *node = rb_find(range, &vdmae->pins, vdmae_range_compare);

	return node ? rb_entry(node, struct vdmae_pin, node) : NULL;
}

static void vdmae_claim_locked(struct vdmae_pin *pin)
{
	pin->claimed = true;
	list_del_init(&pin->lru);
}

/* Adds an entry, claimed, for a page that has none. */
static struct vdmae_pin *vdmae_add_locked(struct vdmae *vdmae, unsigned long pfn)
{
	struct vdmae_pin *pin = vdmae->spare_pin;

	vdmae->spare_pin = NULL;
	*pin = (struct vdmae_pin) { .pfn = pfn };
	INIT_LIST_HEAD(&pin->lru);
	vdmae_claim_locked(pin);
	rb_add(&pin->node, &vdmae->pins, vdmae_pin_less);
	vdmae->pins_count++;
	return pin;
}

static bool vdmae_released_locked(struct vdmae *vdmae, unsigned long pfn)
{
	const struct vdmae_range *range;

	list_for_each_entry(range, &vdmae->releases, list)
		if (pfn >= range->first && pfn <= range->last)
			return true;
	return false;
}

/*
 * For the engine. NULL while the page is in a range that is being released: only
 * then can its entry be claimed by someone else.
 */
static struct vdmae_pin *vdmae_try_claim(struct vdmae *vdmae, unsigned long pfn)
{
	const struct vdmae_range range = { .first = pfn, .last = pfn };
	struct vdmae_pin *pin = NULL;

	spin_lock(&vdmae->pins_lock);
	if (!vdmae_released_locked(vdmae, pfn)) {
		pin = vdmae_find_locked(vdmae, &range);
		if (pin)
			vdmae_claim_locked(pin);
		else
			pin = vdmae_add_locked(vdmae, pfn);
	}
	spin_unlock(&vdmae->pins_lock);
	return pin;
}

struct vdmae_pin *vdmae_claim(struct vdmae *vdmae, unsigned long pfn)
{
	struct vdmae_pin *pin;

	if (!vdmae->spare_pin)
		vdmae->spare_pin = kmalloc(sizeof(*pin), GFP_KERNEL_ACCOUNT);
	if (!vdmae->spare_pin)
		return NULL;
	wait_event(vdmae->pins_wait, (pin = vdmae_try_claim(vdmae, pfn)));
	return pin;
}

/* Claims the least recently used entry if there are too many. */
static struct vdmae_pin *vdmae_claim_surplus(struct vdmae *vdmae)
{
	unsigned int limit = max(READ_ONCE(hold_pages), 1U);
	struct vdmae_pin *pin = NULL;

	spin_lock(&vdmae->pins_lock);
	if (vdmae->pins_count > limit)
		pin = list_first_entry_or_null(&vdmae->pins_lru, struct vdmae_pin, lru);
	if (pin)
		vdmae_claim_locked(pin);
	spin_unlock(&vdmae->pins_lock);
	return pin;
}

/* Claims any entry of a range, or finds that there is none; false: all are claimed. */
static bool vdmae_try_claim_any(struct vdmae *vdmae, const struct vdmae_range *range,
				struct vdmae_pin **pin)
{
	bool done;

	spin_lock(&vdmae->pins_lock);
	*pin = vdmae_find_locked(vdmae, range);
	done = !*pin || !(*pin)->claimed;
	if (*pin && done)
		vdmae_claim_locked(*pin);
	spin_unlock(&vdmae->pins_lock);
	return done;
}

static void vdmae_unclaim(struct vdmae *vdmae, struct vdmae_pin *pin)
{
	spin_lock(&vdmae->pins_lock);
	pin->claimed = false;
	list_add_tail(&pin->lru, &vdmae->pins_lru);
	spin_unlock(&vdmae->pins_lock);
	wake_up(&vdmae->pins_wait);
}

static void vdmae_unpin(struct vdmae *vdmae, struct vdmae_pin *pin)
{
	if (pin->page)
		vfio_unpin_pages(&vdmae->vdev, (u64)pin->pfn << PAGE_SHIFT, 1);
	pin->page = NULL;
}

int vdmae_pin(struct vdmae *vdmae, struct vdmae_pin *pin, int prot)
{
	int ret;

	if (pin->page && (pin->prot & prot) == prot)
		return 0;

	vdmae_unpin(vdmae, pin);
	pin->prot |= prot;
	ret = vfio_pin_pages(&vdmae->vdev, (u64)pin->pfn << PAGE_SHIFT, 1, pin->prot, &pin->page);
	if (ret == 1)
		return 0;
	pin->page = NULL;
	return ret < 0 ? ret : -EFAULT;
}

void vdmae_drop(struct vdmae *vdmae, struct vdmae_pin *pin)
{
	vdmae_unpin(vdmae, pin);

	spin_lock(&vdmae->pins_lock);
	rb_erase(&pin->node, &vdmae->pins);
	vdmae->pins_count--;
	spin_unlock(&vdmae->pins_lock);
	kfree(pin);
	wake_up(&vdmae->pins_wait);
}

void vdmae_hold(struct vdmae *vdmae, struct vdmae_pin *pin)
{
	vdmae_unclaim(vdmae, pin);
	while ((pin = vdmae_claim_surplus(vdmae)))
		vdmae_drop(vdmae, pin);
}

static void vdmae_release_range(struct vdmae *vdmae, struct vdmae_range *range, long timeout)
{
	struct vdmae_pin *pin;

	spin_lock(&vdmae->pins_lock);
	list_add(&range->list, &vdmae->releases);
	spin_unlock(&vdmae->pins_lock);

	while (wait_event_timeout(vdmae->pins_wait, vdmae_try_claim_any(vdmae, range, &pin),
				  timeout) && pin)
		vdmae_drop(vdmae, pin);

	spin_lock(&vdmae->pins_lock);
	list_del(&range->list);
	spin_unlock(&vdmae->pins_lock);
	wake_up(&vdmae->pins_wait);
}

/* The container's callback on unmap. */
void vdmae_pins_unmap(struct vdmae *vdmae, u64 iova, u64 length)
{
	struct vdmae_range range = {
		.first = iova >> PAGE_SHIFT,
		.last = (iova + length - 1) >> PAGE_SHIFT,
	};

	vdmae_release_range(vdmae, &range, VDMAE_UNMAP_TIMEOUT);
}

/* Releases all pages. The engine is stopped, so this can only wait for the callback. */
void vdmae_pins_release(struct vdmae *vdmae)
{
	struct vdmae_range range = { .first = 0, .last = ULONG_MAX };

	vdmae_release_range(vdmae, &range, MAX_SCHEDULE_TIMEOUT);
}
