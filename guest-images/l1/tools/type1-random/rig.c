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
#include "translate.h"

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
	struct vfio_iommu_type1_info_cap_gpa_dirty capability;

	return rig->tracking == BY_GPA &&
	       container_capability(rig->subjects[0].container, VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY,
				    &capability, sizeof(capability)) &&
	       capability.flags & VFIO_IOMMU_GPA_DIRTY_SHARED;
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

static void expect_answer(struct rig *rig, const char *what, int64_t answer, int64_t expected)
{
	if (answer != expected)
		wrong(rig, "%s answers %lld, expected %lld", what, (long long)answer,
		      (long long)expected);
}

static void settle_engine(struct rig *rig, struct engine *engine)
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
		settle_engine(rig, &rig->subjects[i / ENGINES].engines[i % ENGINES]);
	return !rig_found(rig);
}

/* Writes and reads: only what is mapped, and within one mapping */

static void transfer(struct rig *rig, struct subject *subject, const struct step *step,
		     enum vdmae_opcode opcode)
{
	struct engine *engine = &subject->engines[step->engine];
	const struct mapping *mapping = model_mapping(&subject->model, step->a);
	uint32_t pages = (step->b + step->c + PAGE - 1) >> PAGE_BITS;

	if (!mapping || !step->c || step->a + pages > mapping->first + mapping->pages)
		return;
	if (engine->pending == ENGINE_BATCH)
		settle_engine(rig, engine);
	engine_add(engine, opcode, iova_of(step->a) + step->b, step->c, engine->cookie + 1);
	if (opcode == VDMAE_OP_WRITE_PATTERN) {
		model_write(&subject->model, step->a, pages, step->engine == ENGINE_HOLD);
		rig->counts.writes++;
	}
}

static void map(struct rig *rig, struct subject *subject, const struct step *step)
{
	bool logged = step->c != NO_GUEST_PAGE;
	uint32_t guest = logged ? step->c : 0;
	uint64_t gpa = logged && rig->tracking == BY_GPA ? gpa_of(guest) : NO_GPA;
	struct model *model = &subject->model;

	if (model_is_full(model) || !model_is_free(model, step->a, step->b) ||
	    guest % WINDOW_PAGES + step->b > WINDOW_PAGES)
		return;
	expect_answer(rig, "map", map_gpa(subject->container, page_memory(rig, guest),
					    iova_of(step->a), (uint64_t)step->b << PAGE_BITS, gpa), 0);
	model_map(model, step->a, step->b, guest, logged);
	rig->counts.maps++;
}

/* Bitmaps */

static uint64_t *prepare_buffer(struct rig *rig, uint32_t pages, uint32_t *accessible)
{
	uint32_t bytes = (pages + 63) / 64 * sizeof(uint64_t);

	if (*accessible > bytes)
		*accessible = bytes;
	memset(rig->buffer_end - *accessible, 0, *accessible);
	memset(rig->got, 0, bytes);
	memset(rig->expected, 0, bytes);
	return (uint64_t *)(rig->buffer_end - *accessible);
}

static void set_bit(uint64_t *bitmap, uint32_t bit)
{
	bitmap[bit / 64] |= 1ULL << bit % 64;
}

/* Calls for each key of a range of IOVA pages or guest frames, with its bit. */
static void for_each_key(struct rig *rig, struct model *model, uint32_t first, uint32_t pages,
			 void (*call)(struct rig *rig, struct model *model, uint32_t key, uint32_t bit))
{
	uint32_t i, window;

	if (model->tracking == BY_IOVA) {
		for (i = 0; i < pages; i++)
			call(rig, model, first + i, i);
		return;
	}
	for (window = 0; window < WINDOWS; window++) {
		uint32_t base = window_frames[window];
		uint32_t frame = first > base ? first : base;

		for (; frame < first + pages && frame < base + WINDOW_PAGES; frame++)
			call(rig, model, window * WINDOW_PAGES + frame - base, frame - first);
	}
}

static void expect_key(struct rig *rig, struct model *model, uint32_t key, uint32_t bit)
{
	if (model_must_report(model, key))
		set_bit(rig->expected, bit);
}

static void report_key(struct rig *rig, struct model *model, uint32_t key, uint32_t bit)
{
	(void)rig;
	(void)bit;
	model_reported(model, key);
}

static void found_missing(struct rig *rig, const char *what, uint32_t first, uint32_t bit)
{
	uint64_t address = rig->tracking == BY_IOVA ? iova_of(first + bit) :
						      (uint64_t)(first + bit) << PAGE_BITS;

	if (!rig->finding.missing++)
		snprintf(rig->finding.text, sizeof(rig->finding.text),
			 "%s of 0x%llx does not report 0x%llx", what,
			 (unsigned long long)(address - ((uint64_t)bit << PAGE_BITS)),
			 (unsigned long long)address);
}

static void compare(struct rig *rig, const char *what, uint32_t first, uint32_t pages,
		    uint32_t accessible)
{
	uint32_t word;

	memcpy(rig->got, rig->buffer_end - accessible, accessible);
	for (word = 0; word < (pages + 63) / 64; word++) {
		uint64_t missing = rig->expected[word] & ~rig->got[word];

		rig->counts.reported += __builtin_popcountll(rig->got[word]);
		rig->counts.falsely_dirty +=
			__builtin_popcountll(rig->got[word] & ~rig->expected[word]);
		for (; missing; missing &= missing - 1)
			found_missing(rig, what, first, word * 64 + __builtin_ctzll(missing));
	}
}

static bool range_is_valid(const struct rig *rig, const struct step *step)
{
	uint32_t end = rig->tracking == BY_IOVA ? IOVA_PAGES : FRAMES_END;

	return step->b && step->a < end && step->b <= end - step->a;
}

static int call_get(struct rig *rig, struct subject *subject, const struct step *step,
		    uint64_t *buffer)
{
	uint64_t size = (uint64_t)step->b << PAGE_BITS;
	int ret;

	if (rig->tracking == BY_IOVA)
		return dirty_get_iova(subject->container, iova_of(step->a), size, buffer);
	do
		ret = dirty_get_gpa(subject->container, (uint64_t)step->a << PAGE_BITS, size, buffer);
	while (ret == -EAGAIN && rig->tracking == BY_IOTLB && answer_misses(subject));
	return ret;
}

/* A GET that fails must not lose anything, whatever became of the buffer. */
static void get(struct rig *rig, struct subject *subject, const struct step *step)
{
	bool faults = step->operation == STEP_GET_FAULT;
	uint32_t accessible = faults ? step->c : UINT32_MAX;
	struct model *model = &subject->model;
	uint64_t *buffer;
	int expected = 0;
	int ret;

	if (!range_is_valid(rig, step))
		return;
	if (!model->on || (rig->tracking == BY_IOVA && !model_is_whole(model, step->a, step->b)))
		expected = -EINVAL;

	buffer = prepare_buffer(rig, step->b, &accessible);
	ret = call_get(rig, subject, step, buffer);
	if (faults && ret == -EFAULT) {
		rig->counts.faults++;
		return;
	}
	expect_answer(rig, "get", ret, expected);
	if (ret)
		return;
	for_each_key(rig, model, step->a, step->b, expect_key);
	compare(rig, "get", step->a, step->b, accessible);
	for_each_key(rig, model, step->a, step->b, report_key);
	rig->counts.gets++;
}

/* Unmapping */

static int64_t call_unmap(struct rig *rig, struct subject *subject, const struct step *step,
			  uint64_t *buffer)
{
	const struct mapping *mapping = model_mapping(&subject->model, step->a);
	uint64_t size = (uint64_t)step->b << PAGE_BITS;
	uint64_t iova = iova_of(step->a);
	int64_t ret;

	switch (step->c) {
	case UNMAP_WITH_BITMAP:
		return unmap_bitmap(subject->container, iova, size, buffer);
	case UNMAP_WITH_GPA:
		return unmap_gpa(subject->container, iova, size, gpa_of(mapping->guest));
	case UNMAP_WRONG_GPA:
		return unmap_gpa(subject->container, iova, size, gpa_of(mapping->guest) + PAGE);
	}
	do
		ret = unmap_range(subject->container, iova, size);
	while (ret == -EAGAIN && rig->tracking == BY_IOTLB && answer_misses(subject));
	return ret;
}

/* Whether this kernel, and this range, have that kind of unmap */
static bool unmap_is_valid(struct rig *rig, struct subject *subject, const struct step *step)
{
	const struct mapping *mapping = model_mapping(&subject->model, step->a);

	if (!step->b || step->a >= IOVA_PAGES || step->b > IOVA_PAGES - step->a)
		return false;
	if (step->c == UNMAP_WITH_BITMAP)
		return rig->tracking == BY_IOVA;
	if (step->c == UNMAP_WITH_GPA || step->c == UNMAP_WRONG_GPA)
		return rig->tracking == BY_GPA && mapping && mapping->first == step->a &&
		       mapping->pages == step->b;
	return true;
}

static void unmap(struct rig *rig, struct subject *subject, const struct step *step)
{
	const struct mapping *mapping = model_mapping(&subject->model, step->a);
	bool bitmap = step->c == UNMAP_WITH_BITMAP;
	struct model *model = &subject->model;
	uint32_t accessible = UINT32_MAX;
	uint64_t *buffer;
	bool refused;
	int64_t ret;

	if (!unmap_is_valid(rig, subject, step))
		return;
	refused = !model_is_whole(model, step->a, step->b) || (bitmap && !model->on) ||
		  step->c == UNMAP_WRONG_GPA || (step->c == UNMAP_WITH_GPA && !mapping->logged);
	buffer = prepare_buffer(rig, step->b, &accessible);
	ret = call_unmap(rig, subject, step, buffer);
	if (refused) {
		expect_answer(rig, "unmap", ret, -EINVAL);
		return;
	}
	if (bitmap) {
		for_each_key(rig, model, step->a, step->b, expect_key);
		compare(rig, "unmap", step->a, step->b, accessible);
	}
	expect_answer(rig, "unmap", ret,
		      (int64_t)model_unmap(model, step->a, step->b) << PAGE_BITS);
	rig->counts.unmaps++;
}

static void release(struct subject *subject, const struct step *step)
{
	engine_reset(&subject->engines[step->engine]);
	if (step->engine == ENGINE_HOLD)
		model_release(&subject->model);
}

static void carry_out(struct rig *rig, struct subject *subject, const struct step *step)
{
	switch (step->operation) {
	case STEP_START:
		expect_answer(rig, "start", dirty_start(subject->container), 0);
		model_start(&subject->model);
		break;
	case STEP_STOP:
		expect_answer(rig, "stop", dirty_stop(subject->container), 0);
		model_stop(&subject->model);
		break;
	case STEP_MAP:
		map(rig, subject, step);
		break;
	case STEP_UNMAP:
		unmap(rig, subject, step);
		break;
	case STEP_RELEASE:
		release(subject, step);
		break;
	case STEP_GET:
	case STEP_GET_FAULT:
		get(rig, subject, step);
		break;
	case STEP_TRANSLATE:
	case STEP_INVALIDATE:
		if (rig->tracking == BY_IOTLB)
			expect_answer(rig, "the IOTLB", translate(subject, step), 0);
		break;
	}
}

bool rig_step(struct rig *rig, const struct step *step)
{
	struct subject *subject = &rig->subjects[step->container];

	if (step->container >= rig->containers || step->engine >= ENGINES)
		return true;
	rig->counts.steps++;
	if (step->operation == STEP_WRITE) {
		transfer(rig, subject, step, VDMAE_OP_WRITE_PATTERN);
	} else if (step->operation == STEP_READ) {
		transfer(rig, subject, step, VDMAE_OP_READ_CHECKSUM);
	} else if (rig_settle(rig)) {
		carry_out(rig, subject, step);
	}
	return !rig_found(rig);
}
