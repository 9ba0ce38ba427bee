// SPDX-License-Identifier: GPL-2.0-only
#include "subject.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define DRIVER		"/sys/bus/pci/drivers/vdmae/"
#define PCI_DEVICES	"/sys/bus/pci/devices/"

int fd;
uint64_t page_size;
bool translated;
static char address[16];	/* on the PCI bus */
static const unsigned char *memory;

void expect(const char *name, unsigned long request, void *argument, int expected)
{
	int found = ioctl(fd, request, argument) ? errno : 0;

	ktap_result(found == expected, name, "errno %d instead of %d", found, expected);
}

bool holds(uint64_t page, uint64_t sequence)
{
	const struct vdmae_pattern *pattern = (const void *)(memory + page * page_size);

	return pattern->sequence == sequence && pattern->page == FIRST + page;
}

bool write_page(uint64_t page, uint32_t alias, uint64_t sequence)
{
	struct vdmae_write write = {
		.page = page, .sequence = sequence, .bytes = page_size, .alias = alias,
	};

	return !ioctl(fd, VDMAE_IOC_WRITE, &write) && write.status == VDMAE_OK;
}

uint64_t map(uint64_t block, uint32_t alias)
{
	struct vdmae_map map = { .block = block, .alias = alias };

	if (ioctl(fd, VDMAE_IOC_MAP, &map))
		ktap_bail_out("VDMAE_IOC_MAP");
	return map.iova;
}

void unmap(uint64_t block, uint32_t alias)
{
	struct vdmae_unmap unmap = { .block = block, .alias = alias };

	if (ioctl(fd, VDMAE_IOC_UNMAP, &unmap))
		ktap_bail_out("VDMAE_IOC_UNMAP");
}

void map_memory(void)
{
	memory = mmap(NULL, PAGES * page_size, PROT_READ, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		ktap_bail_out("mmap");
}

void unmap_memory(void)
{
	munmap((void *)memory, PAGES * page_size);
}

static void write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, text, strlen(text)) < 0)
		ktap_bail_out(path);
	close(file);
}

static void find_address(void)
{
	char path[64], target[256] = "";
	struct stat status;

	if (fstat(fd, &status))
		ktap_bail_out("fstat");
	snprintf(path, sizeof(path), "/sys/dev/char/%u:%u/device", major(status.st_rdev),
		 minor(status.st_rdev));
	if (readlink(path, target, sizeof(target) - 1) < 0 || !strrchr(target, '/'))
		ktap_bail_out(path);
	snprintf(address, sizeof(address), "%s", strrchr(target, '/') + 1);
}

int open_again(void)
{
	char path[300];
	struct dirent *entry;
	DIR *names;
	int file;

	snprintf(path, sizeof(path), PCI_DEVICES "%s/misc", address);
	names = opendir(path);
	if (!names)
		ktap_bail_out(path);
	do {
		entry = readdir(names);
	} while (entry && entry->d_name[0] == '.');
	if (!entry)
		ktap_bail_out(path);
	snprintf(path, sizeof(path), "/dev/%s", entry->d_name);
	closedir(names);
	file = open(path, O_RDWR | O_CLOEXEC);
	if (file < 0)
		ktap_bail_out(path);
	return file;
}

void bind_driver(void)
{
	write_file(DRIVER "bind", address);
}

void unbind_driver(void)
{
	write_file(DRIVER "unbind", address);
}

void remove_device(void)
{
	char path[64];

	snprintf(path, sizeof(path), PCI_DEVICES "%s/remove", address);
	write_file(path, "1");
}

void rescan_bus(void)
{
	write_file("/sys/bus/pci/rescan", "1");
}

void open_first(const char *path)
{
	struct vdmae_info info;

	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		ktap_bail_out(path);
	if (ioctl(fd, VDMAE_IOC_INFO, &info))
		ktap_bail_out("VDMAE_IOC_INFO");
	page_size = info.page_size;
	translated = info.flags & VDMAE_INFO_TRANSLATED;
	find_address();
}
