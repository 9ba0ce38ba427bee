// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/vfio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <container.h>

#include "suite.h"

static uint64_t bitmap_memory[64];

static uint64_t bitmap_address(const struct call *call)
{
	return call->bitmap == READABLE ? (uintptr_t)bitmap_memory : 0;
}

/*
 * The arguments of all requests begin with argsz and flags; 8 bytes each follow,
 * as each needs them, and room for what the kernel may add.
 */
struct argument {
	uint32_t argsz;
	uint32_t flags;
	uint64_t words[511];
};

static void lay_out(struct rig *rig, const struct call *call, struct argument *argument)
{
	uint64_t *words = argument->words;

	*argument = (struct argument) { .argsz = call->argsz, .flags = call->flags };
	switch (call->request) {
	case VFIO_IOMMU_MAP_DMA:
		words[0] = (uintptr_t)rig->memory + call->vaddr;
		words[1] = call->iova;
		words[2] = call->size;
		words[3] = call->gpa;
		break;
	case VFIO_IOMMU_UNMAP_DMA:
		words[0] = call->iova;
		words[1] = call->size;
		words[2] = call->pgsize ? call->pgsize : call->gpa;
		words[3] = call->bitmap_size;
		words[4] = bitmap_address(call);
		break;
	case VFIO_IOMMU_DIRTY_PAGES:
		words[0] = call->iova;
		words[1] = call->size;
		words[2] = call->pgsize;
		words[3] = call->bitmap_size;
		words[4] = bitmap_address(call);
		break;
	default:
		words[0] = (uint64_t)call->count << 32 | (uint32_t)call->eventfd;
		words[1] = call->iova;
		words[2] = call->size;
		words[3] = call->gpa;
	}
}

int64_t row_call(struct rig *rig, const struct call *call)
{
	struct argument argument;
	int ret;

	if (call->request == VFIO_CHECK_EXTENSION) {
		ret = ioctl(rig->container, call->request, (unsigned long)call->flags);
		return ret < 0 ? -errno : ret;
	}
	lay_out(rig, call, &argument);
	ret = ioctl(rig->container, call->request,
		    call->argument == READABLE ? &argument : (void *)1);
	if (ret < 0)
		return -errno;
	return call->request == VFIO_IOMMU_UNMAP_DMA ? (int64_t)argument.words[1] : 0;
}
