/* SPDX-License-Identifier: GPL-2.0-only */
/* What the tests work with: a file of the device, and the pool of pages that it has. */
#ifndef SUBJECT_H
#define SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <ktap.h>
#include <vdmae_hw.h>
#include <vdmae_ioctl.h>

#define BLOCK_PAGES	4
#define BLOCKS		4
#define PAGES		(BLOCKS * BLOCK_PAGES)
#define FIRST		1000	/* what page 0 is called */
#define WRITES_MAX	(VDMAE_RING_ENTRIES - 1)	/* that the usual rings take at once */

extern int fd;
extern uint64_t page_size;
extern bool translated;

void open_first(const char *path);
/* Opens the device that is now at the address on the PCI bus. */
int open_again(void);
void map_memory(void);
void unmap_memory(void);

void bind_driver(void);
void unbind_driver(void);
void remove_device(void);
void rescan_bus(void);

/* A result: whether the call ends with the error, 0 for none. */
void expect(const char *name, unsigned long request, void *argument, int expected);

/* Whether the page holds the pattern of that write. */
bool holds(uint64_t page, uint64_t sequence);
bool write_page(uint64_t page, uint32_t alias, uint64_t sequence);
uint64_t map(uint64_t block, uint32_t alias);
void unmap(uint64_t block, uint32_t alias);

#endif
