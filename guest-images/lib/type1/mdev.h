/* SPDX-License-Identifier: GPL-2.0-only */
/* Mediated devices of the type vdmae-TYPE. */
#ifndef MDEV_H
#define MDEV_H

#include <stdbool.h>

#define UUID_SIZE 40

/* Makes the device that this process numbers so; false: there is no such type. */
bool mdev_create(char *uuid, const char *type, unsigned int number);
/* False, with errno, if it cannot be removed. */
bool mdev_remove(const char *uuid);
/* Opens its group. */
int mdev_group(const char *uuid);

#endif /* MDEV_H */
