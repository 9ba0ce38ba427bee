/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef MODES_H
#define MODES_H

#include "churn.h"

/* Does once what the mode wants to be done over and over. */
void mode_step(struct churn *churn);

#endif
