// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "bitmap.h"
#include "perform.h"
#include "translate.h"

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
		ret = dirty_get_gpa(subject->container, (uint64_t)step->a << PAGE_BITS, size,
				    buffer);
	while (ret == -EAGAIN && rig->tracking == BY_IOTLB && answer_misses(subject));
	return ret;
}

/* A GET that fails must not lose anything, whatever became of the buffer. */
void perform_get(struct rig *rig, struct subject *subject, const struct step *step)
{
	uint32_t accessible = step->operation == STEP_GET_FAULT ? step->c : UINT32_MAX;
	struct model *model = &subject->model;
	uint64_t *buffer;
	int expected = 0;
	int ret;

	if (!range_is_valid(rig, step))
		return;
	if (!model->on || (rig->tracking == BY_IOVA && !model_is_whole(model, step->a, step->b)))
		expected = -EINVAL;

	buffer = bitmap_prepare(rig, step->b, &accessible);
	ret = call_get(rig, subject, step, buffer);
	if (ret == -EFAULT && accessible < bitmap_bytes((uint64_t)step->b << PAGE_BITS)) {
		rig->counts.faults++;
		return;
	}
	rig_expect(rig, "get", ret, expected);
	if (ret)
		return;
	bitmap_compare(rig, model, "get", step->a, step->b, accessible);
	bitmap_reported(rig, model, step->a, step->b);
	rig->counts.gets++;
}
