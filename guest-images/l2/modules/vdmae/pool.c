// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: pools of pages that only the device writes. They are zeroed when they
 * are allocated; a streaming mapping from the device leaves them alone.
 */
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/slab.h>

#include "vdmae.h"

static void vdmae_pool_release(struct kref *kref)
{
	struct vdmae_pool_pages *pool = container_of(kref, struct vdmae_pool_pages, kref);
	unsigned long i;

	for (i = 0; i < pool->size; i++)
		if (pool->pages[i])
			__free_page(pool->pages[i]);
	kvfree(pool->pages);
	kfree(pool);
}

struct vdmae_pool_pages *vdmae_pool_get(struct vdmae_pool_pages *pool)
{
	kref_get(&pool->kref);
	return pool;
}

void vdmae_pool_put(struct vdmae_pool_pages *pool)
{
	kref_put(&pool->kref, vdmae_pool_release);
}

static bool vdmae_pool_valid(const struct vdmae_pool *wanted)
{
	u64 end;

	return !(wanted->flags & ~VDMAE_POOL_SCATTERED) && wanted->pages &&
	       is_power_of_2(wanted->block_pages) && wanted->block_pages <= VDMAE_BLOCK_MAX &&
	       !(wanted->pages % wanted->block_pages) &&
	       !check_add_overflow(wanted->first, wanted->pages, &end);
}

/* Memory below 4 GiB for every other block, so that both sides are used where there are two. */
static struct page *vdmae_pool_take(unsigned long block, unsigned int order)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;

	if (block % 2)
		gfp |= GFP_DMA32;
	return alloc_pages(gfp, order);
}

static int vdmae_pool_fill(struct vdmae_pool_pages *pool)
{
	unsigned int order = ilog2(pool->block_pages);
	unsigned long block, i;
	struct page *first;

	for (block = 0; block < pool->size / pool->block_pages; block++) {
		first = vdmae_pool_take(block, order);
		if (!first)
			return -ENOMEM;

		split_page(first, order);
		for (i = 0; i < pool->block_pages; i++)
			pool->pages[block * pool->block_pages + i] = first + i;
		cond_resched();
	}
	return 0;
}

/* Neighbours come after each other from the allocator: deal them out to the blocks. */
static int vdmae_pool_scatter(struct vdmae_pool_pages *pool)
{
	unsigned long block, i;
	struct page *page;

	for (i = 0; i < pool->block_pages; i++) {
		for (block = 0; block < pool->size / pool->block_pages; block++) {
			page = vdmae_pool_take(block, 0);
			if (!page)
				return -ENOMEM;
			pool->pages[block * pool->block_pages + i] = page;
		}
		cond_resched();
	}
	return 0;
}

struct vdmae_pool_pages *vdmae_pool_alloc(const struct vdmae_pool *wanted)
{
	struct vdmae_pool_pages *pool;
	int ret;

	if (!vdmae_pool_valid(wanted))
		return ERR_PTR(-EINVAL);
	if (wanted->pages > totalram_pages())
		return ERR_PTR(-ENOMEM);

	pool = kzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	kref_init(&pool->kref);
	pool->block_pages = wanted->block_pages;
	pool->scattered = wanted->flags & VDMAE_POOL_SCATTERED;
	pool->first = wanted->first;
	pool->pages = kvcalloc(wanted->pages, sizeof(*pool->pages), GFP_KERNEL);
	if (!pool->pages) {
		vdmae_pool_put(pool);
		return ERR_PTR(-ENOMEM);
	}

	pool->size = wanted->pages;
	ret = pool->scattered ? vdmae_pool_scatter(pool) : vdmae_pool_fill(pool);
	if (ret) {
		vdmae_pool_put(pool);
		return ERR_PTR(ret);
	}
	return pool;
}
