// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: a mediated PCI device that does nothing but DMA, for measuring
 * and testing how VFIO maps, unmaps and tracks the memory of a guest. It can be
 * migrated, and keeps no dirty log of its own: the container's log is all there
 * is.
 *
 * The parent is /sys/class/mdev_bus/vdmae, its types are vdmae-rw, vdmae-pin
 * and vdmae-hold, which differ in the way the engine reaches guest memory.
 */
#include <linux/device.h>
#include <linux/module.h>

#include "vdmae_mdev.h"

struct vdmae_type {
	struct mdev_type type;
	enum vdmae_access access;
	const char *description;
};

static struct vdmae_type vdmae_types[] = {
	{
		.type = { .sysfs_name = "rw", .pretty_name = "DMA engine (vfio_dma_rw)" },
		.access = VDMAE_ACCESS_RW,
		.description = "copies by the CPU, pins nothing",
	}, {
		.type = { .sysfs_name = "pin", .pretty_name = "DMA engine (pin)" },
		.access = VDMAE_ACCESS_PIN,
		.description = "pins, copies and unpins for each transfer",
	}, {
		.type = { .sysfs_name = "hold", .pretty_name = "DMA engine (pin and hold)" },
		.access = VDMAE_ACCESS_HOLD,
		.description = "pins, and holds the page until it is unmapped",
	},
};

static struct mdev_type *vdmae_mdev_types[] = {
	&vdmae_types[0].type,
	&vdmae_types[1].type,
	&vdmae_types[2].type,
};

static struct class *vdmae_class;
static struct device *vdmae_device;
static struct mdev_parent vdmae_parent;

enum vdmae_access vdmae_access_of(struct mdev_device *mdev)
{
	return container_of(mdev->type, struct vdmae_type, type)->access;
}

static int vdmae_probe(struct mdev_device *mdev)
{
	struct vdmae *vdmae;
	int ret;

	vdmae = vfio_alloc_device(vdmae, vdev, &mdev->dev, &vdmae_device_ops);
	if (IS_ERR(vdmae))
		return PTR_ERR(vdmae);

	ret = vfio_register_emulated_iommu_dev(&vdmae->vdev);
	if (ret) {
		vfio_put_device(&vdmae->vdev);
		return ret;
	}
	dev_set_drvdata(&mdev->dev, vdmae);
	return 0;
}

static void vdmae_remove(struct mdev_device *mdev)
{
	struct vdmae *vdmae = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&vdmae->vdev);
	vfio_put_device(&vdmae->vdev);
}

static ssize_t vdmae_show_description(struct mdev_type *type, char *buf)
{
	return sysfs_emit(buf, "%s\n", container_of(type, struct vdmae_type, type)->description);
}

static struct mdev_driver vdmae_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = 16,
	.probe = vdmae_probe,
	.remove = vdmae_remove,
	.show_description = vdmae_show_description,
	.driver = {
		.name = "vdmae_mdev",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
		.dev_groups = vdmae_groups,
	},
};

static int __init vdmae_init(void)
{
	int ret;

	ret = mdev_register_driver(&vdmae_driver);
	if (ret)
		return ret;

	vdmae_class = class_create("vdmae");
	if (IS_ERR(vdmae_class)) {
		ret = PTR_ERR(vdmae_class);
		goto err_driver;
	}

	vdmae_device = device_create(vdmae_class, NULL, MKDEV(0, 0), NULL, "vdmae");
	if (IS_ERR(vdmae_device)) {
		ret = PTR_ERR(vdmae_device);
		goto err_class;
	}

	ret = mdev_register_parent(&vdmae_parent, vdmae_device, &vdmae_driver,
				   vdmae_mdev_types, ARRAY_SIZE(vdmae_mdev_types));
	if (ret)
		goto err_device;
	return 0;

err_device:
	device_unregister(vdmae_device);
err_class:
	class_destroy(vdmae_class);
err_driver:
	mdev_unregister_driver(&vdmae_driver);
	return ret;
}

static void __exit vdmae_exit(void)
{
	mdev_unregister_parent(&vdmae_parent);
	device_unregister(vdmae_device);
	class_destroy(vdmae_class);
	mdev_unregister_driver(&vdmae_driver);
}

module_init(vdmae_init)
module_exit(vdmae_exit)

MODULE_DESCRIPTION("Mediated virtual DMA engine for tests of VFIO dirty tracking");
MODULE_LICENSE("GPL");
