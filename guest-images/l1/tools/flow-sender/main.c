// SPDX-License-Identifier: GPL-2.0-only
/*
 * flow-sender: sends the datagrams of flow.h until its standard input ends. None
 * is sent twice: one that the network drops is dropped.
 *
 * Usage: flow-sender --to ADDRESS [--port PORT] [--flows N] [--window N]
 */
#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <flow.h>

/* Where nothing is answered for so long, the window moves on by a datagram of each flow. */
#define SILENCE_MS	100

struct options {
	const char *to;
	unsigned long port;
	unsigned long flows;
	unsigned long window;	/* datagrams under way that were not answered */
};

static int sockets[FLOW_MAX];
static uint64_t sequence;	/* of the last datagram sent */
static uint64_t answered;	/* up to here nothing is taken to be under way any more */
static uint64_t refused;

static void fail(const char *what)
{
	fprintf(stderr, "flow-sender: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned long parse_number(const char *text, unsigned long max)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno || *end || end == text || !value || value > max) {
		fprintf(stderr, "flow-sender: not a number from 1 to %lu: %s\n", max, text);
		exit(2);
	}
	return value;
}

static struct options parse(int argc, char **argv)
{
	static const struct option names[] = {
		{ "to", required_argument, NULL, 't' },
		{ "port", required_argument, NULL, 'p' },
		{ "flows", required_argument, NULL, 'f' },
		{ "window", required_argument, NULL, 'w' },
		{ NULL, 0, NULL, 0 },
	};
	struct options options = { .port = 7000, .flows = 5, .window = 10 };
	int option;

	while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
		switch (option) {
		case 't':
			options.to = optarg;
			break;
		case 'p':
			options.port = parse_number(optarg, UINT16_MAX - FLOW_MAX);
			break;
		case 'f':
			options.flows = parse_number(optarg, FLOW_MAX);
			break;
		case 'w':
			options.window = parse_number(optarg, 1024);
			break;
		default:
			exit(2);
		}
	}
	if (!options.to || optind < argc) {
		fprintf(stderr, "usage: flow-sender --to ADDRESS [--port PORT] [--flows N] "
			"[--window N]\n");
		exit(2);
	}
	if (options.window < options.flows) {
		fprintf(stderr, "flow-sender: a window smaller than the number of flows\n");
		exit(2);
	}
	return options;
}

/*
 * Without a checksum: the receiver's kernel would drop a datagram that memory
 * lost a part of, and the loss would look like one of the network.
 */
static int open_flow(const struct options *options, unsigned long flow)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(options->port + flow),
	};
	const int on = 1;
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		fail("socket");
	if (inet_pton(AF_INET, options->to, &to.sin_addr) != 1) {
		fprintf(stderr, "flow-sender: not an address: %s\n", options->to);
		exit(2);
	}
	if (setsockopt(fd, SOL_SOCKET, SO_NO_CHECK, &on, sizeof(on)))
		fail("SO_NO_CHECK");
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)))
		fail("connect");
	return fd;
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void send_next(const struct options *options)
{
	struct flow_word words[FLOW_WORDS];
	unsigned int flow = ++sequence % options->flows;
	unsigned int i;

	for (i = 0; i < FLOW_WORDS; i++) {
		words[i].sequence = htole64(sequence);
		words[i].place = htole64(flow_place(flow, i));
	}
	words[FLOW_TIME].sequence = htole64(now_ns());
	if (send(sockets[flow], words, sizeof(words), 0) != sizeof(words))
		refused++;
}

static void take_answers(void)
{
	struct flow_answer answer;

	while (recv(sockets[0], &answer, sizeof(answer), MSG_DONTWAIT) == sizeof(answer))
		if (le64toh(answer.sequence) > answered && le64toh(answer.sequence) <= sequence)
			answered = le64toh(answer.sequence);
}

/* Keeps the window full, until the input ends. */
static void run(const struct options *options)
{
	struct pollfd polled[] = {
		{ .fd = sockets[0], .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
	};
	char input[64];
	int ready;

	for (;;) {
		while (sequence - answered < options->window)
			send_next(options);
		ready = poll(polled, 2, SILENCE_MS);
		if (ready < 0)
			fail("poll");
		if (!ready)
			answered += options->flows;
		if (polled[0].revents)
			take_answers();
		if (polled[1].revents && read(STDIN_FILENO, input, sizeof(input)) <= 0)
			return;
	}
}

int main(int argc, char **argv)
{
	struct options options = parse(argc, argv);
	unsigned long flow;

	for (flow = 0; flow < options.flows; flow++)
		sockets[flow] = open_flow(&options, flow);
	run(&options);
	printf("{\"event\":\"stopped\",\"sent\":%" PRIu64 ",\"refused\":%" PRIu64 "}\n",
	       sequence - refused, refused);
	return 0;
}
