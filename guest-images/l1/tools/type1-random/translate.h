/* SPDX-License-Identifier: GPL-2.0-only */
/* Feeding the device IOTLB of a container from the model. */
#ifndef TRANSLATE_H
#define TRANSLATE_H

#include "rig.h"

/* Answers all misses of the moment; false: there were none. */
bool answer_misses(struct subject *subject);

/* Carries out a step: 0 or a negative errno. */
int translate(struct subject *subject, const struct step *step);

#endif /* TRANSLATE_H */
