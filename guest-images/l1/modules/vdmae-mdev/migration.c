// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: VFIO migration, version 2: the states, and the steps between them.
 * The engine runs in RUNNING and PRE_COPY only.
 */
#include <linux/file.h>

#include "stream.h"

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
