/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user interface of dirty tracking by guest physical address, for headers
 * that do not have it yet.
 */
#ifndef VFIO_GPA_H
#define VFIO_GPA_H

#include <linux/vfio.h>

#ifndef VFIO_DMA_MAP_FLAG_GPA
#define VFIO_DMA_MAP_FLAG_GPA (1 << 3)
#endif

#ifndef VFIO_DMA_UNMAP_FLAG_GPA
#define VFIO_DMA_UNMAP_FLAG_GPA (1 << 3)
#endif

#ifndef VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA
#define VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP_GPA (1 << 3)
#endif

#ifndef VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY
#define VFIO_IOMMU_TYPE1_INFO_CAP_GPA_DIRTY 4

struct vfio_iommu_type1_info_cap_gpa_dirty {
	struct vfio_info_cap_header header;
	__u32 flags;
	__u32 reserved;
	__u64 pgsize_bitmap;
	__u64 max_dirty_bitmap_size;
	__u64 max_gpa;
};
#endif

/* struct vfio_iommu_type1_dma_map with gpa, whatever the headers have */
struct map_gpa {
	__u32 argsz;
	__u32 flags;
	__u64 vaddr;
	__u64 iova;
	__u64 size;
	__u64 gpa;
};

#endif /* VFIO_GPA_H */
