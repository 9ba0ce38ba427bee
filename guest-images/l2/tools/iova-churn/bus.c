// SPDX-License-Identifier: GPL-2.0-only
#include "bus.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <line.h>

#define DRIVER	"/sys/bus/pci/drivers/vdmae"
#define DEVICES	"/sys/bus/pci/devices"

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		report_failure("%s: %s", path, strerror(errno));
	close(fd);
}

void bus_address(int fd, char *address, size_t size)
{
	char path[64], target[256];
	const char *name;
	struct stat status;
	ssize_t length;

	if (fstat(fd, &status))
		report_failure("the device's file: %s", strerror(errno));
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device", major(status.st_rdev),
		 minor(status.st_rdev));
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0)
		report_failure("%s: %s", path, strerror(errno));
	target[length] = '\0';

	name = strrchr(target, '/');
	name = name ? name + 1 : target;
	if ((size_t)snprintf(address, size, "%s", name) >= size)
		report_failure("not an address on the PCI bus: %s", name);
}

void bus_device_file(const char *address, char *path, size_t size)
{
	char folder[64];
	struct dirent *entry;
	DIR *names;

	snprintf(folder, sizeof(folder), DEVICES "/%s/misc", address);
	names = opendir(folder);
	if (!names)
		report_failure("%s: %s", folder, strerror(errno));
	do {
		entry = readdir(names);
	} while (entry && entry->d_name[0] == '.');
	if (!entry || (size_t)snprintf(path, size, "/dev/%s", entry->d_name) >= size)
		report_failure("%s: no name of a device", folder);
	closedir(names);
}

void bus_unbind(const char *address)
{
	write_file(DRIVER "/unbind", address);
}

void bus_bind(const char *address)
{
	write_file(DRIVER "/bind", address);
}

void bus_remove(const char *address)
{
	char path[64];

	snprintf(path, sizeof(path), DEVICES "/%s/remove", address);
	write_file(path, "1");
}

void bus_rescan(void)
{
	write_file("/sys/bus/pci/rescan", "1");
}
