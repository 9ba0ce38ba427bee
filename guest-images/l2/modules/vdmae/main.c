// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: PCI driver for the virtual DMA engine of vdmae_mdev. Everything goes
 * through the kernel's DMA API, so behind an IOMMU every page is mapped and
 * unmapped there, as for a network card.
 */
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "vdmae.h"

static DEFINE_IDA(vdmae_ida);

static void vdmae_release(struct kref *kref)
{
	struct vdmae_dev *vdmae = container_of(kref, struct vdmae_dev, kref);

	pci_dev_put(vdmae->pdev);
	mutex_destroy(&vdmae->lock);
	kfree(vdmae);
}

void vdmae_put(struct vdmae_dev *vdmae)
{
	kref_put(&vdmae->kref, vdmae_release);
}

static irqreturn_t vdmae_interrupt(int irq, void *data)
{
	struct vdmae_dev *vdmae = data;

	wake_up(&vdmae->wait);
	return IRQ_HANDLED;
}

static struct vdmae_dev *vdmae_alloc(struct pci_dev *pdev)
{
	struct vdmae_dev *vdmae = kzalloc(sizeof(*vdmae), GFP_KERNEL);

	if (!vdmae)
		return NULL;

	vdmae->id = ida_alloc(&vdmae_ida, GFP_KERNEL);
	if (vdmae->id < 0) {
		kfree(vdmae);
		return NULL;
	}

	snprintf(vdmae->name, sizeof(vdmae->name), "vdmae%d", vdmae->id);
	kref_init(&vdmae->kref);
	mutex_init(&vdmae->lock);
	init_waitqueue_head(&vdmae->wait);
	vdmae->pdev = pci_dev_get(pdev);
	vdmae->misc.name = vdmae->name;
	vdmae->misc.minor = MISC_DYNAMIC_MINOR;
	vdmae->misc.fops = &vdmae_fops;
	vdmae->misc.mode = 0600;
	vdmae->misc.parent = &pdev->dev;
	return vdmae;
}

/* The name is free for the next one; a file that is still open keeps the memory. */
static void vdmae_drop(struct vdmae_dev *vdmae)
{
	ida_free(&vdmae_ida, vdmae->id);
	vdmae_put(vdmae);
}

static int vdmae_identify(struct vdmae_dev *vdmae)
{
	u32 id = ioread32(vdmae->bar + VDMAE_REG_ID);
	u32 version = ioread32(vdmae->bar + VDMAE_REG_VERSION);

	if (id == VDMAE_ID && version == VDMAE_VERSION)
		return 0;
	dev_err(&vdmae->pdev->dev, "unknown device: id %08x version %u\n", id, version);
	return -ENODEV;
}

static int vdmae_start(struct vdmae_dev *vdmae)
{
	struct pci_dev *pdev = vdmae->pdev;
	int ret;

	ret = vdmae_identify(vdmae);
	if (ret)
		return ret;

	ret = dma_set_mask_and_coherent(&pdev->dev, DMA_BIT_MASK(64));
	if (ret)
		return ret;

	ret = vdmae_ring_alloc(vdmae, &vdmae->rings, VDMAE_RING_ENTRIES);
	if (ret)
		return ret;

	ret = pci_alloc_irq_vectors(pdev, VDMAE_VECTORS, VDMAE_VECTORS, PCI_IRQ_MSIX);
	if (ret < 0)
		goto err_ring;

	ret = request_irq(pci_irq_vector(pdev, 0), vdmae_interrupt, 0, vdmae->name, vdmae);
	if (ret)
		goto err_vectors;

	pci_set_master(pdev);
	return 0;

err_vectors:
	pci_free_irq_vectors(pdev);
err_ring:
	vdmae_ring_free(vdmae, &vdmae->rings);
	return ret;
}

/* Ends the call that is under way; afterwards no file uses the device. */
static void vdmae_stop(struct vdmae_dev *vdmae)
{
	WRITE_ONCE(vdmae->gone, true);
	wake_up(&vdmae->wait);

	mutex_lock(&vdmae->lock);
	vdmae_ring_disable(vdmae);
	if (vdmae->file)
		vdmae_unmap_all(vdmae->file);
	mutex_unlock(&vdmae->lock);

	pci_clear_master(vdmae->pdev);
	free_irq(pci_irq_vector(vdmae->pdev, 0), vdmae);
	pci_free_irq_vectors(vdmae->pdev);
	vdmae_ring_free(vdmae, &vdmae->rings);
}

static int vdmae_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct vdmae_dev *vdmae;
	int ret;

	ret = pci_enable_device_mem(pdev);
	if (ret)
		return ret;

	ret = pci_request_regions(pdev, KBUILD_MODNAME);
	if (ret)
		goto err_disable;

	vdmae = vdmae_alloc(pdev);
	if (!vdmae) {
		ret = -ENOMEM;
		goto err_regions;
	}

	vdmae->bar = pci_iomap(pdev, 0, 0);
	if (!vdmae->bar) {
		ret = -ENOMEM;
		goto err_drop;
	}

	ret = vdmae_start(vdmae);
	if (ret)
		goto err_iounmap;

	ret = misc_register(&vdmae->misc);
	if (ret)
		goto err_stop;

	pci_set_drvdata(pdev, vdmae);
	dev_info(&pdev->dev, "%s: access %u, IOMMU %s\n", vdmae->name,
		 ioread32(vdmae->bar + VDMAE_REG_ACCESS),
		 vdmae_domain_flags(vdmae) & VDMAE_INFO_TRANSLATED ? "on" : "off");
	return 0;

err_stop:
	vdmae_stop(vdmae);
err_iounmap:
	pci_iounmap(pdev, vdmae->bar);
err_drop:
	vdmae_drop(vdmae);
err_regions:
	pci_release_regions(pdev);
err_disable:
	pci_disable_device(pdev);
	return ret;
}

static void vdmae_remove(struct pci_dev *pdev)
{
	struct vdmae_dev *vdmae = pci_get_drvdata(pdev);

	misc_deregister(&vdmae->misc);
	vdmae_stop(vdmae);
	pci_iounmap(pdev, vdmae->bar);
	vdmae_drop(vdmae);
	pci_release_regions(pdev);
	pci_disable_device(pdev);
}

static const struct pci_device_id vdmae_ids[] = {
	{ PCI_DEVICE(VDMAE_PCI_VENDOR, VDMAE_PCI_DEVICE) },
	{ }
};
MODULE_DEVICE_TABLE(pci, vdmae_ids);

static struct pci_driver vdmae_driver = {
	.name = "vdmae",
	.id_table = vdmae_ids,
	.probe = vdmae_probe,
	.remove = vdmae_remove,
};
module_pci_driver(vdmae_driver);

MODULE_DESCRIPTION("Driver for the virtual DMA engine vdmae");
MODULE_LICENSE("GPL");
