/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests of the device IOTLB share, and the tests themselves. */
#ifndef IOTLB_H
#define IOTLB_H

#include <pages.h>
#include <series.h>

#include "guest.h"
#include "suite.h"

/* Make a container with the first four pages mapped, and tracking if so called */
int iotlb_enabled(struct rig *rig);
int iotlb_tracking(struct rig *rig);

/* Answers all that misses, as the memory lies for the guest: 0 or a negative errno */
int iotlb_answer_all(struct rig *rig);

/* iotlb-table.c */
enum verdict iotlb_test_get_if_enabled(struct rig *rig);
enum verdict iotlb_test_hit(struct rig *rig);
enum verdict iotlb_test_invalidated(struct rig *rig);
enum verdict iotlb_test_evicted(struct rig *rig);
enum verdict iotlb_test_not_guest_memory(struct rig *rig);
enum verdict iotlb_test_mapped_anew(struct rig *rig);
enum verdict iotlb_test_restart(struct rig *rig);

/* iotlb-misses.c */
enum verdict iotlb_test_miss(struct rig *rig);
enum verdict iotlb_test_due(struct rig *rig);
enum verdict iotlb_test_event(struct rig *rig);
enum verdict iotlb_test_fault(struct rig *rig);

/* iotlb-pins.c */
enum verdict iotlb_test_pinned(struct rig *rig);
enum verdict iotlb_test_start_with_pinned(struct rig *rig);
enum verdict iotlb_test_pinned_invalidated(struct rig *rig);
enum verdict iotlb_test_passthrough(struct rig *rig);
enum verdict iotlb_test_passthrough_range(struct rig *rig);

#endif /* IOTLB_H */
