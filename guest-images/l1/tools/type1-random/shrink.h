/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef SHRINK_H
#define SHRINK_H

#include <stdio.h>

#include "rig.h"

struct steps {
	struct step *list;
	size_t count;
};

/* Carries out all steps on fresh containers, up to the first finding. */
void replay(struct rig *rig, const struct steps *steps);

/*
 * Leaves out of @steps, which end with a finding, all that it does not take to
 * find something of the same kind. The rig is left closed, with what they find,
 * or with the finding of before if it does not come every time.
 */
void shrink(struct rig *rig, struct steps *steps);

#endif /* SHRINK_H */
