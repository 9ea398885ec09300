/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration blobs of the serial class; see devices/lib/config.h. */
#pragma once

#include "../lib/config.h"

#define SERIAL_CLIENTS_MAX 48u /* their names fit into the blob */
#define SERIAL_CAPACITY 2048u /* bytes of a queue unless the system file says otherwise */

#define SERIAL_DRIVER_MAGIC CONFIG_MAGIC('s', 'd', 'r', 2)
#define SERIAL_VIRT_TX_MAGIC CONFIG_MAGIC('s', 'v', 't', 1)
#define SERIAL_VIRT_RX_MAGIC CONFIG_MAGIC('s', 'v', 'r', 1)
#define SERIAL_CLIENT_MAGIC CONFIG_MAGIC('s', 'c', 'l', 1)

/* One end of a byte queue: struct serial_ring of queue.h. */
struct serial_link_config {
	uint64_t ring; /* vaddr */
	uint32_t capacity;
	uint32_t channel;
};

/* Pointed to by `serial_driver_config`. */
struct serial_driver_config {
	uint32_t magic;
	uint32_t irq;
	uint64_t registers; /* vaddr */
	uint64_t
		counters; /* vaddr of this component's counters, a page that it may write */
	struct serial_link_config tx; /* consumer */
	struct serial_link_config rx; /* producer */
	/* Of a device that accesses memory: a region for its rings and buffers. */
	uint64_t dma_vaddr, dma_paddr, dma_bytes;
};

struct serial_virt_client {
	struct serial_link_config link;
	char name[CONFIG_NAME_BYTES];
};

/* Pointed to by `serial_virt_tx_config`. */
struct serial_virt_tx_config {
	uint32_t magic;
	uint32_t num_clients;
	uint32_t labels; /* what tells clients apart: 0 nothing, 1 names, 2 colours */
	uint32_t unused;
	uint64_t counters;
	struct serial_link_config driver; /* producer */
	struct serial_virt_client clients[SERIAL_CLIENTS_MAX];
};

/* Pointed to by `serial_virt_rx_config`. */
struct serial_virt_rx_config {
	uint32_t magic;
	uint32_t num_clients;
	uint64_t counters;
	struct serial_link_config driver; /* consumer */
	/* Where the virtualiser says which client has the input now: it is a client of
	 * the Tx virtualiser like any other. ring is CONFIG_NOT_MAPPED without. */
	struct serial_link_config console;
	struct serial_virt_client clients[SERIAL_CLIENTS_MAX];
};

/* Pointed to by `serial_config`. */
struct serial_client_config {
	uint32_t magic;
	uint32_t unused;
	struct serial_link_config tx; /* producer */
	struct serial_link_config
		rx; /* consumer; ring is CONFIG_NOT_MAPPED if input="false" */
};

_Static_assert(sizeof(struct serial_virt_tx_config) <= CONFIG_BYTES_MAX, "fits its page");
_Static_assert(sizeof(struct serial_virt_rx_config) <= CONFIG_BYTES_MAX, "fits its page");
