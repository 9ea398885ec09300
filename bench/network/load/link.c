/* SPDX-License-Identifier: BSD-2-Clause */
/* See link.h. Uses recvmmsg and sendmmsg of Linux. */
#define _GNU_SOURCE
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

uint64_t link_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static _Noreturn void fail(const char *what)
{
	fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Waits until the socket is ready; false at the limit. */
static bool wait_for(const struct link *link, short events, uint64_t limit_us)
{
	struct pollfd poll_socket = { .fd = link->socket, .events = events };
	struct timespec limit = { (time_t)(limit_us / 1000000u),
		(long)(limit_us % 1000000u) * 1000 };

	if (ppoll(&poll_socket, 1, &limit, NULL) < 0 && errno != EINTR)
		fail("the link");
	if ((poll_socket.revents & (POLLHUP | POLLERR)) != 0)
		fail("the other end of the link is closed");
	return (poll_socket.revents & events) != 0;
}

static void flush(struct link *link)
{
	struct mmsghdr messages[LINK_BATCH] = { 0 };
	struct iovec parts[LINK_BATCH];
	uint32_t sent = 0;

	for (uint32_t i = 0; i < link->unsent; i++) {
		parts[i] = (struct iovec){ link->unsent_frame[i], link->unsent_bytes[i] };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	while (sent < link->unsent) { /* ends when QEMU takes no frame for 10 s */
		int done = sendmmsg(link->socket, &messages[sent], link->unsent - sent,
			MSG_DONTWAIT | MSG_NOSIGNAL);
		if (done > 0)
			sent += (uint32_t)done;
		else if (errno != EAGAIN || !wait_for(link, POLLOUT, 10000000))
			fail("sending");
	}
	link->unsent = 0;
}

uint32_t link_receive(struct link *link, uint64_t limit_us)
{
	struct mmsghdr messages[LINK_BATCH] = { 0 };
	struct iovec parts[LINK_BATCH];
	int done;

	flush(link);
	link->received = 0;
	if (!wait_for(link, POLLIN, limit_us))
		return 0;
	for (uint32_t i = 0; i < LINK_BATCH; i++) {
		parts[i] = (struct iovec){ link->received_frame[i], LINK_FRAME_BYTES };
		messages[i].msg_hdr.msg_iov = &parts[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	done = recvmmsg(link->socket, messages, LINK_BATCH, MSG_DONTWAIT, NULL);
	if (done < 0 && errno != EAGAIN && errno != EINTR)
		fail("receiving");
	for (int i = 0; i < done; i++)
		link->received_bytes[link->received++] = messages[i].msg_len;
	return link->received;
}

uint8_t *link_frame(struct link *link)
{
	if (link->unsent == LINK_BATCH)
		flush(link);
	return link->unsent_frame[link->unsent];
}

void link_send(struct link *link, uint32_t bytes)
{
	link->unsent_bytes[link->unsent++] = bytes;
}
