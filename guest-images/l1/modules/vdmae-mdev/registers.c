// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: the registers in BAR 0. See vdmae_hw.h for what they mean.
 */
#include <linux/align.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/overflow.h>

#include "vdmae_mdev.h"

#define VDMAE_CONTROL_STORED	(VDMAE_CONTROL_ENABLE | VDMAE_CONTROL_IRQ)

void vdmae_registers_init(struct vdmae *vdmae)
{
	vdmae_registers_reset(vdmae);
	vdmae->regs.epoch = 1;
}

/* All but the epoch. The engine is stopped. */
void vdmae_registers_reset(struct vdmae *vdmae)
{
	spin_lock(&vdmae->lock);
	vdmae->regs = (struct vdmae_registers) { .epoch = vdmae->regs.epoch };
	vdmae->irq_pending = false;
	spin_unlock(&vdmae->lock);
}

u32 vdmae_register_read(struct vdmae *vdmae, unsigned int offset)
{
	struct vdmae_registers *regs = &vdmae->regs;
	u32 value = 0;
	u64 now;

	spin_lock(&vdmae->lock);
	switch (offset) {
	case VDMAE_REG_ID:
		value = VDMAE_ID;
		break;
	case VDMAE_REG_VERSION:
		value = VDMAE_VERSION;
		break;
	case VDMAE_REG_ACCESS:
		value = vdmae->access;
		break;
	case VDMAE_REG_MAX_LENGTH:
		value = VDMAE_MAX_LENGTH;
		break;
	case VDMAE_REG_CONTROL:
		value = regs->control;
		break;
	case VDMAE_REG_STATUS:
		value = regs->status;
		break;
	case VDMAE_REG_ERROR:
		value = regs->error;
		break;
	case VDMAE_REG_EPOCH:
		value = regs->epoch;
		break;
	case VDMAE_REG_SQ_LOW:
		value = lower_32_bits(regs->sq);
		break;
	case VDMAE_REG_SQ_HIGH:
		value = upper_32_bits(regs->sq);
		break;
	case VDMAE_REG_CQ_LOW:
		value = lower_32_bits(regs->cq);
		break;
	case VDMAE_REG_CQ_HIGH:
		value = upper_32_bits(regs->cq);
		break;
	case VDMAE_REG_ENTRIES:
		value = regs->entries;
		break;
	case VDMAE_REG_HEAD:
		value = regs->head;
		break;
	case VDMAE_REG_TAIL:
		value = regs->tail;
		break;
	case VDMAE_REG_TIME_LOW:
		now = ktime_get_ns();
		regs->time_high = upper_32_bits(now);
		value = lower_32_bits(now);
		break;
	case VDMAE_REG_TIME_HIGH:
		value = regs->time_high;
		break;
	}
	spin_unlock(&vdmae->lock);
	return value;
}

static bool vdmae_ring_address_valid(u64 base, u32 entries)
{
	u64 last;

	return IS_ALIGNED(base, sizeof(struct vdmae_descriptor)) &&
	       !check_add_overflow(base, entries * sizeof(struct vdmae_descriptor) - 1, &last);
}

bool vdmae_ring_valid(const struct vdmae_registers *regs)
{
	BUILD_BUG_ON(sizeof(struct vdmae_descriptor) != sizeof(struct vdmae_completion));

	return is_power_of_2(regs->entries) &&
	       regs->entries >= VDMAE_MIN_ENTRIES && regs->entries <= VDMAE_MAX_ENTRIES &&
	       vdmae_ring_address_valid(regs->sq, regs->entries) &&
	       vdmae_ring_address_valid(regs->cq, regs->entries);
}

static void vdmae_halt_locked(struct vdmae_registers *regs, enum vdmae_error error)
{
	regs->status |= VDMAE_STATUS_HALTED;
	regs->error = error;
}

static void vdmae_enable_locked(struct vdmae_registers *regs)
{
	regs->head = 0;
	regs->tail = 0;
	regs->error = VDMAE_ERROR_NONE;
	regs->status = VDMAE_STATUS_ENABLED;
	if (!vdmae_ring_valid(regs))
		vdmae_halt_locked(regs, VDMAE_ERROR_RING);
}

static void vdmae_write_control(struct vdmae *vdmae, u32 value)
{
	struct vdmae_registers *regs = &vdmae->regs;
	bool started = vdmae_engine_stop(vdmae);
	bool halted;
	u32 changed;

	if (value & VDMAE_CONTROL_RESET) {
		vdmae_registers_reset(vdmae);
		value = 0;
	}

	spin_lock(&vdmae->lock);
	changed = (regs->control ^ value) & VDMAE_CONTROL_STORED;
	regs->control = value & VDMAE_CONTROL_STORED;
	if (changed & VDMAE_CONTROL_ENABLE) {
		if (value & VDMAE_CONTROL_ENABLE) {
			vdmae_enable_locked(regs);
		} else {
			regs->status = 0;
			regs->error = VDMAE_ERROR_NONE;
		}
	}
	halted = (changed & VDMAE_CONTROL_ENABLE) && (regs->status & VDMAE_STATUS_HALTED);
	spin_unlock(&vdmae->lock);

	if (started)
		vdmae_engine_start(vdmae);
	if (halted)
		vdmae_irq_raise(vdmae);
}

static void vdmae_write_tail(struct vdmae *vdmae, u32 value)
{
	struct vdmae_registers *regs = &vdmae->regs;
	bool bad = false;

	spin_lock(&vdmae->lock);
	if (regs->status == VDMAE_STATUS_ENABLED) {
		bad = value >= regs->entries;
		if (bad)
			vdmae_halt_locked(regs, VDMAE_ERROR_DOORBELL);
		else
			regs->tail = value;
	}
	spin_unlock(&vdmae->lock);

	if (bad)
		vdmae_irq_raise(vdmae);
	else
		vdmae_engine_kick(vdmae);
}

static void vdmae_write_ring(struct vdmae *vdmae, unsigned int offset, u32 value)
{
	struct vdmae_registers *regs = &vdmae->regs;

	spin_lock(&vdmae->lock);
	if (regs->control & VDMAE_CONTROL_ENABLE)
		goto unlock;

	switch (offset) {
	case VDMAE_REG_SQ_LOW:
		regs->sq = (regs->sq & ~(u64)U32_MAX) | value;
		break;
	case VDMAE_REG_SQ_HIGH:
		regs->sq = (regs->sq & U32_MAX) | (u64)value << 32;
		break;
	case VDMAE_REG_CQ_LOW:
		regs->cq = (regs->cq & ~(u64)U32_MAX) | value;
		break;
	case VDMAE_REG_CQ_HIGH:
		regs->cq = (regs->cq & U32_MAX) | (u64)value << 32;
		break;
	case VDMAE_REG_ENTRIES:
		regs->entries = value;
		break;
	}
unlock:
	spin_unlock(&vdmae->lock);
}

void vdmae_register_write(struct vdmae *vdmae, unsigned int offset, u32 value)
{
	lockdep_assert_held(&vdmae->ops_lock);

	switch (offset) {
	case VDMAE_REG_CONTROL:
		vdmae_write_control(vdmae, value);
		break;
	case VDMAE_REG_TAIL:
		vdmae_write_tail(vdmae, value);
		break;
	case VDMAE_REG_SQ_LOW:
	case VDMAE_REG_SQ_HIGH:
	case VDMAE_REG_CQ_LOW:
	case VDMAE_REG_CQ_HIGH:
	case VDMAE_REG_ENTRIES:
		vdmae_write_ring(vdmae, offset, value);
		break;
	}
}
