/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * vdmae: ioctls of the guest driver's character devices, /dev/vdmae0, 1 and so
 * on: one for each device.
 *
 * A file works on a pool of pages that only the device writes: they are zeroed
 * when they are allocated, and never written by the CPU again. They can be
 * mapped with mmap(), shared and read-only, page i at offset i * page size.
 *
 * A pool is divided into blocks of 1 to VDMAE_BLOCK_MAX pages. Its pages follow
 * each other in physical memory, at an address that is a multiple of their size;
 * or they are scattered (VDMAE_POOL_SCATTERED), and only an IOMMU makes one range
 * of them. A block is what is mapped for the device, at up to VDMAE_ALIASES
 * addresses at once. Blocks with an odd number lie below 4 GiB, the others
 * anywhere; where there is memory above 4 GiB, the kernel prefers that.
 *
 * One file at a time can be open on a device; closing it unmaps all blocks.
 *
 * When the device goes (its driver is unbound, or it is removed), all blocks are
 * unmapped. A call under way ends with ENODEV, and so does every later call on
 * the file. The pool stays: its pages can still be read, and a file that is
 * opened on the device when it has come back can join it. The pool is freed with
 * the last file that uses it.
 *
 * Every call that waits for the device ends with ETIMEDOUT when no completion
 * comes (module parameter timeout_ms), and with EIO when the engine halted. From
 * then on, all calls but VDMAE_IOC_PAGE fail with EIO until the file is closed.
 *
 * Where a field marked as zero is not, the call fails with EINVAL.
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

/* Pages in a block are at most that many, and a power of two. */
#define VDMAE_BLOCK_MAX		512
/* A block can be mapped at so many addresses at once, numbered from 0. */
#define VDMAE_ALIASES		4

/* The pages of a block lie anywhere. */
#define VDMAE_POOL_SCATTERED	0x1

/*
 * Allocates a pool. EBUSY: the file has one. EINVAL: no pages, blocks of a wrong
 * size, pages that do not fill the last block, page numbers past 64 bits, or
 * flags that are not known. ENOMEM: there is no such memory. EOPNOTSUPP: DMA
 * would go through a bounce buffer, which the CPU writes.
 */
struct vdmae_pool {
	__u64 pages;		/* in: size of the pool */
	__u64 first;		/* in: what its first page is called in patterns */
	__u32 block_pages;	/* in: pages in a block */
	__u32 flags;		/* in: VDMAE_POOL_* */
};

/*
 * Gives the file the pool of another one, whose device may be gone. Nothing of
 * it is mapped for this file's device. EBUSY: this file has a pool. EBADF: no
 * such file. EINVAL: not a file of this driver, or without a pool. EOPNOTSUPP:
 * as above.
 */
struct vdmae_join {
	__s32 fd;		/* in: the other file */
	__u32 reserved;		/* zero */
};

/*
 * EINVAL: no such block or alias. EBUSY: this alias of it is mapped. ENOSPC: the
 * DMA API could not map it. EOPNOTSUPP: it is scattered, and nothing makes one
 * range of it. ENOMEM: no memory for saying where its pages are.
 */
struct vdmae_map {
	__u64 block;		/* in */
	__u32 alias;		/* in: which of its mappings */
	__u32 reserved;		/* zero */
	__u64 iova;		/* out: of its first page */
	__u64 ns;		/* out: time taken */
};

/* EINVAL: no such block or alias, or not mapped. */
struct vdmae_unmap {
	__u64 block;		/* in */
	__u32 alias;		/* in: which of its mappings */
	__u32 reserved;		/* zero */
	__u64 ns;		/* out: time taken */
};

/*
 * Lets the device fill the start of a page of a mapped block with the pattern
 * {sequence, first + page}. EINVAL: no such page or alias, not mapped, or more
 * bytes than a page. What the device itself refuses is told by the status.
 */
struct vdmae_write {
	__u64 page;		/* in */
	__u64 sequence;		/* in */
	__u32 bytes;		/* in: multiple of 16, at most a page */
	__u32 alias;		/* in: by which mapping of its block */
	__u32 status;		/* out: enum vdmae_status */
	__u32 epoch;		/* out: of the completion */
	__u64 ns;		/* out: from doorbell to completion seen */
	__u64 device_ns;	/* out: device clock at the completion */
};

/* Entries of the rings, until a file asks for others. */
#define VDMAE_RING_ENTRIES	64

/*
 * Gives the device other rings. They stay until its driver is unbound. EINVAL: no
 * power of two, or not from VDMAE_MIN_ENTRIES to VDMAE_MAX_ENTRIES. ENOMEM: there
 * is no such memory; the rings are as they were.
 */
struct vdmae_ring {
	__u32 entries;		/* in */
	__u32 reserved;		/* zero */
};

/*
 * Like VDMAE_IOC_WRITE for several writes, which the device does in their order:
 * it is given all of them, and then told by one doorbell. The times of each are
 * from that doorbell on. EINVAL: no writes, as many as the rings have entries, or
 * one of them as above; then nothing is done. ENOMEM: no memory for a copy of
 * them. EFAULT: they cannot be read, or what came of them cannot be told. If the
 * device goes or halts, each of them may have been done or not.
 */
struct vdmae_writes {
	__u64 writes;		/* in: where they are; out: there, what came of them */
	__u32 count;		/* in */
	__u32 reserved;		/* zero */
};

/*
 * One step of the churn: write a page, unmap its block from the address by which
 * it was written, map another block instead, as alias 0. A completion that says
 * error does not stop the step. EINVAL: as above, before anything is done.
 */
struct vdmae_step {
	struct vdmae_write write;
	__u64 next;		/* in: the block to map; its alias 0 is not mapped */
	__u64 iova;		/* out: where it is mapped now */
	__u64 unmap_ns;		/* out */
	__u64 map_ns;		/* out */
};

/* EINVAL: no such page or alias. */
struct vdmae_page {
	__u64 page;		/* in */
	__u32 alias;		/* in */
	__u32 mapped;		/* out: this alias of its block is mapped */
	__u64 gpa;		/* out: guest physical address */
	__u64 iova;		/* out: where it is, or was last, mapped */
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
#define VDMAE_IOC_JOIN		_IOW(VDMAE_IOC_MAGIC, 9, struct vdmae_join)
#define VDMAE_IOC_WRITES	_IOW(VDMAE_IOC_MAGIC, 10, struct vdmae_writes)
#define VDMAE_IOC_RING		_IOW(VDMAE_IOC_MAGIC, 11, struct vdmae_ring)

#endif /* VDMAE_IOCTL_H */
