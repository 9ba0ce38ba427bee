/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef CONCURRENT_H
#define CONCURRENT_H

#include "rig.h"

#define MAX_THREADS 12

/*
 * Threads that map, write and unmap while the bitmaps are read, on fresh
 * containers. What the rig knows of it are its counts and a finding.
 */
void run_concurrently(struct rig *rig, unsigned int threads, uint64_t steps, uint64_t seed);

#endif /* CONCURRENT_H */
