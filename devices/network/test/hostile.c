/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Peers that write anything into the shared memory that they may write to, at each step:
 * indices, sessions, wishes for signals, slots. Most of it is nearly right, so that it gets
 * past the first check. Nobody leaves its memory (the sanitisers look), each way to refuse
 * something is taken, and a client that lies harms no other.
 */
#include "world.h"

#define STEPS 250000 /* of each case: a million in all */

/* One end of a queue, in the hands of a liar. */
struct end {
	uint32_t victim, liar; /* PDs */
	uint64_t ring;
	uint32_t capacity;
	bool producer;
	uint64_t base;    /* of good places */
	uint32_t buffers; /* from there */
};

static struct end ends[8];
static uint32_t num_ends;

static void add_end(uint32_t victim, uint32_t liar, uint64_t ring, uint32_t capacity,
	bool producer, uint64_t base, uint32_t buffers)
{
	CHECK(num_ends < 8);
	ends[num_ends++] = (struct end){ victim, liar, ring, capacity, producer, base,
		buffers };
}

/* Both queues of a link: the liar fills one and empties the other. */
static void add_link(uint32_t victim, uint32_t liar,
	const struct network_link_config *link, bool fills, uint64_t base,
	uint32_t buffers)
{
	add_end(victim, liar, fills ? link->filled : link->free, link->capacity, true,
		base, buffers);
	add_end(victim, liar, fills ? link->free : link->filled, link->capacity, false,
		base, buffers);
}

static uint32_t lie_bytes(void)
{
	static const uint32_t lengths[] = { 0, 1, 13, 14, 60, 1514, 1515, 2048, 65535 };
	return draw() % 4 ? 14 + draw_below(1501) : lengths[draw_below(9)];
}

static struct queue_line *line(const struct end *end)
{
	struct network_ring *ring = (struct network_ring *)(uintptr_t)end->ring;
	return end->producer ? &ring->shared.producer : &ring->shared.consumer;
}

/* Seems to have started the other queue of the link with this one. */
static void start_other(const struct end *end)
{
	const struct end *other = &ends[(end - ends) ^ 1]; /* see add_link */
	uint32_t shift = other->producer ? 48 : 32;
	uint64_t generation = line(end)->word >> (end->producer ? 48 : 32) & 0xffffu;
	line(other)->word = (line(other)->word & ~(0xffffull << shift)) |
			    generation << shift;
}

static void lie(const struct end *end)
{
	struct network_ring *ring = (struct network_ring *)(uintptr_t)end->ring;
	struct queue_line *own = line(end);
	uint64_t victim = end->producer ? ring->shared.consumer.word
					: ring->shared.producer.word;
	uint64_t good = victim & ~0xffffffffull;
	uint32_t ahead = draw_below(end->capacity + 1u + (draw() % 16 == 0));
	uint32_t near = (uint32_t)victim + (end->producer ? ahead : 0u - ahead);
	for (uint32_t i = 0; i < 4; i++) {
		uint64_t where = draw() % 8 ? end->base +
						      (uint64_t)draw_below(end->buffers) *
							      NETWORK_BUFFER_BYTES
					    : draw() << 17 ^ draw();
		ring->slots[draw_below(end->capacity)] = (uint64_t)lie_bytes() << 48 ^
							 where;
	}
	own->wake = (uint32_t)(draw() % 2 ? draw() : victim - draw() % 4);
	switch (draw() % 32) {
	case 0:
		own->word = draw() << 32 ^ draw();
		break;
	case 1:
		own->word = good | (uint32_t)draw();
		break;
	case 2 ... 4:
		own->word = (good ^ 1ull << (32 + draw() % 32)) | near;
		break;
	default:
		own->word = good | near;
	}
	if (draw() % 8 != 0)
		start_other(end);
}

/* One lie, and who is lied to runs. */
static void step(void)
{
	const struct end *end = &ends[draw_below(num_ends)];
	lie(end);
	world_signal(end->victim, end->liar);
	world_run(end->victim);
}

static void start_all(void)
{
	static const struct shape shape = { 64, 32, 32, 10, true };
	world_make(&shape);
	for (uint32_t pd = 0; pd < PDS; pd++)
		world_start(pd);
	world_settle();
	num_ends = 0;
}

static const struct network_virt_rx_counters *rx(void)
{
	return (const struct network_virt_rx_counters *)(uintptr_t)world.virt_rx.counters;
}

static const struct network_virt_tx_counters *tx(void)
{
	return (const struct network_virt_tx_counters *)(uintptr_t)world.virt_tx.counters;
}

static const struct network_copy_counters *copied(uint32_t i)
{
	return (const struct network_copy_counters *)(uintptr_t)world.copy[i].counters;
}

/* Frames for client 0 and from it: all arrive, in order, whole. */
static void serve(void)
{
	static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	uint64_t received = apps[0].received, sent = tx()->clients[0].frames;
	uint32_t count = 1 + draw_below(4);
	apps[0].to_send = count;
	world_signal(CLIENT_0, VIRT_TX);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t to = draw_below(CLIENTS + 1u);
		device_receive(to < CLIENTS ? world.client[to].mac : everybody, 500);
		received += to == 0 || to == CLIENTS;
	}
	world_signal(DRIVER, VIRT_RX);
	world_settle();
	CHECK(apps[0].received == received && device.missed == 0);
	CHECK(tx()->clients[0].frames == sent + count && apps[0].to_send == 0);
	virt_rx_check();
	virt_tx_check();
}

/* Client 1, behind its copier, and client 2, without, lie to all that they reach. */
static void clients(void)
{
	start_all();
	for (uint32_t i = 1; i < CLIENTS; i++) {
		const struct network_client_config *client = &world.client[i];
		uint32_t reaches = i == 1 ? COPY_1 : VIRT_RX;
		add_link(
			reaches, CLIENT_0 + i, &client->rx, false, 0, client->rx_buffers);
		add_link(VIRT_TX, CLIENT_0 + i, &client->tx, true, 0, client->tx_buffers);
		world_kill(CLIENT_0 + i);
		device.doubtful[i] = UINT32_MAX;
	}
	for (uint32_t i = 0; i < STEPS; i++) {
		step();
		if (i % 16 == 0)
			serve();
	}
	uint64_t passed = 0;
	for (uint32_t i = 1; i < CLIENTS; i++) {
		passed += tx()->clients[i].frames + tx()->clients[i].bad_slots;
		CHECK(tx()->clients[i].frames > 100 && tx()->clients[i].bad_frames > 100);
		CHECK(tx()->clients[i].bad_slots > 100 && tx()->clients[i].faults > 100);
	}
	CHECK(passed > STEPS / 8);
	CHECK(rx()->clients[2].dropped > 100);
	CHECK(rx()->clients[2].bad_slots > 100 && rx()->clients[2].faults > 100);
	CHECK(copied(1)->client_bad_slots > 100 && copied(1)->dropped > 100 &&
		copied(1)->faults > 100);
	CHECK(rx()->bad_slots + tx()->bad_slots + tx()->clients[0].bad_slots == 0);
	CHECK(apps[0].net.counters.bad_slots + copied(0)->bad_slots == 0);
}

/* The driver, and so its device, lies to both virtualisers. */
static void driver(void)
{
	start_all();
	world.lies = true;
	world_kill(DRIVER);
	add_link(VIRT_RX, DRIVER, &world.virt_rx.driver, true, world.virt_rx.data_paddr,
		world.shape.rx_buffers);
	add_link(VIRT_TX, DRIVER, &world.virt_tx.driver, false,
		world.virt_tx.clients[0].data_paddr, world.shape.tx_buffers);
	for (uint32_t i = 0; i < STEPS; i++) {
		uint8_t to[6] = { 0x52, 0, 0, 0, 0, (uint8_t)draw_below(CLIENTS + 1u) };
		uint64_t buffer = draw_below(world.shape.rx_buffers);
		frame_make((uint8_t *)(uintptr_t)(world.rx_data +
						  buffer * NETWORK_BUFFER_BYTES +
						  NETWORK_FRAME_OFFSET),
			FRAME_CHECKED, to, 99, 0);
		step();
		uint32_t client = draw_below(CLIENTS);
		apps[client].to_send = draw_below(8);
		world_signal(CLIENT_0 + client, VIRT_TX);
		(void)world_step();
		if (i % 256 == 0) {
			virt_rx_check();
			virt_tx_check();
		}
	}
	CHECK(rx()->bad_slots > 100 && rx()->bad_frames > 100 && rx()->frames > 100);
	CHECK(rx()->unknown > 100 && tx()->bad_slots > 100 && tx()->frames > 100);
	CHECK(rx()->frames + rx()->bad_slots > STEPS / 8);
}

/* virt_rx lies to a copier, and to the client that has none. */
static void receiver(void)
{
	start_all();
	world.lies = true;
	world_kill(VIRT_RX);
	add_link(COPY_0, VIRT_RX, &world.copy[0].virt, true, 0, world.shape.rx_buffers);
	add_link(CLIENT_2, VIRT_RX, &world.client[2].rx, true, 0, world.shape.rx_buffers);
	for (uint32_t i = 0; i < STEPS; i++) {
		step();
		apps[draw() % 2 ? 0 : 2].hold = draw_below(16);
		/* It releases what it held, as if it had had it for long enough. */
		world_signal(CLIENT_0, COPY_0);
		if (draw() % 3 == 0)
			(void)world_step();
	}
	const struct network_client *net = &apps[2].net;
	CHECK(copied(0)->frames > 100 && copied(0)->bad_slots > 100 &&
		copied(0)->dropped > 100 && copied(0)->faults > 100);
	CHECK(net->counters.rx_frames > 100 && net->counters.bad_slots > 100 &&
		net->counters.rx_dropped > 100 && net->counters.restarts > 100);
	CHECK(copied(0)->frames + copied(0)->bad_slots + net->counters.rx_frames +
			net->counters.bad_slots >
		STEPS / 8);
}

/* A copier and virt_tx lie to their client. */
static void neighbours(void)
{
	start_all();
	world.lies = true;
	world_kill(COPY_0);
	world_kill(VIRT_TX);
	add_link(CLIENT_0, COPY_0, &world.client[0].rx, true, 0,
		world.shape.client_buffers);
	add_link(
		CLIENT_0, VIRT_TX, &world.client[0].tx, false, 0, world.shape.tx_buffers);
	const struct network_client *net = &apps[0].net;
	for (uint32_t i = 0; i < STEPS; i++) {
		apps[0].to_send = draw_below(40);
		apps[0].hold = draw_below(16);
		step();
		CHECK(net->tx_idle <= net->config->tx_buffers &&
			net->rx_idle <= net->config->rx_buffers);
	}
	CHECK(net->counters.rx_frames > 100 && net->counters.tx_frames > 100 &&
		net->counters.bad_slots > 100 && net->counters.tx_dropped > 100);
	CHECK(net->counters.rx_frames + net->counters.tx_frames +
			net->counters.bad_slots >
		STEPS / 8);
}

int main(void)
{
	static const struct test cases[] = {
		{ "clients that lie harm only themselves", clients },
		{ "a driver that lies", driver },
		{ "a receiving virtualiser that lies", receiver },
		{ "a copier and a sending virtualiser that lie", neighbours },
	};
	return world_test(cases, sizeof(cases) / sizeof(cases[0]));
}
