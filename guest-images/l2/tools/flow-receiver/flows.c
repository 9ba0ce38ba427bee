// SPDX-License-Identifier: GPL-2.0-only
#include "flows.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <line.h>

/* What the kernel counts for a datagram, at most: its buffer and its administration. */
#define BYTES_HELD	4096
/* Room for what comes in while nothing is read. */
#define SPARE		4096

struct flow flow_open(const struct options *options, unsigned int flow)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(options->port + flow),
	};
	int room = (options->hold + SPARE) * BYTES_HELD / 2;	/* the kernel doubles it */
	struct flow opened = {
		.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0),
	};

	if (opened.fd < 0)
		report_failure("socket: %s", strerror(errno));
	if (setsockopt(opened.fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)))
		report_failure("SO_RCVBUFFORCE: %s", strerror(errno));
	if (bind(opened.fd, (struct sockaddr *)&address, sizeof(address)))
		report_failure("port %d: %s", ntohs(address.sin_port), strerror(errno));
	return opened;
}

bool flow_read(struct flow *flow, struct datagram *datagram)
{
	socklen_t length = sizeof(flow->sender);
	ssize_t bytes = recvfrom(flow->fd, datagram->words, sizeof(datagram->words), MSG_TRUNC,
				 (struct sockaddr *)&flow->sender, &length);

	if (bytes < 0 && errno != EAGAIN && errno != EINTR)
		report_failure("recv: %s", strerror(errno));
	datagram->bytes = bytes < 0 ? 0 : bytes;
	return bytes >= 0;
}

void flow_answer(const struct flow *flow)
{
	const struct flow_answer answer = { .sequence = htole64(flow->last) };

	sendto(flow->fd, &answer, sizeof(answer), 0, (const struct sockaddr *)&flow->sender,
	       sizeof(flow->sender));
}
