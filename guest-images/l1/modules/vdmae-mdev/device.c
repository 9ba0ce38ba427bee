// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: the VFIO device, as the VMM sees it: regions, interrupts, reset.
 */
#include <linux/minmax.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "vdmae_mdev.h"

#define VDMAE_OFFSET_SHIFT	40
#define VDMAE_OFFSET_MASK	((1ULL << VDMAE_OFFSET_SHIFT) - 1)

static int vdmae_init_device(struct vfio_device *vdev)
{
	struct vdmae *vdmae = to_vdmae(vdev);
	int ret;

	mutex_init(&vdmae->ops_lock);
	spin_lock_init(&vdmae->lock);
	vdmae->access = vdmae_access_of(to_mdev_device(vdev->dev));
	vdmae->state = VFIO_DEVICE_STATE_RUNNING;

	ret = vdmae_engine_init(vdmae);
	if (ret)
		return ret;
	vdmae_config_init(vdmae);
	vdmae_registers_init(vdmae);
	vdmae_memory_init(vdmae);

	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				VFIO_MIGRATION_PRE_COPY;
	vdev->mig_ops = &vdmae_migration_ops;
	return 0;
}

static void vdmae_release_device(struct vfio_device *vdev)
{
	struct vdmae *vdmae = to_vdmae(vdev);

	vdmae_engine_destroy(vdmae);
	vdmae_memory_destroy(vdmae);
	mutex_destroy(&vdmae->ops_lock);
}

/* Back to the state after power-on, but for the epoch. The engine is stopped. */
static void vdmae_clear(struct vdmae *vdmae)
{
	lockdep_assert_held(&vdmae->ops_lock);

	vdmae_migration_disable_files(vdmae);
	vdmae_memory_release(vdmae);
	vdmae_config_reset(vdmae);
	vdmae_registers_reset(vdmae);
	vdmae->state = VFIO_DEVICE_STATE_RUNNING;
}

static int vdmae_open_device(struct vfio_device *vdev)
{
	struct vdmae *vdmae = to_vdmae(vdev);

	mutex_lock(&vdmae->ops_lock);
	vdmae_registers_init(vdmae);
	vdmae_engine_start(vdmae);
	mutex_unlock(&vdmae->ops_lock);
	return 0;
}

static void vdmae_close_device(struct vfio_device *vdev)
{
	struct vdmae *vdmae = to_vdmae(vdev);

	mutex_lock(&vdmae->ops_lock);
	vdmae_engine_stop(vdmae);
	vdmae_clear(vdmae);
	vdmae_irq_disable(vdmae);
	mutex_unlock(&vdmae->ops_lock);
}

static int vdmae_reset(struct vdmae *vdmae)
{
	mutex_lock(&vdmae->ops_lock);
	vdmae_engine_stop(vdmae);
	vdmae_clear(vdmae);
	vdmae_engine_start(vdmae);
	mutex_unlock(&vdmae->ops_lock);
	return 0;
}

static void vdmae_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	vdmae_memory_unmap(to_vdmae(vdev), iova, length);
}

static size_t vdmae_region_size(unsigned int index)
{
	switch (index) {
	case VFIO_PCI_BAR0_REGION_INDEX:
		return VDMAE_BAR_SIZE;
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return PCI_CFG_SPACE_SIZE;
	default:
		return 0;
	}
}

/* Finds region and offset of a file position; an access must lie in the region. */
static int vdmae_locate(loff_t position, size_t count, unsigned int *index, unsigned int *offset)
{
	u64 start = position & VDMAE_OFFSET_MASK;
	size_t size;

	if (position < 0 || position >> VDMAE_OFFSET_SHIFT >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;
	*index = position >> VDMAE_OFFSET_SHIFT;

	size = vdmae_region_size(*index);
	if (start >= size || count > size - start)
		return -EINVAL;
	*offset = start;
	return 0;
}

static void vdmae_bar_read(struct vdmae *vdmae, unsigned int offset, u8 *data, size_t count)
{
	size_t done = 0;

	while (done < count) {
		unsigned int byte = (offset + done) % 4;
		size_t part = min_t(size_t, 4 - byte, count - done);
		__le32 value = cpu_to_le32(vdmae_register_read(vdmae, offset + done - byte));

		memcpy(data + done, (u8 *)&value + byte, part);
		done += part;
	}
}

static void vdmae_bar_write(struct vdmae *vdmae, unsigned int offset, const u8 *data, size_t count)
{
	size_t done;

	if (offset % 4 || count % 4)
		return;
	for (done = 0; done < count; done += 4)
		vdmae_register_write(vdmae, offset + done, get_unaligned_le32(data + done));
}

static ssize_t vdmae_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos)
{
	struct vdmae *vdmae = to_vdmae(vdev);
	u8 data[PCI_CFG_SPACE_SIZE];
	unsigned int index, offset;
	int ret;

	count = min(count, sizeof(data));
	ret = vdmae_locate(*ppos, count, &index, &offset);
	if (ret)
		return ret;

	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		vdmae_config_read(vdmae, offset, data, count);
	else
		vdmae_bar_read(vdmae, offset, data, count);

	if (copy_to_user(buf, data, count))
		return -EFAULT;
	*ppos += count;
	return count;
}

static ssize_t vdmae_write(struct vfio_device *vdev, const char __user *buf, size_t count,
			   loff_t *ppos)
{
	struct vdmae *vdmae = to_vdmae(vdev);
	u8 data[PCI_CFG_SPACE_SIZE];
	unsigned int index, offset;
	int ret;

	count = min(count, sizeof(data));
	ret = vdmae_locate(*ppos, count, &index, &offset);
	if (ret)
		return ret;
	if (copy_from_user(data, buf, count))
		return -EFAULT;

	mutex_lock(&vdmae->ops_lock);
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		vdmae_config_write(vdmae, offset, data, count);
	else
		vdmae_bar_write(vdmae, offset, data, count);
	mutex_unlock(&vdmae->ops_lock);

	*ppos += count;
	return count;
}

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

static int vdmae_get_region_info(void __user *arg)
{
	const size_t minsz = offsetofend(struct vfio_region_info, offset);
	struct vfio_region_info info;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz || info.index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;

	info.size = vdmae_region_size(info.index);
	info.offset = (u64)info.index << VDMAE_OFFSET_SHIFT;
	info.cap_offset = 0;
	info.flags = 0;
	if (info.size)
		info.flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
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

static long vdmae_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg)
{
	struct vdmae *vdmae = to_vdmae(vdev);
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return vdmae_get_info(uarg);
	case VFIO_DEVICE_GET_REGION_INFO:
		return vdmae_get_region_info(uarg);
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

const struct vfio_device_ops vdmae_device_ops = {
	.name = "vdmae",
	.init = vdmae_init_device,
	.release = vdmae_release_device,
	.open_device = vdmae_open_device,
	.close_device = vdmae_close_device,
	.read = vdmae_read,
	.write = vdmae_write,
	.ioctl = vdmae_ioctl,
	.dma_unmap = vdmae_dma_unmap,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
};
