/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vdmae: the guest's driver for the virtual DMA engine, and what its parts
 * offer each other.
 *
 * Three objects. A device exists from probe to remove, and its memory until the
 * last file that was opened on it is closed. A file has a device, which may be
 * gone, and a pool; what of the pool is mapped for the device belongs to the
 * file. A pool is pages and nothing else: it never changes, knows no device, and
 * may be used by several files.
 *
 * All that a file does with its device is serialised by the device's mutex; the
 * descriptors of one call are under way at a time. Removing the device says so in
 * gone, which ends the wait for a completion, and then takes the mutex: no call
 * uses the device after that. The device is enabled only while a file is open.
 */
#ifndef VDMAE_H
#define VDMAE_H

#include <linux/fs.h>
#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/scatterlist.h>
#include <linux/wait.h>

#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

struct vdmae_pool_pages {
	struct kref kref;
	struct page **pages;
	unsigned long size;		/* in pages */
	unsigned long block_pages;	/* a power of two */
	bool scattered;			/* the pages of a block lie anywhere */
	u64 first;			/* what page 0 is called in patterns */
};

struct vdmae_mapping {
	dma_addr_t iova;	/* where the block is, or was last, mapped */
	bool mapped;
	struct sg_table pages;	/* while a scattered block is mapped */
};

/* A descriptor, all but its cookie, and what comes of it. */
struct vdmae_work {
	struct vdmae_descriptor descriptor;
	struct vdmae_completion completion;
	u64 ns;			/* from the doorbell to the completion seen */
};

struct vdmae_rings {
	struct vdmae_descriptor *sq;
	struct vdmae_completion *cq;
	dma_addr_t sq_iova;
	dma_addr_t cq_iova;
	u32 entries;		/* a power of two */
};

struct vdmae_dev {
	struct kref kref;
	struct pci_dev *pdev;
	void __iomem *bar;
	struct miscdevice misc;
	char name[16];
	int id;

	struct mutex lock;	/* all below, but for gone and wait */
	struct vdmae_file *file;	/* the one that is open */
	bool broken;		/* a completion never came */
	bool gone;		/* the device is being, or was, removed */

	struct vdmae_rings rings;
	u32 index;
	u64 cookie;
	wait_queue_head_t wait;
};

struct vdmae_file {
	struct vdmae_dev *vdmae;
	struct vdmae_pool_pages *pool;	/* set once, with release semantics */
	struct vdmae_mapping (*blocks)[VDMAE_ALIASES];
};

/* main.c */
void vdmae_put(struct vdmae_dev *vdmae);

/* ring.c: the device's registers and rings */
int vdmae_ring_alloc(struct vdmae_dev *vdmae, struct vdmae_rings *rings, u32 entries);
void vdmae_ring_free(struct vdmae_dev *vdmae, struct vdmae_rings *rings);
int vdmae_ring_resize(struct vdmae_dev *vdmae, const struct vdmae_ring *wanted);
void vdmae_ring_enable(struct vdmae_dev *vdmae);
void vdmae_ring_disable(struct vdmae_dev *vdmae);
int vdmae_ring_execute(struct vdmae_dev *vdmae, struct vdmae_work *work, unsigned int count);
void vdmae_ring_test(struct vdmae_dev *vdmae, struct vdmae_ring_test *test);
u64 vdmae_device_ns(struct vdmae_dev *vdmae);

/* pool.c: the pages that only the device writes */
struct vdmae_pool_pages *vdmae_pool_alloc(const struct vdmae_pool *wanted);
struct vdmae_pool_pages *vdmae_pool_get(struct vdmae_pool_pages *pool);
void vdmae_pool_put(struct vdmae_pool_pages *pool);

/* mapping.c: what of a file's pool is mapped for its device */
u32 vdmae_domain_flags(struct vdmae_dev *vdmae);
int vdmae_adopt_pool(struct vdmae_file *file, struct vdmae_pool_pages *pool);
/* Whether it is a block whose alias 0 is not mapped. */
bool vdmae_can_map(struct vdmae_file *file, u64 block);
int vdmae_map_block(struct vdmae_file *file, u64 block, u32 alias, u64 *iova, u64 *ns);
int vdmae_unmap_block(struct vdmae_file *file, u64 block, u32 alias, u64 *ns);
void vdmae_unmap_all(struct vdmae_file *file);
bool vdmae_prepare_write(struct vdmae_file *file, const struct vdmae_write *write,
			 struct vdmae_descriptor *descriptor);
int vdmae_page(struct vdmae_file *file, struct vdmae_page *page);

/* write.c: what the device writes to the pool */
int vdmae_write_page(struct vdmae_file *file, struct vdmae_write *write);
int vdmae_write_pages(struct vdmae_file *file, const struct vdmae_writes *writes);
int vdmae_step(struct vdmae_file *file, struct vdmae_step *step);

/* file.c */
extern const struct file_operations vdmae_fops;

#endif /* VDMAE_H */
