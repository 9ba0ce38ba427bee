// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: the character device. See vdmae_ioctl.h for what it offers.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "vdmae.h"

static int vdmae_open(struct inode *inode, struct file *filp)
{
	struct vdmae_dev *vdmae = container_of(filp->private_data, struct vdmae_dev, misc);
	int ret = 0;

	mutex_lock(&vdmae->lock);
	if (vdmae->gone) {
		ret = -ENODEV;
	} else if (vdmae->open) {
		ret = -EBUSY;
	} else {
		vdmae->open = true;
		vdmae->broken = false;
		kref_get(&vdmae->kref);
		vdmae_ring_enable(vdmae);
		filp->private_data = vdmae;
	}
	mutex_unlock(&vdmae->lock);
	return ret;
}

static int vdmae_close(struct inode *inode, struct file *filp)
{
	struct vdmae_dev *vdmae = filp->private_data;

	mutex_lock(&vdmae->lock);
	if (!vdmae->gone) {
		vdmae_ring_disable(vdmae);
		vdmae_pool_unmap(vdmae);
	}
	vdmae_pool_free(vdmae);
	vdmae->open = false;
	mutex_unlock(&vdmae->lock);
	vdmae_put(vdmae);
	return 0;
}

/* The pages can be looked at, and never written. */
static int vdmae_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct vdmae_dev *vdmae = filp->private_data;
	int ret;

	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE);

	mutex_lock(&vdmae->lock);
	if (vdmae->pages)
		ret = vm_map_pages(vma, vdmae->pages, vdmae->pool_size);
	else
		ret = -EINVAL;
	mutex_unlock(&vdmae->lock);
	return ret;
}

static int vdmae_info(struct vdmae_dev *vdmae, struct vdmae_info *info)
{
	*info = (struct vdmae_info) {
		.version = ioread32(vdmae->bar + VDMAE_REG_VERSION),
		.access = ioread32(vdmae->bar + VDMAE_REG_ACCESS),
		.flags = vdmae_pool_domain_flags(vdmae),
		.epoch = ioread32(vdmae->bar + VDMAE_REG_EPOCH),
		.page_size = PAGE_SIZE,
		.max_length = ioread32(vdmae->bar + VDMAE_REG_MAX_LENGTH),
		.device_ns = vdmae_device_ns(vdmae),
	};
	return 0;
}

static int vdmae_step(struct vdmae_dev *vdmae, struct vdmae_step *step)
{
	int ret;

	if (step->next >= vdmae->pool_size || vdmae->slots[step->next].mapped)
		return -EINVAL;

	ret = vdmae_pool_write(vdmae, &step->write);
	if (ret)
		return ret;
	ret = vdmae_pool_unmap_page(vdmae, step->write.page, &step->unmap_ns);
	if (ret)
		return ret;
	return vdmae_pool_map_page(vdmae, step->next, &step->iova, &step->map_ns);
}

static int vdmae_page(struct vdmae_dev *vdmae, struct vdmae_page *page)
{
	if (page->page >= vdmae->pool_size)
		return -EINVAL;

	page->gpa = page_to_phys(vdmae->pages[page->page]);
	page->iova = vdmae->slots[page->page].iova;
	page->mapped = vdmae->slots[page->page].mapped;
	page->reserved = 0;
	return 0;
}

static int vdmae_submit(struct vdmae_dev *vdmae, struct vdmae_submit *submit)
{
	const struct vdmae_descriptor descriptor = {
		.opcode = cpu_to_le32(submit->opcode),
		.flags = cpu_to_le32(submit->flags),
		.destination = cpu_to_le64(submit->destination),
		.source = cpu_to_le64(submit->source),
		.length = cpu_to_le64(submit->length),
		.sequence = cpu_to_le64(submit->sequence),
		.page = cpu_to_le64(submit->pattern_page),
		.reserved = cpu_to_le64(submit->reserved),
	};
	struct vdmae_completion completion;
	u64 ns;
	int ret;

	ret = vdmae_ring_execute(vdmae, &descriptor, &completion, &ns);
	if (ret)
		return ret;

	submit->status = le32_to_cpu(completion.status);
	submit->epoch = le32_to_cpu(completion.epoch);
	submit->bytes = le64_to_cpu(completion.bytes);
	submit->result = le64_to_cpu(completion.result);
	return 0;
}

union vdmae_argument {
	struct vdmae_info info;
	struct vdmae_pool pool;
	struct vdmae_map map;
	struct vdmae_unmap unmap;
	struct vdmae_write write;
	struct vdmae_step step;
	struct vdmae_page page;
	struct vdmae_submit submit;
	struct vdmae_ring_test ring_test;
};

static int vdmae_dispatch(struct vdmae_dev *vdmae, unsigned int cmd, union vdmae_argument *arg)
{
	switch (cmd) {
	case VDMAE_IOC_INFO:
		return vdmae_info(vdmae, &arg->info);
	case VDMAE_IOC_POOL:
		return vdmae_pool_alloc(vdmae, arg->pool.pages);
	case VDMAE_IOC_MAP:
		return vdmae_pool_map_page(vdmae, arg->map.page, &arg->map.iova, &arg->map.ns);
	case VDMAE_IOC_UNMAP:
		return vdmae_pool_unmap_page(vdmae, arg->unmap.page, &arg->unmap.ns);
	case VDMAE_IOC_WRITE:
		return vdmae_pool_write(vdmae, &arg->write);
	case VDMAE_IOC_STEP:
		return vdmae_step(vdmae, &arg->step);
	case VDMAE_IOC_PAGE:
		return vdmae_page(vdmae, &arg->page);
	case VDMAE_IOC_SUBMIT:
		return vdmae_submit(vdmae, &arg->submit);
	case VDMAE_IOC_RING_TEST:
		vdmae_ring_test(vdmae, &arg->ring_test);
		return 0;
	default:
		return -ENOTTY;
	}
}

static long vdmae_ioctl(struct file *filp, unsigned int cmd, unsigned long user)
{
	struct vdmae_dev *vdmae = filp->private_data;
	union vdmae_argument arg = {};
	size_t size = _IOC_SIZE(cmd);
	int ret;

	if (_IOC_TYPE(cmd) != VDMAE_IOC_MAGIC || size > sizeof(arg))
		return -ENOTTY;
	if ((_IOC_DIR(cmd) & _IOC_WRITE) && copy_from_user(&arg, (void __user *)user, size))
		return -EFAULT;

	mutex_lock(&vdmae->lock);
	if (vdmae->gone)
		ret = -ENODEV;
	else if (vdmae->broken)
		ret = -EIO;
	else
		ret = vdmae_dispatch(vdmae, cmd, &arg);
	mutex_unlock(&vdmae->lock);
	if (ret)
		return ret;

	if ((_IOC_DIR(cmd) & _IOC_READ) && copy_to_user((void __user *)user, &arg, size))
		return -EFAULT;
	return 0;
}

const struct file_operations vdmae_fops = {
	.owner = THIS_MODULE,
	.open = vdmae_open,
	.release = vdmae_close,
	.mmap = vdmae_mmap,
	.unlocked_ioctl = vdmae_ioctl,
};
