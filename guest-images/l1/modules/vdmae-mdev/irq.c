// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: the MSI-X vector, signalled by an eventfd.
 *
 * An interrupt that cannot be delivered (no eventfd yet, or the device is
 * stopped) stays pending, and is delivered when it can. So an interrupt raised
 * while the guest moves to another host is at worst delivered twice.
 */
#include <linux/eventfd.h>
#include <linux/err.h>

#include "vdmae_mdev.h"

static void vdmae_irq_signal_locked(struct vdmae *vdmae)
{
	if (!vdmae->trigger || !vdmae->started) {
		vdmae->irq_pending = true;
		return;
	}
	vdmae->irq_pending = false;
	eventfd_signal(vdmae->trigger);
	atomic64_inc(&vdmae->counters.interrupts);
}

void vdmae_irq_raise(struct vdmae *vdmae)
{
	spin_lock(&vdmae->lock);
	if (vdmae->regs.control & VDMAE_CONTROL_IRQ)
		vdmae_irq_signal_locked(vdmae);
	spin_unlock(&vdmae->lock);
}

void vdmae_irq_deliver_pending(struct vdmae *vdmae)
{
	spin_lock(&vdmae->lock);
	if (vdmae->irq_pending)
		vdmae_irq_signal_locked(vdmae);
	spin_unlock(&vdmae->lock);
}

static void vdmae_irq_set_trigger(struct vdmae *vdmae, struct eventfd_ctx *trigger)
{
	spin_lock(&vdmae->lock);
	swap(vdmae->trigger, trigger);
	spin_unlock(&vdmae->lock);

	if (trigger)
		eventfd_ctx_put(trigger);
	vdmae_irq_deliver_pending(vdmae);
}

void vdmae_irq_disable(struct vdmae *vdmae)
{
	vdmae_irq_set_trigger(vdmae, NULL);
}

static int vdmae_irq_set_eventfd(struct vdmae *vdmae, s32 fd)
{
	struct eventfd_ctx *trigger = NULL;

	if (fd >= 0) {
		trigger = eventfd_ctx_fdget(fd);
		if (IS_ERR(trigger))
			return PTR_ERR(trigger);
	}
	vdmae_irq_set_trigger(vdmae, trigger);
	return 0;
}

/* Signals the eventfd as if the device had raised its interrupt. */
static void vdmae_irq_loopback(struct vdmae *vdmae)
{
	spin_lock(&vdmae->lock);
	if (vdmae->trigger)
		eventfd_signal(vdmae->trigger);
	spin_unlock(&vdmae->lock);
}

/* The header was validated: with one vector, count is 0 or 1. */
int vdmae_irq_set(struct vdmae *vdmae, const struct vfio_irq_set *set, const void *data)
{
	lockdep_assert_held(&vdmae->ops_lock);

	if (set->index != VFIO_PCI_MSIX_IRQ_INDEX)
		return -EINVAL;
	if ((set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) != VFIO_IRQ_SET_ACTION_TRIGGER)
		return -ENOTTY;

	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		if (set->count)
			vdmae_irq_loopback(vdmae);
		else
			vdmae_irq_disable(vdmae);
		return 0;
	case VFIO_IRQ_SET_DATA_BOOL:
		if (set->count && *(const u8 *)data)
			vdmae_irq_loopback(vdmae);
		return 0;
	case VFIO_IRQ_SET_DATA_EVENTFD:
		return set->count ? vdmae_irq_set_eventfd(vdmae, *(const s32 *)data) : -EINVAL;
	default:
		return -EINVAL;
	}
}
