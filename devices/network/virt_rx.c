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
#include "../lib/signal.h"
#include "queue.h"

#define DRIVER (1ull << 63) /* holder; below: the clients */
#define GROUP 1ull          /* of a destination: broadcast or multicast */

enum { DRIVER_TAKE, DRIVER_GIVE, CLIENT_LINKS };

struct client {
	struct network_link link;
	uint64_t mac;
	uint32_t quota;
	uint32_t held;   /* buffers that it holds: <= quota */
	uint32_t filled; /* slots filled, not yet handed over */
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
	struct signal_link signals[CLIENT_LINKS + 2u * NETWORK_CLIENTS_MAX];
} virt;

__attribute__((used, section(".data")))
const struct network_virt_rx_config *network_virt_rx_config; /* set by the system file */

/* `holder` no longer has the buffer. */
static inline void drop(uint32_t buffer, uint64_t holder)
{
	virt.holders[buffer] &= ~holder;
	if (virt.holders[buffer] == 0)
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
	struct network_queue *take = &client->link.take;
	uint32_t count = network_left(take);
	if (count == 0)
		return;
	for (uint32_t i = 0; i < count; i++) {
		/* untrusted: copied, then checked */
		uint32_t buffer = network_buffer(
			network_slot_where(network_peek(take, i)));
		if (buffer < virt.config->buffers &&
			(virt.holders[buffer] & 1ull << number) != 0) {
			client->held--;
			drop(buffer, 1ull << number);
		} else {
			virt.counters->clients[number].bad_slots++;
		}
	}
	queue_advance(&take->queue, count);
}

/* Hands over what was filled. */
static inline void hand_over(uint32_t number)
{
	struct client *client = &virt.clients[number];
	if (client->filled == 0)
		return;
	virt.counters->clients[number].frames += client->filled;
	queue_advance(&client->link.give.queue, client->filled);
	client->filled = 0;
}

/* Makes room in a client's queue. If there is none, it has no session with us. */
static bool make_room(uint32_t number)
{
	hand_over(number);
	return network_link_room(&virt.clients[number].link, 1) != 0;
}

static inline void deliver(uint32_t number, uint32_t buffer, uint32_t bytes)
{
	struct client *client = &virt.clients[number];
	if (client->held >= client->quota)
		collect(number);
	if (client->held >= client->quota ||
		(client->filled == network_left(&client->link.give) &&
			!make_room(number))) {
		virt.counters->clients[number].dropped++;
		return;
	}
	client->held++;
	virt.holders[buffer] |= 1ull << number;
	virt.counters->clients[number].bytes += bytes;
	network_poke(&client->link.give, client->filled++,
		network_slot((uint64_t)buffer * NETWORK_BUFFER_BYTES, bytes));
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

static inline void receive(void)
{
	struct network_queue *take = &virt.driver.take;
	uint32_t count = network_left(take);
	if (count == 0)
		return;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < count; i++) {
		/* untrusted: copied, then checked */
		uint64_t slot = network_peek(take, i);
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
			sum += bytes;
			route(buffer, bytes);
		} else {
			virt.counters->bad_frames++;
		}
		drop(buffer, 0); /* idle if nobody got it */
	}
	virt.counters->bytes += sum;
	queue_advance(&take->queue, count);
}

/* Gives the driver all idle buffers, once it has few. */
static inline void refill(void)
{
	if (virt.with_driver > virt.few)
		return;
	for (uint32_t i = 0; i < virt.config->num_clients; i++)
		collect(i);
	uint32_t room = network_link_room(&virt.driver, virt.idle);
	uint32_t count = room < virt.idle ? room : virt.idle;
	for (uint32_t i = 0; i < count; i++) {
		uint32_t buffer = virt.stack[--virt.idle];
		virt.holders[buffer] = DRIVER;
		network_poke(&virt.driver.give, i,
			network_slot(virt.config->data_paddr +
					     (uint64_t)buffer * NETWORK_BUFFER_BYTES,
				0));
	}
	virt.with_driver += count;
	if (count != 0)
		queue_advance(&virt.driver.give.queue, count);
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
		struct network_link *link = &virt.clients[i].link;
		if (network_link_restarted(link)) {
			settle(1ull << i);
			virt.clients[i].held = 0;
		}
		virt.counters->clients[i].faults = link->take.queue.faults +
						   link->give.queue.faults;
	}
}

/*
 * Says whose steps are awaited: the driver's frames; its start, if it got no buffers; and
 * what clients return only if the driver may need it.
 */
static void await(void)
{
	bool need = virt.with_driver < virt.config->buffers - virt.config->buffers / 2u;
	virt.signals[DRIVER_GIVE].awaited = virt.idle != 0 &&
					    virt.with_driver <= virt.few;
	for (uint32_t i = 0; i < virt.config->num_clients; i++)
		virt.signals[CLIENT_LINKS + 2u * i].awaited = need;
}

static void add_link(struct signal_link *signals, struct network_link *link,
	const struct network_link_config *config)
{
	signals[0] = (struct signal_link){ &link->take.queue, config->channel, true };
	signals[1] = (struct signal_link){ &link->give.queue, config->channel, false };
}

static bool start(const struct network_virt_rx_config *config)
{
	if (config->magic != NETWORK_VIRT_RX_MAGIC ||
		config->num_clients > NETWORK_CLIENTS_MAX ||
		config->buffers > NETWORK_BUFFERS_MAX ||
		!network_link_start(&virt.driver, &config->driver, true))
		return false;
	add_link(&virt.signals[0], &virt.driver, &config->driver);
	for (uint32_t i = 0; i < config->num_clients; i++) {
		struct client *client = &virt.clients[i];
		const struct network_virt_rx_client *from = &config->clients[i];
		client->mac = mac_number(from->mac);
		client->quota = from->quota;
		if (!network_link_start(&client->link, &from->link, false))
			return false;
		add_link(
			&virt.signals[CLIENT_LINKS + 2u * i], &client->link, &from->link);
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
		signal_start(virt.signals, CLIENT_LINKS + 2u * virt.config->num_clients);
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
		for (uint32_t i = 0; i < virt.config->num_clients; i++)
			hand_over(i);
		refill();
		await();
	} while (
		signal_round(virt.signals, CLIENT_LINKS + 2u * virt.config->num_clients));
}
