/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vdmae_mdev: one virtual DMA engine, and what its parts offer each other.
 *
 * Locks, outermost first:
 *   ops_lock  serialises what user space asks for: register and configuration
 *             writes, reset, migration states. Held while the engine is stopped.
 *   lock      registers, configuration space, interrupt
 *   pins_lock which pages are pinned, and who works on them
 * The latter two are leaves, never held for long; neither is held while the
 * container is called. The engine's worker takes these two only, and so does the
 * container's callback on unmap with pins_lock.
 */
#ifndef VDMAE_MDEV_H
#define VDMAE_MDEV_H

#include <linux/list.h>
#include <linux/mdev.h>
#include <linux/mutex.h>
#include <linux/pci_regs.h>
#include <linux/rbtree_types.h>
#include <linux/spinlock.h>
#include <linux/vfio.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include <vdmae_hw.h>

struct eventfd_ctx;
struct vdmae_file;
struct vdmae_pin;

struct vdmae_registers {
	u32 control;
	u32 status;
	u32 error;
	u32 epoch;
	u64 sq;
	u64 cq;
	u32 entries;
	u32 head;
	u32 tail;
	u32 time_high;
};

struct vdmae_counters {
	atomic64_t descriptors;
	atomic64_t bytes_written;
	atomic64_t bytes_read;
	atomic64_t errors;
	atomic64_t interrupts;
};

struct vdmae {
	struct vfio_device vdev;
	enum vdmae_access access;

	struct mutex ops_lock;		/* what user space asks for */
	enum vfio_device_mig_state state;
	struct vdmae_file *saving;
	struct vdmae_file *resuming;

	spinlock_t lock;		/* registers, configuration, interrupt */
	struct vdmae_registers regs;
	u8 config[PCI_CFG_SPACE_SIZE];
	u8 config_writable[PCI_CFG_SPACE_SIZE];
	struct eventfd_ctx *trigger;
	bool irq_pending;
	bool started;

	struct workqueue_struct *queue;
	struct work_struct work;

	spinlock_t pins_lock;		/* all pins_*, and releases */
	struct rb_root pins;
	struct list_head pins_lru;
	unsigned int pins_count;
	struct list_head releases;
	wait_queue_head_t pins_wait;
	struct vdmae_pin *spare_pin;	/* the engine's */
	void *bounce;

	struct vdmae_counters counters;
};

static inline struct vdmae *to_vdmae(struct vfio_device *vdev)
{
	return container_of(vdev, struct vdmae, vdev);
}

/* main.c */
enum vdmae_access vdmae_access_of(struct mdev_device *mdev);

/* device.c */
extern const struct vfio_device_ops vdmae_device_ops;
int vdmae_reset(struct vdmae *vdmae);

/* regions.c; a region begins at its index << VDMAE_OFFSET_SHIFT */
#define VDMAE_OFFSET_SHIFT	40
int vdmae_region_info(struct vfio_device *vdev, struct vfio_region_info *info,
		      struct vfio_info_cap *caps);
ssize_t vdmae_read(struct vfio_device *vdev, char __user *buf, size_t count, loff_t *ppos);
ssize_t vdmae_write(struct vfio_device *vdev, const char __user *buf, size_t count, loff_t *ppos);

/* ioctl.c */
long vdmae_ioctl(struct vfio_device *vdev, unsigned int cmd, unsigned long arg);

/* config.c: the configuration space */
void vdmae_config_init(struct vdmae *vdmae);
void vdmae_config_reset(struct vdmae *vdmae);
void vdmae_config_read(struct vdmae *vdmae, unsigned int offset, u8 *data, size_t length);
void vdmae_config_write(struct vdmae *vdmae, unsigned int offset, const u8 *data, size_t length);
bool vdmae_config_bus_master(struct vdmae *vdmae);

/* registers.c: BAR 0 */
void vdmae_registers_init(struct vdmae *vdmae);
void vdmae_registers_reset(struct vdmae *vdmae);
u32 vdmae_register_read(struct vdmae *vdmae, unsigned int offset);
void vdmae_register_write(struct vdmae *vdmae, unsigned int offset, u32 value);
bool vdmae_ring_valid(const struct vdmae_registers *regs);

/* irq.c: MSI-X */
void vdmae_irq_raise(struct vdmae *vdmae);
void vdmae_irq_deliver_pending(struct vdmae *vdmae);
void vdmae_irq_disable(struct vdmae *vdmae);
int vdmae_irq_set(struct vdmae *vdmae, const struct vfio_irq_set *set, const void *data);

/* engine.c: has descriptors executed */
int vdmae_engine_init(struct vdmae *vdmae);
void vdmae_engine_destroy(struct vdmae *vdmae);
void vdmae_engine_kick(struct vdmae *vdmae);
void vdmae_engine_start(struct vdmae *vdmae);
bool vdmae_engine_stop(struct vdmae *vdmae);

/* execute.c: what a descriptor asks for */
void vdmae_execute(struct vdmae *vdmae, const struct vdmae_descriptor *descriptor,
		   struct vdmae_completion *completion);

/* memory.c: guest memory, in one of three ways */
int vdmae_memory_read(struct vdmae *vdmae, u64 iova, void *data, size_t length);
int vdmae_memory_write(struct vdmae *vdmae, u64 iova, void *data, size_t length);

/* pins.c: pages that are pinned; pins.h has what is for the engine */
void vdmae_pins_init(struct vdmae *vdmae);
void vdmae_pins_destroy(struct vdmae *vdmae);
void vdmae_pins_unmap(struct vdmae *vdmae, u64 iova, u64 length);
void vdmae_pins_release(struct vdmae *vdmae);

/* migration.c: its states; stream.h has the rest */
extern const struct vfio_migration_ops vdmae_migration_ops;
const char *vdmae_state_name(enum vfio_device_mig_state state);

/* stream.c */
void vdmae_migration_disable_files(struct vdmae *vdmae);

/* counters.c: sysfs */
extern const struct attribute_group *vdmae_groups[];

#endif /* VDMAE_MDEV_H */
