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

	return !wanted->reserved && wanted->pages &&
	       is_power_of_2(wanted->block_pages) && wanted->block_pages <= VDMAE_BLOCK_MAX &&
	       !(wanted->pages % wanted->block_pages) &&
	       !check_add_overflow(wanted->first, wanted->pages, &end);
}

/* Memory below 4 GiB for every other block, so that both sides are used where there are two. */
static int vdmae_pool_grow(struct vdmae_pool_pages *pool)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_RETRY_MAYFAIL | __GFP_NOWARN;
	unsigned int order = ilog2(pool->block_pages);
	struct page *block;
	unsigned long i;

	if (pool->size / pool->block_pages % 2)
		gfp |= GFP_DMA32;
	block = alloc_pages(gfp, order);
	if (!block)
		return -ENOMEM;

	split_page(block, order);
	for (i = 0; i < pool->block_pages; i++)
		pool->pages[pool->size++] = block + i;
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
	pool->first = wanted->first;
	pool->pages = kvcalloc(wanted->pages, sizeof(*pool->pages), GFP_KERNEL);
	if (!pool->pages) {
		vdmae_pool_put(pool);
		return ERR_PTR(-ENOMEM);
	}

	while (pool->size < wanted->pages) {
		ret = vdmae_pool_grow(pool);
		if (ret) {
			vdmae_pool_put(pool);
			return ERR_PTR(ret);
		}
		cond_resched();
	}
	return pool;
}
