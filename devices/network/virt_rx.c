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
 * are at most half of the buffers, so the driver has the other half, and what clients
 * return needs no signal: it is collected when the driver has few, or the client too many.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "../lib/cache.h"
#include "link.h"

#define DRIVER (1ull << 63) /* holder; below: the clients */
#define GROUP 1ull          /* of a destination: broadcast or multicast */

struct client {
	struct network_link link;
	struct network_virt_rx_client_counters *counters;
	uint64_t mac; /* as a number, the first byte lowest */
	uint32_t quota;
	uint32_t held; /* buffers that it holds: <= quota */
};

static struct virt {
	const struct network_virt_rx_config *config;
	struct network_virt_rx_counters *counters;
	struct network_link driver;
	uint64_t used;        /* the clients whose links are part of this round */
	uint32_t with_driver; /* buffers that it holds */
	uint32_t idle;        /* elements of `stack` */
	struct client clients[NETWORK_CLIENTS_MAX];
	uint64_t by_channel[NETWORK_CHANNELS]; /* the client behind it, as a bit */
	uint16_t stack[NETWORK_BUFFERS_MAX];
	uint64_t holders[NETWORK_BUFFERS_MAX]; /* of each buffer: one bit for each */
} virt;

__attribute__((used, section(".data")))
const struct network_virt_rx_config *network_virt_rx_config; /* set by the system file */

/* `holder`, one of those who have the buffer, no longer has it; it had `*held` of them. */
static inline void drop(struct virt *v, uint32_t buffer, uint64_t holder, uint32_t *held)
{
	uint64_t holders = v->holders[buffer] & ~holder;
	--*held;
	v->holders[buffer] = holders;
	if (holders == 0)
		v->stack[v->idle++] = (uint16_t)buffer;
}

/* Who has started anew holds nothing. */
__attribute__((noinline, cold)) static void settle(
	struct virt *v, uint64_t holder, uint32_t *held)
{
	for (uint32_t i = 0; i < v->config->buffers; i++)
		if ((v->holders[i] & holder) != 0)
			drop(v, i, holder, held);
}

/* ---- To a client and back ---- */

/* Looks at a client, and takes back what it has returned. */
__attribute__((noinline)) static void collect(struct virt *v, uint32_t number)
{
	struct client *client = network_unknown(&v->clients[number]);
	uint64_t holder = 1ull << number;
	struct network_queue take;
	v->used |= holder;
	network_link_hand_over(&client->link);
	if (network_link_restarted(&client->link))
		settle(v, holder, &client->held);
	uint32_t count = network_link_take(&client->link, &take);
	for (uint32_t i = 0; i < count; i++) {
		uint64_t slot = network_peek(&take, i); /* untrusted */
		uint64_t buffer = network_buffer(network_slot_where(slot));
		if (buffer < v->config->buffers && (v->holders[buffer] & holder) != 0)
			drop(v, (uint32_t)buffer, holder, &client->held);
		else
			client->counters->bad_slots++;
	}
	client->counters->faults = network_link_faults(&client->link);
}

/* Whether the client gets the frame. */
static inline bool deliver(struct virt *v, uint32_t number, uint64_t slot)
{
	struct client *client = network_unknown(&v->clients[number]);
	if (client->held >= client->quota)
		collect(v, number);
	if (client->held >= client->quota || !network_link_fill(&client->link, slot)) {
		client->counters->dropped++;
		return false;
	}
	client->held++;
	client->counters->frames++;
	client->counters->bytes += network_slot_bytes(slot);
	return true;
}

/* ---- From the driver and back ---- */

/* untrusted: the destination of the frame in a buffer, each part read once. */
static inline uint64_t destination(struct virt *v, uint64_t where, uint32_t bytes)
{
	uintptr_t frame = v->config->data_vaddr + where + NETWORK_FRAME_OFFSET;
	if (!v->config->coherent)
		cache_invalidate(frame, bytes);
	uint64_t low = __atomic_load_n((const uint16_t *)frame, __ATOMIC_RELAXED);
	uint64_t high = __atomic_load_n((const uint32_t *)(frame + 2), __ATOMIC_RELAXED);
	return high << 16 | low;
}

/* Delivers a frame to all that it is for; to whom. */
static inline uint64_t route(struct virt *v, uint64_t slot)
{
	uint64_t mac = destination(v, network_slot_where(slot), network_slot_bytes(slot));
	uint32_t clients = v->config->num_clients;
	uint64_t got = 0;
	if ((mac & GROUP) != 0) {
		for (uint32_t i = 0; i < clients; i++)
			got |= (uint64_t)deliver(v, i, slot) << i;
		return got;
	}
	for (uint32_t i = 0; i < clients; i++)
		if (v->clients[i].mac == mac)
			return (uint64_t)deliver(v, i, slot) << i;
	v->counters->unknown++;
	return 0;
}

static void receive(struct virt *v)
{
	struct network_queue take;
	uint32_t count = network_link_take(&v->driver, &take);
	uint32_t good = 0;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		/* untrusted; what is not in our region wraps, and is no buffer */
		uint64_t slot = network_peek(&take, i) - v->config->data_paddr;
		uint64_t buffer = network_buffer(network_slot_where(slot));
		uint32_t bytes = network_slot_bytes(slot);
		uint64_t got = 0;
		if (buffer >= v->config->buffers || v->holders[buffer] != DRIVER) {
			v->counters->bad_slots++;
			continue;
		}
		if (network_frame_possible(bytes)) {
			good++;
			sum += bytes;
			got = route(v, slot);
		} else {
			v->counters->bad_frames++;
		}
		v->used |= got;
		v->holders[buffer] = got | DRIVER;
		drop(v, (uint32_t)buffer, DRIVER, &v->with_driver);
	}
	v->counters->frames += good;
	v->counters->bytes += sum;
}

/* Gives the driver all idle buffers. */
__attribute__((noinline)) static void refill(struct virt *v)
{
	for (uint32_t i = 0; i < v->config->num_clients; i++)
		collect(v, i);
	uint32_t count = network_link_make_room(&v->driver, v->idle);
	const struct network_queue give = v->driver.give; /* kept in registers */
	const uint64_t start = v->config->data_paddr;
	v->idle -= count;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t buffer = v->stack[v->idle + i];
		v->holders[buffer] = DRIVER;
		network_poke(&give, i, network_slot_empty(start, buffer));
	}
	v->driver.filled = count;
	v->with_driver += count;
}

/* ---- Entry points ---- */

static bool start(const struct network_virt_rx_config *config)
{
	if (config->magic != NETWORK_VIRT_RX_MAGIC ||
		config->num_clients > NETWORK_CLIENTS_MAX ||
		config->buffers > NETWORK_BUFFERS_MAX ||
		!network_link_start(&virt.driver, &config->driver, true))
		return false;
	virt.counters = (struct network_virt_rx_counters *)(uintptr_t)config->counters;
	*virt.counters = (struct network_virt_rx_counters){ 0 };
	for (uint32_t i = 0; i < config->num_clients; i++) {
		struct client *client = &virt.clients[i];
		memcpy(&client->mac, config->clients[i].mac, 6);
		client->counters = &virt.counters->clients[i];
		client->quota = config->clients[i].quota;
		if (!network_link_start(&client->link, &config->clients[i].link, false))
			return false;
		network_link_greet(&client->link);
		virt.by_channel[client->link.channel % NETWORK_CHANNELS] = 1ull << i;
	}
	network_link_greet(&virt.driver);
	for (; virt.idle < config->buffers; virt.idle++)
		virt.stack[virt.idle] = (uint16_t)virt.idle;
	virt.config = config;
	return true;
}

void init(void)
{
	if (!start(network_virt_rx_config))
		microkit_dbg_puts("network_virt_rx: no configuration that can be\n");
}

/* Does what there is to do, for the driver and for `clients`; whether there may be more. */
static inline bool serve(struct virt *v, uint64_t clients)
{
	v->used = 0;
	if (network_link_restarted(&v->driver))
		settle(v, DRIVER, &v->with_driver);
	for (; clients != 0; clients &= clients - 1u)
		collect(v, (uint32_t)__builtin_ctzll(clients));
	receive(v);
	if (v->with_driver <= v->config->buffers * 3u / 4u)
		refill(v);
	/* Only then a client is asked to say when it returns something. */
	bool need = v->with_driver < v->config->buffers - v->config->buffers / 2u;
	return network_link_round(&v->driver, &v->clients[0].link, sizeof(struct client),
		v->used, (struct network_awaits){ true, need && v->idle != 0, need });
}

void notified(microkit_channel ch)
{
	struct virt *v = network_unknown(&virt);
	if (v->config == NULL)
		return;
	/* What may be more is the driver's, or, if it has few buffers, anybody's. */
	for (uint64_t clients = v->by_channel[ch % NETWORK_CHANNELS]; serve(v, clients);)
		clients = 0;
}
