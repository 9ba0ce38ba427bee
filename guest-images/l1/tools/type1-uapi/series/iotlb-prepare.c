// SPDX-License-Identifier: GPL-2.0-only
#include "iotlb.h"

int iotlb_enabled(struct rig *rig)
{
	int ret = map_range(rig->container, rig->memory, IOVA, 4 * PAGE);

	/* A kernel without it has the mapping. */
	if (!ret)
		iotlb_enable(rig->container);
	return ret;
}

int iotlb_tracking(struct rig *rig)
{
	int ret = iotlb_enabled(rig);

	return ret ? ret : dirty_start(rig->container);
}

/* Answers what misses: the memory is the guest's, the engines' rings are not. */
static int answer(struct rig *rig)
{
	struct vfio_iommu_type1_iotlb_entry entries[8] = { 0 };
	uint32_t count = 8, i;
	int ret = iotlb_misses(rig->container, entries, &count);

	for (i = 0; i < count && !ret; i++) {
		uint64_t gpa = entries[i].iova < IOVA + SPAN ? entries[i].iova - IOVA + GPA :
							      VFIO_IOMMU_IOTLB_GPA_NONE;

		ret = iotlb_update(rig->container, entries[i].iova, entries[i].size, gpa);
	}
	return ret ? ret : (int)count;
}

int iotlb_answer_all(struct rig *rig)
{
	int ret;

	do
		ret = answer(rig);
	while (ret > 0);
	return ret;
}
