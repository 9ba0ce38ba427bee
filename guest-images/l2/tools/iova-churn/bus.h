/* SPDX-License-Identifier: GPL-2.0-only */
/* The PCI bus as sysfs shows it. Whatever fails ends the program. */
#ifndef BUS_H
#define BUS_H

#include <stddef.h>

/* The PCI address of the device whose file is open. */
void bus_address(int fd, char *address, size_t size);
/* The path of the file that the driver offers for the device. */
void bus_device_file(const char *address, char *path, size_t size);

/* Take a device from its driver, and give it back. */
void bus_unbind(const char *address);
void bus_bind(const char *address);
/* Remove a device from the bus, and look what is there. */
void bus_remove(const char *address);
void bus_rescan(void);

#endif
