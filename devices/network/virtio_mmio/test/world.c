/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>

#include "../../../lib/signal.h"
#include "world.h"

#define DMA_BYTES 0x4000u
#define RING_BYTES (sizeof(struct network_ring) + WORLD_BUFFERS_MAX * sizeof(uint64_t))

struct world world;
struct network_driver_counters world_counters;
struct network_driver_config world_config;
struct network_carrier world_carrier;
bool microkit_have_signal;

static microkit_channel deferred;
static bool deferred_ack;
static uint64_t driver_pending; /* bit: channel or interrupt */
static bool irq_masked, irq_latched;
static bool in_driver;
static uint32_t depth;

static _Alignas(64) uint8_t rings[4][RING_BYTES];
static _Alignas(4096) uint8_t rx_data[WORLD_BUFFERS_MAX][NETWORK_BUFFER_BYTES];
static _Alignas(4096) uint8_t tx_data[WORLD_BUFFERS_MAX][NETWORK_BUFFER_BYTES];
static void *dma;

/* ---- Signals ---- */

static void tell_driver(uint32_t id)
{
	driver_pending |= 1ull << id;
}

void microkit_notify(microkit_channel ch)
{
	if (!in_driver)
		tell_driver(ch);
	else if (ch == WORLD_RX)
		world.rx.pending = true;
	else if (ch == WORLD_TX)
		world.tx.pending = true;
	else if (ch == WORLD_LISTENERS || ch == WORLD_LISTENERS + 1)
		world.told[ch - WORLD_LISTENERS] = world_carrier.lost;
	else
		test_fault(__FILE__, __LINE__, "signals a channel of its own");
	hook();
}

void microkit_deferred_notify(microkit_channel ch)
{
	CHECK(!microkit_have_signal);
	microkit_have_signal = true;
	deferred = ch;
}

void microkit_irq_ack(microkit_channel ch)
{
	CHECK(ch == WORLD_IRQ);
	irq_masked = false;
	if (irq_latched)
		test_interrupt();
}

void microkit_deferred_irq_ack(microkit_channel ch)
{
	CHECK(!deferred_ack && ch == WORLD_IRQ);
	deferred_ack = true;
}

void test_interrupt(void)
{
	irq_latched = irq_masked;
	if (!irq_masked)
		tell_driver(WORLD_IRQ);
	irq_masked = true;
}

void test_reset(void)
{
	irq_latched = false;
}

void test_access(void)
{
	hook();
}

void microkit_dbg_puts(const char *s)
{
	(void)s;
}

/* As libmicrokit does after an entry point has returned. */
static void flush(void)
{
	if (deferred_ack) {
		deferred_ack = false;
		microkit_irq_ack(WORLD_IRQ);
	}
	if (microkit_have_signal) {
		microkit_have_signal = false;
		microkit_notify(deferred);
	}
}

/* ---- The neighbours ---- */

static uint8_t last_byte(uint32_t number)
{
	return (uint8_t)(number * 37u + 11u);
}

void world_write_frame(uint8_t *frame, uint32_t number, uint32_t bytes)
{
	memset(frame, 0, NETWORK_FRAME_MIN);
	memcpy(frame, &number, sizeof(number));
	frame[bytes - 1] = last_byte(number);
}

uint32_t world_frame_bytes(uint32_t number)
{
	return NETWORK_FRAME_MIN +
	       number * 101u % (NETWORK_FRAME_MAX - NETWORK_FRAME_MIN + 1u);
}

uint64_t world_where(const struct world_end *end, uint32_t buffer)
{
	return MODEL_DEVICE + (uint64_t)(uintptr_t)end->data[buffer];
}

/* The buffer of a slot that came from the driver; false if it did not have it. */
static bool take_back(struct world_end *end, uint64_t slot, uint32_t *buffer)
{
	uint64_t offset = network_slot_where(slot) - world_where(end, 0);
	*buffer = (uint32_t)(offset / NETWORK_BUFFER_BYTES);
	if (offset % NETWORK_BUFFER_BYTES != 0 ||
		offset >= world.capacity * (uint64_t)NETWORK_BUFFER_BYTES ||
		end->home[*buffer]) {
		test_fault(__FILE__, __LINE__, "gives back what it does not have");
		return false;
	}
	end->home[*buffer] = true;
	end->out--;
	return true;
}

static bool put(struct world_end *end, uint32_t buffer, uint32_t bytes)
{
	uint64_t where = world_where(end, buffer);
	if (network_link_room(&end->link, 1) == 0 ||
		!network_put(&end->link.give, network_slot(where, bytes)))
		return false;
	end->home[buffer] = false;
	end->out++;
	return true;
}

static void all_home(struct world_end *end)
{
	memset(end->home, 1, sizeof(end->home));
	memset(end->kept, 0, sizeof(end->kept));
	end->out = 0;
}

static void judge_received(uint32_t buffer, uint32_t bytes)
{
	const uint8_t *frame = world.rx.data[buffer] + NETWORK_FRAME_OFFSET;
	uint32_t number;
	if (bytes == 0) {
		world.empty++;
	} else if (bytes < NETWORK_FRAME_MIN) {
		world.runts++;
	} else if (!world.hostile) {
		memcpy(&number, frame, sizeof(number));
		MODEL_CHECK(number > world.received || world.anew);
		MODEL_CHECK(bytes == world_frame_bytes(number) &&
			    frame[bytes - 1] == last_byte(number));
		world.received = number;
	}
}

static void work_rx(void)
{
	struct world_end *end = &world.rx;
	uint64_t slot;
	uint32_t buffer;
	if (network_link_restarted(&end->link))
		all_home(end);
	while (network_take(&end->link.take, &slot))
		if (take_back(end, slot, &buffer)) {
			judge_received(buffer, network_slot_bytes(slot));
			end->kept[buffer] = test_draw(8) == 0;
		}
	for (uint32_t i = 0; i < world.capacity; i++)
		if (end->home[i] && !end->kept[i] && !put(end, i, 0))
			break;
}

static void work_tx(void)
{
	struct world_end *end = &world.tx;
	uint64_t slot;
	uint32_t buffer;
	if (network_link_restarted(&end->link))
		all_home(end);
	while (network_take(&end->link.take, &slot))
		(void)take_back(end, slot, &buffer);
	for (uint32_t i = 0; i < world.capacity && world.to_send > 0; i++) {
		if (!end->home[i])
			continue;
		uint32_t number = world.handed + 1;
		world_write_frame(end->data[i] + NETWORK_FRAME_OFFSET, number,
			world_frame_bytes(number));
		end->frame[i] = number;
		if (!put(end, i, world_frame_bytes(number)))
			break;
		world.handed++;
		world.to_send--;
	}
}

uint32_t world_lazy(void)
{
	uint32_t half = world.capacity / 2;
	return half < NETWORK_TX_LAZY ? half : NETWORK_TX_LAZY;
}

static bool run_end(struct world_end *end, uint32_t channel)
{
	struct signal_link signals[] = {
		{ &end->link.take.queue, channel, true },
		{ &end->link.give.queue, channel, false },
	};
	bool outer = in_driver;
	bool have_signal = microkit_have_signal;
	if (!end->pending)
		return false;
	end->pending = false;
	in_driver = false;
	microkit_have_signal = true; /* defers nothing */
	do {
		if (end == &world.rx)
			work_rx();
		else
			work_tx();
		signals[0].awaited = end == &world.rx || end->out > world_lazy() ||
				     network_room(&end->link.give, 1) == 0;
	} while (signal_round(signals, 2));
	microkit_have_signal = have_signal;
	in_driver = outer;
	return true;
}

bool world_run_rx(void)
{
	return run_end(&world.rx, WORLD_RX);
}

bool world_run_tx(void)
{
	return run_end(&world.tx, WORLD_TX);
}

static void start_end(struct world_end *end, const struct network_link_config *config)
{
	bool outer = in_driver;
	in_driver = false;
	memset(&end->link, 0, sizeof(end->link));
	CHECK(network_link_start(&end->link, config, end == &world.rx));
	all_home(end);
	microkit_notify(config->channel);
	end->pending = true;
	in_driver = outer;
}

void world_start_rx(void)
{
	start_end(&world.rx, &world_config.rx);
}

void world_start_tx(void)
{
	start_end(&world.tx, &world_config.tx);
}

/* ---- The driver ---- */

void world_start_driver(void)
{
	driver_forget();
	driver_pending = 0;
	irq_masked = true;
	irq_latched = false;
	in_driver = true;
	init();
	flush();
	microkit_irq_ack(WORLD_IRQ);
	in_driver = false;
}

bool world_run_driver(void)
{
	uint64_t pending = driver_pending;
	if (pending == 0)
		return false;
	driver_pending = 0;
	in_driver = true;
	for (; pending != 0; pending &= pending - 1)
		notified((microkit_channel)__builtin_ctzll(pending));
	flush();
	in_driver = false;
	return true;
}

/* ---- Time ---- */

void hook(void)
{
	if (!world.hooks || !in_driver || depth != 0)
		return;
	depth++;
	if (test_draw(8) == 0)
		(void)card_run();
	if (test_draw(16) == 0)
		(void)world_run_rx();
	if (test_draw(16) == 0)
		(void)world_run_tx();
	if (world.anew && test_draw(4096) == 0)
		world_start_rx();
	if (world.anew && test_draw(4096) == 0)
		world_start_tx();
	if (world.unplugs && test_draw(1024) == 0)
		card_change_carrier();
	depth--;
}

void world_step(void)
{
	if (test_draw(3) == 0)
		world.arriving += (uint32_t)test_draw(test_draw(64) == 0 ? 600 : 4);
	if (test_draw(3) == 0) {
		world.to_send += (uint32_t)test_draw(test_draw(64) == 0 ? 600 : 4);
		world.tx.pending = true;
	}
	if (test_draw(8) == 0) {
		memset(world.rx.kept, 0, sizeof(world.rx.kept));
		world.rx.pending = true;
	}
	switch (test_draw(4)) {
	case 0:
		(void)card_run();
		break;
	case 1:
		(void)world_run_rx();
		break;
	case 2:
		(void)world_run_tx();
		break;
	default:
		(void)world_run_driver();
		break;
	}
	if (world.unplugs && test_draw(64) == 0)
		card_change_carrier();
	if (world.anew && test_draw(512) == 0)
		world_start_driver();
	if (world.anew && test_draw(512) == 0)
		world_start_rx();
	if (world.anew && test_draw(512) == 0)
		world_start_tx();
}

bool world_settle(void)
{
	memset(world.rx.kept, 0, sizeof(world.rx.kept));
	world.rx.pending = true;
	world.tx.pending = true;
	for (uint32_t i = 0; i < 100000; i++) {
		bool busy = world_run_driver();
		busy = world_run_rx() || busy;
		busy = world_run_tx() || busy;
		busy = card_run() || busy;
		if (!busy)
			return true;
		/* Buffers that were just kept come home, but nobody is signalled for it. */
		for (uint32_t b = 0; b < world.capacity; b++) {
			world.rx.pending |= world.rx.kept[b];
			world.rx.kept[b] = false;
		}
	}
	return false;
}

void world_init(uint64_t seed, uint32_t capacity, int fill)
{
	memset(&world, 0, sizeof(world));
	memset(rings, fill, sizeof(rings));
	memset(&world_counters, fill, sizeof(world_counters));
	world_carrier.lost = 0;
	free(dma);
	dma = aligned_alloc(4096, DMA_BYTES);
	memset(dma, fill, DMA_BYTES);
	test.seed = seed;
	world.capacity = capacity;
	world.rx.data = rx_data;
	world.tx.data = tx_data;
	world_config = (struct network_driver_config){
		.magic = NETWORK_DRIVER_MAGIC,
		.irq = WORLD_IRQ,
		.registers = 0x1000,
		.dma_vaddr = (uint64_t)(uintptr_t)dma,
		.dma_paddr = MODEL_DEVICE + (uint64_t)(uintptr_t)dma,
		.dma_bytes = DMA_BYTES,
		.counters = (uint64_t)(uintptr_t)&world_counters,
		.carrier = (uint64_t)(uintptr_t)&world_carrier,
		.listeners = 3ull << WORLD_LISTENERS,
		.rx = { (uint64_t)(uintptr_t)rings[0], (uint64_t)(uintptr_t)rings[1],
			capacity, WORLD_RX },
		.tx = { (uint64_t)(uintptr_t)rings[2], (uint64_t)(uintptr_t)rings[3],
			capacity, WORLD_TX },
	};
	model.dma.low = (uint64_t)(uintptr_t)dma;
	model.dma.high = model.dma.low + DMA_BYTES;
	card_plug(VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | CARD_F_STATUS, 256);
}
