/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small web server on lwIP: HTTP/1.1 with connections that stay open, and requests that
 * need not wait for each other's answers.
 *
 * Everything is bounded. A connection has a place in a table; when the table is full, a
 * newcomer takes the place of the one that has let the server wait longest. A request has
 * at most HEAD_BYTES, and so many seconds to come. While an answer is on its way nothing
 * more is read, and TCP's window holds the peer back.
 */
#include <devices/serial/client.h>
#include <lwip/tcp.h>
#include <services/lwip/net.h>
#include <string.h>

#include "http.h"
#include "pages.h"

#define CONNECTIONS 48u /* fewer than lwIP has, which needs some for closed ones */
#define HEAD_BYTES 2048u
#define SEGMENTS 4u /* of a connection that may wait while an answer is on its way */
#define PORT 80u
#define POLL_PER_S 2u /* lwIP counts in half seconds */
#define REQUEST_S 10u /* from a request's first byte to its last */
#define IDLE_S 30u    /* without any request; without progress of an answer */

struct connection {
	struct tcp_pcb *pcb;   /* 0: the place is free */
	struct pbuf *received; /* not read yet; 0 if there is none */
	const char *body;      /* the rest of the answer */
	uint32_t body_bytes;   /* 0: no answer is on its way */
	bool closing;          /* with the end of the answer */
	bool ended;            /* the peer sends no more */
	uint32_t waited_s;     /* for the peer to do the next step */
	uint32_t head_bytes;   /* the start of a request that is not complete */
	char head[HEAD_BYTES];
};

static struct connection connections[CONNECTIONS];
static struct pages_status status;

/* The place is free again; what lwIP has of the connection has been seen to. */
static void forget(struct connection *c)
{
	if (c->received != NULL)
		pbuf_free(c->received);
	c->received = NULL;
	c->pcb = NULL;
}

static void detach(struct tcp_pcb *pcb)
{
	tcp_arg(pcb, NULL);
	tcp_recv(pcb, NULL);
	tcp_sent(pcb, NULL);
	tcp_poll(pcb, NULL, 0);
	tcp_err(pcb, NULL);
}

/* Ends the connection in the middle. A callback of it must then return ERR_ABRT. */
static err_t abort_connection(struct connection *c)
{
	struct tcp_pcb *pcb = c->pcb;
	detach(pcb);
	forget(c);
	tcp_abort(pcb);
	return ERR_ABRT;
}

/* Ends the connection after all that is still to be sent. */
static err_t close_connection(struct connection *c)
{
	struct tcp_pcb *pcb = c->pcb;
	if (c->received != NULL)
		tcp_recved(pcb, c->received->tot_len); /* or close would be a reset */
	detach(pcb);
	forget(c);
	if (tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb); /* no memory for the last segment */
	return ERR_ABRT;
}

/* Hands lwIP as much of the body as it takes now. */
static void send_body(struct connection *c)
{
	while (c->body_bytes > 0) {
		uint32_t bytes = tcp_sndbuf(c->pcb);
		if (bytes > c->body_bytes)
			bytes = c->body_bytes;
		if (bytes == 0 || tcp_write(c->pcb, c->body, (u16_t)bytes, 0) != ERR_OK)
			return; /* goes on when something has arrived: sent() */
		c->body += bytes;
		c->body_bytes -= bytes;
	}
}

/* Requires: no answer is on its way. Ensures: false if there is no room to answer now. */
static bool answer(struct connection *c, const struct http_request *request)
{
	struct net_counters counters;
	net_count(&counters);
	status.uptime_s = sys_now() / 1000u;
	status.rx_frames = counters.rx_frames;
	status.tx_frames = counters.tx_frames;
	const struct page *page = pages_find(request, &status);
	int close = request->close;
	uint32_t bytes = request->head_only ? page->head_bytes[close]
					    : page->whole_bytes[close];
	u8_t flags = page->changes ? TCP_WRITE_FLAG_COPY : 0;
	if (tcp_sndbuf(c->pcb) < bytes ||
		tcp_write(c->pcb, page->head[close], (u16_t)bytes, flags) != ERR_OK)
		return false;
	status.requests++;
	c->waited_s = 0;
	c->closing = request->close;
	c->body = page->body;
	c->body_bytes = request->head_only ? 0 : page->body_bytes;
	send_body(c);
	return true;
}

/* Takes `bytes` off what has been received, and lets the peer send as many more. */
static void consume(struct connection *c, uint32_t bytes)
{
	tcp_recved(c->pcb, (u16_t)bytes);
	c->received = pbuf_free_header(c->received, (u16_t)bytes);
}

/*
 * Answers the next request if it is complete; false if there is no more to do now. A
 * request that lies in one piece is read where it is, others are gathered in c->head.
 */
static bool next_request(struct connection *c)
{
	struct http_request request = { .status = HTTP_HEAD_TOO_LARGE, .close = true };
	struct pbuf *p = c->received;
	if (c->body_bytes > 0 || c->closing || p == NULL)
		return false;
	uint32_t before = c->head_bytes;
	const char *text = p->payload;
	uint32_t bytes = before > 0 ? 0 : http_head_bytes(text, p->len, 0);
	uint32_t all = bytes;
	if (bytes == 0) {
		text = c->head;
		all = before + pbuf_copy_partial(p, c->head + before,
				       (u16_t)(HEAD_BYTES - before), 0);
		bytes = http_head_bytes(text, all, before);
		if (bytes == 0 && all < HEAD_BYTES) {
			if (before == 0)
				c->waited_s = 0;
			c->head_bytes = all;
			consume(c, all - before);
			return false;
		}
	}
	if (bytes > 0 && bytes <= HEAD_BYTES)
		http_parse(text, bytes, &request);
	if (!answer(c, &request))
		return false;
	c->head_bytes = 0;
	consume(c, (bytes > 0 ? bytes : all) - before);
	return true;
}

/* Does what can be done. Each request takes bytes, of which TCP's window has no more. */
static err_t run(struct connection *c)
{
	send_body(c);
	while (next_request(c))
		;
	if (c->body_bytes == 0 && (c->closing || (c->ended && c->received == NULL)))
		return close_connection(c);
	return ERR_OK;
}

/* ---- lwIP's callbacks ---- */

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
	struct connection *c = arg;
	(void)pcb;
	(void)error;
	if (p != NULL && c->received != NULL && pbuf_clen(c->received) >= SEGMENTS)
		return ERR_MEM; /* lwIP keeps it, and offers it again */
	if (p == NULL)
		c->ended = true;
	else if (c->received == NULL)
		c->received = p;
	else
		pbuf_cat(c->received, p);
	return run(c);
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
	struct connection *c = arg;
	(void)pcb;
	(void)bytes;
	if (c->head_bytes == 0)
		c->waited_s = 0;
	return run(c);
}

static err_t polled(void *arg, struct tcp_pcb *pcb)
{
	struct connection *c = arg;
	(void)pcb;
	c->waited_s++;
	if (c->waited_s > (c->head_bytes > 0 ? REQUEST_S : IDLE_S))
		return abort_connection(c);
	return run(c);
}

/* lwIP has ended the connection, and has freed its pcb. */
static void failed(void *arg, err_t error)
{
	(void)error;
	forget(arg);
}

/* A free place; or that of the connection that has waited longest for a request. */
static struct connection *find_place(void)
{
	struct connection *longest = NULL;
	for (uint32_t i = 0; i < CONNECTIONS; i++) {
		struct connection *c = &connections[i];
		if (c->pcb == NULL)
			return c;
		if (c->body_bytes == 0 &&
			(longest == NULL || c->waited_s > longest->waited_s))
			longest = c;
	}
	if (longest != NULL)
		abort_connection(longest);
	return longest;
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
	(void)arg;
	if (pcb == NULL || error != ERR_OK)
		return ERR_VAL;
	struct connection *c = find_place();
	if (c == NULL)
		return ERR_MEM; /* all are busy: lwIP resets the newcomer */
	c->pcb = pcb;
	c->ended = c->closing = false;
	c->body_bytes = c->head_bytes = c->waited_s = 0;
	tcp_nagle_disable(pcb);
	tcp_arg(pcb, c);
	tcp_recv(pcb, received);
	tcp_sent(pcb, sent);
	tcp_err(pcb, failed);
	tcp_poll(pcb, polled, POLL_PER_S);
	return ERR_OK;
}

/* ---- Entry points ---- */

/* Called when anything about the interface has changed. */
static void interface_changed(struct netif *netif)
{
	static ip4_addr_t said;
	const ip4_addr_t *now = netif_ip4_addr(netif);
	if (!ip4_addr_isany(now) && !ip4_addr_eq(now, &said))
		serial_printf("http://%s/\n", ip4addr_ntoa(now));
	said = *now;
}

void init(void)
{
	serial_init();
	pages_make();
	net_start();
	netif_set_status_callback(netif_default, interface_changed);
	struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
	if (pcb == NULL || tcp_bind(pcb, IP_ANY_TYPE, PORT) != ERR_OK)
		__builtin_trap();
	pcb = tcp_listen(pcb);
	if (pcb == NULL)
		__builtin_trap();
	tcp_accept(pcb, accepted);
	net_flush();
}

void notified(microkit_channel channel)
{
	net_notified(channel);
}
