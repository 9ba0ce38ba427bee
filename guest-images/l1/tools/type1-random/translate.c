// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>

#include <fatal.h>

#include "translate.h"

#define BATCH 64

/* Part of a mapping into the table */
static int update(struct subject *subject, const struct mapping *mapping, uint32_t page,
		  uint32_t pages)
{
	uint64_t gpa = mapping->logged ? gpa_of(mapping->guest + page - mapping->first) :
					 VFIO_IOMMU_IOTLB_GPA_NONE;

	return iotlb_update(subject->container, iova_of(page), (uint64_t)pages << PAGE_BITS, gpa);
}

/* What misses is in a mapping of the model, or in the rings of an engine. */
static int answer(struct subject *subject, const struct vfio_iommu_type1_iotlb_entry *miss)
{
	uint32_t page = (miss->iova - IOVA_BASE) >> PAGE_BITS;
	const struct mapping *mapping = NULL;

	if (miss->iova >= IOVA_BASE)
		mapping = model_mapping(&subject->model, page);
	if (!mapping)
		return iotlb_update(subject->container, miss->iova, miss->size,
				    VFIO_IOMMU_IOTLB_GPA_NONE);
	/* Some get all of the mapping, some no more than they ask for. */
	if (mapping->first % 2)
		return update(subject, mapping, mapping->first, mapping->pages);
	return update(subject, mapping, page, miss->size >> PAGE_BITS);
}

bool answer_misses(struct subject *subject)
{
	struct vfio_iommu_type1_iotlb_entry misses[BATCH] = { 0 };
	uint32_t count = BATCH, i;

	REQUIRE(!iotlb_misses(subject->container, misses, &count), "the IOTLB names no misses");
	for (i = 0; i < count; i++)
		REQUIRE(!answer(subject, &misses[i]), "the IOTLB takes no answer");
	return count;
}

int translate(struct subject *subject, const struct step *step)
{
	const struct mapping *mapping = model_mapping(&subject->model, step->a);
	int ret;

	if (!subject->model.on || !mapping || !step->c || mapping->first != step->a ||
	    (uint64_t)step->b + step->c > mapping->pages)
		return 0;
	if (step->operation == STEP_TRANSLATE)
		return update(subject, mapping, step->a + step->b, step->c);
	do
		ret = iotlb_invalidate(subject->container, iova_of(step->a + step->b),
				       (uint64_t)step->c << PAGE_BITS);
	while (ret == -EAGAIN && answer_misses(subject));
	return ret;
}
