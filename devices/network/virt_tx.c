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
	struct network_virt_tx_client_counters *counters;
	uint64_t paddr;
	uint64_t vaddr; /* CONFIG_NOT_MAPPED: the device sees the caches */
	uint32_t buffers;
	uint32_t first; /* its first buffer's index in `states` */
};

static struct virt {
	const struct network_virt_tx_config *config;
	struct network_virt_tx_counters *counters;
	struct network_link driver;
	uint64_t ready;     /* clients with frames that were seen and not sent */
	uint64_t used;      /* clients whose links are part of this round */
	uint32_t in_flight; /* frames that the driver has: <= IN_FLIGHT_MAX */
	bool full; /* it had that many at the last round: nobody was asked for more */
	uint32_t owner; /* of the buffer that came back last */
	struct client clients[NETWORK_CLIENTS_MAX];
	uint64_t by_channel[NETWORK_CHANNELS]; /* the client behind it, as a bit */
	uint8_t states[QUEUE_CAPACITY_MAX];    /* the driver's queue carries them all */
} virt;

__attribute__((used, section(".data")))
const struct network_virt_tx_config *network_virt_tx_config; /* set by the system file */

/* ---- Back to the clients ---- */

/* Gives a buffer back. If there is no room, the client has no session with us. */
static inline void give_back(struct virt *v, uint32_t number, uint64_t buffer)
{
	struct client *client = network_unknown(&v->clients[number]);
	v->used |= 1ull << number;
	(void)network_link_fill(&client->link, network_slot_empty(0, buffer));
}

/* Takes a buffer from the driver, most likely one of the client whose came last. */
static inline void take_back(struct virt *v, uint64_t where)
{
	struct client *client = network_unknown(&v->clients[v->owner]);
	uint64_t buffer = network_buffer(where - client->paddr);
	uint32_t clients = v->config->num_clients;
	for (uint32_t i = 1; buffer >= client->buffers && i < clients; i++) {
		v->owner = v->owner + 1u < clients ? v->owner + 1u : 0;
		client = network_unknown(&v->clients[v->owner]);
		buffer = network_buffer(where - client->paddr);
	}
	uint8_t *state = &v->states[client->first];
	if (buffer >= client->buffers || state[buffer] == 0) {
		v->counters->bad_slots++;
		return;
	}
	v->in_flight--;
	if (state[buffer] >= SENT_BEFORE) {
		state[buffer] = (uint8_t)(state[buffer] - SENT_BEFORE);
	} else {
		state[buffer] = 0;
		give_back(v, v->owner, buffer);
	}
}

/* ---- To the driver ---- */

/* Checks what a client wants to send, and marks it: the driver's slot, or 0. */
static inline uint64_t check(struct virt *v, uint32_t number, uint64_t slot)
{
	struct client *client = network_unknown(&v->clients[number]);
	uint64_t where = network_slot_where(slot);
	uint64_t buffer = network_buffer(where);
	uint32_t bytes = network_slot_bytes(slot);
	uint8_t *states = &v->states[client->first];
	if (buffer >= client->buffers || (states[buffer] & SENT) != 0) {
		client->counters->bad_slots++;
		return 0;
	}
	if (!network_frame_possible(bytes)) {
		client->counters->bad_frames++;
		give_back(v, number, buffer);
		return 0;
	}
	states[buffer] |= SENT;
	if (client->vaddr != CONFIG_NOT_MAPPED)
		cache_clean(client->vaddr + where + NETWORK_FRAME_OFFSET, bytes);
	client->counters->frames++;
	client->counters->bytes += bytes;
	return client->paddr + slot;
}

/* Lets frames to the driver, by the policy; whether some that may go are left. */
static bool send(struct virt *v)
{
	uint32_t room = network_link_make_room(&v->driver, IN_FLIGHT_MAX - v->in_flight);
	const struct network_queue give = v->driver.give; /* kept in registers */
	uint64_t ready = v->ready, held = policy_held(ready), sum = 0;
	uint32_t count = 0;
	while ((ready & ~held) != 0 && count < room) {
		uint32_t number = policy_next(ready & ~held);
		struct client *client = network_unknown(&v->clients[number]);
		/* untrusted: copied, then checked */
		uint64_t slot = network_peek(&client->link.take, client->link.taken++);
		v->used |= 1ull << number;
		if (network_link_left(&client->link) == 0)
			ready &= ~(1ull << number);
		slot = check(v, number, slot);
		if (slot == 0)
			continue;
		network_poke(&give, count++, slot);
		sum += network_slot_bytes(slot);
		held |= policy_sent(number, network_slot_bytes(slot));
	}
	v->ready = ready;
	v->driver.filled = count;
	v->in_flight += count;
	v->counters->frames += count;
	v->counters->bytes += sum;
	policy_wait(ready & held);
	return (ready & ~held) != 0;
}

/* ---- Entry points ---- */

/* The driver has started anew: it has sent, or lost, all that it had. */
__attribute__((noinline, cold)) static void settle_driver(struct virt *v)
{
	for (uint32_t i = 0; i < v->config->num_clients; i++)
		for (uint32_t buffer = 0; buffer < v->clients[i].buffers; buffer++) {
			uint8_t *state = &v->states[v->clients[i].first + buffer];
			if ((*state & SENT) != 0)
				give_back(v, i, buffer);
			*state = 0;
		}
	v->in_flight = 0;
}

/* A client has started anew: all its buffers are with it, though some are on their way. */
__attribute__((noinline, cold)) static void settle_client(struct virt *v, uint32_t number)
{
	uint8_t *states = &v->states[v->clients[number].first];
	for (uint32_t i = 0; i < v->clients[number].buffers; i++)
		if ((states[i] & SENT) != 0)
			states[i] = (uint8_t)(states[i] - SENT + SENT_BEFORE);
}

/* Looks at a client: what it has to send, and whether it has started anew. */
static inline void look(struct virt *v, uint32_t number)
{
	struct client *client = network_unknown(&v->clients[number]);
	if (network_link_restarted(&client->link))
		settle_client(v, number);
	uint64_t some = network_link_left(&client->link) != 0;
	v->used |= 1ull << number;
	v->ready = (v->ready & ~(1ull << number)) | some << number;
	client->counters->faults = network_link_faults(&client->link);
}

static bool start(const struct network_virt_tx_config *config)
{
	uint32_t first = 0;
	if (config->magic != NETWORK_VIRT_TX_MAGIC ||
		config->num_clients > NETWORK_CLIENTS_MAX ||
		!network_link_start(&virt.driver, &config->driver, false))
		return false;
	virt.counters = (struct network_virt_tx_counters *)(uintptr_t)config->counters;
	*virt.counters = (struct network_virt_tx_counters){ 0 };
	for (uint32_t i = 0; i < config->num_clients; i++) {
		struct client *client = &virt.clients[i];
		const struct network_virt_tx_client *from = &config->clients[i];
		if (from->buffers > NETWORK_BUFFERS_MAX ||
			from->buffers > QUEUE_CAPACITY_MAX - first ||
			!network_link_start(&client->link, &from->link, true))
			return false;
		client->counters = &virt.counters->clients[i];
		client->vaddr = config->coherent ? CONFIG_NOT_MAPPED : from->data_vaddr;
		client->paddr = from->data_paddr;
		client->buffers = from->buffers;
		client->first = first;
		first += from->buffers;
		network_link_greet(&client->link);
		virt.by_channel[client->link.channel % NETWORK_CHANNELS] = 1ull << i;
	}
	network_link_greet(&virt.driver);
	policy_start(config->clients, config->num_clients);
	virt.config = config;
	return true;
}

void init(void)
{
	if (!start(network_virt_tx_config))
		microkit_dbg_puts("network_virt_tx: no configuration that can be\n");
}

/*
 * Does what there is to do, for the driver and for `clients`; whether there may be more,
 * and then whose is in v->used.
 */
static inline bool serve(struct virt *v, uint64_t clients)
{
	struct network_queue take;
	v->used = 0;
	if (network_link_restarted(&v->driver))
		settle_driver(v);
	for (uint32_t i = 0, count = network_link_take(&v->driver, &take); i < count; i++)
		take_back(v, network_slot_where(network_peek(&take, i))); /* untrusted */
	if (v->full && v->in_flight < IN_FLIGHT_MAX)
		clients = (1ull << v->config->num_clients) - 1u;
	for (; clients != 0; clients &= clients - 1u)
		look(v, (uint32_t)__builtin_ctzll(clients));
	bool left = send(v);
	v->full = v->in_flight == IN_FLIGHT_MAX;
	return network_link_round(&v->driver, &v->clients[0].link, sizeof(struct client),
		v->used,
		(struct network_awaits){
			v->in_flight > NETWORK_TX_LAZY, left && !v->full, !v->full });
}

void notified(microkit_channel ch)
{
	struct virt *v = network_unknown(&virt);
	if (v->config == NULL)
		return;
	policy_notified(ch);
	for (uint64_t clients = v->by_channel[ch % NETWORK_CHANNELS]; serve(v, clients);)
		clients = v->used;
}
