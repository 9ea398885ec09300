/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The whole system: traffic in random order, full and empty queues, indices that wrap,
 * components that start anew at any time; no frame spoilt, none twice, none out of order,
 * no buffer lost, no signal lost.
 */
#include "world.h"

static const struct shape usual = { 64, 32, 32, 10, true };
static const struct network_virt_rx_counters *rx_counters(void)
{
	return (const struct network_virt_rx_counters *)(uintptr_t)world.virt_rx.counters;
}

static const struct network_virt_tx_counters *tx_counters(void)
{
	return (const struct network_virt_tx_counters *)(uintptr_t)world.virt_tx.counters;
}

static void start_all(const struct shape *shape)
{
	world_make(shape);
	uint32_t first = draw_below(PDS);
	for (uint32_t i = 0; i < PDS; i++) {
		world_start((first + i) % PDS);
		while (draw() % 4 && world_step())
			;
	}
	world_settle();
}

/* Wakes the driver as its interrupt does: frames have been put. */
static void interrupt(void)
{
	world_signal(DRIVER, VIRT_RX);
}

static uint32_t some_bytes(void)
{
	return draw() % 4 ? FRAME_CHECKED +
				    draw_below(NETWORK_FRAME_MAX + 1u - FRAME_CHECKED)
			  : NETWORK_FRAME_MIN + draw_below(64);
}

static const uint8_t everybody[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

/* Frames that a client can take at once, though it keeps some buffers to itself. */
static uint32_t burst(void)
{
	uint32_t least = world.shape.quota < world.shape.client_buffers
				 ? world.shape.quota
				 : world.shape.client_buffers;
	return least < 6 ? (least + 1) / 2 : 4;
}

/* As many frames as all buffers several times over, a few at a time: all must arrive. */
static void serve(void)
{
	uint32_t rounds = 4 * (world.shape.rx_buffers + world.shape.tx_buffers);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		apps[i].hold = 0;
		world_signal(CLIENT_0 + i, VIRT_TX);
	}
	world_settle();
	for (uint32_t round = 0; round < rounds; round++) {
		uint32_t to = draw_below(CLIENTS);
		uint64_t before = apps[to].received, missed = device.missed;
		uint64_t sent = tx_counters()->clients[to].frames;
		uint32_t count = 1 + draw_below(burst());
		apps[to].to_send = count;
		world_signal(CLIENT_0 + to, VIRT_TX);
		for (uint32_t i = 0; i < count; i++)
			device_receive(draw() % 4 ? world.client[to].mac : everybody,
				some_bytes());
		interrupt();
		world_settle();
		CHECK(device.missed == missed);
		CHECK(apps[to].received == before + count);
		CHECK(apps[to].to_send == 0 &&
			tx_counters()->clients[to].frames == sent + count);
		virt_rx_check();
		virt_tx_check();
	}
	for (uint32_t i = 0; i < CLIENTS; i++) {
		const struct network_client *net = &apps[i].net;
		uint32_t away = 0;
		for (uint32_t b = 0; b < net->config->tx_buffers; b++)
			away += net->tx_state[b] == NETWORK_CLIENT_AWAY;
		CHECK(net->tx_idle + away == net->config->tx_buffers);
		CHECK(net->counters.bad_slots == 0);
		CHECK(tx_counters()->clients[i].bad_slots == 0);
		CHECK(rx_counters()->clients[i].bad_slots == 0);
	}
	CHECK(rx_counters()->bad_slots == 0 && tx_counters()->bad_slots == 0);
}

/* Bursts of any size to anybody. */
static void storm(uint32_t steps, bool restarts)
{
	for (uint32_t step = 0; step < steps; step++) {
		switch (draw() % 16) {
		case 0:
			if (restarts && draw() % 8 == 0) {
				uint32_t pd = draw_below(PDS);
				if (draw() % 2)
					world_kill(pd);
				else
					world_start(pd);
			}
			break;
		case 1 ... 4:
			if (world.down[DRIVER])
				break;
			for (uint32_t i = draw_below(12); i > 0; i--) {
				uint8_t to[6] = { 0x52, 0, 0, 0, 0,
					(uint8_t)draw_below(CLIENTS + 1) };
				uint32_t bytes = draw() % 32 ? some_bytes()
							     : draw_below(14);
				device_receive(draw() % 8 ? to : everybody, bytes);
			}
			interrupt();
			break;
		case 5 ... 6: {
			uint32_t from = draw_below(CLIENTS);
			if (world.down[CLIENT_0 + from])
				break;
			apps[from].to_send += draw_below(70);
			apps[from].hold = draw_below(15);
			world_signal(CLIENT_0 + from, VIRT_TX);
			break;
		}
		default:
			(void)world_step();
		}
	}
	for (uint32_t pd = 0; pd < PDS; pd++)
		if (world.down[pd])
			world_start(pd);
	world_settle();
}

/* The counters of a storm without restarts tell of every frame. */
static void account(void)
{
	const struct network_virt_rx_counters *rx = rx_counters();
	uint64_t delivered = 0, dropped = 0, received = 0;
	for (uint32_t i = 0; i < CLIENTS; i++) {
		delivered += rx->clients[i].frames;
		dropped += rx->clients[i].dropped;
		received += apps[i].received;
		CHECK(rx->clients[i].faults == 0 &&
			tx_counters()->clients[i].faults == 0);
		CHECK(tx_counters()->clients[i].bad_frames == 0);
	}
	for (uint32_t i = 0; i < 2; i++) {
		const struct network_copy_counters *copy =
			(const struct network_copy_counters *)(uintptr_t)world.copy[i]
				.counters;
		CHECK(copy->bad_slots + copy->client_bad_slots + copy->faults == 0);
		CHECK(copy->frames + copy->dropped == rx->clients[i].frames);
		CHECK(copy->frames == apps[i].received);
	}
	CHECK(apps[2].received == rx->clients[2].frames);
	CHECK(rx->frames + rx->bad_frames == device.injected);
	CHECK(rx->unknown > 0 && rx->bad_frames > 0 && dropped > 0);
	CHECK(delivered + dropped + rx->unknown >= rx->frames && received > 0);
}

static void traffic(void)
{
	static const struct shape shapes[] = { { 64, 32, 32, 10, true },
		{ 64, 32, 32, 10, false }, { 256, 256, 256, 42, true },
		{ 8, 2, 32, 1, true }, { 16, 1, 64, 2, true } };
	for (uint32_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		start_all(&shapes[i]);
		serve();
		storm(20000, false);
		account();
		serve();
		CHECK(shapes[i].coherent == (world.cleaned + world.invalidated == 0));
	}
}

static void age(struct network_link *of_a, struct network_link *of_b, uint32_t by)
{
	struct network_queue *ends[] = { &of_a->take, &of_a->give, &of_b->take,
		&of_b->give };
	for (uint32_t i = 0; i < 4; i++) {
		struct queue *q = &ends[i]->queue;
		q->index += by;
		q->limit += by;
		q->told += by;
		q->own->wake += by;
		q->own->word = (q->own->word & ~0xffffffffull) |
			       (uint32_t)((uint32_t)q->own->word + by);
	}
}

/* By a multiple of every capacity, so that slots stay where they are. */
static void wrap(void)
{
	uint32_t by = 0u - 1024u;
	start_all(&usual);
	age(driver_link(0), virt_rx_link(0), by);
	age(driver_link(1), virt_tx_link(0), by);
	age(virt_rx_link(1), copy_0_link(0), by);
	age(virt_rx_link(2), copy_1_link(0), by);
	age(virt_rx_link(3), &apps[2].net.rx, by);
	age(copy_0_link(1), &apps[0].net.rx, by);
	age(copy_1_link(1), &apps[1].net.rx, by);
	for (uint32_t i = 0; i < CLIENTS; i++)
		age(virt_tx_link(1 + i), &apps[i].net.tx, by);
	storm(40000, false);
	account();
	serve();
	CHECK(driver_link(0)->give.queue.index < by &&
		virt_tx_link(1)->take.queue.index < by);
}

/* The smallest there is: one buffer, one slot. */
static void smallest(void)
{
	static const struct shape one = { 1, 1, 32, 1, true };
	start_all(&one);
	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t to = draw_below(CLIENTS);
		uint64_t before = apps[to].received, missed = device.missed;
		device_receive(
			draw() % 4 ? world.client[to].mac : everybody, some_bytes());
		interrupt();
		world_settle();
		CHECK(apps[to].received == before + 1 && device.missed == missed);
		virt_rx_check();
	}
}

static void restarts(void)
{
	for (uint32_t run = 0; run < 60; run++) {
		struct shape shape = usual;
		shape.client_buffers = 1u << draw_below(6);
		shape.quota = 2 + draw_below(9);
		start_all(&shape);
		storm(4000, true);
		serve();
	}
}

/* Each alone, at once after the start and amid traffic: the others go on. */
static void each_restarts(void)
{
	for (uint32_t pd = 0; pd < PDS; pd++) {
		start_all(&usual);
		for (uint32_t i = 0; i < 30; i++) {
			storm(draw_below(300), false);
			world_start(pd);
			world_settle();
			serve();
		}
	}
}

/* A client that sends without end does not keep another waiting. */
static void fairness(void)
{
	static const struct shape big = { 64, 32, 256, 10, true };
	start_all(&big);
	for (uint32_t round = 0; round < 200; round++) {
		apps[0].to_send = 100000;
		world_signal(CLIENT_0, VIRT_TX);
		for (uint32_t i = 0; i < 100; i++)
			(void)world_step();
		uint64_t before = tx_counters()->frames;
		uint64_t mine = tx_counters()->clients[1].frames;
		apps[1].to_send = 1;
		world_signal(CLIENT_1, VIRT_TX);
		world_run(CLIENT_1);
		while (tx_counters()->clients[1].frames == mine)
			CHECK(world_step());
		CHECK(tx_counters()->frames - before <= 130);
	}
}

int main(void)
{
	static const struct test cases[] = {
		{ "frames arrive whole, in order, once", traffic },
		{ "indices wrap", wrap },
		{ "one buffer, one slot", smallest },
		{ "each component starts anew", each_restarts },
		{ "components die and start anew at any time", restarts },
		{ "one who floods keeps nobody waiting", fairness },
	};
	return world_test(cases, sizeof(cases) / sizeof(cases[0]));
}
