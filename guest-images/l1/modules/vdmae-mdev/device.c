// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: the VFIO device from its creation to its end, and its reset.
 */
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
	vdmae_pins_init(vdmae);

	vdev->migration_flags = VFIO_MIGRATION_STOP_COPY | VFIO_MIGRATION_P2P |
				VFIO_MIGRATION_PRE_COPY;
	vdev->mig_ops = &vdmae_migration_ops;
	return 0;
}

static void vdmae_release_device(struct vfio_device *vdev)
{
	struct vdmae *vdmae = to_vdmae(vdev);

	vdmae_engine_destroy(vdmae);
	vdmae_pins_destroy(vdmae);
	mutex_destroy(&vdmae->ops_lock);
}

/* Back to the state after power-on, but for the epoch. The engine is stopped. */
static void vdmae_clear(struct vdmae *vdmae)
{
	lockdep_assert_held(&vdmae->ops_lock);

	vdmae_migration_disable_files(vdmae);
	vdmae_pins_release(vdmae);
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

int vdmae_reset(struct vdmae *vdmae)
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
	vdmae_pins_unmap(to_vdmae(vdev), iova, length);
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
#ifdef VDMAE_CORE_COPIES_REGION_INFO
	.get_region_info_caps = vdmae_region_info,
#endif
	.dma_unmap = vdmae_dma_unmap,
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
};
