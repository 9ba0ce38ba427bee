// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: VFIO migration, version 2.
 *
 * The stream is two records, each with a header. The first says what the device
 * is, and can be had during PRE_COPY, so that an unsuitable destination refuses
 * early. The second is its state, and comes in STOP_COPY. What arrives is not
 * trusted: it is checked as it comes in, and registers by the same rules that
 * hold for the guest.
 *
 * The engine runs in RUNNING and PRE_COPY only. A migration file knows nothing
 * of its device, which may be gone before the file is.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vdmae_mdev.h"

#define VDMAE_RECORD_MAGIC	0x4d414456	/* "VDAM" */
#define VDMAE_RECORD_VERSION	1

enum vdmae_record_type {
	VDMAE_RECORD_DEVICE = 1,
	VDMAE_RECORD_STATE = 2,
};

struct vdmae_record {
	__le32 magic;
	__le16 version;
	__le16 type;
	__le32 length;		/* of what follows */
	__le32 reserved;
};

struct vdmae_record_device {
	struct vdmae_record header;
	__le32 access;
	__le32 vectors;
};

struct vdmae_record_state {
	struct vdmae_record header;
	__le32 control;
	__le32 status;
	__le32 error;
	__le32 epoch;
	__le64 sq;
	__le64 cq;
	__le32 entries;
	__le32 head;
	__le32 tail;
	__le32 irq_pending;
};

struct vdmae_stream {
	struct vdmae_record_device device;
	struct vdmae_record_state state;
};

struct vdmae_file {
	struct file *filp;
	struct mutex lock;	/* all below */
	enum vdmae_access access;
	struct vdmae_stream stream;
	size_t filled;
	size_t position;
	bool disabled;
	bool invalid;		/* resuming: a record was refused */
};

static const char *const vdmae_state_names[] = {
	[VFIO_DEVICE_STATE_ERROR] = "error",
	[VFIO_DEVICE_STATE_STOP] = "stop",
	[VFIO_DEVICE_STATE_RUNNING] = "running",
	[VFIO_DEVICE_STATE_STOP_COPY] = "stop-copy",
	[VFIO_DEVICE_STATE_RESUMING] = "resuming",
	[VFIO_DEVICE_STATE_RUNNING_P2P] = "running-p2p",
	[VFIO_DEVICE_STATE_PRE_COPY] = "pre-copy",
	[VFIO_DEVICE_STATE_PRE_COPY_P2P] = "pre-copy-p2p",
};

const char *vdmae_state_name(enum vfio_device_mig_state state)
{
	return vdmae_state_names[state];
}

static void vdmae_record_fill(struct vdmae_record *record, enum vdmae_record_type type, size_t size)
{
	*record = (struct vdmae_record) {
		.magic = cpu_to_le32(VDMAE_RECORD_MAGIC),
		.version = cpu_to_le16(VDMAE_RECORD_VERSION),
		.type = cpu_to_le16(type),
		.length = cpu_to_le32(size - sizeof(*record)),
	};
}

static bool vdmae_record_valid(const struct vdmae_record *record, enum vdmae_record_type type,
			       size_t size)
{
	return le32_to_cpu(record->magic) == VDMAE_RECORD_MAGIC &&
	       le16_to_cpu(record->version) == VDMAE_RECORD_VERSION &&
	       le16_to_cpu(record->type) == type &&
	       le32_to_cpu(record->length) == size - sizeof(*record) && !record->reserved;
}

static void vdmae_file_disable(struct vdmae_file **file)
{
	if (!*file)
		return;

	mutex_lock(&(*file)->lock);
	(*file)->disabled = true;
	mutex_unlock(&(*file)->lock);
	fput((*file)->filp);
	*file = NULL;
}

void vdmae_migration_disable_files(struct vdmae *vdmae)
{
	vdmae_file_disable(&vdmae->saving);
	vdmae_file_disable(&vdmae->resuming);
}

static int vdmae_file_release(struct inode *inode, struct file *filp)
{
	struct vdmae_file *file = filp->private_data;

	mutex_destroy(&file->lock);
	kfree(file);
	return 0;
}

static struct vdmae_file *vdmae_file_open(struct vdmae *vdmae, const struct file_operations *fops,
					  int flags)
{
	struct vdmae_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	struct file *filp;

	if (!file)
		return ERR_PTR(-ENOMEM);

	filp = anon_inode_getfile("vdmae_migration", fops, file, flags);
	if (IS_ERR(filp)) {
		kfree(file);
		return ERR_CAST(filp);
	}
	stream_open(filp->f_inode, filp);
	mutex_init(&file->lock);
	file->filp = filp;
	file->access = vdmae->access;
	return file;
}

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

static struct file *vdmae_save_begin(struct vdmae *vdmae)
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
static void vdmae_save_state(struct vdmae *vdmae)
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

static struct file *vdmae_resume_begin(struct vdmae *vdmae)
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
static int vdmae_resume_load(struct vdmae *vdmae)
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

/* Takes one of the steps that vfio_mig_get_next_state() makes paths of. */
static struct file *vdmae_step_state(struct vdmae *vdmae, enum vfio_device_mig_state next)
{
	struct file *filp = NULL;
	int ret;

#define STEP(from, to)	((VFIO_DEVICE_STATE_##from) << 8 | (VFIO_DEVICE_STATE_##to))
	switch (vdmae->state << 8 | next) {
	case STEP(RUNNING, RUNNING_P2P):
	case STEP(PRE_COPY, PRE_COPY_P2P):
		vdmae_engine_stop(vdmae);
		return NULL;
	case STEP(RUNNING_P2P, RUNNING):
	case STEP(PRE_COPY_P2P, PRE_COPY):
		vdmae_engine_start(vdmae);
		return NULL;
	case STEP(RUNNING_P2P, STOP):
	case STEP(STOP, RUNNING_P2P):
		return NULL;
	case STEP(RUNNING, PRE_COPY):
	case STEP(RUNNING_P2P, PRE_COPY_P2P):
		return vdmae_save_begin(vdmae);
	case STEP(STOP, STOP_COPY):
		filp = vdmae_save_begin(vdmae);
		if (!IS_ERR(filp))
			vdmae_save_state(vdmae);
		return filp;
	case STEP(PRE_COPY_P2P, STOP_COPY):
		vdmae_save_state(vdmae);
		return NULL;
	case STEP(PRE_COPY, RUNNING):
	case STEP(PRE_COPY_P2P, RUNNING_P2P):
	case STEP(STOP_COPY, STOP):
		vdmae_migration_disable_files(vdmae);
		return NULL;
	case STEP(STOP, RESUMING):
		return vdmae_resume_begin(vdmae);
	case STEP(RESUMING, STOP):
		ret = vdmae_resume_load(vdmae);
		if (ret) {
			dev_warn_ratelimited(vdmae->vdev.dev, "migration stream refused\n");
			return ERR_PTR(ret);
		}
		vdmae_migration_disable_files(vdmae);
		return NULL;
	}
#undef STEP

	WARN_ON_ONCE(true);
	return ERR_PTR(-EINVAL);
}

static struct file *vdmae_set_state(struct vfio_device *vdev, enum vfio_device_mig_state target)
{
	struct vdmae *vdmae = to_vdmae(vdev);
	enum vfio_device_mig_state next;
	struct file *filp = NULL;
	int ret;

	mutex_lock(&vdmae->ops_lock);
	while (vdmae->state != target) {
		ret = vfio_mig_get_next_state(vdev, vdmae->state, target, &next);
		if (ret) {
			filp = ERR_PTR(ret);
			break;
		}
		filp = vdmae_step_state(vdmae, next);
		if (IS_ERR(filp))
			break;
		WRITE_ONCE(vdmae->state, next);

		/* The paths are such that only their last step opens a file. */
		if (WARN_ON_ONCE(filp && next != target)) {
			fput(filp);
			filp = ERR_PTR(-EINVAL);
			break;
		}
	}
	mutex_unlock(&vdmae->ops_lock);
	return filp;
}

static int vdmae_get_state(struct vfio_device *vdev, enum vfio_device_mig_state *state)
{
	struct vdmae *vdmae = to_vdmae(vdev);

	mutex_lock(&vdmae->ops_lock);
	*state = vdmae->state;
	mutex_unlock(&vdmae->ops_lock);
	return 0;
}

static int vdmae_get_data_size(struct vfio_device *vdev, unsigned long *size)
{
	*size = sizeof(struct vdmae_stream);
	return 0;
}

const struct vfio_migration_ops vdmae_migration_ops = {
	.migration_set_state = vdmae_set_state,
	.migration_get_state = vdmae_get_state,
	.migration_get_data_size = vdmae_get_data_size,
};
