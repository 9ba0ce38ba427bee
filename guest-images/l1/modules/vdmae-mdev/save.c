// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: the source's side of a migration.
 */
#include <linux/file.h>
#include <linux/uaccess.h>

#include "stream.h"

static bool vdmae_save_complete(const struct vdmae_file *file)
{
	return file->filled == sizeof(file->stream);
}

/* ENOMSG: nothing more for now. 0: the end. */
static ssize_t vdmae_save_read(struct file *filp, char __user *buf, size_t length, loff_t *pos)
{
	struct vdmae_file *file = filp->private_data;
	ssize_t ret;

	mutex_lock(&file->lock);
	if (file->disabled) {
		ret = -ENODEV;
		goto unlock;
	}

	ret = min(length, file->filled - file->position);
	if (!ret && length && !vdmae_save_complete(file))
		ret = -ENOMSG;
	if (ret <= 0)
		goto unlock;

	if (copy_to_user(buf, (u8 *)&file->stream + file->position, ret)) {
		ret = -EFAULT;
		goto unlock;
	}
	file->position += ret;
unlock:
	mutex_unlock(&file->lock);
	return ret;
}

static long vdmae_save_ioctl(struct file *filp, unsigned int cmd, unsigned long arg)
{
	const size_t minsz = offsetofend(struct vfio_precopy_info, dirty_bytes);
	struct vdmae_file *file = filp->private_data;
	struct vfio_precopy_info info = {};
	int ret = 0;

	if (cmd != VFIO_MIG_GET_PRECOPY_INFO)
		return -ENOTTY;
	if (copy_from_user(&info, (void __user *)arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	mutex_lock(&file->lock);
	if (file->disabled)
		ret = -ENODEV;
	else if (vdmae_save_complete(file))
		ret = -EINVAL;
	info.flags = 0;
	info.initial_bytes = file->filled - file->position;
	info.dirty_bytes = 0;
	mutex_unlock(&file->lock);
	if (ret)
		return ret;

	return copy_to_user((void __user *)arg, &info, minsz) ? -EFAULT : 0;
}

static const struct file_operations vdmae_save_fops = {
	.owner = THIS_MODULE,
	.read = vdmae_save_read,
	.unlocked_ioctl = vdmae_save_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.release = vdmae_file_release,
};

struct file *vdmae_save_begin(struct vdmae *vdmae)
{
	struct vdmae_record_device *device;
	struct vdmae_file *file;

	file = vdmae_file_open(vdmae, &vdmae_save_fops, O_RDONLY);
	if (IS_ERR(file))
		return ERR_CAST(file);

	device = &file->stream.device;
	vdmae_record_fill(&device->header, VDMAE_RECORD_DEVICE, sizeof(*device));
	device->access = cpu_to_le32(vdmae->access);
	device->vectors = cpu_to_le32(VDMAE_VECTORS);
	file->filled = sizeof(*device);

	vdmae->saving = file;
	return get_file(file->filp);
}

/* The engine is stopped, and the VMM does not touch the registers. */
void vdmae_save_state(struct vdmae *vdmae)
{
	struct vdmae_file *file = vdmae->saving;
	struct vdmae_record_state *state = &file->stream.state;
	const struct vdmae_registers *regs = &vdmae->regs;

	mutex_lock(&file->lock);
	spin_lock(&vdmae->lock);
	vdmae_record_fill(&state->header, VDMAE_RECORD_STATE, sizeof(*state));
	state->control = cpu_to_le32(regs->control);
	state->status = cpu_to_le32(regs->status);
	state->error = cpu_to_le32(regs->error);
	state->epoch = cpu_to_le32(regs->epoch);
	state->sq = cpu_to_le64(regs->sq);
	state->cq = cpu_to_le64(regs->cq);
	state->entries = cpu_to_le32(regs->entries);
	state->head = cpu_to_le32(regs->head);
	state->tail = cpu_to_le32(regs->tail);
	state->irq_pending = cpu_to_le32(vdmae->irq_pending);
	spin_unlock(&vdmae->lock);
	file->filled = sizeof(file->stream);
	mutex_unlock(&file->lock);
}
