// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae: what the device writes to a file's pool. The caller holds the device's
 * mutex, and the device is not gone.
 */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "vdmae.h"

static void vdmae_note(struct vdmae_write *write, const struct vdmae_work *work)
{
	write->status = le32_to_cpu(work->completion.status);
	write->epoch = le32_to_cpu(work->completion.epoch);
	write->ns = work->ns;
	write->device_ns = le64_to_cpu(work->completion.time_ns);
}

int vdmae_write_page(struct vdmae_file *file, struct vdmae_write *write)
{
	struct vdmae_work work;
	int ret;

	if (!vdmae_prepare_write(file, write, &work.descriptor))
		return -EINVAL;
	ret = vdmae_ring_execute(file->vdmae, &work, 1);
	if (ret)
		return ret;
	vdmae_note(write, &work);
	return 0;
}

static int vdmae_write_all(struct vdmae_file *file, struct vdmae_write *writes,
			   struct vdmae_work *work, unsigned int count)
{
	unsigned int i;
	int ret;

	for (i = 0; i < count; i++)
		if (!vdmae_prepare_write(file, &writes[i], &work[i].descriptor))
			return -EINVAL;
	ret = vdmae_ring_execute(file->vdmae, work, count);
	if (ret)
		return ret;
	for (i = 0; i < count; i++)
		vdmae_note(&writes[i], &work[i]);
	return 0;
}

int vdmae_write_pages(struct vdmae_file *file, const struct vdmae_writes *writes)
{
	void __user *user = u64_to_user_ptr(writes->writes);
	struct vdmae_work *work;
	struct vdmae_write *all;
	int ret = -ENOMEM;

	if (!writes->count || writes->count >= file->vdmae->rings.entries || writes->reserved)
		return -EINVAL;

	all = vmemdup_array_user(user, writes->count, sizeof(*all));
	if (IS_ERR(all))
		return PTR_ERR(all);
	work = kvcalloc(writes->count, sizeof(*work), GFP_KERNEL);
	if (work)
		ret = vdmae_write_all(file, all, work, writes->count);
	if (!ret && copy_to_user(user, all, array_size(writes->count, sizeof(*all))))
		ret = -EFAULT;
	kvfree(work);
	kvfree(all);
	return ret;
}

int vdmae_step(struct vdmae_file *file, struct vdmae_step *step)
{
	int ret;

	if (!vdmae_can_map(file, step->next))
		return -EINVAL;

	ret = vdmae_write_page(file, &step->write);
	if (ret)
		return ret;
	ret = vdmae_unmap_block(file, step->write.page / file->pool->block_pages,
				step->write.alias, &step->unmap_ns);
	if (ret)
		return ret;
	return vdmae_map_block(file, step->next, 0, &step->iova, &step->map_ns);
}
