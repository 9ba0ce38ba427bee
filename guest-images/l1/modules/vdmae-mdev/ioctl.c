// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: what the VMM asks about the device, its interrupts, and its reset.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vdmae_mdev.h"

static int vdmae_get_info(void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	info.flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info.num_regions = VFIO_PCI_NUM_REGIONS;
	info.num_irqs = VFIO_PCI_NUM_IRQS;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

/* For kernels that have no get_region_info_caps(): others copy the request themselves. */
static int vdmae_get_region_info(struct vfio_device *vdev, void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	ret = vdmae_region_info(vdev, &info, NULL);
	if (ret)
		return ret;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static int vdmae_get_irq_info(void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;

	switch (info.index) {
	case VFIO_PCI_MSIX_IRQ_INDEX:
		info.flags = VFIO_IRQ_INFO_EVENTFD;
		info.count = VDMAE_VECTORS;
		break;
	case VFIO_PCI_INTX_IRQ_INDEX:
	case VFIO_PCI_MSI_IRQ_INDEX:
		info.flags = 0;
		info.count = 0;
		break;
	default:
		return -EINVAL;
	}
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static int vdmae_set_irqs(struct vdmae *vdmae, void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set set;
	void *data = NULL;
	size_t size = 0;
	int vectors;
	int ret;

	if (copy_from_user(&set, arg, minsz))
		return -EFAULT;
	vectors = set.index == VFIO_PCI_MSIX_IRQ_INDEX ? VDMAE_VECTORS : 0;
	ret = vfio_set_irqs_validate_and_prepare(&set, vectors, VFIO_PCI_NUM_IRQS, &size);
	if (ret)
		return ret;

	if (size) {
		data = memdup_user(arg + minsz, size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}

	mutex_lock(&vdmae->ops_lock);
	ret = vdmae_irq_set(vdmae, &set, data);
	mutex_unlock(&vdmae->ops_lock);
	kfree(data);
	return ret;
}

long vdmae_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct vdmae *vdmae = to_vdmae(vdev);
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return vdmae_get_info(uarg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return vdmae_get_region_info(vdev, uarg);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return vdmae_get_irq_info(uarg);
	case VFIO_DEVICE_SET_IRQS:
		return vdmae_set_irqs(vdmae, uarg);
	case VFIO_DEVICE_RESET:
		return vdmae_reset(vdmae);
	default:
		return -ENOTTY;
	}
}
