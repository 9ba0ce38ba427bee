// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: the pool of pages that only the device writes. They are zeroed when
 * they are allocated; a streaming mapping from the device leaves them alone.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "vdmae.h"

u32 vdmae_pool_domain_flags(struct vdmae_dev *vdmae)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&vdmae->pdev->dev);
	u32 flags = 0;

	if (domain && (domain->type & __IOMMU_DOMAIN_PAGING))
		flags |= VDMAE_INFO_TRANSLATED;
	if (domain && domain->type == IOMMU_DOMAIN_DMA)
		flags |= VDMAE_INFO_STRICT;
	return flags;
}

static phys_addr_t vdmae_iova_to_phys(struct vdmae_dev *vdmae, dma_addr_t iova)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&vdmae->pdev->dev);

	return domain ? iommu_iova_to_phys(domain, iova) : iova;
}

/* A bounce buffer would let the CPU write the pages: refuse to work with one. */
static int vdmae_pool_check(struct vdmae_dev *vdmae)
{
	phys_addr_t phys;
	u64 iova, ns;
	int ret;

	ret = vdmae_pool_map_page(vdmae, 0, &iova, &ns);
	if (ret)
		return ret;
	phys = vdmae_iova_to_phys(vdmae, iova);
	vdmae_pool_unmap_page(vdmae, 0, &ns);
	if (phys == page_to_phys(vdmae->pages[0]))
		return 0;
	dev_err(&vdmae->pdev->dev, "DMA goes through a bounce buffer\n");
	return -EOPNOTSUPP;
}

int vdmae_pool_alloc(struct vdmae_dev *vdmae, u64 pages)
{
	int ret = -ENOMEM;

	if (vdmae->pages)
		return -EBUSY;
	if (!pages)
		return -EINVAL;
	if (pages > totalram_pages())
		return -ENOMEM;

	vdmae->pages = kvcalloc(pages, sizeof(*vdmae->pages), GFP_KERNEL);
	vdmae->slots = kvcalloc(pages, sizeof(*vdmae->slots), GFP_KERNEL);
	if (!vdmae->pages || !vdmae->slots)
		goto err_free;

	for (; vdmae->pool_size < pages; vdmae->pool_size++) {
		struct page *page = alloc_page(GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL |
					       __GFP_NOWARN);

		if (!page)
			goto err_free;
		vdmae->pages[vdmae->pool_size] = page;
		cond_resched();
	}

	ret = vdmae_pool_check(vdmae);
	if (ret)
		goto err_free;
	return 0;

err_free:
	vdmae_pool_free(vdmae);
	return ret;
}

void vdmae_pool_unmap(struct vdmae_dev *vdmae)
{
	u64 ns;
	u64 i;

	for (i = 0; i < vdmae->pool_size; i++)
		if (vdmae->slots[i].mapped)
			vdmae_pool_unmap_page(vdmae, i, &ns);
}

/* No page is mapped any more. */
void vdmae_pool_free(struct vdmae_dev *vdmae)
{
	unsigned long i;

	for (i = 0; i < vdmae->pool_size; i++)
		__free_page(vdmae->pages[i]);
	kvfree(vdmae->pages);
	kvfree(vdmae->slots);
	vdmae->pages = NULL;
	vdmae->slots = NULL;
	vdmae->pool_size = 0;
}

int vdmae_pool_map_page(struct vdmae_dev *vdmae, u64 page, u64 *iova, u64 *ns)
{
	struct device *dev = &vdmae->pdev->dev;
	dma_addr_t address;
	u64 start;

	if (page >= vdmae->pool_size)
		return -EINVAL;
	if (vdmae->slots[page].mapped)
		return -EBUSY;

	start = ktime_get_ns();
	address = dma_map_page(dev, vdmae->pages[page], 0, PAGE_SIZE, DMA_FROM_DEVICE);
	*ns = ktime_get_ns() - start;
	if (dma_mapping_error(dev, address))
		return -ENOSPC;

	vdmae->slots[page] = (struct vdmae_slot) { .iova = address, .mapped = true };
	*iova = address;
	return 0;
}

int vdmae_pool_unmap_page(struct vdmae_dev *vdmae, u64 page, u64 *ns)
{
	u64 start;

	if (page >= vdmae->pool_size || !vdmae->slots[page].mapped)
		return -EINVAL;

	start = ktime_get_ns();
	dma_unmap_page(&vdmae->pdev->dev, vdmae->slots[page].iova, PAGE_SIZE, DMA_FROM_DEVICE);
	*ns = ktime_get_ns() - start;
	vdmae->slots[page].mapped = false;
	return 0;
}

int vdmae_pool_write(struct vdmae_dev *vdmae, struct vdmae_write *write)
{
	struct vdmae_completion completion;
	struct vdmae_descriptor descriptor;
	int ret;

	if (write->reserved || write->bytes > PAGE_SIZE ||
	    write->page >= vdmae->pool_size || !vdmae->slots[write->page].mapped)
		return -EINVAL;

	descriptor = (struct vdmae_descriptor) {
		.opcode = cpu_to_le32(VDMAE_OP_WRITE_PATTERN),
		.destination = cpu_to_le64(vdmae->slots[write->page].iova),
		.length = cpu_to_le64(write->bytes),
		.sequence = cpu_to_le64(write->sequence),
		.page = cpu_to_le64(write->page),
	};
	ret = vdmae_ring_execute(vdmae, &descriptor, &completion, &write->ns);
	if (ret)
		return ret;

	write->status = le32_to_cpu(completion.status);
	write->epoch = le32_to_cpu(completion.epoch);
	write->device_ns = le64_to_cpu(completion.time_ns);
	return 0;
}
