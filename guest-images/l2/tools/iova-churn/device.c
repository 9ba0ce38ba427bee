// SPDX-License-Identifier: GPL-2.0-only
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "report.h"

static void call(const struct device *device, unsigned long request, void *argument,
		 const char *what)
{
	if (ioctl(device->fd, request, argument))
		report_failure("%s: %s", what, strerror(errno));
}

struct device device_open(const char *path, uint64_t pages)
{
	struct vdmae_pool pool = { .pages = pages };
	struct device device = {};

	device.fd = open(path, O_RDWR | O_CLOEXEC);
	if (device.fd < 0)
		report_failure("%s: %s", path, strerror(errno));
	device.page_size = device_info(&device).page_size;

	call(&device, VDMAE_IOC_POOL, &pool, "allocating the pool of pages");
	device.memory = mmap(NULL, pages * device.page_size, PROT_READ, MAP_SHARED, device.fd, 0);
	if (device.memory == MAP_FAILED)
		report_failure("mapping the pool of pages: %s", strerror(errno));
	return device;
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

void device_map(const struct device *device, uint64_t page)
{
	struct vdmae_map argument = { .page = page };

	call(device, VDMAE_IOC_MAP, &argument, "mapping a page");
}

void device_step(const struct device *device, struct vdmae_step *step)
{
	call(device, VDMAE_IOC_STEP, step, "writing, unmapping and mapping");
}
