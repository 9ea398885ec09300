/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whom a listener lets in: a flood of SYNs from addresses where nobody answers must not keep
 * others out.
 *
 * By itself lwIP ignores a SYN while the listener's backlog or the pool of connections is
 * full, and gives a half-open connection 20 s. Here the half-open connection that has
 * been so for longest makes room. So an honest peer gets in if its ACK comes before so many
 * SYNs of others as there are places: those of the pool that no real connection has.
 * A connection that the application has closed, and whose peer does not say so too, makes
 * room likewise, when nothing is half open. Nobody is told: who was honest hears RST when
 * it comes with its ACK.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct tcp_pcb_listen;

/*
 * Called for each SYN to a listener, before lwIP looks for a place. False if the SYN is to be
 * dropped: it comes from the address that means nobody.
 */
bool backlog_admit(const struct tcp_pcb_listen *listener);

/* How many connections have had to make room. */
uint64_t backlog_dropped(void);
