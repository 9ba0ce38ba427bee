// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: the engine fetches descriptors, has them executed one after the
 * other, writes completions, and interrupts.
 *
 * It is a work item of an ordered queue: it runs as a kernel thread, which is
 * what vfio_dma_rw() needs in order to use the memory of the VMM. It can be
 * stopped between two descriptors. A descriptor is bounded by VDMAE_MAX_LENGTH,
 * and the ring by the doorbell, so a guest only ever gets the work it rang for.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "vdmae_mdev.h"

/* Descriptors executed before the queue gets a chance to do something else. */
#define VDMAE_BATCH	64

static bool vdmae_engine_runnable(struct vdmae *vdmae)
{
	struct vdmae_registers *regs = &vdmae->regs;

	return vdmae->started && vdmae_config_bus_master(vdmae) &&
	       regs->status == VDMAE_STATUS_ENABLED && regs->head != regs->tail;
}

void vdmae_engine_kick(struct vdmae *vdmae)
{
	spin_lock(&vdmae->lock);
	if (vdmae_engine_runnable(vdmae))
		queue_work(vdmae->queue, &vdmae->work);
	spin_unlock(&vdmae->lock);
}

void vdmae_engine_start(struct vdmae *vdmae)
{
	lockdep_assert_held(&vdmae->ops_lock);

	spin_lock(&vdmae->lock);
	vdmae->started = true;
	spin_unlock(&vdmae->lock);
	vdmae_irq_deliver_pending(vdmae);
	vdmae_engine_kick(vdmae);
}

/* Returns when the engine rests between two descriptors; says if it had been started. */
bool vdmae_engine_stop(struct vdmae *vdmae)
{
	bool started;

	lockdep_assert_held(&vdmae->ops_lock);

	spin_lock(&vdmae->lock);
	started = vdmae->started;
	vdmae->started = false;
	spin_unlock(&vdmae->lock);
	cancel_work_sync(&vdmae->work);
	return started;
}

static void vdmae_engine_halt(struct vdmae *vdmae, enum vdmae_error error)
{
	spin_lock(&vdmae->lock);
	if (!(vdmae->regs.status & VDMAE_STATUS_HALTED)) {
		vdmae->regs.status |= VDMAE_STATUS_HALTED;
		vdmae->regs.error = error;
	}
	spin_unlock(&vdmae->lock);

	atomic64_inc(&vdmae->counters.errors);
	vdmae_irq_raise(vdmae);
}

/* The cookie goes last: whoever sees it may rely on the rest. */
static int vdmae_complete(struct vdmae *vdmae, u64 iova, struct vdmae_completion *completion)
{
	const size_t before = offsetof(struct vdmae_completion, cookie);
	int ret;

	ret = vdmae_memory_write(vdmae, iova, completion, before);
	if (ret)
		return ret;
	smp_wmb(); /* pairs with the driver's read barrier after the cookie */
	return vdmae_memory_write(vdmae, iova + before, &completion->cookie,
				  sizeof(completion->cookie));
}

/* Executes the next descriptor, if there is one and the engine may run. */
static bool vdmae_engine_step(struct vdmae *vdmae)
{
	struct vdmae_registers *regs = &vdmae->regs;
	struct vdmae_completion completion;
	struct vdmae_descriptor descriptor;
	u64 sq, cq;
	bool run;

	spin_lock(&vdmae->lock);
	run = vdmae_engine_runnable(vdmae);
	sq = regs->sq + regs->head * sizeof(descriptor);
	cq = regs->cq + regs->head * sizeof(completion);
	spin_unlock(&vdmae->lock);
	if (!run)
		return false;

	if (vdmae_memory_read(vdmae, sq, &descriptor, sizeof(descriptor))) {
		vdmae_engine_halt(vdmae, VDMAE_ERROR_FETCH);
		return false;
	}
	vdmae_execute(vdmae, &descriptor, &completion);
	if (vdmae_complete(vdmae, cq, &completion)) {
		vdmae_engine_halt(vdmae, VDMAE_ERROR_COMPLETE);
		return false;
	}

	spin_lock(&vdmae->lock);
	regs->head = (regs->head + 1) & (regs->entries - 1);
	spin_unlock(&vdmae->lock);
	vdmae_irq_raise(vdmae);
	return true;
}

static void vdmae_engine_work(struct work_struct *work)
{
	struct vdmae *vdmae = container_of(work, struct vdmae, work);
	int i;

	for (i = 0; i < VDMAE_BATCH; i++) {
		if (!vdmae_engine_step(vdmae))
			return;
		cond_resched();
	}
	vdmae_engine_kick(vdmae);
}

int vdmae_engine_init(struct vdmae *vdmae)
{
	vdmae->bounce = kmalloc(PAGE_SIZE, GFP_KERNEL_ACCOUNT);
	if (!vdmae->bounce)
		return -ENOMEM;

	vdmae->queue = alloc_ordered_workqueue("vdmae-%.8s", 0,
					       dev_name(vdmae->vdev.dev));
	if (!vdmae->queue) {
		kfree(vdmae->bounce);
		return -ENOMEM;
	}
	INIT_WORK(&vdmae->work, vdmae_engine_work);
	return 0;
}

void vdmae_engine_destroy(struct vdmae *vdmae)
{
	destroy_workqueue(vdmae->queue);
	kfree(vdmae->bounce);
}
