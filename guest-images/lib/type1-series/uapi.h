/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The user interface of the series, for headers that do not have it yet: tracking
 * by guest physical address, logs that containers share, and the device IOTLB.
 */
#ifndef UAPI_H
#define UAPI_H

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

#ifndef VFIO_IOMMU_DIRTY_PAGES_FLAG_OPEN_GPA_LOG
#define VFIO_IOMMU_GPA_DIRTY_SHARED (1 << 0)
#define VFIO_IOMMU_DIRTY_PAGES_FLAG_OPEN_GPA_LOG (1 << 4)
#define VFIO_IOMMU_DIRTY_PAGES_FLAG_JOIN_GPA_LOG (1 << 5)
#endif

/* struct vfio_iommu_type1_dirty_bitmap with the data of JOIN_GPA_LOG */
struct join_log {
	__u32 argsz;
	__u32 flags;
	__s32 fd;
};

/* struct vfio_iommu_type1_dma_map with gpa, whatever the headers have */
struct map_gpa {
	__u32 argsz;
	__u32 flags;
	__u64 vaddr;
	__u64 iova;
	__u64 size;
	__u64 gpa;
};

/* struct vfio_iommu_type1_dma_unmap with gpa, likewise */
struct unmap_gpa {
	__u32 argsz;
	__u32 flags;
	__u64 iova;
	__u64 size;
	__u64 gpa;
};

#ifndef VFIO_IOMMU_IOTLB
#define VFIO_IOMMU_IOTLB _IO(VFIO_TYPE, VFIO_BASE + 18)
#define VFIO_IOMMU_TYPE1_INFO_CAP_IOTLB 5

struct vfio_iommu_type1_info_cap_iotlb {
	struct vfio_info_cap_header header;
	__u32 flags;
	__u32 max_entries;
	__u64 pgsize_bitmap;
	__u64 max_dirty_bitmap_size;
	__u64 max_gpa;
};

struct vfio_iommu_type1_iotlb_entry {
	__u64 iova;
	__u64 size;
	__u64 gpa;
#define VFIO_IOMMU_IOTLB_GPA_NONE (~0ULL)
};

struct vfio_iommu_type1_iotlb {
	__u32 argsz;
	__u32 flags;
#define VFIO_IOMMU_IOTLB_FLAG_ENABLE (1 << 0)
#define VFIO_IOMMU_IOTLB_FLAG_DISABLE (1 << 1)
#define VFIO_IOMMU_IOTLB_FLAG_UPDATE (1 << 2)
#define VFIO_IOMMU_IOTLB_FLAG_INVALIDATE (1 << 3)
#define VFIO_IOMMU_IOTLB_FLAG_GET_MISSES (1 << 4)
	__s32 eventfd;
	__u32 count;
	struct vfio_iommu_type1_iotlb_entry entries[];
};
#endif

#endif /* UAPI_H */
