// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "container.h"
#include "engine.h"
#include "fatal.h"

#define ENTRIES (ENGINE_BATCH + 1)
#define RING_BYTES (ENTRIES * sizeof(struct vdmae_descriptor))
#define TIMEOUT_S 60
#define MAX_ENGINES 16

/* Far from every IOVA that the tests use */
#define RING_IOVA 0xf0000000UL

static struct engine *engines[MAX_ENGINES];
static unsigned int engines_count;
static pid_t owner;

/* A child that fails ends like its parent does, but the devices are not its own. */
static void remove_all(void)
{
	unsigned int i;

	if (getpid() != owner)
		return;
	for (i = 0; i < engines_count; i++)
		engine_remove(engines[i]);
}

const char *engine_create(struct engine *engine, const char *type, unsigned int number)
{
	memset(engine, 0, sizeof(*engine));
	engine->type = type;
	engine->group = engine->device = -1;
	engine->ring_iova = RING_IOVA + number * 2 * RING_BYTES;
	if (!mdev_create(engine->uuid, type, number)) {
		engine->uuid[0] = '\0';
		return "no vdmae device can be created, is vdmae_mdev loaded?";
	}
	if (!engines_count) {
		owner = getpid();
		atexit(remove_all);
	}
	REQUIRE(engines_count < MAX_ENGINES, "too many devices");
	engines[engines_count++] = engine;
	engine->group = mdev_group(engine->uuid);
	return NULL;
}

void engine_remove(struct engine *engine)
{
	if (!engine->uuid[0])
		return;
	if (engine->device >= 0)
		engine_close(engine);
	close(engine->group);
	if (!mdev_remove(engine->uuid))
		fprintf(stderr, "%s cannot be removed: %s\n", engine->uuid, strerror(errno));
	engine->uuid[0] = '\0';
}

static uint64_t region_offset(struct engine *engine, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	REQUIRE(!ioctl(engine->device, VFIO_DEVICE_GET_REGION_INFO, &info),
		"region %u of %s: %s", index, engine->uuid, strerror(errno));
	return info.offset;
}

static void write_register(struct engine *engine, unsigned int offset, uint32_t value)
{
	ssize_t written = pwrite(engine->device, &value, sizeof(value), engine->bar + offset);

	REQUIRE(written == sizeof(value), "register 0x%x of %s: %s", offset, engine->uuid,
		strerror(errno));
}

static uint32_t read_register(struct engine *engine, unsigned int offset)
{
	uint32_t value;
	ssize_t got = pread(engine->device, &value, sizeof(value), engine->bar + offset);

	REQUIRE(got == sizeof(value), "register 0x%x of %s: %s", offset, engine->uuid,
		strerror(errno));
	return value;
}

static void enable(struct engine *engine)
{
	uint16_t command = PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER;
	ssize_t written = pwrite(engine->device, &command, sizeof(command),
				 engine->config + PCI_COMMAND);

	REQUIRE(written == sizeof(command), "command register of %s: %s", engine->uuid,
		strerror(errno));
	write_register(engine, VDMAE_REG_SQ_LOW, engine->ring_iova);
	write_register(engine, VDMAE_REG_SQ_HIGH, engine->ring_iova >> 32);
	write_register(engine, VDMAE_REG_CQ_LOW, engine->ring_iova + RING_BYTES);
	write_register(engine, VDMAE_REG_CQ_HIGH, (engine->ring_iova + RING_BYTES) >> 32);
	write_register(engine, VDMAE_REG_ENTRIES, ENTRIES);
	write_register(engine, VDMAE_REG_CONTROL, VDMAE_CONTROL_ENABLE);
	REQUIRE(read_register(engine, VDMAE_REG_STATUS) == VDMAE_STATUS_ENABLED,
		"%s does not start", engine->uuid);
	engine->tail = 0;
	engine->pending = 0;
}

void engine_open(struct engine *engine, int container)
{
	void *memory = mmap(NULL, 2 * RING_BYTES, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret;

	REQUIRE(memory != MAP_FAILED, "out of memory");
	engine->descriptors = memory;
	engine->completions = (void *)((char *)memory + RING_BYTES);

	engine->device = ioctl(engine->group, VFIO_GROUP_GET_DEVICE_FD, engine->uuid);
	REQUIRE(engine->device >= 0, "cannot open %s: %s", engine->uuid, strerror(errno));
	engine->bar = region_offset(engine, VFIO_PCI_BAR0_REGION_INDEX);
	engine->config = region_offset(engine, VFIO_PCI_CONFIG_REGION_INDEX);

	engine->container = container;
	ret = map_range(container, memory, engine->ring_iova, 2 * RING_BYTES);
	REQUIRE(!ret, "cannot map the rings: %s", strerror(-ret));
	enable(engine);
}

/* Pins go with the device, then nothing of the rings is in use. */
void engine_close(struct engine *engine)
{
	close(engine->device);
	unmap_range(engine->container, engine->ring_iova, 2 * RING_BYTES);
	engine->device = -1;
	ioctl(engine->group, VFIO_GROUP_UNSET_CONTAINER);
	munmap(engine->descriptors, 2 * RING_BYTES);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

void engine_add(struct engine *engine, enum vdmae_opcode opcode, uint64_t iova, uint64_t length,
		uint64_t sequence)
{
	REQUIRE(engine->pending < ENGINE_BATCH, "%s has no room for a descriptor", engine->uuid);
	engine->descriptors[engine->tail] = (struct vdmae_descriptor) {
		.opcode = opcode,
		.cookie = ++engine->cookie,
		.destination = iova,
		.source = iova,
		.length = length,
		.sequence = sequence,
		.page = sequence,
	};
	engine->tail = (engine->tail + 1) % ENTRIES;
	engine->pending++;
}

void engine_ring(struct engine *engine)
{
	write_register(engine, VDMAE_REG_TAIL, engine->tail);
}

/* Soon done, or worth to sleep for */
static void pause_for(unsigned int tries)
{
	if (tries < 100)
		sched_yield();
	else
		usleep(20);
}

enum vdmae_status engine_wait(struct engine *engine)
{
	double deadline = seconds() + TIMEOUT_S;
	enum vdmae_status status = VDMAE_OK;
	unsigned int tries = 0;

	while (engine->pending) {
		unsigned int index = (engine->tail - engine->pending) % ENTRIES;
		volatile struct vdmae_completion *completion = &engine->completions[index];

		if (completion->cookie != engine->cookie - engine->pending + 1) {
			REQUIRE(seconds() < deadline, "%s does not answer, status 0x%x, error %u",
				engine->uuid, read_register(engine, VDMAE_REG_STATUS),
				read_register(engine, VDMAE_REG_ERROR));
			pause_for(tries++);
			continue;
		}
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		if (status == VDMAE_OK)
			status = completion->status;
		engine->pending--;
	}
	return status;
}

enum vdmae_status engine_write(struct engine *engine, uint64_t iova, uint64_t length)
{
	engine_add(engine, VDMAE_OP_WRITE_PATTERN, iova, length, engine->cookie + 1);
	engine_ring(engine);
	return engine_wait(engine);
}

uint64_t engine_time(const struct engine *engine, unsigned int index)
{
	return engine->completions[index % ENTRIES].time_ns;
}

void engine_reset(struct engine *engine)
{
	REQUIRE(!ioctl(engine->device, VFIO_DEVICE_RESET), "cannot reset %s: %s", engine->uuid,
		strerror(errno));
	enable(engine);
}
