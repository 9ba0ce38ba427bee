// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/vfio.h>
#include <sys/ioctl.h>

#include <container.h>

#include "suite.h"

int prepare_started(struct rig *rig)
{
	return dirty_start(rig->container);
}

int prepare_version1(struct rig *rig)
{
	ioctl(rig->rw.group, VFIO_GROUP_UNSET_CONTAINER);
	container_add(rig->container, rig->rw.group);
	return ioctl(rig->container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU) ? -errno : 0;
}
