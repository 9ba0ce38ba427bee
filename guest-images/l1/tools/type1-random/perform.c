// SPDX-License-Identifier: GPL-2.0-only
#include "perform.h"
#include "translate.h"

/* Writes or reads what is mapped, within one mapping. */
static void transfer(struct rig *rig, struct subject *subject, const struct step *step,
		     enum vdmae_opcode opcode)
{
	struct engine *engine = &subject->engines[step->engine];
	const struct mapping *mapping = model_mapping(&subject->model, step->a);
	uint64_t pages = ((uint64_t)step->b + step->c + PAGE - 1) >> PAGE_BITS;

	if (!mapping || !step->c || step->a + pages > mapping->first + mapping->pages)
		return;
	if (engine->pending == ENGINE_BATCH)
		rig_settle_engine(rig, engine);
	engine_add(engine, opcode, iova_of(step->a) + step->b, step->c, engine->cookie + 1);
	if (opcode == VDMAE_OP_WRITE_PATTERN) {
		model_write(&subject->model, step->a, pages, step->engine == ENGINE_HOLD);
		rig->counts.writes++;
	}
}

static void map(struct rig *rig, struct subject *subject, const struct step *step)
{
	bool logged = step->c < GUEST_PAGES;
	uint32_t guest = logged ? step->c : 0;
	uint64_t gpa = logged && rig->tracking == BY_GPA ? gpa_of(guest) : NO_GPA;
	struct model *model = &subject->model;
	int ret;

	if (model_is_full(model) || !step->b || !model_is_free(model, step->a, step->b) ||
	    guest % WINDOW_PAGES + step->b > WINDOW_PAGES)
		return;
	ret = map_gpa(subject->container, page_memory(rig, guest), iova_of(step->a),
		      (uint64_t)step->b << PAGE_BITS, gpa);
	rig_expect(rig, "map", ret, 0);
	model_map(model, step->a, step->b, guest, logged);
	rig->counts.maps++;
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
		rig_expect(rig, "start", dirty_start(subject->container), 0);
		model_start(&subject->model);
		break;
	case STEP_STOP:
		rig_expect(rig, "stop", dirty_stop(subject->container), 0);
		model_stop(&subject->model);
		break;
	case STEP_MAP:
		map(rig, subject, step);
		break;
	case STEP_UNMAP:
		perform_unmap(rig, subject, step);
		break;
	case STEP_RELEASE:
		release(subject, step);
		break;
	case STEP_GET:
	case STEP_GET_FAULT:
		perform_get(rig, subject, step);
		break;
	case STEP_TRANSLATE:
	case STEP_INVALIDATE:
		if (rig->tracking == BY_IOTLB)
			rig_expect(rig, "the IOTLB", translate(subject, step), 0);
		break;
	}
}

bool perform(struct rig *rig, const struct step *step)
{
	struct subject *subject;

	if (step->container >= rig->containers || step->engine >= ENGINES)
		return true;
	subject = &rig->subjects[step->container];
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
