// SPDX-License-Identifier: GPL-2.0-only
/*
 * vdmae_mdev: counters of one device, in sysfs below /sys/bus/mdev/devices/UUID/vdmae/.
 * They count from the creation of the device on this host, and do not migrate.
 */
#include <linux/device.h>
#include <linux/sysfs.h>

#include "vdmae_mdev.h"

static ssize_t vdmae_show(struct device *dev, char *buf, size_t counter)
{
	void *counters = &((struct vdmae *)dev_get_drvdata(dev))->counters;

	return sysfs_emit(buf, "%lld\n", atomic64_read(counters + counter));
}

static ssize_t descriptors_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vdmae_show(dev, buf, offsetof(struct vdmae_counters, descriptors));
}
static DEVICE_ATTR_RO(descriptors);

static ssize_t bytes_written_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vdmae_show(dev, buf, offsetof(struct vdmae_counters, bytes_written));
}
static DEVICE_ATTR_RO(bytes_written);

static ssize_t bytes_read_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vdmae_show(dev, buf, offsetof(struct vdmae_counters, bytes_read));
}
static DEVICE_ATTR_RO(bytes_read);

static ssize_t errors_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vdmae_show(dev, buf, offsetof(struct vdmae_counters, errors));
}
static DEVICE_ATTR_RO(errors);

static ssize_t interrupts_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return vdmae_show(dev, buf, offsetof(struct vdmae_counters, interrupts));
}
static DEVICE_ATTR_RO(interrupts);

static ssize_t epoch_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vdmae *vdmae = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%u\n", READ_ONCE(vdmae->regs.epoch));
}
static DEVICE_ATTR_RO(epoch);

static ssize_t state_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct vdmae *vdmae = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%s\n", vdmae_state_name(READ_ONCE(vdmae->state)));
}
static DEVICE_ATTR_RO(state);

static struct attribute *vdmae_attrs[] = {
	&dev_attr_descriptors.attr,
	&dev_attr_bytes_written.attr,
	&dev_attr_bytes_read.attr,
	&dev_attr_errors.attr,
	&dev_attr_interrupts.attr,
	&dev_attr_epoch.attr,
	&dev_attr_state.attr,
	NULL,
};

static const struct attribute_group vdmae_group = {
	.name = "vdmae",
	.attrs = vdmae_attrs,
};

const struct attribute_group *vdmae_groups[] = {
	&vdmae_group,
	NULL,
};
