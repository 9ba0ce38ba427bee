// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include "bitmap.h"
#include "perform.h"
#include "translate.h"

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

void perform_unmap(struct rig *rig, struct subject *subject, const struct step *step)
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
	buffer = bitmap_prepare(rig, step->b, &accessible);
	ret = call_unmap(rig, subject, step, buffer);
	if (refused) {
		rig_expect(rig, "unmap", ret, -EINVAL);
		return;
	}
	if (bitmap)
		bitmap_compare(rig, model, "unmap", step->a, step->b, accessible);
	rig_expect(rig, "unmap", ret,
		   (int64_t)model_unmap(model, step->a, step->b) << PAGE_BITS);
	rig->counts.unmaps++;
}
