/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver against the model device, honest and hostile; see README.md. */
#include "../driver.c"

#include <stdio.h>

#include "world.h"

#define HOSTILE_STEPS 1000000u
#define LIES_IN 4u /* registers */

void driver_forget(void)
{
	network_driver_config = &world_config;
	driver = (struct driver){ .state = NETWORK_DRIVER_NO_DEVICE };
}

bool driver_runs(void)
{
	return driver.state == NETWORK_DRIVER_RUNNING;
}

uint32_t driver_has(bool rx)
{
	return virtqueue_out(rx ? &driver.rx.ring : &driver.tx.ring);
}

static void report(const char *name)
{
	test_report("network, virtio", name);
}

static void start_world(void)
{
	world_start_driver();
	world_start_rx();
	world_start_tx();
	CHECK(driver_runs());
}

/* A buffer to send is with the driver, or waits to be taken back. */
static void expect_none_lost(void)
{
	uint32_t back = queue_refresh(&world.tx.link.take.queue);
	CHECK(world.tx.out == driver_has(false) + back);
}

/* At rest everything has arrived, and no more buffers wait than may. */
static void expect_rest(void)
{
	bool unplugs = world.unplugs;
	world.unplugs = false;
	if (card.no_carrier)
		world.arriving = 0; /* lost */
	CHECK(world_settle());
	world.unplugs = unplugs;
	CHECK(world.arriving == 0 && world.to_send == 0);
	CHECK(world.tx.out <= world_lazy());
	expect_none_lost();
	CHECK(world_carrier.lost == card.no_carrier &&
		world_counters.no_carrier == card.no_carrier &&
		world.told[0] == card.no_carrier && world.told[1] == card.no_carrier);
	if (world.anew)
		return;
	CHECK(world.received == world.delivered);
	CHECK(world.sent + world_counters.tx_dropped == world.handed);
	CHECK(world_counters.carrier_losses != 0 || world_counters.tx_dropped == 0);
	CHECK(world_counters.rx_frames == world.delivered + world.runts + world.empty);
	CHECK(world_counters.tx_frames == world.sent);
	CHECK(world_counters.resets == 0 && world_counters.rx_dropped == 0);
}

/* ---- An honest device ---- */

static void honest(
	uint64_t seed, uint32_t capacity, uint32_t size, bool events, bool anew)
{
	char name[100];
	world_init(seed, capacity, (int)test_draw(256));
	card_plug(VIRTIO_F_VERSION_1 | (events ? VIRTIO_F_EVENT_IDX : 0) | 0xffu, size);
	start_world();
	world.hooks = true;
	world.anew = anew;
	for (uint32_t i = 0; i < 20000 && test.why[0] == '\0'; i++) {
		world_step();
		if (test_draw(200) == 0)
			expect_rest();
	}
	expect_rest();
	if (events && !anew && size >= 64 && capacity >= 64)
		CHECK(model.raised < world.delivered + world.sent / 8);
	snprintf(name, sizeof(name), "honest: %u buffers, queues of %u%s%s", capacity,
		size, events ? "" : ", no event index", anew ? ", ends start anew" : "");
	report(name);
}

/* Its carrier comes and goes while frames do, and afterwards everything is as before. */
static void unplugged(uint64_t seed, uint32_t size, bool anew)
{
	uint64_t losses = 0, dropped = 0;
	char name[100];
	world_init(seed, 64, 0);
	card_plug(VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | CARD_F_STATUS, size);
	if (seed % 2 != 0)
		card_change_carrier();
	start_world();
	world.hooks = true;
	world.unplugs = true;
	world.anew = anew;
	for (uint32_t i = 0; i < 100000 && test.why[0] == '\0'; i++) {
		world_step();
		if (test_draw(200) == 0)
			expect_rest();
		losses = world_counters.carrier_losses > losses
				 ? world_counters.carrier_losses
				 : losses;
		dropped += world_counters.tx_dropped != 0;
	}
	world.unplugs = false;
	if (card.no_carrier)
		card_change_carrier();
	expect_rest();
	CHECK(losses > (anew ? 2 : 100) && dropped > 0);
	snprintf(name, sizeof(name), "the carrier comes and goes: queues of %u%s", size,
		anew ? ", ends start anew" : "");
	report(name);
}

/* ---- A device that is none, or refuses ---- */

static void refused(const char *name, uint32_t state)
{
	world_start_driver();
	CHECK(driver.state == state);
	if (state != NETWORK_DRIVER_RUNNING && world_config.magic == NETWORK_DRIVER_MAGIC)
		CHECK(world_counters.state == state);
	if (world_config.tx.capacity != 0) {
		world_start_rx();
		world_start_tx();
		world.to_send = 3;
		CHECK(world_settle());
		CHECK(world.sent == 0);
	}
	report(name);
	world_init(1, 16, 0xa5);
}

static void refusals(void)
{
	world_init(1, 16, 0xa5);
	for (uint32_t i = 0; i < MODEL_DEFECTS; i++) {
		const struct model_defect *defect = model_spoil(i);
		refused(defect->name, defect->result);
	}
	model.queues[0].number_max = 0;
	refused("no receive queue", NETWORK_DRIVER_REFUSED);
	model.queues[1].number_max = 1;
	refused("a transmit queue without room for a chain", NETWORK_DRIVER_REFUSED);
	world_config.dma_bytes = sizeof(struct shared) - 1;
	refused("too little memory for the queues", NETWORK_DRIVER_REFUSED);
	world_config.tx.capacity = 0;
	refused("a link without capacity", NETWORK_DRIVER_REFUSED);
	world_config.magic++;
	refused("a configuration of another version", NETWORK_DRIVER_NO_DEVICE);
}

/* ---- One lie at a time ---- */

static void begin_lie(uint64_t seed)
{
	world_init(seed, 64, 0);
	start_world();
	for (uint32_t i = 0; i < 500; i++)
		world_step();
	expect_rest();
	world.to_send = 8;
	world.tx.pending = true;
	(void)world_run_tx();
	(void)world_run_driver();
	model_fetch(0);
	model_fetch(1);
	model.hostile = true;
}

/* It was reset once, all buffers are accounted for, and all goes on as before. */
static void end_lie(const char *name)
{
	uint32_t received = world.received;
	(void)world_run_driver();
	CHECK(world_counters.resets == 1 && driver_runs());
	CHECK(world_settle());
	model.hostile = false;
	CHECK(driver_has(true) + network_left(&world.rx.link.give) != 0);
	world.arriving += 100;
	world.to_send += 100;
	CHECK(world_settle());
	CHECK(world.arriving == 0 && world.to_send == 0);
	CHECK(world.received >= received + 90 && world.tx.out <= world_lazy());
	CHECK(world.rx.out == 64 && driver.resets == 0);
	expect_none_lost();
	report(name);
}

static uint32_t free_id(const struct virtqueue *ring)
{
	return ring->ids->free[ring->given & (ring->slots - 1)];
}

static void lies(void)
{
	begin_lie(1);
	model_use(0, model.queues[0].held[0], 100, (uint16_t)driver_has(true));
	end_lie("more received than there are buffers");
	begin_lie(2);
	model_use(1, model.queues[1].held[0], 0, 999);
	world.arriving = 1; /* for the driver to run */
	end_lie("more sent than was given");
	begin_lie(3);
	model_use(0, 256, 100, 0);
	end_lie("an id beyond the queue");
	begin_lie(4);
	model_use(0, UINT32_MAX, 100, 0);
	end_lie("the largest id");
	begin_lie(5);
	model_use(0, free_id(&driver.rx.ring), 100, 0);
	end_lie("a buffer that it does not have");
	begin_lie(6);
	model_use(0, model.queues[0].held[0], 100, 0);
	model_use(0, model.queues[0].held[0], 100, 0);
	end_lie("a buffer twice");
	begin_lie(7);
	model_use(0, model.queues[0].held[0], HEADER_BYTES + NETWORK_FRAME_MAX + 1, 0);
	end_lie("a frame longer than its buffer");
	begin_lie(8);
	model_use(0, model.queues[0].held[0], HEADER_BYTES - 1, 0);
	end_lie("a frame shorter than its header");
	begin_lie(9);
	model_use(0, model.queues[0].held[0], UINT32_MAX, 0);
	end_lie("the longest frame");
	begin_lie(10);
	for (uint32_t i = 0; i < NETWORK_TX_LAZY / 2u + 1u; i++)
		model_use(1, 1, 0, 0); /* the second descriptor of a chain */
	world.to_send = 1;
	world.tx.pending = true;
	(void)world_run_tx();
	end_lie("the middle of a chain");
	begin_lie(11);
	model_needs_reset();
	end_lie("it needs a reset");
}

static void gives_up(void)
{
	begin_lie(1);
	for (uint32_t i = 0; i <= RESETS_MAX; i++) {
		model_use(0, UINT32_MAX, 0, 0);
		(void)world_run_driver();
		CHECK(world_counters.resets == i + 1);
		CHECK(driver_runs() == (i < RESETS_MAX));
		(void)world_run_rx();
		(void)world_run_driver();
	}
	CHECK(world_counters.state == NETWORK_DRIVER_BROKEN);
	CHECK(model.status == 0);
	world.arriving = 5;
	CHECK(world_settle());
	CHECK(driver_has(true) == 0 || model.status == 0);
	report("after too many resets the device stays reset");
}

/* ---- A virtualiser that is cut off, or gives bad slots ---- */

static void neighbours(void)
{
	world_init(5, 64, 0);
	start_world();
	expect_rest();
	/* As a hostile neighbour would: its index goes where it cannot. */
	world.rx.link.take.queue.own->word += 1000;
	driver.rx.link.give.queue.limit = driver.rx.link.give.queue.index;
	world.arriving = 10;
	world.received = 0;
	(void)world_settle();
	CHECK(world_counters.rx_dropped >= 10 - world.runts && driver_runs());
	CHECK(world.received == 0);
	world.arriving = 1;
	(void)world_settle();
	CHECK(world_counters.peer_faults == 1);
	world_start_rx();
	world.arriving = 100;
	CHECK(world_settle());
	CHECK(world.received == world.delivered && world_counters.resets == 0);
	report("virt_rx is cut off, then starts anew");

	world_init(6, 64, 0);
	start_world();
	expect_rest();
	static const uint32_t bad[] = { 0, NETWORK_FRAME_MIN - 1, NETWORK_FRAME_MAX + 1,
		UINT16_MAX };
	for (uint32_t i = 0; i < 4; i++) {
		uint64_t where = world_where(&world.tx, i);
		CHECK(network_put(&world.tx.link.give, network_slot(where, bad[i])));
		world.tx.home[i] = false;
		world.tx.out++;
	}
	microkit_notify(WORLD_TX);
	expect_rest();
	CHECK(world_counters.bad_slots == 4 && world.tx.out == 0);
	report("slots with lengths that cannot be come back");
}

/* ---- A device that lies all the time ---- */

static void hostile(uint64_t seed)
{
	uint64_t restarts = 0, resets = 0;
	world_init(seed, 64, 0xff);
	start_world();
	world.hooks = true;
	world.hostile = true;
	for (uint64_t i = 0; i < HOSTILE_STEPS && test.why[0] == '\0'; i++) {
		model.hostile = true;
		model.lies_in = LIES_IN;
		world_step();
		if (driver_runs())
			continue;
		/* All that it had has gone back, unless the reset did not end. */
		for (uint32_t id = 0; id < VIRTQUEUE_SIZE_MAX; id++)
			CHECK(driver.state == NETWORK_DRIVER_NO_DEVICE ||
				(driver.rx.ids.requests[id] == 0 &&
					driver.tx.ids.requests[id] == 0));
		resets += world_counters.resets;
		restarts++;
		/* Each of its lives is seen: queue.h does not promise more. */
		world.rx.pending = true;
		world.tx.pending = true;
		(void)world_run_rx();
		(void)world_run_tx();
		model.lies_in = test_draw(4) == 0 ? LIES_IN : 0;
		world_start_driver();
	}
	CHECK(restarts > 100 && resets > 1000);
	CHECK(card.credible * 8 >= card.lies && card.lies > HOSTILE_STEPS / 8);
	printf("# %llu lies, %llu credible, %llu resets, %llu restarts\n",
		(unsigned long long)card.lies, (unsigned long long)card.credible,
		(unsigned long long)resets, (unsigned long long)restarts);
	/* And an honest one again. */
	world.hostile = false;
	world.hooks = false;
	card_plug(VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX, 256);
	world.anew = true;
	world.arriving = 300;
	world.to_send = 300;
	world_start_driver();
	expect_rest();
	report("hostile: a million steps, then an honest device");
}

int main(void)
{
	test_start();
	const uint64_t seed = test.seed;
	static const uint32_t sizes[] = { 2, 4, 16, 64, 256, 1024 };
	static const uint32_t capacities[] = { 1, 2, 32, 256 };
	for (uint32_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (uint32_t k = 0; k < sizeof(capacities) / sizeof(capacities[0]); k++)
			honest(seed + i, capacities[k], sizes[i], true, false);
	honest(seed, 64, 256, false, false);
	honest(seed, 1, 2, false, false);
	honest(seed, 64, 256, true, true);
	honest(seed, 64, 8, true, true);
	honest(seed, 16, 256, false, true);
	unplugged(seed, 256, false);
	unplugged(seed + 1, 16, false);
	unplugged(seed + 2, 256, true);
	refusals();
	lies();
	gives_up();
	neighbours();
	hostile(seed);
	return test.failed;
}
