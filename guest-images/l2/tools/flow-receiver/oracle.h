/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Judges datagrams as they are read. The datagrams of a flow come in order, so
 * each has a higher sequence number than the one before, in all its words. One
 * that has not is lost: memory lost what the device had written there.
 *
 * A page that was not migrated holds what it held at some earlier time: nothing
 * of a flow, or parts of datagrams that were sent before. The first gives itself
 * away by its words, and so does the second: their sequence numbers are those of
 * datagrams that were read already, or differ from one page of the datagram to
 * the next, or they stand in another place. What cannot be told is a page that
 * held the same bytes before.
 *
 * A datagram that never came is dropped. The network may do that, and does so
 * while the guest stands still: it is counted, and no fault.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdbool.h>
#include <stdint.h>

#include "flows.h"

struct lost_datagram {
	uint64_t index;		/* of the first word that is wrong */
	uint64_t expected_sequence;	/* or a higher one */
	uint64_t expected_place;
	uint64_t found_sequence;
	uint64_t found_place;
};

/* What one look gave, or all looks taken together. */
struct verdict {
	uint64_t checked;
	uint64_t lost;
	struct lost_datagram *first;	/* the first ones lost */
	uint64_t listed;
};

struct oracle {
	uint64_t flows;
	uint64_t lost_listed;
	uint64_t dropped;
	struct verdict total;
};

struct oracle oracle_create(const struct options *options);
struct verdict oracle_verdict(const struct oracle *oracle);
/* True if the next datagram of a flow is good. It counts for the total, and for a look. */
bool oracle_judge(struct oracle *oracle, struct verdict *look, struct flow *flow,
		  const struct datagram *datagram);

#endif
