/* SPDX-License-Identifier: BSD-2-Clause */
/* See link.h. */
#define _GNU_SOURCE
#include "link.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define PREFIX_BYTES 4u

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
	uint32_t sent = 0;

	while (sent < link->out_bytes) { /* ends when QEMU takes nothing for 10 s */
		ssize_t done = send(link->socket, &link->out[sent],
			link->out_bytes - sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (done > 0)
			sent += (uint32_t)done;
		else if (errno != EAGAIN || !wait_for(link, POLLOUT, 10000000))
			fail("sending");
	}
	link->out_bytes = 0;
}

/* Adds what has come to `in`; false if nothing comes within limit_us. */
static bool fill(struct link *link, uint64_t limit_us)
{
	ssize_t done;

	if (!wait_for(link, POLLIN, limit_us))
		return false;
	done = recv(link->socket, &link->in[link->in_bytes], LINK_BYTES - link->in_bytes,
		MSG_DONTWAIT);
	if (done < 0 && errno != EAGAIN && errno != EINTR)
		fail("receiving");
	if (done > 0)
		link->in_bytes += (uint32_t)done;
	return true;
}

/* Receives the frame that `in` goes on with; false if it is not there in full. */
static bool take(struct link *link)
{
	const uint8_t *head = &link->in[link->in_handled];
	uint32_t there = link->in_bytes - link->in_handled;
	uint32_t bytes = there < PREFIX_BYTES ? 0 : get32(head);

	if (bytes > LINK_FRAME_BYTES) {
		errno = EPROTO;
		fail("a frame of the other end");
	}
	if (there < PREFIX_BYTES || there - PREFIX_BYTES < bytes)
		return false;
	link->received_frame[link->received] = head + PREFIX_BYTES;
	link->received_bytes[link->received++] = bytes;
	link->in_handled += PREFIX_BYTES + bytes;
	return true;
}

uint32_t link_receive(struct link *link, uint64_t limit_us)
{
	flush(link);
	link->received = 0;
	link->in_bytes -= link->in_handled;
	memmove(link->in, &link->in[link->in_handled], link->in_bytes);
	link->in_handled = 0;
	do
		while (link->received < LINK_BATCH && take(link)) {
		}
	while (link->received == 0 && fill(link, limit_us));
	return link->received;
}

uint8_t *link_frame(struct link *link)
{
	if (LINK_BYTES - link->out_bytes < PREFIX_BYTES + LINK_FRAME_BYTES)
		flush(link);
	return &link->out[link->out_bytes + PREFIX_BYTES];
}

void link_send(struct link *link, uint32_t bytes)
{
	put32(&link->out[link->out_bytes], bytes);
	link->out_bytes += PREFIX_BYTES + bytes;
}
