/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef PERFORM_H
#define PERFORM_H

#include "rig.h"

/* Carries out a step on the kernel and on the model; false: something was found. */
bool perform(struct rig *rig, const struct step *step);

/* Parts of it: a GET, which fails or not, and an UNMAP */
void perform_get(struct rig *rig, struct subject *subject, const struct step *step);
void perform_unmap(struct rig *rig, struct subject *subject, const struct step *step);

#endif /* PERFORM_H */
