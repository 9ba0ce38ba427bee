// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: registers and rings. The rings are coherent memory, whole pages, so that
 * what the CPU writes and what the device writes are on different pages. They are
 * empty between two calls, and a call fills all entries but one at
 * most: the device could not tell a full ring from an empty one.
 */
#include <linux/delay.h>
#include <linux/dma-mapping.h>
#include <linux/ktime.h>
#include <linux/log2.h>
#include <linux/module.h>

#include "vdmae.h"

static unsigned int timeout_ms = 30000;
module_param(timeout_ms, uint, 0644);
MODULE_PARM_DESC(timeout_ms, "how long to wait for a completion");

static void vdmae_write_register(struct vdmae_dev *vdmae, unsigned int offset, u32 value)
{
	iowrite32(value, vdmae->bar + offset);
}

static u32 vdmae_read_register(struct vdmae_dev *vdmae, unsigned int offset)
{
	return ioread32(vdmae->bar + offset);
}

static size_t vdmae_ring_bytes(const struct vdmae_rings *rings)
{
	BUILD_BUG_ON(sizeof(*rings->sq) != sizeof(*rings->cq));

	return PAGE_ALIGN(rings->entries * sizeof(*rings->sq));
}

int vdmae_ring_alloc(struct vdmae_dev *vdmae, struct vdmae_rings *rings, u32 entries)
{
	struct device *dev = &vdmae->pdev->dev;

	rings->entries = entries;
	rings->sq = dma_alloc_coherent(dev, vdmae_ring_bytes(rings), &rings->sq_iova, GFP_KERNEL);
	if (!rings->sq)
		return -ENOMEM;

	rings->cq = dma_alloc_coherent(dev, vdmae_ring_bytes(rings), &rings->cq_iova, GFP_KERNEL);
	if (!rings->cq) {
		dma_free_coherent(dev, vdmae_ring_bytes(rings), rings->sq, rings->sq_iova);
		return -ENOMEM;
	}
	return 0;
}

void vdmae_ring_free(struct vdmae_dev *vdmae, struct vdmae_rings *rings)
{
	struct device *dev = &vdmae->pdev->dev;

	dma_free_coherent(dev, vdmae_ring_bytes(rings), rings->cq, rings->cq_iova);
	dma_free_coherent(dev, vdmae_ring_bytes(rings), rings->sq, rings->sq_iova);
}

static void vdmae_program(struct vdmae_dev *vdmae, u64 sq, u64 cq, u32 entries)
{
	vdmae_write_register(vdmae, VDMAE_REG_CONTROL, VDMAE_CONTROL_RESET);
	vdmae_write_register(vdmae, VDMAE_REG_SQ_LOW, lower_32_bits(sq));
	vdmae_write_register(vdmae, VDMAE_REG_SQ_HIGH, upper_32_bits(sq));
	vdmae_write_register(vdmae, VDMAE_REG_CQ_LOW, lower_32_bits(cq));
	vdmae_write_register(vdmae, VDMAE_REG_CQ_HIGH, upper_32_bits(cq));
	vdmae_write_register(vdmae, VDMAE_REG_ENTRIES, entries);
	vdmae_write_register(vdmae, VDMAE_REG_CONTROL, VDMAE_CONTROL_ENABLE | VDMAE_CONTROL_IRQ);
}

void vdmae_ring_enable(struct vdmae_dev *vdmae)
{
	const struct vdmae_rings *rings = &vdmae->rings;

	vdmae->index = 0;
	vdmae_program(vdmae, rings->sq_iova, rings->cq_iova, rings->entries);
}

/* When this returns, the device does no DMA any more. */
void vdmae_ring_disable(struct vdmae_dev *vdmae)
{
	vdmae_write_register(vdmae, VDMAE_REG_CONTROL, VDMAE_CONTROL_RESET);
	vdmae_read_register(vdmae, VDMAE_REG_CONTROL);
}

int vdmae_ring_resize(struct vdmae_dev *vdmae, const struct vdmae_ring *wanted)
{
	struct vdmae_rings rings;
	int ret;

	if (wanted->reserved || !is_power_of_2(wanted->entries) ||
	    wanted->entries < VDMAE_MIN_ENTRIES || wanted->entries > VDMAE_MAX_ENTRIES)
		return -EINVAL;

	ret = vdmae_ring_alloc(vdmae, &rings, wanted->entries);
	if (ret)
		return ret;
	vdmae_ring_disable(vdmae);
	vdmae_ring_free(vdmae, &vdmae->rings);
	vdmae->rings = rings;
	vdmae_ring_enable(vdmae);
	return 0;
}

/* Looks at the device once a second, in case it halted or its interrupt got lost. */
static int vdmae_wait(struct vdmae_dev *vdmae, const struct vdmae_completion *slot, __le64 cookie)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(timeout_ms);
	u32 status;

	for (;;) {
		wait_event_timeout(vdmae->wait,
				   READ_ONCE(slot->cookie) == cookie || READ_ONCE(vdmae->gone), HZ);
		if (READ_ONCE(slot->cookie) == cookie)
			return 0;
		if (READ_ONCE(vdmae->gone))
			return -ENODEV;

		status = vdmae_read_register(vdmae, VDMAE_REG_STATUS);
		if (status != VDMAE_STATUS_ENABLED) {
			dev_err(&vdmae->pdev->dev, "device halted: status %x error %u\n", status,
				vdmae_read_register(vdmae, VDMAE_REG_ERROR));
			return -EIO;
		}
		if (time_after(jiffies, deadline)) {
			dev_err(&vdmae->pdev->dev, "no completion: head %u tail %u\n",
				vdmae_read_register(vdmae, VDMAE_REG_HEAD),
				vdmae_read_register(vdmae, VDMAE_REG_TAIL));
			return -ETIMEDOUT;
		}
	}
}

/* Gives the device descriptors, and says when it rang the doorbell for them, in ns. */
static u64 vdmae_post(struct vdmae_dev *vdmae, const struct vdmae_work *work, unsigned int count)
{
	const struct vdmae_rings *rings = &vdmae->rings;
	unsigned int i;
	u64 start;

	for (i = 0; i < count; i++) {
		struct vdmae_descriptor *entry = &rings->sq[(vdmae->index + i) % rings->entries];

		*entry = work[i].descriptor;
		entry->cookie = cpu_to_le64(vdmae->cookie + i + 1);
	}

	/* iowrite32() orders the descriptors before the doorbell. */
	start = ktime_get_ns();
	vdmae_write_register(vdmae, VDMAE_REG_TAIL, (vdmae->index + count) % rings->entries);
	return start;
}

int vdmae_ring_execute(struct vdmae_dev *vdmae, struct vdmae_work *work, unsigned int count)
{
	const struct vdmae_rings *rings = &vdmae->rings;
	u64 start = vdmae_post(vdmae, work, count);
	unsigned int i;
	int ret;

	for (i = 0; i < count; i++) {
		const struct vdmae_completion *slot = &rings->cq[vdmae->index];

		ret = vdmae_wait(vdmae, slot, cpu_to_le64(++vdmae->cookie));
		work[i].ns = ktime_get_ns() - start;
		if (ret) {
			vdmae->broken = true;
			return ret;
		}

		dma_rmb(); /* the device writes the cookie last */
		work[i].completion = *slot;
		vdmae->index = (vdmae->index + 1) % rings->entries;
	}
	return 0;
}

void vdmae_ring_test(struct vdmae_dev *vdmae, struct vdmae_ring_test *test)
{
	unsigned long deadline = jiffies + HZ;

	vdmae_program(vdmae, test->sq, test->cq, test->entries);
	vdmae_write_register(vdmae, VDMAE_REG_TAIL, test->tail);
	do {
		test->status = vdmae_read_register(vdmae, VDMAE_REG_STATUS);
		test->error = vdmae_read_register(vdmae, VDMAE_REG_ERROR);
		if (test->status & VDMAE_STATUS_HALTED)
			break;
		usleep_range(1000, 2000);
	} while (time_before(jiffies, deadline));
	vdmae_ring_enable(vdmae);
}

u64 vdmae_device_ns(struct vdmae_dev *vdmae)
{
	u32 low = vdmae_read_register(vdmae, VDMAE_REG_TIME_LOW);
	u32 high = vdmae_read_register(vdmae, VDMAE_REG_TIME_HIGH);

	return (u64)high << 32 | low;
}
