/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef STORM_H
#define STORM_H

#include "churn.h"

/* Does one thing to one block: commands need not wait until a storm is over. */
void storm_step(struct churn *churn);

#endif
