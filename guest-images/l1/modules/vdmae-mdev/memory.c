// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: access to guest memory by IOVA, in the way the device's type says.
 *
 * A page is only ever pinned under dma_lock, and the unmap callback takes the
 * same lock: when it returns, no page of the range is pinned any more, which is
 * what the container relies on.
 */
#include <linux/highmem.h>
#include <linux/iommu.h>
#include <linux/moduleparam.h>

#include "vdmae_mdev.h"

static unsigned int hold_pages = 1024;
module_param(hold_pages, uint, 0644);
MODULE_PARM_DESC(hold_pages, "most pages that a device of type vdmae-hold keeps pinned");

/* A page of the guest that is pinned at the time. */
struct vdmae_held {
	struct list_head lru;
	struct page *page;
	unsigned long pfn;
	int prot;
};

void vdmae_memory_init(struct vdmae *vdmae)
{
	xa_init(&vdmae->held);
	INIT_LIST_HEAD(&vdmae->held_lru);
}

static int vdmae_pin(struct vdmae *vdmae, u64 iova, int prot, struct page **page)
{
	int ret = vfio_pin_pages(&vdmae->vdev, ALIGN_DOWN(iova, PAGE_SIZE), 1, prot, page);

	if (ret < 0)
		return ret;
	return ret == 1 ? 0 : -EFAULT;
}

static void vdmae_unpin(struct vdmae *vdmae, u64 iova)
{
	vfio_unpin_pages(&vdmae->vdev, ALIGN_DOWN(iova, PAGE_SIZE), 1);
}

static void vdmae_held_release(struct vdmae *vdmae, struct vdmae_held *held)
{
	vdmae_unpin(vdmae, (u64)held->pfn << PAGE_SHIFT);
	xa_erase(&vdmae->held, held->pfn);
	list_del(&held->lru);
	vdmae->held_pages--;
	kfree(held);
}

/* Makes room for one more page; the least recently used go first. */
static void vdmae_held_shrink(struct vdmae *vdmae)
{
	unsigned int limit = max(READ_ONCE(hold_pages), 1U);

	while (vdmae->held_pages >= limit)
		vdmae_held_release(vdmae, list_first_entry(&vdmae->held_lru,
							   struct vdmae_held, lru));
}

static int vdmae_held_add(struct vdmae *vdmae, u64 iova, int prot, struct page **page)
{
	struct vdmae_held *held;
	int ret;

	vdmae_held_shrink(vdmae);

	held = kzalloc(sizeof(*held), GFP_KERNEL_ACCOUNT);
	if (!held)
		return -ENOMEM;
	held->pfn = iova >> PAGE_SHIFT;
	held->prot = prot;

	ret = vdmae_pin(vdmae, iova, prot, &held->page);
	if (ret)
		goto err_free;

	ret = xa_insert(&vdmae->held, held->pfn, held, GFP_KERNEL_ACCOUNT);
	if (ret)
		goto err_unpin;

	list_add_tail(&held->lru, &vdmae->held_lru);
	vdmae->held_pages++;
	*page = held->page;
	return 0;

err_unpin:
	vdmae_unpin(vdmae, iova);
err_free:
	kfree(held);
	return ret;
}

static int vdmae_held_get(struct vdmae *vdmae, u64 iova, int prot, struct page **page)
{
	struct vdmae_held *held = xa_load(&vdmae->held, iova >> PAGE_SHIFT);

	if (held && (held->prot & prot) == prot) {
		list_move_tail(&held->lru, &vdmae->held_lru);
		*page = held->page;
		return 0;
	}
	if (held) {
		prot |= held->prot;
		vdmae_held_release(vdmae, held);
	}
	return vdmae_held_add(vdmae, iova, prot, page);
}

/* Releases what is pinned of a range. Also the container's unmap callback. */
void vdmae_memory_forget(struct vdmae *vdmae, u64 iova, u64 length)
{
	unsigned long first = iova >> PAGE_SHIFT;
	unsigned long last = (iova + length - 1) >> PAGE_SHIFT;
	struct vdmae_held *held;
	unsigned long pfn;

	mutex_lock(&vdmae->dma_lock);
	xa_for_each_range(&vdmae->held, pfn, held, first, last)
		vdmae_held_release(vdmae, held);
	mutex_unlock(&vdmae->dma_lock);
}

static void vdmae_copy_page(struct page *page, u64 iova, void *data, size_t length, bool write)
{
	void *memory = kmap_local_page(page);

	if (write)
		memcpy(memory + offset_in_page(iova), data, length);
	else
		memcpy(data, memory + offset_in_page(iova), length);
	kunmap_local(memory);
}

static int vdmae_access_page(struct vdmae *vdmae, u64 iova, void *data, size_t length, bool write)
{
	int prot = write ? IOMMU_WRITE : IOMMU_READ;
	struct page *page;
	int ret;

	switch (vdmae->access) {
	case VDMAE_ACCESS_RW:
		return vfio_dma_rw(&vdmae->vdev, iova, data, length, write);
	case VDMAE_ACCESS_PIN:
		ret = vdmae_pin(vdmae, iova, prot, &page);
		if (ret)
			return ret;
		vdmae_copy_page(page, iova, data, length, write);
		vdmae_unpin(vdmae, iova);
		return 0;
	case VDMAE_ACCESS_HOLD:
		ret = vdmae_held_get(vdmae, iova, prot, &page);
		if (ret)
			return ret;
		vdmae_copy_page(page, iova, data, length, write);
		return 0;
	}
	return -EINVAL;
}

/* The range lies within one page. */
static int vdmae_memory_access(struct vdmae *vdmae, u64 iova, void *data, size_t length, bool write)
{
	int ret;

	if (WARN_ON_ONCE(offset_in_page(iova) + length > PAGE_SIZE))
		return -EINVAL;

	mutex_lock(&vdmae->dma_lock);
	ret = vdmae_access_page(vdmae, iova, data, length, write);
	mutex_unlock(&vdmae->dma_lock);
	return ret;
}

int vdmae_memory_read(struct vdmae *vdmae, u64 iova, void *data, size_t length)
{
	return vdmae_memory_access(vdmae, iova, data, length, false);
}

int vdmae_memory_write(struct vdmae *vdmae, u64 iova, void *data, size_t length)
{
	return vdmae_memory_access(vdmae, iova, data, length, true);
}
