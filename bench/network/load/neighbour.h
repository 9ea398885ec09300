/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The network that the guest finds: 10.0.2.0/24 with us at 10.0.2.2, who answer ARP and
 * lease addresses from 10.0.2.15 on by DHCP (RFC 2131), one for each MAC that asks.
 */
#pragma once

#include "link.h"

#define NEIGHBOUR_LEASES 48u

struct neighbours {
	struct link link;
	struct frame_path out;               /* from us to the client that is loaded */
	struct frame_path in;                /* and back: what its frames must say */
	uint8_t leases[NEIGHBOUR_LEASES][6]; /* MAC of address 10.0.2.(15 + i) */
	uint32_t num_leases;
	uint32_t discovers; /* DHCPDISCOVERs of the client that is loaded */
	bool present;       /* it has answered ARP */
	uint64_t others;    /* frames that were of no use, such as IPv6 */
};

/* Sets what is ours; `mac` is the client's, all zero if only the address is known. */
void neighbour_init(struct neighbours *n, int socket, const uint8_t mac[6]);

/* Deals with a frame that is ARP or DHCP; false if it is another. */
bool neighbour_handle(struct neighbours *n, const uint8_t *frame, uint32_t bytes);

/*
 * Waits until the client has its address and answers ARP, at most limit_s seconds.
 * With n->out.to_ip not zero that is its address, and DHCP is not waited for.
 */
bool neighbour_wait(struct neighbours *n, uint32_t limit_s);

/* Waits for a DHCPDISCOVER of the client. */
bool neighbour_wait_discover(struct neighbours *n, uint32_t limit_s);

/* Handles what comes until nothing has come for quiet_us. */
void neighbour_settle(struct neighbours *n, uint64_t quiet_us);
