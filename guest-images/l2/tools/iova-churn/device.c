// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <line.h>

#include "bus.h"

static void call(const struct device *device, unsigned long request, void *argument,
		 const char *what)
{
	if (ioctl(device->fd, request, argument))
		report_failure("%s: %s", what, strerror(errno));
}

static int open_file(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		report_failure("%s: %s", path, strerror(errno));
	return fd;
}

static uint64_t pool_bytes(const struct device *device)
{
	return device->pool.pages * device->page_size;
}

static void map_memory(struct device *device)
{
	device->memory = mmap(NULL, pool_bytes(device), PROT_READ, MAP_SHARED, device->fd, 0);
	if (device->memory == MAP_FAILED)
		report_failure("mapping the pool of pages: %s", strerror(errno));
}

/* The rings of a driver that was bound anew are those that it begins with. */
static void widen_rings(const struct device *device)
{
	struct vdmae_ring ring = { .entries = VDMAE_RING_ENTRIES };

	while (ring.entries <= device->queue_depth)
		ring.entries *= 2;
	if (ring.entries != VDMAE_RING_ENTRIES)
		call(device, VDMAE_IOC_RING, &ring, "asking for longer rings");
}

struct device device_open(const char *path, const struct vdmae_pool *pool, uint64_t queue_depth)
{
	struct device device = {
		.fd = open_file(path),
		.queue_depth = queue_depth,
		.pool = *pool,
	};

	bus_address(device.fd, device.pci, sizeof(device.pci));
	device.page_size = device_info(&device).page_size;
	call(&device, VDMAE_IOC_POOL, &device.pool, "allocating the pool of pages");
	map_memory(&device);
	widen_rings(&device);
	return device;
}

void device_reopen(struct device *device)
{
	struct vdmae_join join = { .fd = device->fd };
	char path[64];

	bus_device_file(device->pci, path, sizeof(path));
	device->fd = open_file(path);
	call(device, VDMAE_IOC_JOIN, &join, "joining the pool of pages");

	munmap((void *)device->memory, pool_bytes(device));
	close(join.fd);
	map_memory(device);
	widen_rings(device);
}

struct vdmae_info device_info(const struct device *device)
{
	struct vdmae_info info = {};

	call(device, VDMAE_IOC_INFO, &info, "asking the device for its properties");
	return info;
}

struct vdmae_page device_page(const struct device *device, uint64_t page)
{
	struct vdmae_page argument = { .page = page };

	call(device, VDMAE_IOC_PAGE, &argument, "asking where a page is");
	return argument;
}

uint64_t device_map(const struct device *device, uint64_t block, uint32_t alias)
{
	struct vdmae_map argument = { .block = block, .alias = alias };

	call(device, VDMAE_IOC_MAP, &argument, "mapping");
	return argument.ns;
}

uint64_t device_unmap(const struct device *device, uint64_t block, uint32_t alias)
{
	struct vdmae_unmap argument = { .block = block, .alias = alias };

	call(device, VDMAE_IOC_UNMAP, &argument, "unmapping");
	return argument.ns;
}

int device_write(const struct device *device, struct vdmae_write *write)
{
	return ioctl(device->fd, VDMAE_IOC_WRITE, write) ? errno : 0;
}

int device_write_all(const struct device *device, struct vdmae_write *writes, uint32_t count)
{
	struct vdmae_writes argument = { .writes = (uintptr_t)writes, .count = count };

	return ioctl(device->fd, VDMAE_IOC_WRITES, &argument) ? errno : 0;
}

int device_step(const struct device *device, struct vdmae_step *step)
{
	return ioctl(device->fd, VDMAE_IOC_STEP, step) ? errno : 0;
}
