// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fatal.h>

#include "rig.h"

#define MAX_BITS (FRAMES_END > IOVA_PAGES ? FRAMES_END : IOVA_PAGES)
#define MAX_BITMAP ((MAX_BITS + 63) / 64 * sizeof(uint64_t))
#define BUFFER_BYTES ((MAX_BITMAP + PAGE - 1) / PAGE * PAGE)

static const char *const engine_types[ENGINES] = { "rw", "pin", "hold" };

static void make_memory(struct rig *rig)
{
	const int prot = PROT_READ | PROT_WRITE;
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	char *buffer = mmap(NULL, BUFFER_BYTES + PAGE, prot, flags, -1, 0);

	rig->memory = mmap(NULL, (uint64_t)GUEST_PAGES << PAGE_BITS, prot, flags, -1, 0);
	rig->got = calloc(1, MAX_BITMAP);
	rig->expected = calloc(1, MAX_BITMAP);
	REQUIRE(rig->memory != MAP_FAILED && buffer != MAP_FAILED && rig->got && rig->expected,
		"out of memory");
	rig->buffer_end = buffer + BUFFER_BYTES;
	REQUIRE(!mprotect(rig->buffer_end, PAGE, PROT_NONE), "mprotect: %s", strerror(errno));
}

const char *rig_create(struct rig *rig, unsigned int containers)
{
	const char *missing = NULL;
	unsigned int i;

	memset(rig, 0, sizeof(*rig));
	rig->containers = containers;
	for (i = 0; i < containers * ENGINES && !missing; i++)
		missing = engine_create(&rig->subjects[i / ENGINES].engines[i % ENGINES],
					engine_types[i % ENGINES], i);
	if (!missing)
		make_memory(rig);
	return missing;
}

static void subject_open(struct subject *subject)
{
	int i;

	subject->container = container_open(subject->engines[0].group);
	for (i = 1; i < ENGINES; i++)
		container_add(subject->container, subject->engines[i].group);
	for (i = 0; i < ENGINES; i++)
		engine_open(&subject->engines[i], subject->container);
}

/* Where the kernel offers it, all containers have one log. */
static bool can_share(const struct rig *rig)
{
	return rig->tracking == BY_GPA && log_can_be_shared(rig->subjects[0].container);
}

static void share_log(struct rig *rig)
{
	int log = log_open(rig->subjects[0].container);
	unsigned int i;

	REQUIRE(log >= 0, "the log cannot be opened: %s", strerror(-log));
	for (i = 1; i < rig->containers; i++)
		REQUIRE(!log_join(rig->subjects[i].container, log), "the log cannot be joined");
	close(log);
}

void rig_open(struct rig *rig, int tracking)
{
	bool shared;
	unsigned int i;

	memset(&rig->counts, 0, sizeof(rig->counts));
	memset(&rig->finding, 0, sizeof(rig->finding));
	for (i = 0; i < rig->containers; i++) {
		struct subject *subject = &rig->subjects[i];

		subject_open(subject);
		rig->tracking = tracking < 0 ? container_tracking(subject->container) :
					       (enum tracking)tracking;
		if (rig->tracking == BY_IOTLB)
			REQUIRE(!iotlb_enable(subject->container), "the IOTLB cannot be enabled");
	}

	shared = can_share(rig);
	if (shared)
		share_log(rig);
	memset(rig->logs, 0, sizeof(rig->logs));
	for (i = 0; i < rig->containers; i++)
		model_init(&rig->subjects[i].model, rig->tracking, &rig->logs[shared ? 0 : i]);
}

void rig_close(struct rig *rig)
{
	unsigned int i;
	int j;

	for (i = 0; i < rig->containers; i++) {
		for (j = 0; j < ENGINES; j++)
			engine_close(&rig->subjects[i].engines[j]);
		close(rig->subjects[i].container);
	}
}

__attribute__((format(printf, 2, 3)))
static void wrong(struct rig *rig, const char *format, ...)
{
	va_list arguments;

	if (rig_found(rig))
		return;
	rig->finding.wrong = true;
	va_start(arguments, format);
	vsnprintf(rig->finding.text, sizeof(rig->finding.text), format, arguments);
	va_end(arguments);
}

void rig_expect(struct rig *rig, const char *what, int64_t answer, int64_t expected)
{
	if (answer != expected)
		wrong(rig, "%s answers %lld, expected %lld", what, (long long)answer,
		      (long long)expected);
}

void rig_settle_engine(struct rig *rig, struct engine *engine)
{
	enum vdmae_status status;

	if (!engine->pending)
		return;
	engine_ring(engine);
	status = engine_wait(engine);
	if (status != VDMAE_OK)
		wrong(rig, "a transfer of engine %s ends with status %d", engine->type, status);
}

bool rig_settle(struct rig *rig)
{
	unsigned int i;

	for (i = 0; i < rig->containers * ENGINES; i++)
		rig_settle_engine(rig, &rig->subjects[i / ENGINES].engines[i % ENGINES]);
	return !rig_found(rig);
}
