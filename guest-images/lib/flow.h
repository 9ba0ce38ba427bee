/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The datagrams that flow-sender in L1 sends to flow-receiver in L2.
 *
 * There are several flows, each with a UDP port of its own: the base port plus
 * its number. Every datagram has a sequence number, which grows by one from one
 * datagram to the next and goes through the flows in turn: those of a flow grow
 * by the number of flows.
 *
 * A datagram consists of words, and each word tells which datagram it belongs to
 * and where in it. So a part of a datagram that is in truth an older one, or
 * nothing of the kind, gives itself away. Word FLOW_TIME has the time of sending
 * instead of the sequence number.
 *
 * It fills an Ethernet frame, so that virtio-net leaves the payload where the
 * device wrote it. All numbers are little endian.
 *
 * The receiver answers the datagrams of flow 0 by the sequence number of the
 * newest one (struct flow_answer). The sender has only a few datagrams under way
 * that were not answered: a guest on an emulated processor that gets more than it
 * can handle does nothing else any more. Where nothing is answered, it goes on
 * slowly.
 */
#ifndef FLOW_H
#define FLOW_H

#include <linux/types.h>

struct flow_word {
	__le64 sequence;	/* from 1 */
	__le64 place;		/* flow_place() */
};

struct flow_answer {
	__le64 sequence;
};

#define FLOW_WORDS	92
#define FLOW_BYTES	(FLOW_WORDS * sizeof(struct flow_word))
#define FLOW_TIME	1	/* ns, of the sender's monotonic clock */
#define FLOW_MAX	16	/* flows */

static inline __u64 flow_place(unsigned int flow, unsigned int index)
{
	return (__u64)flow << 32 | index;
}

#endif /* FLOW_H */
