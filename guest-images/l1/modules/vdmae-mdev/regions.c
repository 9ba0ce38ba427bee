// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: reads and writes of the VMM: BAR 0 and the configuration space.
 */
#include <linux/minmax.h>
#include <linux/uaccess.h>
#include <linux/unaligned.h>

#include "vdmae_mdev.h"

#define VDMAE_OFFSET_MASK	((1ULL << VDMAE_OFFSET_SHIFT) - 1)

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

/* Fills in what the VMM asks of a region. None has capabilities. */
int vdmae_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
		      struct vfio_info_cap *caps)
{
	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;

	info->size = vdmae_region_size(info->index);
	info->offset = (u64)info->index << VDMAE_OFFSET_SHIFT;
	info->cap_offset = 0;
	info->flags = 0;
	if (info->size)
		info->flags = VFIO_REGION_INFO_FLAG_READ | VFIO_REGION_INFO_FLAG_WRITE;
	return 0;
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

ssize_t vdmae_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos)
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

ssize_t vdmae_write(struct vfio_device *vdev, const char __user *buf, size_t count, loff_t *ppos)
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
