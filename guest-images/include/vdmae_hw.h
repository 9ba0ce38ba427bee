/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vdmae: a virtual DMA engine on the PCI bus. What the device and its driver
 * agree on: identification, registers, rings, descriptors, completions.
 *
 * All registers and structures are little endian.
 */
#ifndef VDMAE_HW_H
#define VDMAE_HW_H

#include <linux/types.h>

/* PCI identification; the id lies in the range that QEMU keeps for experiments. */
#define VDMAE_PCI_VENDOR	0x1af4
#define VDMAE_PCI_DEVICE	0x10f0
#define VDMAE_PCI_CLASS		0x0801	/* base system peripheral, DMA controller */
#define VDMAE_PCI_REVISION	1

/*
 * BAR 0 (32-bit memory): one page of registers, then one page that holds the
 * MSI-X table and the pending bits.
 */
#define VDMAE_BAR_SIZE		0x2000
#define VDMAE_MSIX_TABLE	0x1000
#define VDMAE_MSIX_PBA		0x1800
#define VDMAE_VECTORS		1

/*
 * Registers. Access them with aligned 4-byte reads and writes: a narrower or
 * unaligned read returns the bytes asked for, a narrower or unaligned write is
 * ignored. Writes to read-only registers are ignored. The ring registers can
 * be written only while the engine is disabled, except for the doorbell.
 */
#define VDMAE_REG_ID		0x000	/* ro: VDMAE_ID */
#define VDMAE_REG_VERSION	0x004	/* ro: VDMAE_VERSION */
#define VDMAE_REG_ACCESS	0x008	/* ro: enum vdmae_access */
#define VDMAE_REG_MAX_LENGTH	0x00c	/* ro: longest transfer in bytes */
#define VDMAE_REG_CONTROL	0x010	/* rw: VDMAE_CONTROL_* */
#define VDMAE_REG_STATUS	0x014	/* ro: VDMAE_STATUS_* */
#define VDMAE_REG_ERROR		0x018	/* ro: enum vdmae_error, why it halted */
#define VDMAE_REG_EPOCH		0x01c	/* ro: see vdmae_completion.epoch */
#define VDMAE_REG_SQ_LOW	0x020	/* rw: descriptor ring, IOVA bits 31:0 */
#define VDMAE_REG_SQ_HIGH	0x024	/* rw: descriptor ring, IOVA bits 63:32 */
#define VDMAE_REG_CQ_LOW	0x028	/* rw: completion ring, IOVA bits 31:0 */
#define VDMAE_REG_CQ_HIGH	0x02c	/* rw: completion ring, IOVA bits 63:32 */
#define VDMAE_REG_ENTRIES	0x030	/* rw: entries of both rings, power of 2 */
#define VDMAE_REG_HEAD		0x034	/* ro: next descriptor to be executed */
#define VDMAE_REG_TAIL		0x038	/* rw: doorbell, one past the last one */
#define VDMAE_REG_TIME_LOW	0x040	/* ro: device clock, ns; latches bits 63:32 */
#define VDMAE_REG_TIME_HIGH	0x044	/* ro: bits 63:32 as latched */
#define VDMAE_REG_END		0x048

#define VDMAE_ID		0x414d4456	/* "VDMA" */
#define VDMAE_VERSION		1
#define VDMAE_MAX_LENGTH	0x100000
#define VDMAE_MIN_ENTRIES	2
#define VDMAE_MAX_ENTRIES	4096

/*
 * Control. Setting ENABLE checks the ring registers, clears head and tail and
 * starts the engine; a wrong ring halts it at once with an error. Clearing
 * ENABLE stops the engine after the descriptor at hand, before the write
 * returns, and clears a halt. RESET brings every register to its initial state
 * (the epoch is kept) and reads as zero.
 */
#define VDMAE_CONTROL_ENABLE	0x1
#define VDMAE_CONTROL_IRQ	0x2
#define VDMAE_CONTROL_RESET	0x80000000

/* Status. */
#define VDMAE_STATUS_ENABLED	0x1	/* the engine accepts doorbells */
#define VDMAE_STATUS_HALTED	0x2	/* by an error, see VDMAE_REG_ERROR */

/* How the device reaches guest memory; fixed when it is created. */
enum vdmae_access {
	VDMAE_ACCESS_RW = 0,	/* the CPU copies through vfio_dma_rw() */
	VDMAE_ACCESS_PIN = 1,	/* pin, copy, unpin for each transfer */
	VDMAE_ACCESS_HOLD = 2,	/* pin and keep until unmapped */
};

/* Why the engine halted. An interrupt tells the driver, if it can be raised. */
enum vdmae_error {
	VDMAE_ERROR_NONE = 0,
	VDMAE_ERROR_RING = 1,		/* ring address, size or alignment */
	VDMAE_ERROR_DOORBELL = 2,	/* tail outside the ring */
	VDMAE_ERROR_FETCH = 3,		/* a descriptor could not be read */
	VDMAE_ERROR_COMPLETE = 4,	/* a completion could not be written */
};

enum vdmae_opcode {
	VDMAE_OP_NOP = 0,
	VDMAE_OP_WRITE_PATTERN = 1,	/* fill destination with struct vdmae_pattern */
	VDMAE_OP_READ_CHECKSUM = 2,	/* read source; result: vdmae_checksum() */
	VDMAE_OP_COPY = 3,		/* source to destination, ascending */
};

/* What a completion says of its descriptor. */
enum vdmae_status {
	VDMAE_OK = 0,
	VDMAE_BAD_OPCODE = 1,
	VDMAE_BAD_FLAGS = 2,	/* flags or reserved are not zero */
	VDMAE_BAD_LENGTH = 3,	/* zero, too long, or no whole number of patterns */
	VDMAE_BAD_ADDRESS = 4,	/* goes past the end, or a pattern is not aligned */
	VDMAE_FAULT = 5,	/* not mapped, or mapped without the right */
};

/*
 * One descriptor (64 bytes). Ring slots are used in order. A slot may be used
 * again once its completion was seen.
 */
struct vdmae_descriptor {
	__le32 opcode;
	__le32 flags;		/* zero */
	__le64 cookie;		/* handed back in the completion; not zero */
	__le64 destination;
	__le64 source;
	__le64 length;		/* bytes; 1 to VDMAE_REG_MAX_LENGTH */
	__le64 sequence;	/* VDMAE_OP_WRITE_PATTERN */
	__le64 page;		/* VDMAE_OP_WRITE_PATTERN */
	__le64 reserved;	/* zero */
};

/*
 * One completion (64 bytes), at the index that its descriptor had. The cookie
 * is written after all else, so a driver that finds the cookie it waits for
 * may read the rest.
 */
struct vdmae_completion {
	__le32 status;		/* enum vdmae_status */
	__le32 epoch;		/* 1, and one more for each migration of the device */
	__le64 bytes;		/* done before the end or the fault */
	__le64 result;		/* VDMAE_OP_READ_CHECKSUM */
	__le64 time_ns;		/* device clock: the host's monotonic clock */
	__le64 reserved[3];
	__le64 cookie;
};

/* The unit that VDMAE_OP_WRITE_PATTERN repeats. */
struct vdmae_pattern {
	__le64 sequence;
	__le64 page;
};

#define VDMAE_CHECKSUM_START	0xcbf29ce484222325ULL

/* FNV-1a, 64 bits: the checksum of VDMAE_OP_READ_CHECKSUM. */
static inline __u64 vdmae_checksum(__u64 sum, const __u8 *data, unsigned long length)
{
	while (length--)
		sum = (sum ^ *data++) * 0x100000001b3ULL;
	return sum;
}

#endif /* VDMAE_HW_H */
