/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The HTTP load: connections that are kept alive (RFC 9112), each with one request for
 * the page outstanding. A response must have status 200, a Content-Length of load->bytes,
 * and the same body as the first response had.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "load.h"
#include "tcp.h"

#define CONNECTIONS_MAX 64u
#define FROM_PORT 41000u
#define RESPONSE_BYTES_MAX 0x10000u
#define READY_LIMIT_NS 60000000000ull
#define REFUSED_WAIT_NS 50000000ull /* then it is tried again */

struct connection {
	struct tcp tcp;
	bool asked;       /* a request is outstanding */
	uint64_t sent_ns; /* when it was sent */
	uint32_t bytes;   /* of the response so far */
	uint8_t response[RESPONSE_BYTES_MAX];
};

static struct {
	struct connection connections[CONNECTIONS_MAX];
	uint8_t body[RESPONSE_BYTES_MAX]; /* of the first response */
	bool has_body;
	char request[512];
	uint32_t unasked; /* requests still to be made */
	uint32_t outstanding;
} http;

static void ask(struct connection *c)
{
	uint32_t bytes = (uint32_t)strlen(http.request);

	if (tcp_room(&c->tcp) < bytes)
		return;
	c->sent_ns = c->tcp.heard_ns = link_now_ns();
	tcp_send(&c->tcp, (const uint8_t *)http.request, bytes);
	c->asked = true;
	c->bytes = 0;
	http.unasked--;
	http.outstanding++;
}

/* The value of a header field, or NULL; `headers` ends with a NUL. */
static const char *find_field(const char *headers, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = headers; line != NULL; line = strstr(line, "\r\n")) {
		if (line != headers)
			line += 2;
		if (strncasecmp(line, name, length) == 0)
			return line + length + strspn(line + length, " ");
	}
	return NULL;
}

/* How many bytes of header a complete response has; 0: not complete, or ever wrong. */
static uint32_t header_bytes(const struct load *load, struct connection *c)
{
	char *response = (char *)c->response;
	const char *length;
	char *end;

	response[c->bytes] = 0;
	end = strstr(response, "\r\n\r\n");
	if (end == NULL)
		return 0;
	*end = 0;
	length = find_field(response, "content-length:");
	if (strncmp(response, "HTTP/1.1 200", 12) != 0 || length == NULL ||
		strtoul(length, NULL, 10) != load->bytes) {
		load->result->faults[FRAME_PAYLOAD]++;
		c->tcp.state =
			TCP_CLOSED; /* it cannot be known where a next one begins */
	}
	*end = '\r';
	end += 4;
	if (c->bytes - (uint32_t)(end - response) < load->bytes)
		return 0;
	return (uint32_t)(end - response);
}

static void take_data(const struct load *load, struct connection *c, const uint8_t *data,
	uint32_t bytes)
{
	uint32_t header;

	if (!c->asked || bytes >= RESPONSE_BYTES_MAX - c->bytes) {
		load->result->faults[FRAME_LENGTH]++;
		return;
	}
	memcpy(&c->response[c->bytes], data, bytes);
	c->bytes += bytes;
	header = header_bytes(load, c);
	if (header == 0)
		return;
	if (!http.has_body)
		memcpy(http.body, &c->response[header], load->bytes);
	http.has_body = true;
	c->asked = false;
	http.outstanding--;
	if (c->bytes != header + load->bytes)
		load->result->faults[FRAME_LENGTH]++;
	else if (memcmp(http.body, &c->response[header], load->bytes) != 0)
		load->result->faults[FRAME_PAYLOAD]++;
	else
		result_answer(load->result, c->sent_ns, link_now_ns());
}

static void take_frame(const struct load *load, const uint8_t *frame, uint32_t bytes)
{
	const uint8_t *data = NULL;

	for (uint32_t i = 0; i < load->window; i++)
		if (tcp_owns(&http.connections[i].tcp, frame, bytes)) {
			bytes = tcp_receive(
				&http.connections[i].tcp, frame, bytes, &data);
			if (bytes != 0)
				take_data(load, &http.connections[i], data, bytes);
			return;
		}
}

static void take_batch(const struct load *load, uint64_t limit_us)
{
	struct neighbours *network = load->network;
	uint32_t received = link_receive(&network->link, limit_us);

	for (uint32_t i = 0; i < received; i++)
		if (!neighbour_handle(network, network->link.received_frame[i],
			    network->link.received_bytes[i]))
			take_frame(load, network->link.received_frame[i],
				network->link.received_bytes[i]);
}

/* What a connection has to do after a batch; false if it is of no use any more. */
static bool go_on(const struct load *load, struct connection *c)
{
	bool late = link_now_ns() - c->tcp.heard_ns > load->patience_ms * 1000000ull;

	if (c->tcp.state == TCP_CONNECTING && late) {
		load->result->resent++;
		tcp_connect(&c->tcp);
	}
	if (c->tcp.state == TCP_OPEN && c->asked && late) {
		uint32_t bytes = tcp_rewind(&c->tcp);
		if (bytes != 0)
			tcp_send(&c->tcp, (const uint8_t *)http.request, bytes);
	}
	if (c->tcp.state == TCP_OPEN && !c->asked && http.unasked != 0)
		ask(c);
	if (c->tcp.state == TCP_OPEN && c->tcp.confirm)
		tcp_send(&c->tcp, NULL, 0);
	return c->tcp.state != TCP_CLOSED;
}

/* Makes `count` requests, waits until all are answered, and all is quiet. */
static void make_requests(const struct load *load, uint32_t count)
{
	uint64_t end_ns = link_now_ns() + 120000000000ull;
	bool useful = true;

	http.unasked = count;
	http.outstanding = 0;
	load->result->first_ns = link_now_ns();
	while ((http.unasked != 0 || http.outstanding != 0) && useful &&
		link_now_ns() < end_ns) {
		useful = true;
		for (uint32_t i = 0; i < load->window; i++)
			useful = go_on(load, &http.connections[i]) && useful;
		take_batch(load, 10000);
	}
	for (uint32_t i = 0; i < load->window; i++)
		(void)go_on(load, &http.connections[i]);
	neighbour_settle(load->network, LOAD_QUIET_US);
	load->result->lost += http.unasked + http.outstanding;
}

/* Connects; again, where the server does not listen yet. False: it never does. */
static bool connect_all(const struct load *load)
{
	uint64_t end_ns = link_now_ns() + READY_LIMIT_NS;
	uint32_t open = 0;

	snprintf(http.request, sizeof(http.request),
		"GET %s HTTP/1.1\r\nHost: 10.0.2.15\r\n\r\n", load->path);
	for (uint32_t i = 0; i < load->window; i++) {
		http.connections[i].tcp = (struct tcp){ .network = load->network,
			.result = load->result,
			.from_port = FROM_PORT + i,
			.to_port = load->port };
		tcp_connect(&http.connections[i].tcp);
	}
	while (open < load->window && link_now_ns() < end_ns) {
		take_batch(load, 10000);
		open = 0;
		for (uint32_t i = 0; i < load->window; i++) {
			struct tcp *tcp = &http.connections[i].tcp;
			if (tcp->state == TCP_OPEN)
				open++;
			else if (link_now_ns() - tcp->heard_ns > REFUSED_WAIT_NS)
				tcp_connect(tcp);
		}
	}
	return open == load->window;
}

bool http_boot(const struct load *load)
{
	struct connection *c = &http.connections[0];
	uint64_t end_ns = link_now_ns() + READY_LIMIT_NS;

	if (!connect_all(load))
		return false;
	ask(c);
	while (c->bytes == 0 && link_now_ns() < end_ns)
		take_batch(load, 10000);
	result_end(load->result);
	return c->bytes >= 12 && memcmp(c->response, "HTTP/1.1 200", 12) == 0;
}

void http_run(const struct load *load)
{
	if (!connect_all(load))
		fprintf(stderr, "load: the server does not listen\n");
	make_requests(load, load->warm_up);
	result_begin(load->result);
	make_requests(load, load->result->wanted);
	result_end(load->result);
	for (uint32_t i = 0; i < load->window; i++)
		tcp_reset(&http.connections[i].tcp);
	neighbour_settle(load->network, LOAD_QUIET_US);
}
