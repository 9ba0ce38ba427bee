/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The blocks that are mapped and those that are not, and the steps that change
 * that, on all devices.
 */
#ifndef CHURN_H
#define CHURN_H

#include <stdint.h>

#include "device.h"
#include "measure.h"
#include "options.h"
#include "oracle.h"

/* The blocks of a device's pool. */
struct blocks {
	const struct device *device;
	uint32_t *live;		/* the mapped block of each slot */
	uint64_t live_count;
	uint32_t *idle;		/* those that are not mapped */
	uint64_t idle_count;
	uint32_t epoch;		/* of the device's last completion */
};

enum storm_act { STORM_WRITE, STORM_UNMAP, STORM_MAP, STORM_ACTS };

/* What is done to every live block of every device, one thing after the other, over and over. */
struct storm {
	bool on;
	bool told;		/* that the first one begins to unmap */
	enum storm_act act;
	uint64_t device;
	uint64_t slot;
};

struct churn {
	const struct options *options;
	struct device devices[DEVICES_MAX];
	struct blocks blocks[DEVICES_MAX];
	struct oracle oracle;
	struct measure measure;
	uint64_t random;
	uint64_t sequence;	/* of the last write */
	struct storm storm;
	struct vdmae_write *writes;	/* room for those that a device is given at once */
};

/* Opens the devices and maps the live blocks. */
void churn_open(struct churn *churn, const struct options *options);
/* Of a device's clock, which all of them share. */
uint64_t churn_now_ns(const struct churn *churn);
/* Does what the mode wants to be done over and over. */
void churn_step(struct churn *churn);
/* Takes the devices from their driver or from the bus, and goes on with them. */
void churn_rebind(struct churn *churn);
void churn_rescan(struct churn *churn);

#endif
