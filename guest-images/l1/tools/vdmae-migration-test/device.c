// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <errno.h>
#include <linux/pci_regs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <container.h>
#include <fatal.h>
#include <ktap.h>

void device_create(struct device *device, const char *type, unsigned int number)
{
	*device = (struct device) { .fd = -1 };
	REQUIRE(mdev_create(device->uuid, type, number), "a device cannot be created: %s",
		strerror(errno));
}

void device_remove(struct device *device)
{
	REQUIRE(mdev_remove(device->uuid), "%s cannot be removed: %s", device->uuid,
		strerror(errno));
}

void device_open(struct device *device)
{
	int ret;

	device->group = mdev_group(device->uuid);
	device->container = container_open(device->group);
	device->memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
	if (device->memory == MAP_FAILED)
		ktap_bail_out("mmap");
	ret = map_range(device->container, device->memory, 0, MEMORY);
	REQUIRE(!ret, "the memory cannot be mapped: %s", strerror(-ret));

	device->fd = ioctl(device->group, VFIO_GROUP_GET_DEVICE_FD, device->uuid);
	if (device->fd < 0)
		ktap_bail_out("VFIO_GROUP_GET_DEVICE_FD");
}

void device_close(struct device *device)
{
	close(device->fd);
	close(device->group);
	close(device->container);
	munmap(device->memory, MEMORY);
}

uint64_t device_region(const struct device *device, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	if (ioctl(device->fd, VFIO_DEVICE_GET_REGION_INFO, &info))
		ktap_bail_out("VFIO_DEVICE_GET_REGION_INFO");
	return info.offset;
}

uint32_t device_read(const struct device *device, unsigned int offset)
{
	uint64_t bar = device_region(device, VFIO_PCI_BAR0_REGION_INDEX);
	uint32_t value;

	if (pread(device->fd, &value, sizeof(value), bar + offset) != sizeof(value))
		ktap_bail_out("reading a register");
	return value;
}

void device_write(const struct device *device, unsigned int offset, uint32_t value)
{
	uint64_t bar = device_region(device, VFIO_PCI_BAR0_REGION_INDEX);

	if (pwrite(device->fd, &value, sizeof(value), bar + offset) != sizeof(value))
		ktap_bail_out("writing a register");
}

void device_enable(struct device *device)
{
	uint64_t config = device_region(device, VFIO_PCI_CONFIG_REGION_INDEX);
	uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;

	if (pwrite(device->fd, &command, sizeof(command), config + PCI_COMMAND) != sizeof(command))
		ktap_bail_out("writing the command register");
	device_write(device, VDMAE_REG_CONTROL, VDMAE_CONTROL_RESET);
	device_write(device, VDMAE_REG_SQ_LOW, SQ_IOVA);
	device_write(device, VDMAE_REG_CQ_LOW, CQ_IOVA);
	device_write(device, VDMAE_REG_ENTRIES, ENTRIES);
	device_write(device, VDMAE_REG_CONTROL, VDMAE_CONTROL_ENABLE | VDMAE_CONTROL_IRQ);
	device->tail = 0;
}

void device_ring(struct device *device, uint64_t sequence)
{
	struct vdmae_descriptor *ring = (void *)(device->memory + SQ_IOVA);

	ring[device->tail] = (struct vdmae_descriptor) {
		.opcode = VDMAE_OP_WRITE_PATTERN,
		.cookie = sequence,
		.destination = DATA_IOVA,
		.length = PAGE,
		.sequence = sequence,
	};
	device->tail = (device->tail + 1) % ENTRIES;
	device_write(device, VDMAE_REG_TAIL, device->tail);
}

uint64_t device_wait_data(const struct device *device, uint64_t sequence)
{
	const volatile struct vdmae_pattern *data = (void *)(device->memory + DATA_IOVA);
	int i;

	for (i = 0; i < 1000 && data->sequence != sequence; i++)
		usleep(1000);
	return data->sequence;
}

int device_set_state(const struct device *device, enum vfio_device_mig_state state, int *fd)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_mig_state state;
	} argument = {
		.feature = {
			.argsz = sizeof(argument),
			.flags = VFIO_DEVICE_FEATURE_SET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
		},
		.state = { .device_state = state, .data_fd = -1 },
	};

	if (ioctl(device->fd, VFIO_DEVICE_FEATURE, &argument))
		return -errno;
	if (fd)
		*fd = argument.state.data_fd;
	return 0;
}

int device_get_state(const struct device *device)
{
	struct {
		struct vfio_device_feature feature;
		struct vfio_device_feature_mig_state state;
	} argument = {
		.feature = {
			.argsz = sizeof(argument),
			.flags = VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE,
		},
	};

	if (ioctl(device->fd, VFIO_DEVICE_FEATURE, &argument))
		return -errno;
	return argument.state.device_state;
}

int device_feature_flags(const struct device *device, uint32_t feature, uint64_t *flags)
{
	struct {
		struct vfio_device_feature feature;
		uint64_t flags;
	} argument = {
		.feature = { .argsz = sizeof(argument), .flags = feature },
	};

	if (ioctl(device->fd, VFIO_DEVICE_FEATURE, &argument))
		return -errno;
	*flags = argument.flags;
	return 0;
}
