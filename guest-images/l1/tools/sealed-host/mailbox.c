// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "mailbox.h"

#define PCI_DEVICES	"/sys/bus/pci/devices"

/* Vendor and device, as sysfs spells them. */
#define IVSHMEM		"0x1af4", "0x1110"
#define PVPANIC		"0x1b36", "0x0011"
#define PVPANIC_PANICKED	1

static struct mailbox *box;
static volatile uint8_t *pvpanic;
static size_t command_offset;	/* of the command that is next */

void die(const char *what)
{
	fprintf(stderr, "sealed-host: %s: %s\n", what, strerror(errno));
	exit(1);
}

uint64_t monotonic_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static bool file_says(const char *device, const char *file, const char *wanted)
{
	char path[512], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", device, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = 0;
	close(fd);
	text[strcspn(text, "\n")] = 0;
	return !strcmp(text, wanted);
}

/* Maps the memory of the first PCI device of a kind. */
static void *map_device(const char *vendor, const char *product, const char *resource, size_t bytes)
{
	struct dirent *entry;
	char path[512];
	void *memory;
	DIR *folder = opendir(PCI_DEVICES);
	int fd;

	if (!folder)
		die(PCI_DEVICES);
	do {
		errno = ENODEV;
		entry = readdir(folder);
		if (!entry)
			die(product);
	} while (!file_says(entry->d_name, "vendor", vendor) ||
		 !file_says(entry->d_name, "device", product));

	snprintf(path, sizeof(path), PCI_DEVICES "/%s/enable", entry->d_name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "1", 1) != 1)
		die(path);
	close(fd);
	snprintf(path, sizeof(path), PCI_DEVICES "/%s/%s", entry->d_name, resource);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		die(path);
	memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED)
		die(path);
	close(fd);
	closedir(folder);
	return memory;
}

void mailbox_open(void)
{
	box = map_device(IVSHMEM, "resource2", MAILBOX_BYTES);
	pvpanic = map_device(PVPANIC, "resource0", 4096);
	memset(box, 0, sizeof(*box));
	box->magic = MAILBOX_MAGIC;
	box->version = MAILBOX_VERSION;
}

size_t mailbox_room(void)
{
	size_t used = box->events + sizeof(struct frame);

	return used < MAILBOX_ROOM ? MAILBOX_ROOM - used : 0;
}

void mailbox_put(enum event kind, uint32_t id, const void *bytes, size_t length)
{
	const struct frame frame = { .kind = kind, .id = id, .length = length };
	char *at = (char *)box + MAILBOX_EVENTS + box->events;

	memcpy(at, &frame, sizeof(frame));
	if (length)
		memcpy(at + sizeof(frame), bytes, length);
	box->events += sizeof(frame) + length;
}

void mailbox_say(enum event kind, uint32_t id, const char *text)
{
	mailbox_put(kind, id, text, strlen(text));
}

uint64_t mailbox_call(void)
{
	volatile uint64_t *answer = &box->answer;

	box->now_ns = monotonic_ns();
	box->call++;
	__sync_synchronize();
	*pvpanic = PVPANIC_PANICKED;
	/* The processor may run a few more instructions before it stops. */
	while (*answer != box->call)
		__builtin_ia32_pause();
	__sync_synchronize();
	box->events = 0;
	command_offset = 0;
	return box->wake_ns;
}

const struct frame *mailbox_next(void)
{
	static struct frame *frame;
	const char *at = (char *)box + MAILBOX_COMMANDS + command_offset;
	struct frame head;

	if (command_offset >= box->commands)
		return NULL;
	/* A frame may lie anywhere: a copy does not. */
	memcpy(&head, at, sizeof(head));
	frame = realloc(frame, sizeof(head) + head.length + 1);
	if (!frame)
		die("a command");
	memcpy(frame, at, sizeof(head) + head.length);
	((char *)(frame + 1))[head.length] = 0;
	command_offset += sizeof(head) + head.length;
	return frame;
}
