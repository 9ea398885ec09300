/* SPDX-License-Identifier: BSD-2-Clause */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETTLE_ROUNDS 10000000u

struct world world;
bool microkit_have_signal;

extern const struct serial_driver_config *serial_driver_config;
extern const struct serial_virt_tx_config *serial_virt_tx_config;
extern const struct serial_virt_rx_config *serial_virt_rx_config;
extern const struct serial_client_config *serial_config;

struct world_configs configs;

/* ---- Signals ---- */

/* Who has the channel. */
uint32_t world_owner(microkit_channel ch)
{
	bool consumer = ch % 2u != 0;

	switch (ch / 2u) {
	case DRIVER_TX:
		return consumer ? DRIVER_PD : VIRT_TX_PD;
	case DRIVER_RX:
		return consumer ? VIRT_RX_PD : DRIVER_PD;
	case CONSOLE:
		return consumer ? VIRT_TX_PD : VIRT_RX_PD;
	default: {
		uint32_t client = CLIENT_0 + (ch / 2u - CLIENT_LINKS) / 2u;
		bool is_tx = (ch / 2u - CLIENT_LINKS) % 2u == 0;
		if (is_tx)
			return consumer ? VIRT_TX_PD : client;
		return consumer ? client : VIRT_RX_PD;
	}
	}
}

void microkit_notify(microkit_channel ch)
{
	microkit_channel other = ch ^ 1u;

	if (ch >= 2u * CLIENT_TX(world.clients))
		world.trouble = true;
	else
		world.pending[world_owner(other)] |= 1ull << other;
}

void microkit_deferred_notify(microkit_channel ch)
{
	world.trouble = world.trouble || microkit_have_signal;
	microkit_have_signal = true;
	world.deferred = ch;
}

void microkit_irq_ack(microkit_channel ch)
{
	world.trouble = world.trouble || ch != WORLD_IRQ;
	world.irq_open = true;
}

void microkit_deferred_irq_ack(microkit_channel ch)
{
	world.trouble = world.trouble || world.acknowledges || ch != WORLD_IRQ;
	world.acknowledges = true;
}

void microkit_dbg_puts(const char *s)
{
	(void)s;
}

/* An entry point has returned: what it deferred is done. */
static void returned(void)
{
	if (world.acknowledges) {
		world.acknowledges = false;
		world.irq_open = true;
	}
	if (microkit_have_signal) {
		microkit_have_signal = false;
		microkit_notify((microkit_channel)world.deferred);
	}
}

uint64_t world_take_pending(uint32_t pd)
{
	uint64_t pending = world.pending[pd];

	world.pending[pd] = 0;
	return pending;
}

bool world_run(uint32_t pd)
{
	void (*const run[])(microkit_channel) = { driver_notified, virt_tx_notified,
		virt_rx_notified };
	uint64_t pending;

	if (pd == DRIVER_PD && world.irq_open && device_interrupts()) {
		world.irq_open = false;
		world.pending[pd] |= 1ull << WORLD_IRQ;
	}
	pending = world_take_pending(pd);
	for (uint64_t left = pending; left != 0; left &= left - 1u)
		run[pd]((microkit_channel)__builtin_ctzll(left));
	returned();
	return pending != 0;
}

bool world_settle(void)
{
	bool moved = true;

	for (uint32_t i = 0; moved && i < SETTLE_ROUNDS; i++) {
		moved = world_run(DRIVER_PD) || world_run(VIRT_TX_PD) ||
			world_run(VIRT_RX_PD) || device_send();
		if (!moved && device.rx_count > 0) {
			device_silence();
			moved = device_interrupts() && world.irq_open;
		}
	}
	return !moved;
}

/* ---- Building ---- */

static struct serial_link_config end(uint32_t link, bool consumer)
{
	return (struct serial_link_config){ .ring = (uintptr_t)world.rings[link],
		.capacity = world.capacity,
		.channel = 2u * link + consumer };
}

static void configure(uint32_t labels)
{
	configs.driver = (struct serial_driver_config){ .magic = SERIAL_DRIVER_MAGIC,
		.irq = WORLD_IRQ,
		.counters = (uintptr_t)&world.driver,
		.tx = end(DRIVER_TX, true),
		.rx = end(DRIVER_RX, false) };
	configs.tx = (struct serial_virt_tx_config){ .magic = SERIAL_VIRT_TX_MAGIC,
		.num_clients = world.clients + 1u,
		.labels = labels,
		.counters = (uintptr_t)&world.tx,
		.driver = end(DRIVER_TX, false) };
	configs.rx = (struct serial_virt_rx_config){ .magic = SERIAL_VIRT_RX_MAGIC,
		.num_clients = world.clients,
		.counters = (uintptr_t)&world.rx,
		.driver = end(DRIVER_RX, true),
		.console = end(CONSOLE, false) };
	for (uint32_t i = 0; i < world.clients; i++) {
		configs.tx.clients[i].link = end(CLIENT_TX(i), true);
		configs.rx.clients[i].link = end(CLIENT_RX(i), false);
		snprintf(configs.tx.clients[i].name, CONFIG_NAME_BYTES, "c%u", i);
		snprintf(configs.rx.clients[i].name, CONFIG_NAME_BYTES, "c%u", i);
		configs.clients[i] = (struct serial_client_config){
			.magic = SERIAL_CLIENT_MAGIC,
			.tx = end(CLIENT_TX(i), false),
			.rx = end(CLIENT_RX(i), true)
		};
	}
	configs.tx.clients[world.clients].link = end(CONSOLE, true);
	snprintf(configs.tx.clients[world.clients].name, CONFIG_NAME_BYTES, "rx");
	serial_driver_config = &configs.driver;
	serial_virt_tx_config = &configs.tx;
	serial_virt_rx_config = &configs.rx;
	serial_config = &configs.clients[0];
}

void world_start_part(uint32_t pd)
{
	world.pending[pd] = 0;
	if (pd == DRIVER_PD) {
		driver_start();
		world.irq_open = true; /* the library does that after init */
	} else if (pd == VIRT_TX_PD) {
		virt_tx_start();
	} else if (pd == VIRT_RX_PD) {
		virt_rx_start();
	} else if (pd == CLIENT_0) {
		client_start();
	} else {
		uint32_t i = pd - CLIENT_0;
		const struct serial_client_config *config = &configs.clients[i];
		memset(&world.client_tx[i], 0, sizeof(world.client_tx[i]));
		memset(&world.client_rx[i], 0, sizeof(world.client_rx[i]));
		if (!serial_produce(&world.client_tx[i], &config->tx) ||
			!serial_consume(&world.client_rx[i], &config->rx))
			world.trouble = true;
		microkit_notify(config->tx.channel);
		microkit_notify(config->rx.channel);
	}
	returned();
}

void world_start(uint32_t clients, uint32_t capacity, uint32_t labels)
{
	device_reset();
	memset(&world, 0, sizeof(world));
	microkit_have_signal = false;
	world.clients = clients;
	world.capacity = capacity;
	for (uint32_t i = 0; i < CLIENT_TX(clients); i++) {
		size_t bytes = sizeof(struct serial_ring) + capacity;
		/* A multiple of the alignment, as C11 asks; small ones end elsewhere. */
		world.rings[i] = aligned_alloc(64, (bytes + 63u) / 64u * 64u);
		memset(world.rings[i], 0, bytes);
	}
	configure(labels);
	for (uint32_t pd = 0; pd < CLIENT_0 + clients; pd++)
		world_start_part(pd);
}

void world_end(void)
{
	for (uint32_t i = 0; i < CLIENT_TX(world.clients); i++)
		free(world.rings[i]);
}

/* ---- Wrap-around ---- */

static void shift(struct queue *q, uint32_t slots)
{
	q->index += slots;
	q->limit += slots;
	q->told += slots;
	q->own->wake += slots;
	shared_store_release(&q->own->word, q->session << 32 | q->index);
}

struct queue *world_queue(uint32_t link, bool consumer)
{
	uint32_t i = (link - CLIENT_LINKS) / 2u;
	bool is_tx = (link - CLIENT_LINKS) % 2u == 0;

	switch (link) {
	case DRIVER_TX:
		return consumer ? driver_tx() : virt_tx_driver();
	case DRIVER_RX:
		return consumer ? virt_rx_driver() : driver_rx();
	case CONSOLE:
		return consumer ? virt_tx_client(world.clients) : virt_rx_console();
	default:
		if (is_tx && consumer)
			return virt_tx_client(i);
		if (!is_tx && !consumer)
			return virt_rx_client(i);
		if (is_tx)
			return i == 0 ? client_tx() : &world.client_tx[i].queue;
		return i == 0 ? client_rx() : &world.client_rx[i].queue;
	}
}

void world_shift(uint32_t link, uint32_t slots)
{
	shift(world_queue(link, false), slots);
	shift(world_queue(link, true), slots);
}
