// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: what of a file's pool is mapped for its device. The caller holds the
 * device's mutex, and the device is not gone.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/ktime.h>
#include <linux/slab.h>

#include "vdmae.h"

u32 vdmae_domain_flags(struct vdmae_dev *vdmae)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&vdmae->pdev->dev);
	u32 flags = 0;

	if (domain && (domain->type & __IOMMU_DOMAIN_PAGING))
		flags |= VDMAE_INFO_TRANSLATED;
	if (domain && domain->type == IOMMU_DOMAIN_DMA)
		flags |= VDMAE_INFO_STRICT;
	return flags;
}

static unsigned long vdmae_block_bytes(const struct vdmae_file *file)
{
	return file->pool->block_pages * PAGE_SIZE;
}

static struct vdmae_mapping *vdmae_mapping(struct vdmae_file *file, u64 block, u32 alias)
{
	if (!file->pool || block >= file->pool->size / file->pool->block_pages ||
	    alias >= VDMAE_ALIASES)
		return NULL;
	return &file->blocks[block][alias];
}

/* The mapping of a page's block. */
static struct vdmae_mapping *vdmae_mapping_of(struct vdmae_file *file, u64 page, u32 alias)
{
	return file->pool ? vdmae_mapping(file, page / file->pool->block_pages, alias) : NULL;
}

static u64 vdmae_iova_of(struct vdmae_file *file, const struct vdmae_mapping *mapping, u64 page)
{
	return mapping->iova + page % file->pool->block_pages * PAGE_SIZE;
}

static int vdmae_map_contiguous(struct vdmae_file *file, struct page *first,
				struct vdmae_mapping *mapping, u64 *ns)
{
	struct device *dev = &file->vdmae->pdev->dev;
	u64 start = ktime_get_ns();
	dma_addr_t iova;

	iova = dma_map_page(dev, first, 0, vdmae_block_bytes(file), DMA_FROM_DEVICE);
	*ns = ktime_get_ns() - start;
	if (dma_mapping_error(dev, iova))
		return -ENOSPC;
	mapping->iova = iova;
	return 0;
}

static bool vdmae_is_one_range(struct sg_table *table)
{
	dma_addr_t next = sg_dma_address(table->sgl);
	struct scatterlist *part;
	unsigned int i;

	for_each_sgtable_dma_sg(table, part, i) {
		if (sg_dma_address(part) != next)
			return false;
		next += sg_dma_len(part);
	}
	return true;
}

static void vdmae_unmap_scattered(struct vdmae_file *file, struct vdmae_mapping *mapping, u64 *ns)
{
	u64 start = ktime_get_ns();

	dma_unmap_sgtable(&file->vdmae->pdev->dev, &mapping->pages, DMA_FROM_DEVICE, 0);
	*ns = ktime_get_ns() - start;
	sg_free_table(&mapping->pages);
}

static int vdmae_map_scattered(struct vdmae_file *file, struct page **pages,
			       struct vdmae_mapping *mapping, u64 *ns)
{
	struct device *dev = &file->vdmae->pdev->dev;
	u64 start, unmap_ns;
	int ret;

	ret = sg_alloc_table_from_pages(&mapping->pages, pages, file->pool->block_pages, 0,
					vdmae_block_bytes(file), GFP_KERNEL);
	if (ret)
		return ret;

	start = ktime_get_ns();
	ret = dma_map_sgtable(dev, &mapping->pages, DMA_FROM_DEVICE, 0);
	*ns = ktime_get_ns() - start;
	if (ret) {
		sg_free_table(&mapping->pages);
		return -ENOSPC;
	}
	if (!vdmae_is_one_range(&mapping->pages)) {
		vdmae_unmap_scattered(file, mapping, &unmap_ns);
		return -EOPNOTSUPP;
	}
	mapping->iova = sg_dma_address(mapping->pages.sgl);
	return 0;
}

bool vdmae_can_map(struct vdmae_file *file, u64 block)
{
	struct vdmae_mapping *mapping = vdmae_mapping(file, block, 0);

	return mapping && !mapping->mapped;
}

int vdmae_map_block(struct vdmae_file *file, u64 block, u32 alias, u64 *iova, u64 *ns)
{
	struct vdmae_mapping *mapping = vdmae_mapping(file, block, alias);
	struct page **pages;
	int ret;

	if (!mapping)
		return -EINVAL;
	if (mapping->mapped)
		return -EBUSY;

	pages = &file->pool->pages[block * file->pool->block_pages];
	ret = file->pool->scattered ? vdmae_map_scattered(file, pages, mapping, ns) :
				      vdmae_map_contiguous(file, pages[0], mapping, ns);
	if (ret)
		return ret;

	mapping->mapped = true;
	*iova = mapping->iova;
	return 0;
}

static void vdmae_unmap_contiguous(struct vdmae_file *file, struct vdmae_mapping *mapping, u64 *ns)
{
	u64 start = ktime_get_ns();

	dma_unmap_page(&file->vdmae->pdev->dev, mapping->iova, vdmae_block_bytes(file),
		       DMA_FROM_DEVICE);
	*ns = ktime_get_ns() - start;
}

int vdmae_unmap_block(struct vdmae_file *file, u64 block, u32 alias, u64 *ns)
{
	struct vdmae_mapping *mapping = vdmae_mapping(file, block, alias);

	if (!mapping || !mapping->mapped)
		return -EINVAL;

	if (file->pool->scattered)
		vdmae_unmap_scattered(file, mapping, ns);
	else
		vdmae_unmap_contiguous(file, mapping, ns);
	mapping->mapped = false;
	return 0;
}

void vdmae_unmap_all(struct vdmae_file *file)
{
	unsigned long block;
	u32 alias;
	u64 ns;

	if (!file->pool)
		return;
	for (block = 0; block < file->pool->size / file->pool->block_pages; block++)
		for (alias = 0; alias < VDMAE_ALIASES; alias++)
			if (file->blocks[block][alias].mapped)
				vdmae_unmap_block(file, block, alias, &ns);
}

static phys_addr_t vdmae_iova_to_phys(struct vdmae_dev *vdmae, dma_addr_t iova)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(&vdmae->pdev->dev);

	return domain ? iommu_iova_to_phys(domain, iova) : iova;
}

/* A bounce buffer would let the CPU write the pages: refuse to work with one. */
static int vdmae_check_pool(struct vdmae_dev *vdmae, const struct vdmae_pool_pages *pool)
{
	struct device *dev = &vdmae->pdev->dev;
	phys_addr_t phys;
	dma_addr_t iova;

	iova = dma_map_page(dev, pool->pages[0], 0, PAGE_SIZE, DMA_FROM_DEVICE);
	if (dma_mapping_error(dev, iova))
		return -ENOSPC;
	phys = vdmae_iova_to_phys(vdmae, iova);
	dma_unmap_page(dev, iova, PAGE_SIZE, DMA_FROM_DEVICE);
	if (phys == page_to_phys(pool->pages[0]))
		return 0;
	dev_err(dev, "DMA goes through a bounce buffer\n");
	return -EOPNOTSUPP;
}

/* When this succeeds, the file has the caller's reference to the pool, and keeps it to its end. */
int vdmae_adopt_pool(struct vdmae_file *file, struct vdmae_pool_pages *pool)
{
	int ret;

	ret = vdmae_check_pool(file->vdmae, pool);
	if (ret)
		return ret;

	file->blocks = kvcalloc(pool->size / pool->block_pages, sizeof(*file->blocks), GFP_KERNEL);
	if (!file->blocks)
		return -ENOMEM;
	smp_store_release(&file->pool, pool); /* for those without the mutex */
	return 0;
}

/* The descriptor of a write; false where that cannot be done. */
bool vdmae_prepare_write(struct vdmae_file *file, const struct vdmae_write *write,
			 struct vdmae_descriptor *descriptor)
{
	struct vdmae_mapping *mapping = vdmae_mapping_of(file, write->page, write->alias);

	if (!mapping || !mapping->mapped || write->bytes > PAGE_SIZE)
		return false;

	*descriptor = (struct vdmae_descriptor) {
		.opcode = cpu_to_le32(VDMAE_OP_WRITE_PATTERN),
		.destination = cpu_to_le64(vdmae_iova_of(file, mapping, write->page)),
		.length = cpu_to_le64(write->bytes),
		.sequence = cpu_to_le64(write->sequence),
		.page = cpu_to_le64(file->pool->first + write->page),
	};
	return true;
}

int vdmae_page(struct vdmae_file *file, struct vdmae_page *page)
{
	struct vdmae_mapping *mapping = vdmae_mapping_of(file, page->page, page->alias);

	if (!mapping)
		return -EINVAL;

	page->gpa = page_to_phys(file->pool->pages[page->page]);
	page->iova = vdmae_iova_of(file, mapping, page->page);
	page->mapped = mapping->mapped;
	return 0;
}
