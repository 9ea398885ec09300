/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of lwIP to services/lwip. */
#pragma once

#include "lwip/ip_addr.h"

/* The first sequence number of a connection, as RFC 6528 has it. */
u32_t net_initial_sequence(const ip_addr_t *local, u16_t local_port,
	const ip_addr_t *remote, u16_t remote_port);

/* How many segments that came before their turn a connection may hold. */
struct tcp_pcb;
u16_t net_segments_limit(const struct tcp_pcb *asking);

/*
 * Called for each TCP segment: a SYN to a listener passes if there may be room for it; one to a
 * connection in TIME_WAIT whose options are in one piece may open its port again.
 * (Evaluated in lwIP's tcp_in.c, which knows the types.)
 */
struct tcp_pcb_listen;
struct pbuf;
_Bool backlog_admit(const struct tcp_pcb_listen *listener);
_Bool reopen(struct tcp_pcb *old, struct pbuf *p, u16_t options);

#define NET_IS_SYN(header) \
	((TCPH_FLAGS(header) & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN)

#define NET_SEGMENT_ARRIVED(pcb, header, options, first, rest, p)                        \
	(((pcb)->state == LISTEN && NET_IS_SYN(header) &&                                \
		 !backlog_admit((const struct tcp_pcb_listen *)(pcb))) ||                \
				((pcb)->state == TIME_WAIT && NET_IS_SYN(header) &&      \
					(options) == (first) && reopen(pcb, p, options)) \
			? ERR_VAL                                                        \
			: ERR_OK)
