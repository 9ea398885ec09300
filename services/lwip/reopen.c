/* SPDX-License-Identifier: BSD-2-Clause */
#include "reopen.h"

#include <lwip/def.h>
#include <lwip/ip.h>
#include <lwip/priv/tcp_priv.h>

#define AHEAD 65536u /* of what the old connection sent last: more than a window */

static struct {
	bool runs;  /* the SYN is being received */
	u32_t next; /* what the old connection would have sent next */
} again;

/* Undoes what tcp_input did to the segment, and lets it begin anew. */
static void receive(struct pbuf *p, u16_t options)
{
	pbuf_add_header_force(p, TCP_HLEN + (size_t)options);
	struct tcp_hdr *header = p->payload;
	header->src = lwip_htons(header->src);
	header->dest = lwip_htons(header->dest);
	header->seqno = lwip_htonl(header->seqno);
	header->ackno = lwip_htonl(header->ackno);
	header->wnd = lwip_htons(header->wnd);
	pbuf_ref(p); /* tcp_input frees it */
	(void)tcp_input(p, ip_current_input_netif());
}

bool reopen(struct tcp_pcb *old, struct pbuf *p, u16_t options)
{
	const struct tcp_hdr *header =
		(const struct tcp_hdr *)(const void *)((const u8_t *)p->payload -
						       options - TCP_HLEN);
	if (!TCP_SEQ_GT(header->seqno, old->rcv_nxt))
		return false;
	again.next = old->snd_nxt;
	tcp_pcb_remove(&tcp_tw_pcbs, old);
	tcp_free(old);
	again.runs = true;
	receive(p, options);
	again.runs = false;
	return true;
}

u32_t reopen_sequence(u32_t sequence)
{
	return again.runs && !TCP_SEQ_GT(sequence, again.next) ? again.next + AHEAD
							       : sequence;
}
