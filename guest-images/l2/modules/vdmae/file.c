// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: the character device. See vdmae_ioctl.h for what it offers.
 */
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vdmae.h"

/* The misc core lets no device be deregistered meanwhile, so this one is not gone. */
static int vdmae_open(struct inode *inode, struct file *filp)
{
	struct vdmae_dev *vdmae = container_of(filp->private_data, struct vdmae_dev, misc);
	struct vdmae_file *file = kzalloc(sizeof(*file), GFP_KERNEL);
	int ret = 0;

	if (!file)
		return -ENOMEM;

	mutex_lock(&vdmae->lock);
	if (vdmae->file) {
		ret = -EBUSY;
	} else {
		vdmae->file = file;
		vdmae->broken = false;
		kref_get(&vdmae->kref);
		vdmae_ring_enable(vdmae);
		file->vdmae = vdmae;
		filp->private_data = file;
	}
	mutex_unlock(&vdmae->lock);
	if (ret)
		kfree(file);
	return ret;
}

static int vdmae_close(struct inode *inode, struct file *filp)
{
	struct vdmae_file *file = filp->private_data;
	struct vdmae_dev *vdmae = file->vdmae;

	mutex_lock(&vdmae->lock);
	if (!vdmae->gone) {
		vdmae_ring_disable(vdmae);
		vdmae_unmap_all(file);
	}
	vdmae->file = NULL;
	mutex_unlock(&vdmae->lock);

	vdmae_put(vdmae);
	if (file->pool)
		vdmae_pool_put(file->pool);
	kvfree(file->blocks);
	kfree(file);
	return 0;
}

/* The pages can be looked at, and never written. */
static int vdmae_mmap(struct file *filp, struct vm_area_struct *vma)
{
	struct vdmae_file *file = filp->private_data;
	struct vdmae_pool_pages *pool = smp_load_acquire(&file->pool); /* vdmae_adopt_pool() */

	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	if (!pool)
		return -EINVAL;
	vm_flags_mod(vma, VM_DONTEXPAND | VM_DONTDUMP, VM_MAYWRITE);
	return vm_map_pages(vma, pool->pages, pool->size);
}

static int vdmae_info(struct vdmae_dev *vdmae, struct vdmae_info *info)
{
	*info = (struct vdmae_info) {
		.version = ioread32(vdmae->bar + VDMAE_REG_VERSION),
		.access = ioread32(vdmae->bar + VDMAE_REG_ACCESS),
		.flags = vdmae_domain_flags(vdmae),
		.epoch = ioread32(vdmae->bar + VDMAE_REG_EPOCH),
		.page_size = PAGE_SIZE,
		.max_length = ioread32(vdmae->bar + VDMAE_REG_MAX_LENGTH),
		.device_ns = vdmae_device_ns(vdmae),
	};
	return 0;
}

static int vdmae_adopt(struct vdmae_file *file, struct vdmae_pool_pages *pool)
{
	int ret;

	if (IS_ERR(pool))
		return PTR_ERR(pool);
	ret = vdmae_adopt_pool(file, pool);
	if (ret)
		vdmae_pool_put(pool);
	return ret;
}

static int vdmae_pool(struct vdmae_file *file, const struct vdmae_pool *wanted)
{
	if (file->pool)
		return -EBUSY;
	return vdmae_adopt(file, vdmae_pool_alloc(wanted));
}

/* The other file lives until fdput(), and a file keeps its pool as long as it lives. */
static struct vdmae_pool_pages *vdmae_pool_of_fd(int fd)
{
	struct vdmae_pool_pages *pool = ERR_PTR(-EINVAL);
	struct vdmae_pool_pages *found;
	struct vdmae_file *other;
	struct fd f = fdget(fd);

	if (!fd_file(f))
		return ERR_PTR(-EBADF);
	if (fd_file(f)->f_op == &vdmae_fops) {
		other = fd_file(f)->private_data;
		found = smp_load_acquire(&other->pool); /* vdmae_adopt_pool() */
		if (found)
			pool = vdmae_pool_get(found);
	}
	fdput(f);
	return pool;
}

static int vdmae_join(struct vdmae_file *file, const struct vdmae_join *join)
{
	if (join->reserved)
		return -EINVAL;
	if (file->pool)
		return -EBUSY;
	return vdmae_adopt(file, vdmae_pool_of_fd(join->fd));
}

static int vdmae_submit(struct vdmae_dev *vdmae, struct vdmae_submit *submit)
{
	struct vdmae_work work = {
		.descriptor = {
			.opcode = cpu_to_le32(submit->opcode),
			.flags = cpu_to_le32(submit->flags),
			.destination = cpu_to_le64(submit->destination),
			.source = cpu_to_le64(submit->source),
			.length = cpu_to_le64(submit->length),
			.sequence = cpu_to_le64(submit->sequence),
			.page = cpu_to_le64(submit->pattern_page),
			.reserved = cpu_to_le64(submit->reserved),
		},
	};
	int ret;

	ret = vdmae_ring_execute(vdmae, &work, 1);
	if (ret)
		return ret;

	submit->status = le32_to_cpu(work.completion.status);
	submit->epoch = le32_to_cpu(work.completion.epoch);
	submit->bytes = le64_to_cpu(work.completion.bytes);
	submit->result = le64_to_cpu(work.completion.result);
	return 0;
}

union vdmae_argument {
	struct vdmae_info info;
	struct vdmae_pool pool;
	struct vdmae_map map;
	struct vdmae_unmap unmap;
	struct vdmae_write write;
	struct vdmae_writes writes;
	struct vdmae_ring ring;
	struct vdmae_step step;
	struct vdmae_page page;
	struct vdmae_submit submit;
	struct vdmae_ring_test ring_test;
	struct vdmae_join join;
};

static int vdmae_map(struct vdmae_file *file, struct vdmae_map *map)
{
	if (map->reserved)
		return -EINVAL;
	return vdmae_map_block(file, map->block, map->alias, &map->iova, &map->ns);
}

static int vdmae_unmap(struct vdmae_file *file, struct vdmae_unmap *unmap)
{
	if (unmap->reserved)
		return -EINVAL;
	return vdmae_unmap_block(file, unmap->block, unmap->alias, &unmap->ns);
}

static int vdmae_dispatch(struct vdmae_file *file, unsigned int cmd, union vdmae_argument *arg)
{
	switch (cmd) {
	case VDMAE_IOC_INFO:
		return vdmae_info(file->vdmae, &arg->info);
	case VDMAE_IOC_POOL:
		return vdmae_pool(file, &arg->pool);
	case VDMAE_IOC_MAP:
		return vdmae_map(file, &arg->map);
	case VDMAE_IOC_UNMAP:
		return vdmae_unmap(file, &arg->unmap);
	case VDMAE_IOC_WRITE:
		return vdmae_write_page(file, &arg->write);
	case VDMAE_IOC_WRITES:
		return vdmae_write_pages(file, &arg->writes);
	case VDMAE_IOC_RING:
		return vdmae_ring_resize(file->vdmae, &arg->ring);
	case VDMAE_IOC_STEP:
		return vdmae_step(file, &arg->step);
	case VDMAE_IOC_PAGE:
		return vdmae_page(file, &arg->page);
	case VDMAE_IOC_SUBMIT:
		return vdmae_submit(file->vdmae, &arg->submit);
	case VDMAE_IOC_RING_TEST:
		vdmae_ring_test(file->vdmae, &arg->ring_test);
		return 0;
	case VDMAE_IOC_JOIN:
		return vdmae_join(file, &arg->join);
	default:
		return -ENOTTY;
	}
}

static long vdmae_ioctl(struct file *filp, unsigned int cmd, unsigned long user)
{
	struct vdmae_file *file = filp->private_data;
	struct vdmae_dev *vdmae = file->vdmae;
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
	else if (vdmae->broken && cmd != VDMAE_IOC_PAGE)
		ret = -EIO;
	else
		ret = vdmae_dispatch(file, cmd, &arg);
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
