// SPDX-License-Identifier: GPL-2.0-only
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mailbox.h"
#include "party.h"

void party_connect(uint32_t id, const char *address)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct party *party;
	char host[INET_ADDRSTRLEN];
	unsigned short port;
	int fd;

	if (sscanf(address, "%15[0-9.]:%hu", host, &port) != 2 ||
	    inet_pton(AF_INET, host, &to.sin_addr) != 1) {
		mailbox_say(EVENT_CLOSED, id, "no address");
		return;
	}
	to.sin_port = htons(port);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		die("socket");
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) && errno != EINPROGRESS) {
		mailbox_say(EVENT_CLOSED, id, strerror(errno));
		close(fd);
		return;
	}
	party = party_add(id);
	party->in = party->out = fd;
	party->connecting = true;
}

bool party_settle(struct party *party)
{
	socklen_t length = sizeof(int);
	int error = 0;

	getsockopt(party->in, SOL_SOCKET, SO_ERROR, &error, &length);
	party->connecting = false;
	if (error) {
		mailbox_say(EVENT_CLOSED, party->id, strerror(error));
		party_drop(party);
		return false;
	}
	mailbox_put(EVENT_CONNECTED, party->id, NULL, 0);
	return true;
}

void party_close(uint32_t id)
{
	struct party *party = party_find(id);

	if (party && !party->pid)
		party_drop(party);
}
