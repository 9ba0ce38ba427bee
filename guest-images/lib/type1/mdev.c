// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fatal.h"
#include "mdev.h"

#define TYPES "/sys/class/mdev_bus/vdmae/mdev_supported_types"
#define DEVICES "/sys/bus/mdev/devices"

static bool write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t written;

	if (file < 0)
		return false;
	written = write(file, text, strlen(text));
	close(file);
	return written == (ssize_t)strlen(text);
}

bool mdev_create(char *uuid, const char *type, unsigned int number)
{
	char path[200];

	snprintf(uuid, UUID_SIZE, "7e577e57-0000-4000-8000-%06x%06x",
		 (unsigned int)getpid() & 0xffffff, number);
	snprintf(path, sizeof(path), TYPES "/vdmae-%s/create", type);
	return write_file(path, uuid);
}

bool mdev_remove(const char *uuid)
{
	char path[200];

	snprintf(path, sizeof(path), DEVICES "/%s/remove", uuid);
	return write_file(path, "1");
}

int mdev_group(const char *uuid)
{
	char path[200], target[200];
	ssize_t length;
	int group;

	snprintf(path, sizeof(path), DEVICES "/%s/iommu_group", uuid);
	length = readlink(path, target, sizeof(target) - 1);
	REQUIRE(length > 0, "%s: %s", path, strerror(errno));
	target[length] = '\0';

	snprintf(path, sizeof(path), "/dev/vfio/%s", basename(target));
	group = open(path, O_RDWR | O_CLOEXEC);
	REQUIRE(group >= 0, "%s: %s", path, strerror(errno));
	return group;
}
