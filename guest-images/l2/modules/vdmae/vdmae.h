/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vdmae: the guest's driver for the virtual DMA engine, and what its parts
 * offer each other.
 *
 * The device is enabled only while its file is open. All that the file does is
 * serialised by one mutex; one descriptor is under way at a time.
 */
#ifndef VDMAE_H
#define VDMAE_H

#include <linux/kref.h>
#include <linux/miscdevice.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/wait.h>

#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

struct vdmae_slot {
	dma_addr_t iova;	/* where the page is, or was last, mapped */
	bool mapped;
};

struct vdmae_dev {
	struct kref kref;
	struct pci_dev *pdev;
	void __iomem *bar;
	struct miscdevice misc;
	int id;

	struct mutex lock;	/* all below */
	bool open;
	bool gone;		/* the device was removed */
	bool broken;		/* a completion never came */

	struct vdmae_descriptor *sq;
	struct vdmae_completion *cq;
	dma_addr_t sq_iova;
	dma_addr_t cq_iova;
	u32 index;
	u64 cookie;
	wait_queue_head_t wait;

	struct page **pages;
	struct vdmae_slot *slots;
	unsigned long pool_size;
};

/* main.c */
void vdmae_put(struct vdmae_dev *vdmae);

/* ring.c: the device's registers and rings */
int vdmae_ring_alloc(struct vdmae_dev *vdmae);
void vdmae_ring_free(struct vdmae_dev *vdmae);
void vdmae_ring_enable(struct vdmae_dev *vdmae);
void vdmae_ring_disable(struct vdmae_dev *vdmae);
int vdmae_ring_execute(struct vdmae_dev *vdmae, const struct vdmae_descriptor *descriptor,
		       struct vdmae_completion *completion, u64 *ns);
void vdmae_ring_test(struct vdmae_dev *vdmae, struct vdmae_ring_test *test);
u64 vdmae_device_ns(struct vdmae_dev *vdmae);

/* pool.c: the pages that only the device writes */
int vdmae_pool_alloc(struct vdmae_dev *vdmae, u64 pages);
void vdmae_pool_unmap(struct vdmae_dev *vdmae);
void vdmae_pool_free(struct vdmae_dev *vdmae);
int vdmae_pool_map_page(struct vdmae_dev *vdmae, u64 page, u64 *iova, u64 *ns);
int vdmae_pool_unmap_page(struct vdmae_dev *vdmae, u64 page, u64 *ns);
int vdmae_pool_write(struct vdmae_dev *vdmae, struct vdmae_write *write);
u32 vdmae_pool_domain_flags(struct vdmae_dev *vdmae);

/* file.c */
extern const struct file_operations vdmae_fops;

#endif /* VDMAE_H */
