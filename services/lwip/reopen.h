/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A peer may use a port again whose last connection still waits in TIME_WAIT.
 *
 * The side that closes first keeps the connection for 2 MSL, two minutes, in case its last ACK
 * was lost. To a SYN lwIP then answers with an ACK of the old connection, or RST, and the new one
 * does not come about until the wait is over: with a hundred connections that wait, and
 * ports that the peer draws from 28,000, that is one in 300. RFC 9293, 3.10.7.4, lets the
 * SYN open the port again if it is newer than all that the old connection had, and our own first
 * sequence number is too.
 */
#pragma once

#include <lwip/arch.h>
#include <stdbool.h>

struct tcp_pcb;
struct pbuf;

/*
 * Called for a SYN to a connection in TIME_WAIT; its header is in host byte order and in front of
 * p's payload, with `options` bytes of options. True if it was new: the old connection is
 * gone, and the SYN has been received once more. Borrows: p.
 */
bool reopen(struct tcp_pcb *old, struct pbuf *p, u16_t options);

/* The first sequence number for a connection: `sequence`, or one beyond the old connection's. */
u32_t reopen_sequence(u32_t sequence);
