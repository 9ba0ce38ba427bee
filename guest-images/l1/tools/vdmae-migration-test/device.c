// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <fcntl.h>
#include <libgen.h>
#include <linux/pci_regs.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <ktap.h>

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (fd < 0)
		return -1;
	written = write(fd, text, strlen(text));
	close(fd);
	return written < 0 ? -1 : 0;
}

void device_create(struct device *device, const char *type, unsigned int number)
{
	char path[128];

	*device = (struct device) { .fd = -1 };
	snprintf(device->uuid, sizeof(device->uuid), "7e577e57-0001-4000-8000-%06x%06x",
		 (unsigned int)getpid() & 0xffffff, number);
	snprintf(path, sizeof(path),
		 "/sys/class/mdev_bus/vdmae/mdev_supported_types/vdmae-%s/create", type);
	if (write_file(path, device->uuid))
		ktap_bail_out(path);
}

void device_remove(struct device *device)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/remove", device->uuid);
	if (write_file(path, "1"))
		ktap_bail_out(path);
}

static void open_group(struct device *device)
{
	char path[128], target[128];
	ssize_t length;

	snprintf(path, sizeof(path), "/sys/bus/mdev/devices/%s/iommu_group", device->uuid);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		ktap_bail_out(path);
	target[length] = '\0';
	snprintf(path, sizeof(path), "/dev/vfio/%s", basename(target));
	device->group = open(path, O_RDWR | O_CLOEXEC);
	if (device->group < 0)
		ktap_bail_out(path);
}

void device_open(struct device *device)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.size = MEMORY,
	};

	open_group(device);
	device->container = open("/dev/vfio/vfio", O_RDWR | O_CLOEXEC);
	if (device->container < 0)
		ktap_bail_out("/dev/vfio/vfio");
	if (ioctl(device->group, VFIO_GROUP_SET_CONTAINER, &device->container) ||
	    ioctl(device->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		ktap_bail_out("making a container");

	device->memory = mmap(NULL, MEMORY, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			      -1, 0);
	if (device->memory == MAP_FAILED)
		ktap_bail_out("mmap");
	map.vaddr = (uintptr_t)device->memory;
	if (ioctl(device->container, VFIO_IOMMU_MAP_DMA, &map))
		ktap_bail_out("VFIO_IOMMU_MAP_DMA");

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
