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
