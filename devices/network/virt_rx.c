/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receiving virtualiser: gives each frame to the clients that it is for.
 *
 *     driver -- filled -->  receive  -- filled --> clients
 *            <-- free ---   refill   <-- free ---  (collect)
 *
 * `holders` says of each buffer who has it: the driver, or the set of clients that read
 * it (a broadcast frame is read by many), or nobody, and then it is in the stack of idle
 * ones. Nothing is taken back from one who does not hold it. A client holds no more than
 * its quota: that is all that a client who returns nothing can do. All quotas together
 * are at most half of the buffers, so the driver has the other half.
 */
#include <stddef.h>

#include <microkit.h>

#include "../lib/cache.h"
#include "link.h"

#define DRIVER (1ull << 63) /* holder; below: the clients */
#define GROUP 1ull          /* of a destination: broadcast or multicast */

struct client {
	struct network_link link;
	uint64_t mac;
	uint32_t quota;
	uint32_t held; /* buffers that it holds: <= quota */
};

static struct {
	const struct network_virt_rx_config *config;
	struct network_virt_rx_counters *counters;
	struct network_link driver;
	uint32_t with_driver; /* buffers that it holds */
	uint32_t few;         /* with so many or fewer, it gets all idle ones */
	uint32_t idle;        /* elements of `stack` */
	uint16_t stack[NETWORK_BUFFERS_MAX];
	uint64_t holders[NETWORK_BUFFERS_MAX];
	struct client clients[NETWORK_CLIENTS_MAX];
	/* The driver's, then those of each client. */
	struct signal_link signals[1u + NETWORK_CLIENTS_MAX][NETWORK_SIGNALS];
} virt;

__attribute__((used, section(".data")))
const struct network_virt_rx_config *network_virt_rx_config; /* set by the system file */

/* `holder` no longer has the buffer. */
static inline void drop(uint32_t buffer, uint64_t holder)
{
	uint64_t holders = virt.holders[buffer] & ~holder;
	virt.holders[buffer] = holders;
	if (holders == 0)
		virt.stack[virt.idle++] = (uint16_t)buffer;
}

/* Who has started anew holds nothing. */
static void settle(uint64_t holder)
{
	for (uint32_t i = 0; i < virt.config->buffers; i++)
		if ((virt.holders[i] & holder) != 0)
			drop(i, holder);
}

/* ---- To a client and back ---- */

/* Takes back what the client has returned. */
static void collect(uint32_t number)
{
	struct client *client = &virt.clients[number];
	uint64_t slot; /* untrusted: a copy, to be checked */
	while (network_link_next(&client->link, &slot)) {
		uint32_t buffer = network_buffer(network_slot_where(slot));
		if (buffer < virt.config->buffers &&
			(virt.holders[buffer] & 1ull << number) != 0) {
			client->held--;
			drop(buffer, 1ull << number);
		} else {
			virt.counters->clients[number].bad_slots++;
		}
	}
}

static inline void deliver(uint32_t number, uint32_t buffer, uint32_t bytes)
{
	struct client *client = &virt.clients[number];
	uint64_t where = (uint64_t)buffer * NETWORK_BUFFER_BYTES;
	if (client->held >= client->quota)
		collect(number);
	if (client->held < client->quota &&
		network_link_fill(&client->link, network_slot(where, bytes))) {
		client->held++;
		virt.holders[buffer] |= 1ull << number;
		virt.counters->clients[number].frames++;
		virt.counters->clients[number].bytes += bytes;
	} else {
		virt.counters->clients[number].dropped++;
	}
}

/* ---- From the driver and back ---- */

/* A MAC address as a number, the first byte lowest. */
static uint64_t mac_number(const uint8_t mac[6])
{
	uint64_t number = 0;
	for (uint32_t i = 0; i < 6; i++)
		number |= (uint64_t)mac[i] << (8u * i);
	return number;
}

/* untrusted: the destination of the frame in a buffer, each part read once. */
static inline uint64_t destination(uint32_t buffer, uint32_t bytes)
{
	_Static_assert(NETWORK_FRAME_OFFSET % 4u == 2, "aligned after two bytes");
	uintptr_t frame = virt.config->data_vaddr +
			  (uint64_t)buffer * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET;
	if (!virt.config->coherent)
		cache_invalidate(frame, bytes);
	uint64_t low = __atomic_load_n((const uint16_t *)frame, __ATOMIC_RELAXED);
	uint64_t high = __atomic_load_n((const uint32_t *)(frame + 2), __ATOMIC_RELAXED);
	return high << 16 | low;
}

/* Delivers a frame, in a buffer that nobody holds, to all that it is for. */
static inline void route(uint32_t buffer, uint32_t bytes)
{
	uint64_t mac = destination(buffer, bytes);
	uint32_t clients = virt.config->num_clients;
	uint32_t number = 0;
	if ((mac & GROUP) != 0) {
		for (; number < clients; number++)
			deliver(number, buffer, bytes);
		return;
	}
	while (number < clients && virt.clients[number].mac != mac)
		number++;
	if (number < clients)
		deliver(number, buffer, bytes);
	else
		virt.counters->unknown++;
}

static void receive(void)
{
	uint64_t slot; /* untrusted: a copy, to be checked */
	while (network_link_next(&virt.driver, &slot)) {
		uint32_t buffer = network_buffer(
			network_slot_where(slot) - virt.config->data_paddr);
		uint32_t bytes = network_slot_bytes(slot);
		if (buffer >= virt.config->buffers || virt.holders[buffer] != DRIVER) {
			virt.counters->bad_slots++;
			continue;
		}
		virt.with_driver--;
		virt.holders[buffer] = 0;
		if (network_frame_possible(bytes)) {
			virt.counters->frames++;
			virt.counters->bytes += bytes;
			route(buffer, bytes);
		} else {
			virt.counters->bad_frames++;
		}
		if (virt.holders[buffer] == 0)
			drop(buffer, 0);
	}
}

/* Gives the driver all idle buffers. */
static void refill(void)
{
	for (uint32_t i = 0; i < virt.config->num_clients; i++)
		collect(i);
	(void)network_link_make_room(&virt.driver, virt.idle);
	while (virt.idle != 0) {
		uint32_t buffer = virt.stack[virt.idle - 1u];
		uint64_t where = virt.config->data_paddr +
				 (uint64_t)buffer * NETWORK_BUFFER_BYTES;
		if (!network_link_fill(&virt.driver, network_slot(where, 0)))
			break;
		virt.holders[buffer] = DRIVER;
		virt.idle--;
		virt.with_driver++;
	}
}

/* ---- Entry points ---- */

/* Sees who has started anew. */
static inline void look(void)
{
	if (network_link_restarted(&virt.driver)) {
		settle(DRIVER);
		virt.with_driver = 0;
	}
	for (uint32_t i = 0; i < virt.config->num_clients; i++) {
		struct client *client = &virt.clients[i];
		if (network_link_restarted(&client->link)) {
			settle(1ull << i);
			client->held = 0;
		}
		virt.counters->clients[i].faults = network_link_faults(&client->link);
	}
}

/*
 * Hands everything over, and says whose steps are awaited: the driver's frames; its start,
 * if it got no buffers; what clients return only if the driver may need it.
 */
static inline void hand_over(void)
{
	bool need = virt.with_driver < virt.config->buffers - virt.config->buffers / 2u;
	network_link_hand_over(&virt.driver);
	virt.signals[0][NETWORK_GIVE].awaited = need && virt.idle != 0;
	for (uint32_t i = 0; i < virt.config->num_clients; i++) {
		network_link_hand_over(&virt.clients[i].link);
		virt.signals[1u + i][NETWORK_TAKE].awaited = need;
	}
}

static bool start(const struct network_virt_rx_config *config)
{
	if (config->magic != NETWORK_VIRT_RX_MAGIC ||
		config->num_clients > NETWORK_CLIENTS_MAX ||
		config->buffers > NETWORK_BUFFERS_MAX ||
		!network_link_start(&virt.driver, &config->driver, true))
		return false;
	network_link_signals(&virt.driver, config->driver.channel, virt.signals[0]);
	for (uint32_t i = 0; i < config->num_clients; i++) {
		struct client *client = &virt.clients[i];
		const struct network_virt_rx_client *from = &config->clients[i];
		client->mac = mac_number(from->mac);
		client->quota = from->quota;
		if (!network_link_start(&client->link, &from->link, false))
			return false;
		network_link_signals(
			&client->link, from->link.channel, virt.signals[1u + i]);
	}
	virt.few = config->buffers * 3u / 4u;
	virt.counters = (struct network_virt_rx_counters *)(uintptr_t)config->counters;
	*virt.counters = (struct network_virt_rx_counters){ 0 };
	while (virt.idle < config->buffers) {
		virt.stack[virt.idle] = (uint16_t)virt.idle;
		virt.idle++;
	}
	virt.config = config;
	return true;
}

void init(void)
{
	if (start(network_virt_rx_config))
		signal_start(virt.signals[0],
			(1u + virt.config->num_clients) * NETWORK_SIGNALS);
	else
		microkit_dbg_puts("network_virt_rx: no configuration that can be\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
	if (virt.config == NULL)
		return;
	do {
		look();
		receive();
		if (virt.with_driver <= virt.few)
			refill();
		hand_over();
	} while (signal_round(
		virt.signals[0], (1u + virt.config->num_clients) * NETWORK_SIGNALS));
}
