// SPDX-License-Identifier: GPL-2.0-only
#include "oracle.h"

#include <endian.h>

#include <memory.h>

struct verdict oracle_verdict(const struct oracle *oracle)
{
	struct verdict verdict = {
		.first = memory_allocate(oracle->lost_listed, sizeof(*verdict.first)),
	};

	return verdict;
}

struct oracle oracle_create(const struct options *options)
{
	struct oracle oracle = { .flows = options->flows, .lost_listed = options->lost_listed };

	oracle.total = oracle_verdict(&oracle);
	return oracle;
}

/* The sequence number that the next datagram of a flow has at least. */
static uint64_t least_after(const struct oracle *oracle, const struct flow *flow)
{
	return flow->last ? flow->last + oracle->flows : 1;
}

/* True if the datagram is whole, and newer than the one before; describes it in lost otherwise. */
static bool good(const struct oracle *oracle, const struct flow *flow,
		 const struct datagram *datagram, struct lost_datagram *lost)
{
	uint64_t sequence = le64toh(datagram->words[0].sequence);
	uint64_t least = least_after(oracle, flow);
	uint64_t words = datagram->bytes / sizeof(datagram->words[0]);
	uint64_t i;

	for (i = 0; i < words && i < FLOW_WORDS; i++) {
		*lost = (struct lost_datagram) {
			.index = i,
			.expected_sequence = i ? sequence : least,
			.expected_place = flow_place(datagram->flow, i),
			.found_sequence = le64toh(datagram->words[i].sequence),
			.found_place = le64toh(datagram->words[i].place),
		};
		if (lost->found_place != lost->expected_place)
			return false;
		if (i == 0 && sequence < least)
			return false;
		if (i != FLOW_TIME && lost->found_sequence != sequence)
			return false;
	}
	return datagram->bytes == FLOW_BYTES;
}

static void count(const struct oracle *oracle, struct verdict *verdict, bool is_good,
		  const struct lost_datagram *lost)
{
	verdict->checked++;
	if (is_good)
		return;
	verdict->lost++;
	if (verdict->listed < oracle->lost_listed)
		verdict->first[verdict->listed++] = *lost;
}

bool oracle_judge(struct oracle *oracle, struct verdict *look, struct flow *flow,
		  const struct datagram *datagram)
{
	struct lost_datagram lost = {};
	bool is_good = good(oracle, flow, datagram, &lost);
	uint64_t sequence = le64toh(datagram->words[0].sequence);

	count(oracle, &oracle->total, is_good, &lost);
	if (look)
		count(oracle, look, is_good, &lost);
	if (is_good && flow->last)
		oracle->dropped += (sequence - flow->last) / oracle->flows - 1;
	flow->last = is_good ? sequence : least_after(oracle, flow);
	return is_good;
}
