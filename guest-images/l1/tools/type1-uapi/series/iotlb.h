/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOTLB_H
#define IOTLB_H

#include "suite.h"

/* Where the memory, which is mapped at IOVA, lies for the guest */
#define GPA 0x40000000UL

/* Make a container with the first four pages mapped, and tracking if so called */
int iotlb_enabled(struct rig *rig);
int iotlb_tracking(struct rig *rig);

extern const struct test iotlb_tests[];

#endif /* IOTLB_H */
