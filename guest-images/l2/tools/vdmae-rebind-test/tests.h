/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TESTS_H
#define TESTS_H

/* pool.c: a file before it has a pool, and what it gets one by */
void test_without_pool(void);
void test_pool_arguments(void);

/* mappings.c */
void test_wrong_mappings(void);
void test_blocks(void);
void test_aliases(void);

/* writes.c: several writes at once */
void test_wrong_writes(void);
void test_writes(void);

/* rings.c: longer rings, and writes that fail */
void test_rings(void);
void test_failed_writes(void);

/* gone.c: the device goes, and comes back */
void test_unbind_under_calls(void);
void test_gone(void);
void test_join_arguments(int gone);
void test_comes_back(const char *how);

#endif
