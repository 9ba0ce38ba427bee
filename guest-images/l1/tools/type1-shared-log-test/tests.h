/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_H
#define TESTS_H

#include "rig.h"

/* join.c */
enum verdict test_open_and_join(struct rig *rig);
enum verdict test_refused(struct rig *rig);
enum verdict test_join_in_use(struct rig *rig);
enum verdict test_other_process(struct rig *rig);

/* report.c */
enum verdict test_one_log(struct rig *rig);
enum verdict test_pinned_by_both(struct rig *rig);
enum verdict test_start_with_pinned(struct rig *rig);
enum verdict test_fault(struct rig *rig);
enum verdict test_iova_not_shared(struct rig *rig);
enum verdict test_limit(struct rig *rig);
enum verdict test_passthrough(struct rig *rig);

/* lifetime.c */
enum verdict test_stop(struct rig *rig);
enum verdict test_first_closed(struct rig *rig);
enum verdict test_last_closed(struct rig *rig);
enum verdict test_file(struct rig *rig);

/* races.c */
enum verdict test_race_writers(struct rig *rig);
enum verdict test_race_batches(struct rig *rig);
enum verdict test_race_come_and_go(struct rig *rig);

#endif /* TESTS_H */
