/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * vdmae: ioctls of the guest driver's character device, /dev/vdmae0.
 *
 * The file owns a pool of pages that only the device writes: they are zeroed
 * when they are allocated, and never written by the CPU again. They can be
 * mapped with mmap(), shared and read-only, page i at offset i * page size.
 * One file at a time can be open; closing it unmaps and frees the pool.
 *
 * Every call that waits for the device ends with ETIMEDOUT when no completion
 * comes (module parameter timeout_ms). From then on, calls fail with EIO until
 * the file is closed.
 */
#ifndef VDMAE_IOCTL_H
#define VDMAE_IOCTL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VDMAE_IOC_MAGIC		0xda

/* The device is behind an IOMMU, which translates its addresses. */
#define VDMAE_INFO_TRANSLATED	0x1
/* An unmap is complete only when the IOMMU forgot it (domain type "DMA"). */
#define VDMAE_INFO_STRICT	0x2

struct vdmae_info {
	__u32 version;		/* of the device */
	__u32 access;		/* enum vdmae_access */
	__u32 flags;		/* VDMAE_INFO_* */
	__u32 epoch;
	__u32 page_size;
	__u32 max_length;
	__u64 device_ns;	/* the device clock now */
};

struct vdmae_pool {
	__u64 pages;		/* in: size of the pool; can be set once per open */
};

struct vdmae_map {
	__u64 page;		/* in */
	__u64 iova;		/* out */
	__u64 ns;		/* out: time taken */
};

struct vdmae_unmap {
	__u64 page;		/* in */
	__u64 ns;		/* out: time taken */
};

/* Lets the device fill the start of a mapped page with {sequence, page}. */
struct vdmae_write {
	__u64 page;		/* in */
	__u64 sequence;		/* in */
	__u32 bytes;		/* in: multiple of 16, at most a page */
	__u32 status;		/* out: enum vdmae_status */
	__u32 epoch;		/* out: of the completion */
	__u32 reserved;		/* zero */
	__u64 ns;		/* out: from doorbell to completion seen */
	__u64 device_ns;	/* out: device clock at the completion */
};

/*
 * One step of the churn: write page, unmap it, map next instead. A completion
 * that says error does not stop the step.
 */
struct vdmae_step {
	struct vdmae_write write;
	__u64 next;		/* in: the page to map; not mapped so far */
	__u64 iova;		/* out: where next is mapped now */
	__u64 unmap_ns;		/* out */
	__u64 map_ns;		/* out */
};

struct vdmae_page {
	__u64 page;		/* in */
	__u64 gpa;		/* out: guest physical address */
	__u64 iova;		/* out: where it is, or was last, mapped */
	__u32 mapped;		/* out */
	__u32 reserved;		/* zero */
};

/*
 * For tests: executes a descriptor as given (host byte order, all fields but
 * the cookie are taken as they are) and returns its completion.
 */
struct vdmae_submit {
	__u32 opcode;
	__u32 flags;
	__u64 destination;
	__u64 source;
	__u64 length;
	__u64 sequence;
	__u64 pattern_page;
	__u64 reserved;
	__u32 status;		/* out */
	__u32 epoch;		/* out */
	__u64 bytes;		/* out */
	__u64 result;		/* out */
};

/*
 * For tests: programs the device with the rings given, enables it, rings the
 * doorbell, waits up to a second for the engine to halt, returns status and
 * error registers, and then brings the driver's own rings back.
 */
struct vdmae_ring_test {
	__u64 sq;		/* in */
	__u64 cq;		/* in */
	__u32 entries;		/* in */
	__u32 tail;		/* in */
	__u32 status;		/* out: VDMAE_REG_STATUS */
	__u32 error;		/* out: VDMAE_REG_ERROR */
};

#define VDMAE_IOC_INFO		_IOR(VDMAE_IOC_MAGIC, 0, struct vdmae_info)
#define VDMAE_IOC_POOL		_IOW(VDMAE_IOC_MAGIC, 1, struct vdmae_pool)
#define VDMAE_IOC_MAP		_IOWR(VDMAE_IOC_MAGIC, 2, struct vdmae_map)
#define VDMAE_IOC_UNMAP		_IOWR(VDMAE_IOC_MAGIC, 3, struct vdmae_unmap)
#define VDMAE_IOC_WRITE		_IOWR(VDMAE_IOC_MAGIC, 4, struct vdmae_write)
#define VDMAE_IOC_STEP		_IOWR(VDMAE_IOC_MAGIC, 5, struct vdmae_step)
#define VDMAE_IOC_PAGE		_IOWR(VDMAE_IOC_MAGIC, 6, struct vdmae_page)
#define VDMAE_IOC_SUBMIT	_IOWR(VDMAE_IOC_MAGIC, 7, struct vdmae_submit)
#define VDMAE_IOC_RING_TEST	_IOWR(VDMAE_IOC_MAGIC, 8, struct vdmae_ring_test)

#endif /* VDMAE_IOCTL_H */
