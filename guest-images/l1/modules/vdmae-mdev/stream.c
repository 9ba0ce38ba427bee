// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: records and files of a migration. A file knows nothing of its
 * device, which may be gone before the file is.
 */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/slab.h>

#include "stream.h"

#define VDMAE_RECORD_MAGIC	0x4d414456	/* "VDAM" */
#define VDMAE_RECORD_VERSION	1

void vdmae_record_fill(struct vdmae_record *record, enum vdmae_record_type type, size_t size)
{
	*record = (struct vdmae_record) {
		.magic = cpu_to_le32(VDMAE_RECORD_MAGIC),
		.version = cpu_to_le16(VDMAE_RECORD_VERSION),
		.type = cpu_to_le16(type),
		.length = cpu_to_le32(size - sizeof(*record)),
	};
}

bool vdmae_record_valid(const struct vdmae_record *record, enum vdmae_record_type type,
			size_t size)
{
	return le32_to_cpu(record->magic) == VDMAE_RECORD_MAGIC &&
	       le16_to_cpu(record->version) == VDMAE_RECORD_VERSION &&
	       le16_to_cpu(record->type) == type &&
	       le32_to_cpu(record->length) == size - sizeof(*record) && !record->reserved;
}

static void vdmae_file_disable(struct vdmae_file **file)
{
	if (!*file)
		return;

	mutex_lock(&(*file)->lock);
	(*file)->disabled = true;
	mutex_unlock(&(*file)->lock);
	fput((*file)->filp);
	*file = NULL;
}

void vdmae_migration_disable_files(struct vdmae *vdmae)
{
	vdmae_file_disable(&vdmae->saving);
	vdmae_file_disable(&vdmae->resuming);
}

int vdmae_file_release(struct inode *inode, struct file *filp)
{
	struct vdmae_file *file = filp->private_data;

	mutex_destroy(&file->lock);
	kfree(file);
	return 0;
}

struct vdmae_file *vdmae_file_open(struct vdmae *vdmae, const struct file_operations *fops,
				   int flags)
{
	struct vdmae_file *file = kzalloc(sizeof(*file), GFP_KERNEL_ACCOUNT);
	struct file *filp;

	if (!file)
		return ERR_PTR(-ENOMEM);

	filp = anon_inode_getfile("vdmae_migration", fops, file, flags);
	if (IS_ERR(filp)) {
		kfree(file);
		return ERR_CAST(filp);
	}
	stream_open(filp->f_inode, filp);
	mutex_init(&file->lock);
	file->filp = filp;
	file->access = vdmae->access;
	return file;
}
