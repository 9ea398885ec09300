/* SPDX-License-Identifier: BSD-2-Clause */
/* The echo service (RFC 862) on UDP and TCP port 7, for IPv4 and IPv6. */
#include <lwip/tcp.h>
#include <lwip/udp.h>
#include <services/lwip/net.h>

#define PORT 7
/*
 * Segments of one connection that may wait for room to be sent back. A window of full ones
 * must fit: while one is refused, lwIP drops all that follow, with the acknowledgements
 * in them that would make room.
 */
#define SEGMENTS (2 * TCP_WND / TCP_MSS)

/*
 * The payload is copied once, out of the received frame into the one to be sent, and is
 * summed on the way. The answer comes from the address that was asked.
 */
static void datagram(
	void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	const ip_addr_t *own = ip_current_dest_addr();
	struct netif *netif = ip_current_netif();
	struct pbuf *reply = NULL;
	u16_t sum = 0, at = 0;
	(void)arg;
	if ((p->flags & (PBUF_FLAG_LLBCAST | PBUF_FLAG_LLMCAST)) == 0)
		reply = net_udp_allocate(from, p->tot_len);
	for (struct pbuf *part = p; reply != NULL && part != NULL; part = part->next) {
		if (part->len > 0)
			pbuf_fill_chksum(reply, at, part->payload, part->len, &sum);
		at = (u16_t)(at + part->len);
	}
	pbuf_free(p);
	if (reply == NULL)
		return; /* no buffer; too long for one; not for us alone */
	udp_sendto_if_src_chksum(pcb, reply, from, port, netif, 1, sum, own);
	pbuf_free(reply);
}

/* A connection's argument is what has been received and not sent back: a pbuf or 0. */
static bool send_back(struct tcp_pcb *pcb, struct pbuf *p)
{
	while (p != NULL) {
		u16_t bytes = LWIP_MIN(p->len, tcp_sndbuf(pcb));
		if (bytes == 0 || tcp_write(pcb, p->payload, bytes, TCP_WRITE_FLAG_COPY))
			break; /* goes on when some of it has arrived */
		tcp_recved(pcb, bytes);
		p = pbuf_free_header(p, bytes);
	}
	tcp_arg(pcb, p);
	tcp_output(pcb);
	return p == NULL;
}

static err_t sent(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
	(void)bytes;
	send_back(pcb, arg);
	return ERR_OK;
}

/* Likewise, when the peer sends no more. */
static err_t sent_last(void *arg, struct tcp_pcb *pcb, u16_t bytes)
{
	(void)bytes;
	if (!send_back(pcb, arg) || tcp_close(pcb) == ERR_OK)
		return ERR_OK;
	tcp_abort(pcb); /* no memory for the last segment */
	return ERR_ABRT;
}

static err_t received(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
	struct pbuf *waiting = arg;
	(void)error;
	if (p == NULL) {
		tcp_sent(pcb, sent_last);
		return sent_last(waiting, pcb, 0);
	}
	if (waiting != NULL && pbuf_clen(waiting) >= SEGMENTS)
		return ERR_MEM; /* lwIP keeps it, and offers it again */
	if (waiting != NULL)
		pbuf_cat(waiting, p);
	send_back(pcb, waiting != NULL ? waiting : p);
	return ERR_OK;
}

static void failed(void *arg, err_t error)
{
	(void)error;
	if (arg != NULL)
		pbuf_free(arg);
}

static err_t accepted(void *arg, struct tcp_pcb *pcb, err_t error)
{
	(void)arg;
	if (error != ERR_OK || pcb == NULL)
		return ERR_VAL;
	tcp_arg(pcb, NULL);
	tcp_nagle_disable(pcb);
	tcp_recv(pcb, received);
	tcp_sent(pcb, sent);
	tcp_err(pcb, failed);
	return ERR_OK;
}

void init(void)
{
	net_start();
	struct udp_pcb *udp = udp_new_ip_type(IPADDR_TYPE_ANY);
	struct tcp_pcb *tcp = tcp_new_ip_type(IPADDR_TYPE_ANY);
	udp_bind(udp, IP_ANY_TYPE, PORT);
	udp_recv(udp, datagram, NULL);
	tcp_bind(tcp, IP_ANY_TYPE, PORT);
	tcp_accept(tcp_listen(tcp), accepted);
	net_flush();
}

void notified(microkit_channel channel)
{
	net_notified(channel);
}
