/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A serial system in one program: device, driver, virtualisers, and clients, of which
 * client 0 uses the library and the others the bare queues.
 *
 * Nothing runs by itself: a signal sets a bit, and a component runs when the test says.
 * Regions are allocated with their exact size, so that the address sanitiser sees each
 * access outside.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../counters.h"
#include "../queue.h"
#include "device.h"
#include "../../lib/test/test.h"
#include "parts.h"

#define WORLD_CLIENTS 8u /* at most: 3 + 2 * 8 links have 38 channels */

/* Components, as numbers. Clients follow from CLIENT_0 on. */
enum { DRIVER_PD, VIRT_TX_PD, VIRT_RX_PD, CLIENT_0 };

/* Links, as numbers. Channel 2 * link is at the producer, the next at the consumer. */
enum { DRIVER_TX, DRIVER_RX, CONSOLE, CLIENT_LINKS };
#define CLIENT_TX(i) (CLIENT_LINKS + 2u * (i))
#define CLIENT_RX(i) (CLIENT_LINKS + 2u * (i) + 1u)
#define WORLD_LINKS CLIENT_TX(WORLD_CLIENTS)
#define WORLD_IRQ 61u

struct world {
	uint32_t clients;
	uint32_t capacity;
	struct serial_ring *rings[WORLD_LINKS];
	uint64_t pending[CLIENT_0 + WORLD_CLIENTS]; /* of each component: channels */
	bool acknowledges; /* when the entry point has returned */
	bool irq_open;
	bool trouble; /* a deferred signal was replaced, an unknown channel signalled */
	uint64_t deferred;
	struct serial_driver_counters driver;
	struct serial_virt_tx_counters tx;
	struct serial_virt_rx_counters rx;
	struct serial_queue client_tx[WORLD_CLIENTS]; /* from 1 on */
	struct serial_queue client_rx[WORLD_CLIENTS];
};

extern struct world world;

/* What the components are told; may be changed before world_start_part. */
extern struct world_configs {
	struct serial_driver_config driver;
	struct serial_virt_tx_config tx;
	struct serial_virt_rx_config rx;
	struct serial_client_config clients[WORLD_CLIENTS];
} configs;

/* Builds it and starts all, device first. labels as in serial_virt_tx_config. */
void world_start(uint32_t clients, uint32_t capacity, uint32_t labels);

/* Frees what world_start has allocated. */
void world_end(void);

/* A component's program starts anew. */
void world_start_part(uint32_t pd);

/* The channels for which a component was signalled; it is signalled no more. */
uint64_t world_take_pending(uint32_t pd);

/* Lets driver or virtualiser run, if it was signalled; false if it was not. */
bool world_run(uint32_t pd);

/* Runs driver, virtualisers and device until nothing moves. False: it never ends. */
bool world_settle(void);

/* The component that has the channel, and the end of a link there. */
uint32_t world_owner(microkit_channel ch);
struct queue *world_queue(uint32_t link, bool consumer);

/* Moves both ends of a link forward, as if so many slots had gone through it. */
void world_shift(uint32_t link, uint32_t slots);
