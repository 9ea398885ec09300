/* SPDX-License-Identifier: BSD-2-Clause */
/* UDP echo, as simple as it gets, and with as few system calls as it gets. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "guest.h"

#define BATCH 64
#define BYTES_MAX 2048

static int open_port(uint16_t port)
{
	int s = (int)GUEST_REQUIRE(socket(AF_INET, SOCK_DGRAM, 0));
	struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons(port) };

	GUEST_REQUIRE(bind(s, (struct sockaddr *)&where, sizeof(where)));
	return s;
}

void udp_serve(void)
{
	static char data[BYTES_MAX];
	struct sockaddr_in from;
	int s = open_port(7);

	for (;;) {
		socklen_t length = sizeof(from);
		ssize_t bytes = recvfrom(
			s, data, sizeof(data), 0, (struct sockaddr *)&from, &length);
		if (bytes >= 0)
			(void)sendto(s, data, (size_t)bytes, 0, (struct sockaddr *)&from,
				length);
	}
}

void udp_batches_serve(void)
{
	static char data[BATCH][BYTES_MAX];
	static struct sockaddr_in from[BATCH];
	static struct iovec vectors[BATCH];
	static struct mmsghdr messages[BATCH];
	int s = open_port(8);

	for (unsigned i = 0; i < BATCH; i++)
		messages[i].msg_hdr = (struct msghdr){
			.msg_name = &from[i], .msg_iov = &vectors[i], .msg_iovlen = 1
		};
	for (;;) {
		int count;

		for (unsigned i = 0; i < BATCH; i++) {
			vectors[i] = (struct iovec){ data[i], BYTES_MAX };
			messages[i].msg_hdr.msg_namelen = sizeof(from[i]);
		}
		count = recvmmsg(s, messages, BATCH, MSG_WAITFORONE, NULL);
		for (int i = 0; i < count; i++)
			vectors[i].iov_len = messages[i].msg_len;
		for (int sent = 0, now; sent < count; sent += now) {
			now = sendmmsg(s, &messages[sent], (unsigned)(count - sent), 0);
			if (now <= 0)
				break;
		}
	}
}
