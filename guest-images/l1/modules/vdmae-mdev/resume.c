// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: the destination's side of a migration. What arrives is not trusted:
 * it is checked as it comes in, and registers by the same rules that hold for the
 * guest.
 */
#include <linux/file.h>
#include <linux/uaccess.h>

#include "stream.h"

/* Checks what there is so far, so that a wrong stream is refused where it is wrong. */
static bool vdmae_resume_valid(const struct vdmae_file *file)
{
	const struct vdmae_stream *stream = &file->stream;

	if (file->filled >= sizeof(stream->device) &&
	    (!vdmae_record_valid(&stream->device.header, VDMAE_RECORD_DEVICE,
				 sizeof(stream->device)) ||
	     le32_to_cpu(stream->device.access) != file->access ||
	     le32_to_cpu(stream->device.vectors) != VDMAE_VECTORS))
		return false;
	if (file->filled >= offsetofend(struct vdmae_stream, state.header) &&
	    !vdmae_record_valid(&stream->state.header, VDMAE_RECORD_STATE, sizeof(stream->state)))
		return false;
	return true;
}

static ssize_t vdmae_resume_write(struct file *filp, const char __user *buf, size_t length,
				  loff_t *pos)
{
	struct vdmae_file *file = filp->private_data;
	ssize_t ret;

	mutex_lock(&file->lock);
	if (file->disabled) {
		ret = -ENODEV;
		goto unlock;
	}
	if (file->invalid || length > sizeof(file->stream) - file->filled) {
		file->invalid = true;
		ret = -EINVAL;
		goto unlock;
	}
	if (copy_from_user((u8 *)&file->stream + file->filled, buf, length)) {
		ret = -EFAULT;
		goto unlock;
	}
	file->filled += length;
	file->invalid = !vdmae_resume_valid(file);
	ret = file->invalid ? -EINVAL : length;
unlock:
	mutex_unlock(&file->lock);
	return ret;
}

static const struct file_operations vdmae_resume_fops = {
	.owner = THIS_MODULE,
	.write = vdmae_resume_write,
	.release = vdmae_file_release,
};

struct file *vdmae_resume_begin(struct vdmae *vdmae)
{
	struct vdmae_file *file;

	file = vdmae_file_open(vdmae, &vdmae_resume_fops, O_WRONLY);
	if (IS_ERR(file))
		return ERR_CAST(file);

	vdmae->resuming = file;
	return get_file(file->filp);
}

static bool vdmae_state_valid(const struct vdmae_registers *regs)
{
	if (regs->control & ~(VDMAE_CONTROL_ENABLE | VDMAE_CONTROL_IRQ))
		return false;
	if (regs->status & ~(VDMAE_STATUS_ENABLED | VDMAE_STATUS_HALTED))
		return false;
	if (!(regs->control & VDMAE_CONTROL_ENABLE) != !(regs->status & VDMAE_STATUS_ENABLED))
		return false;
	if (!(regs->status & VDMAE_STATUS_HALTED) != !regs->error)
		return false;
	if (regs->error > VDMAE_ERROR_COMPLETE)
		return false;
	if (regs->status != VDMAE_STATUS_ENABLED)
		return true;
	return vdmae_ring_valid(regs) && regs->head < regs->entries && regs->tail < regs->entries;
}

/* The interrupt is raised again on this side: one too many does no harm. */
int vdmae_resume_load(struct vdmae *vdmae)
{
	struct vdmae_file *file = vdmae->resuming;
	const struct vdmae_record_state *state = &file->stream.state;
	struct vdmae_registers regs;
	int ret = -EINVAL;

	mutex_lock(&file->lock);
	if (file->invalid || file->filled != sizeof(file->stream))
		goto unlock;

	regs = (struct vdmae_registers) {
		.control = le32_to_cpu(state->control),
		.status = le32_to_cpu(state->status),
		.error = le32_to_cpu(state->error),
		.epoch = le32_to_cpu(state->epoch) + 1,
		.sq = le64_to_cpu(state->sq),
		.cq = le64_to_cpu(state->cq),
		.entries = le32_to_cpu(state->entries),
		.head = le32_to_cpu(state->head),
		.tail = le32_to_cpu(state->tail),
	};
	if (le32_to_cpu(state->irq_pending) > 1 || !vdmae_state_valid(&regs))
		goto unlock;

	spin_lock(&vdmae->lock);
	vdmae->regs = regs;
	vdmae->irq_pending = state->irq_pending || (regs.control & VDMAE_CONTROL_IRQ);
	spin_unlock(&vdmae->lock);
	ret = 0;
unlock:
	mutex_unlock(&file->lock);
	return ret;
}
