/* SPDX-License-Identifier: BSD-2-Clause */
/* The servers over TCP: an echo of one stream at a time, and a page for many connections. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"

#define PAGE_BYTES 1024
#define CONNECTIONS_MAX 1024
#define REQUEST_BYTES_MAX 4096
#define EVENTS 64

static int listen_at(uint16_t port, int flags)
{
	int s = (int)GUEST_REQUIRE(socket(AF_INET, SOCK_STREAM | flags, 0));
	struct sockaddr_in where = { .sin_family = AF_INET, .sin_port = htons(port) };
	int on = 1;

	setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	GUEST_REQUIRE(bind(s, (struct sockaddr *)&where, sizeof(where)));
	GUEST_REQUIRE(listen(s, CONNECTIONS_MAX));
	return s;
}

void stream_serve(void)
{
	static char data[1 << 16];
	int s = listen_at(7, 0);

	for (;;) {
		int connection = accept(s, NULL, NULL);
		ssize_t bytes = 1;

		while (bytes > 0) {
			bytes = read(connection, data, sizeof(data));
			for (ssize_t done = 0, now; done < bytes; done += now) {
				now = write(
					connection, &data[done], (size_t)(bytes - done));
				if (now <= 0) {
					bytes = 0;
					break;
				}
			}
		}
		close(connection);
	}
}

/* A connection is its file descriptor; what there is of a request stays with it. */
static struct {
	size_t bytes;
	char data[REQUEST_BYTES_MAX + 1];
} requests[CONNECTIONS_MAX];

static char response[PAGE_BYTES + 256];
static size_t response_bytes;

static void make_response(void)
{
	int header = snprintf(response, sizeof(response),
		"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
		"%d\r\n\r\n",
		PAGE_BYTES);

	memset(&response[header], 'x', PAGE_BYTES);
	response_bytes = (size_t)header + PAGE_BYTES;
}

/* Answers what is complete; requests may come in one piece. False: close. */
static int answer(int c)
{
	char *data = requests[c].data;
	size_t room = REQUEST_BYTES_MAX - requests[c].bytes;
	ssize_t bytes = recv(c, &data[requests[c].bytes], room, 0);
	char *at = data;
	char *end;

	if (bytes <= 0)
		return 0;
	requests[c].bytes += (size_t)bytes;
	data[requests[c].bytes] = 0;
	while ((end = strstr(at, "\r\n\r\n")) != NULL) {
		if (send(c, response, response_bytes, MSG_NOSIGNAL) !=
			(ssize_t)response_bytes)
			return 0;
		at = end + 4;
	}
	requests[c].bytes -= (size_t)(at - data);
	if (at != data)
		memmove(data, at, requests[c].bytes);
	return requests[c].bytes < REQUEST_BYTES_MAX;
}

static void admit(int poll, int s)
{
	int c = accept4(s, NULL, NULL, SOCK_NONBLOCK);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = c };
	int on = 1;

	if (c < 0)
		return;
	if (c >= CONNECTIONS_MAX) {
		close(c);
		return;
	}
	setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	requests[c].bytes = 0;
	epoll_ctl(poll, EPOLL_CTL_ADD, c, &event);
}

void http_serve(void)
{
	static struct epoll_event events[EVENTS];
	int s = listen_at(80, SOCK_NONBLOCK);
	int poll = (int)GUEST_REQUIRE(epoll_create1(0));
	struct epoll_event event = { .events = EPOLLIN, .data.fd = s };

	make_response();
	GUEST_REQUIRE(epoll_ctl(poll, EPOLL_CTL_ADD, s, &event));
	for (;;) {
		int count = epoll_wait(poll, events, EVENTS, -1);

		for (int i = 0; i < count; i++)
			if (events[i].data.fd == s)
				admit(poll, s);
			else if (!answer(events[i].data.fd))
				close(events[i].data.fd);
	}
}
