/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sending virtualiser: lets the clients' frames to the driver, by a policy.
 *
 *     clients -- filled -->  send    -- filled --> driver
 *             <-- free ---  collect  <-- free ---
 *
 * The driver has at most IN_FLIGHT_MAX frames at a time; the others wait in the queues of
 * their clients. So one who floods makes others wait for these few frames and for its
 * turns, no longer.
 *
 * `states` says of each buffer how often the driver has it: bit 0 if the client has sent
 * it, and it will be given back; above that, how often since before the client started
 * anew. That client takes its buffers for its own, and may send one again while the device
 * still reads it: the frame on its way may be spoilt, and it is that client's.
 */
#include <stddef.h>

#include <microkit.h>

#include "../lib/cache.h"
#include "link.h"
#include "policy.h"

#define IN_FLIGHT_MAX 64u /* more than NETWORK_TX_LAZY; and IN_FLIGHT_MAX * 2 + 1 < 256 */

#define SENT 1u
#define SENT_BEFORE 2u

struct client {
	struct network_link link;
	uint64_t paddr;
	uint32_t buffers;
	uint32_t first; /* its first buffer's index in `states` */
};

static struct {
	const struct network_virt_tx_config *config;
	struct network_virt_tx_counters *counters;
	struct network_link driver;
	uint32_t in_flight; /* frames that the driver has: <= IN_FLIGHT_MAX */
	uint32_t owner;     /* of the buffer that came back last */
	struct client clients[NETWORK_CLIENTS_MAX];
	/* The driver's, then those of each client. */
	struct signal_link signals[1u + NETWORK_CLIENTS_MAX][NETWORK_SIGNALS];
	uint8_t states[QUEUE_CAPACITY_MAX]; /* the driver's queue carries them all */
} virt;

__attribute__((used, section(".data")))
const struct network_virt_tx_config *network_virt_tx_config; /* set by the system file */

/* ---- Back to the clients ---- */

/* Gives a buffer back. If there is no room, the client has no session with us. */
static inline void give_back(struct client *client, uint32_t buffer)
{
	uint64_t where = (uint64_t)buffer * NETWORK_BUFFER_BYTES;
	(void)network_link_fill(&client->link, network_slot(where, 0));
}

/* Whose buffer is at a device address, most likely of the one whose came last; or NULL. */
static inline struct client *find_owner(uint64_t where)
{
	uint32_t clients = virt.config->num_clients;
	for (uint32_t i = 0; i < clients; i++) {
		struct client *client = &virt.clients[virt.owner];
		if (where - client->paddr <
			(uint64_t)client->buffers * NETWORK_BUFFER_BYTES)
			return client;
		virt.owner = virt.owner + 1u < clients ? virt.owner + 1u : 0;
	}
	return NULL;
}

/* Takes what the driver has sent, and gives it back to whom it belongs. */
static void collect(void)
{
	uint64_t slot; /* untrusted: a copy, to be checked */
	while (network_link_next(&virt.driver, &slot)) {
		uint64_t where = network_slot_where(slot);
		struct client *client = find_owner(where);
		uint32_t buffer = client ? network_buffer(where - client->paddr)
					 : NETWORK_BUFFERS_MAX;
		if (buffer == NETWORK_BUFFERS_MAX ||
			virt.states[client->first + buffer] == 0) {
			virt.counters->bad_slots++;
			continue;
		}
		uint8_t *state = &virt.states[client->first + buffer];
		virt.in_flight--;
		if (*state >= SENT_BEFORE) {
			*state = (uint8_t)(*state - SENT_BEFORE);
		} else {
			*state = 0;
			give_back(client, buffer);
		}
	}
}

/* ---- To the driver ---- */

/* Lets the next frame of a client to the driver, who has room, if it is one. */
static inline void send_one(uint32_t number)
{
	struct client *client = &virt.clients[number];
	uint64_t slot = 0; /* untrusted: a copy, to be checked */
	(void)network_link_next(&client->link, &slot);
	uint64_t where = network_slot_where(slot);
	uint32_t buffer = network_buffer(where);
	uint32_t bytes = network_slot_bytes(slot);
	if (buffer >= client->buffers ||
		(virt.states[client->first + buffer] & SENT) != 0) {
		virt.counters->clients[number].bad_slots++;
		return;
	}
	if (!network_frame_possible(bytes)) {
		virt.counters->clients[number].bad_frames++;
		give_back(client, buffer);
		return;
	}
	virt.states[client->first + buffer] |= SENT;
	virt.in_flight++;
	if (!virt.config->coherent)
		cache_clean(virt.config->clients[number].data_vaddr + where +
				    NETWORK_FRAME_OFFSET,
			bytes);
	virt.counters->clients[number].frames++;
	virt.counters->clients[number].bytes += bytes;
	virt.counters->frames++;
	virt.counters->bytes += bytes;
	(void)network_link_fill(&virt.driver, network_slot(client->paddr + where, bytes));
}

static void send(void)
{
	uint64_t ready = 0;
	for (uint32_t i = 0; i < virt.config->num_clients; i++)
		if (network_link_left(&virt.clients[i].link) != 0)
			ready |= 1ull << i;
	uint32_t room = network_link_make_room(
		&virt.driver, IN_FLIGHT_MAX - virt.in_flight);
	/* If frames wait for the driver: for buffers that it sends, or for its start. */
	virt.signals[0][NETWORK_GIVE].awaited = ready != 0 && room == 0;
	while (ready != 0 && virt.in_flight < IN_FLIGHT_MAX &&
		virt.driver.filled < virt.driver.room) {
		uint32_t number = policy_next(ready);
		send_one(number);
		if (network_link_left(&virt.clients[number].link) == 0)
			ready &= ~(1ull << number);
	}
	virt.signals[0][NETWORK_TAKE].awaited = virt.in_flight > NETWORK_TX_LAZY;
}

/* ---- Entry points ---- */

/* The driver has started anew: it has sent, or lost, all that it had. */
static void settle_driver(void)
{
	for (uint32_t i = 0; i < virt.config->num_clients; i++) {
		struct client *client = &virt.clients[i];
		for (uint32_t buffer = 0; buffer < client->buffers; buffer++) {
			if ((virt.states[client->first + buffer] & SENT) != 0)
				give_back(client, buffer);
			virt.states[client->first + buffer] = 0;
		}
	}
	virt.in_flight = 0;
}

/* A client has started anew: all its buffers are with it, though some are on their way. */
static void settle_client(struct client *client)
{
	uint8_t *states = &virt.states[client->first];
	for (uint32_t i = 0; i < client->buffers; i++)
		if ((states[i] & SENT) != 0)
			states[i] = (uint8_t)(states[i] - SENT + SENT_BEFORE);
}

/* Sees who has started anew. */
static inline void look(void)
{
	for (uint32_t i = 0; i < virt.config->num_clients; i++) {
		struct network_link *link = &virt.clients[i].link;
		if (network_link_restarted(link))
			settle_client(&virt.clients[i]);
		virt.counters->clients[i].faults = network_link_faults(link);
	}
	if (network_link_restarted(&virt.driver))
		settle_driver();
}

static bool start(const struct network_virt_tx_config *config)
{
	uint32_t parameters[NETWORK_CLIENTS_MAX];
	uint32_t first = 0;
	if (config->magic != NETWORK_VIRT_TX_MAGIC ||
		config->num_clients > NETWORK_CLIENTS_MAX ||
		!network_link_start(&virt.driver, &config->driver, false))
		return false;
	network_link_signals(&virt.driver, config->driver.channel, virt.signals[0]);
	for (uint32_t i = 0; i < config->num_clients; i++) {
		struct client *client = &virt.clients[i];
		const struct network_virt_tx_client *from = &config->clients[i];
		if (from->buffers > NETWORK_BUFFERS_MAX ||
			from->buffers > QUEUE_CAPACITY_MAX - first ||
			!network_link_start(&client->link, &from->link, true))
			return false;
		client->paddr = from->data_paddr;
		client->buffers = from->buffers;
		client->first = first;
		first += from->buffers;
		parameters[i] = from->parameter;
		network_link_signals(
			&client->link, from->link.channel, virt.signals[1u + i]);
	}
	policy_start(parameters, config->num_clients);
	virt.counters = (struct network_virt_tx_counters *)(uintptr_t)config->counters;
	*virt.counters = (struct network_virt_tx_counters){ 0 };
	virt.config = config;
	return true;
}

void init(void)
{
	if (start(network_virt_tx_config))
		signal_start(virt.signals[0],
			(1u + virt.config->num_clients) * NETWORK_SIGNALS);
	else
		microkit_dbg_puts("network_virt_tx: no configuration that can be\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
	if (virt.config == NULL)
		return;
	do {
		look();
		collect();
		send();
		network_link_hand_over(&virt.driver);
		for (uint32_t i = 0; i < virt.config->num_clients; i++)
			network_link_hand_over(&virt.clients[i].link);
	} while (signal_round(
		virt.signals[0], (1u + virt.config->num_clients) * NETWORK_SIGNALS));
}
