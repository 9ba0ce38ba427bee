/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The sockets of the flows. What lies unread in one stays in the pages that the
 * device wrote. Whatever fails ends the program.
 */
#ifndef FLOWS_H
#define FLOWS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include <flow.h>

#include "options.h"

struct flow {
	int fd;
	uint64_t last;	/* sequence number of the last datagram that was read */
	struct sockaddr_in sender;
};

/* A datagram as it was read. */
struct datagram {
	unsigned int flow;
	uint64_t bytes;
	struct flow_word words[FLOW_WORDS];
};

struct flow flow_open(const struct options *options, unsigned int flow);
/* Takes the oldest datagram of a flow out of its socket, if there is one. */
bool flow_read(struct flow *flow, struct datagram *datagram);
/* Tells the sender how far it came. An answer that cannot be sent is not sent. */
void flow_answer(const struct flow *flow);

#endif
