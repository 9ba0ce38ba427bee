// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: what a descriptor asks for, page by page, and what its completion
 * says of it. The engine calls this from its work item.
 */
#include <linux/ktime.h>
#include <linux/overflow.h>

#include "vdmae_mdev.h"

static size_t vdmae_to_page_end(u64 iova, u64 length)
{
	return min_t(u64, length, PAGE_SIZE - offset_in_page(iova));
}

static void vdmae_fill(struct vdmae_pattern *data, const struct vdmae_descriptor *descriptor,
		       size_t length)
{
	size_t i;

	for (i = 0; i < length / sizeof(*data); i++) {
		data[i].sequence = descriptor->sequence;
		data[i].page = descriptor->page;
	}
}

static enum vdmae_status vdmae_write_pattern(struct vdmae *vdmae,
					     const struct vdmae_descriptor *descriptor, u64 *done)
{
	u64 destination = le64_to_cpu(descriptor->destination);
	u64 length = le64_to_cpu(descriptor->length);

	while (*done < length) {
		size_t part = vdmae_to_page_end(destination + *done, length - *done);

		vdmae_fill(vdmae->bounce, descriptor, part);
		if (vdmae_memory_write(vdmae, destination + *done, vdmae->bounce, part))
			return VDMAE_FAULT;
		*done += part;
	}
	atomic64_add(length, &vdmae->counters.bytes_written);
	return VDMAE_OK;
}

static enum vdmae_status vdmae_read_checksum(struct vdmae *vdmae,
					     const struct vdmae_descriptor *descriptor, u64 *done,
					     u64 *sum)
{
	u64 source = le64_to_cpu(descriptor->source);
	u64 length = le64_to_cpu(descriptor->length);

	*sum = VDMAE_CHECKSUM_START;
	while (*done < length) {
		size_t part = vdmae_to_page_end(source + *done, length - *done);

		if (vdmae_memory_read(vdmae, source + *done, vdmae->bounce, part))
			return VDMAE_FAULT;
		*sum = vdmae_checksum(*sum, vdmae->bounce, part);
		*done += part;
	}
	atomic64_add(length, &vdmae->counters.bytes_read);
	return VDMAE_OK;
}

static enum vdmae_status vdmae_copy(struct vdmae *vdmae,
				    const struct vdmae_descriptor *descriptor, u64 *done)
{
	u64 destination = le64_to_cpu(descriptor->destination);
	u64 source = le64_to_cpu(descriptor->source);
	u64 length = le64_to_cpu(descriptor->length);

	while (*done < length) {
		size_t part = vdmae_to_page_end(source + *done, length - *done);

		part = vdmae_to_page_end(destination + *done, part);
		if (vdmae_memory_read(vdmae, source + *done, vdmae->bounce, part) ||
		    vdmae_memory_write(vdmae, destination + *done, vdmae->bounce, part))
			return VDMAE_FAULT;
		*done += part;
	}
	atomic64_add(length, &vdmae->counters.bytes_read);
	atomic64_add(length, &vdmae->counters.bytes_written);
	return VDMAE_OK;
}

static bool vdmae_range_valid(__le64 address, u64 length)
{
	u64 last;

	return !check_add_overflow(le64_to_cpu(address), length - 1, &last);
}

static enum vdmae_status vdmae_check(const struct vdmae_descriptor *descriptor)
{
	u32 opcode = le32_to_cpu(descriptor->opcode);
	u64 length = le64_to_cpu(descriptor->length);

	if (opcode > VDMAE_OP_COPY)
		return VDMAE_BAD_OPCODE;
	if (descriptor->flags || descriptor->reserved)
		return VDMAE_BAD_FLAGS;
	if (opcode == VDMAE_OP_NOP)
		return VDMAE_OK;
	if (!length || length > VDMAE_MAX_LENGTH)
		return VDMAE_BAD_LENGTH;
	if (opcode == VDMAE_OP_WRITE_PATTERN && length % sizeof(struct vdmae_pattern))
		return VDMAE_BAD_LENGTH;
	if (opcode == VDMAE_OP_WRITE_PATTERN &&
	    le64_to_cpu(descriptor->destination) % sizeof(struct vdmae_pattern))
		return VDMAE_BAD_ADDRESS;
	if (opcode != VDMAE_OP_READ_CHECKSUM && !vdmae_range_valid(descriptor->destination, length))
		return VDMAE_BAD_ADDRESS;
	if (opcode != VDMAE_OP_WRITE_PATTERN && !vdmae_range_valid(descriptor->source, length))
		return VDMAE_BAD_ADDRESS;
	return VDMAE_OK;
}

void vdmae_execute(struct vdmae *vdmae, const struct vdmae_descriptor *descriptor,
		   struct vdmae_completion *completion)
{
	enum vdmae_status status = vdmae_check(descriptor);
	u64 result = 0;
	u64 done = 0;

	if (status == VDMAE_OK) {
		switch (le32_to_cpu(descriptor->opcode)) {
		case VDMAE_OP_WRITE_PATTERN:
			status = vdmae_write_pattern(vdmae, descriptor, &done);
			break;
		case VDMAE_OP_READ_CHECKSUM:
			status = vdmae_read_checksum(vdmae, descriptor, &done, &result);
			break;
		case VDMAE_OP_COPY:
			status = vdmae_copy(vdmae, descriptor, &done);
			break;
		}
	}

	atomic64_inc(&vdmae->counters.descriptors);
	if (status != VDMAE_OK)
		atomic64_inc(&vdmae->counters.errors);

	*completion = (struct vdmae_completion) {
		.status = cpu_to_le32(status),
		.epoch = cpu_to_le32(vdmae->regs.epoch),
		.bytes = cpu_to_le64(done),
		.result = cpu_to_le64(result),
		.time_ns = cpu_to_le64(ktime_get_ns()),
		.cookie = descriptor->cookie,
	};
}
