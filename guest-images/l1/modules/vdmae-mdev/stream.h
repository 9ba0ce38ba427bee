/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vdmae_mdev: the stream of a migration, and the files that it goes through.
 *
 * The stream is two records, each with a header. The first says what the device
 * is, and can be had during PRE_COPY, so that an unsuitable destination refuses
 * early. The second is its state, and comes in STOP_COPY.
 */
#ifndef VDMAE_STREAM_H
#define VDMAE_STREAM_H

#include <linux/fs.h>

#include "vdmae_mdev.h"

enum vdmae_record_type {
	VDMAE_RECORD_DEVICE = 1,
	VDMAE_RECORD_STATE = 2,
};

struct vdmae_record {
	__le32 magic;
	__le16 version;
	__le16 type;
	__le32 length;		/* of what follows */
	__le32 reserved;
};

struct vdmae_record_device {
	struct vdmae_record header;
	__le32 access;
	__le32 vectors;
};

struct vdmae_record_state {
	struct vdmae_record header;
	__le32 control;
	__le32 status;
	__le32 error;
	__le32 epoch;
	__le64 sq;
	__le64 cq;
	__le32 entries;
	__le32 head;
	__le32 tail;
	__le32 irq_pending;
};

struct vdmae_stream {
	struct vdmae_record_device device;
	struct vdmae_record_state state;
};

struct vdmae_file {
	struct file *filp;
	struct mutex lock;	/* all below */
	enum vdmae_access access;
	struct vdmae_stream stream;
	size_t filled;
	size_t position;
	bool disabled;
	bool invalid;		/* resuming: a record was refused */
};

/* stream.c */
void vdmae_record_fill(struct vdmae_record *record, enum vdmae_record_type type, size_t size);
bool vdmae_record_valid(const struct vdmae_record *record, enum vdmae_record_type type,
			size_t size);
struct vdmae_file *vdmae_file_open(struct vdmae *vdmae, const struct file_operations *fops,
				   int flags);
int vdmae_file_release(struct inode *inode, struct file *filp);

/* save.c */
struct file *vdmae_save_begin(struct vdmae *vdmae);
void vdmae_save_state(struct vdmae *vdmae);

/* resume.c */
struct file *vdmae_resume_begin(struct vdmae *vdmae);
int vdmae_resume_load(struct vdmae *vdmae);

#endif /* VDMAE_STREAM_H */
