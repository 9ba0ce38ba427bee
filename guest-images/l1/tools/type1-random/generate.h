/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GENERATE_H
#define GENERATE_H

#include "rig.h"

struct generator {
	uint64_t random;
	uint8_t container;
	enum operation operation;
	uint32_t left;		/* steps like the last one */
};

/* The next step, by chance and by what the model holds */
struct step generate(struct generator *generator, const struct rig *rig);

#endif /* GENERATE_H */
