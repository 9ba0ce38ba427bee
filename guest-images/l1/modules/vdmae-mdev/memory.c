// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: access to guest memory by IOVA, in the way the device's type says.
 * vfio_dma_rw() needs nothing of us; pins.c has the pages that are pinned.
 */
#include <linux/highmem.h>
#include <linux/iommu.h>

#include "pins.h"

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
	struct vdmae_pin *pin = vdmae_claim(vdmae, iova >> PAGE_SHIFT);
	int ret;

	if (!pin)
		return -ENOMEM;

	ret = vdmae_pin(vdmae, pin, write ? IOMMU_WRITE : IOMMU_READ);
	if (!ret)
		vdmae_copy_page(pin->page, iova, data, length, write);

	if (!ret && vdmae->access == VDMAE_ACCESS_HOLD)
		vdmae_hold(vdmae, pin);
	else
		vdmae_drop(vdmae, pin);
	return ret;
}

/* The range lies within one page. */
static int vdmae_memory_access(struct vdmae *vdmae, u64 iova, void *data, size_t length, bool write)
{
	if (WARN_ON_ONCE(offset_in_page(iova) + length > PAGE_SIZE))
		return -EINVAL;

	if (vdmae->access == VDMAE_ACCESS_RW)
		return vfio_dma_rw(&vdmae->vdev, iova, data, length, write);
	return vdmae_access_page(vdmae, iova, data, length, write);
}

int vdmae_memory_read(struct vdmae *vdmae, u64 iova, void *data, size_t length)
{
	return vdmae_memory_access(vdmae, iova, data, length, false);
}

int vdmae_memory_write(struct vdmae *vdmae, u64 iova, void *data, size_t length)
{
	return vdmae_memory_access(vdmae, iova, data, length, true);
}
