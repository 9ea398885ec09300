/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio network device (virtio 1.2, 5.1) on the general model: it receives and sends the
 * frames of the world, in any order, judges them, tells of its carrier, or lies.
 */
#pragma once

#include "../../../virtio/test/model.h"

#define CARD_F_STATUS (1ull << 16) /* it tells of its carrier: 5.1.3 */

struct card {
	bool no_carrier;         /* the link status is 0 */
	uint64_t lies, credible; /* and those that pass the first check */
};

extern struct card card;

/* A device just plugged in. */
void card_plug(uint64_t features, uint32_t number_max);

/* Pulls the cable, or plugs it in. Requires: CARD_F_STATUS is offered. */
void card_change_carrier(void);

/* Does something, and lies in half of its steps if world.hostile. False: nothing to do. */
bool card_run(void);
