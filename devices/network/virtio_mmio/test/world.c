/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../lib/signal.h"
#include "world.h"

#define HEADER 12u
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

uint64_t world_draw(uint64_t below)
{
	world.seed = world.seed * 6364136223846793005ull + 1442695040888963407ull;
	return (world.seed >> 32) % below;
}

void world_fault(int line, const char *what)
{
	if (world.why[0] == '\0')
		snprintf(world.why, sizeof(world.why), "line %d: %s", line, what);
}

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
		world_fault(__LINE__, "signals a channel of its own");
	hook();
}

void microkit_deferred_notify(microkit_channel ch)
{
	WORLD_EXPECT(!microkit_have_signal);
	microkit_have_signal = true;
	deferred = ch;
}

void microkit_irq_ack(microkit_channel ch)
{
	WORLD_EXPECT(ch == WORLD_IRQ);
	irq_masked = false;
	if (irq_latched)
		world_interrupt();
}

void microkit_deferred_irq_ack(microkit_channel ch)
{
	WORLD_EXPECT(!deferred_ack && ch == WORLD_IRQ);
	deferred_ack = true;
}

void world_interrupt(void)
{
	irq_latched = irq_masked;
	if (!irq_masked)
		tell_driver(WORLD_IRQ);
	irq_masked = true;
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

static void write_frame(uint8_t *frame, uint32_t number, uint32_t bytes)
{
	memset(frame, 0, NETWORK_FRAME_MIN);
	memcpy(frame, &number, sizeof(number));
	frame[bytes - 1] = last_byte(number);
}

static uint32_t frame_bytes(uint32_t number)
{
	return NETWORK_FRAME_MIN +
	       number * 101u % (NETWORK_FRAME_MAX - NETWORK_FRAME_MIN + 1u);
}

/* The buffer of a slot that came from the driver; false if it did not have it. */
static bool take_back(struct world_end *end, uint64_t slot, uint32_t *buffer)
{
	uint64_t offset = network_slot_where(slot) - (uint64_t)(uintptr_t)end->data;
	*buffer = (uint32_t)(offset / NETWORK_BUFFER_BYTES);
	if (offset % NETWORK_BUFFER_BYTES != 0 ||
		offset >= world.capacity * (uint64_t)NETWORK_BUFFER_BYTES ||
		end->home[*buffer]) {
		world_fault(__LINE__, "gives back what it does not have");
		return false;
	}
	end->home[*buffer] = true;
	end->out--;
	return true;
}

static bool put(struct world_end *end, uint32_t buffer, uint32_t bytes)
{
	uint64_t where = (uint64_t)(uintptr_t)end->data[buffer];
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
		WORLD_EXPECT(number > world.received || world.anew || model.lenient);
		WORLD_EXPECT((bytes == frame_bytes(number) &&
				     frame[bytes - 1] == last_byte(number)) ||
			     model.lenient);
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
			end->kept[buffer] = world_draw(8) == 0;
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
		write_frame(
			end->data[i] + NETWORK_FRAME_OFFSET, number, frame_bytes(number));
		end->frame[i] = number;
		if (!put(end, i, frame_bytes(number)))
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
	WORLD_EXPECT(network_link_start(&end->link, config, end == &world.rx));
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

/* ---- The device ---- */

void world_device_was_reset(void)
{
	irq_latched = false;
}

static bool device_receives(void)
{
	model_fetch(0);
	uint32_t held = model.queues[0].num_held;
	if (held == 0 || world.arriving == 0 || model.no_carrier)
		return false;
	uint32_t which = (uint32_t)world_draw(held);
	struct virtqueue_descriptor d = model_descriptor(0, which, 0);
	uint64_t offset = d.address + HEADER - NETWORK_FRAME_OFFSET -
			  (uint64_t)(uintptr_t)rx_data;
	bool good = d.flags == VIRTQ_DESC_F_WRITE &&
		    d.bytes == HEADER + NETWORK_FRAME_MAX &&
		    offset % NETWORK_BUFFER_BYTES == 0 &&
		    offset / NETWORK_BUFFER_BYTES < world.capacity;
	WORLD_EXPECT(good || model.lenient);
	if (!good)
		return false;
	uint32_t number = world.delivered + 1;
	uint32_t bytes = frame_bytes(number);
	uint8_t *at = (uint8_t *)(uintptr_t)d.address;
	world.arriving--;
	memset(at, 0x5a, HEADER);
	if (world_draw(32) == 0) { /* a frame too short to be one */
		model_finish(0, which, HEADER + (uint32_t)world_draw(NETWORK_FRAME_MIN));
		return true;
	}
	world.delivered++;
	write_frame(at + HEADER, number, bytes);
	model_finish(0, which, HEADER + bytes);
	return true;
}

static bool device_sends(void)
{
	static const uint8_t zeros[HEADER];
	model_fetch(1);
	uint32_t held = model.queues[1].num_held;
	if (held == 0)
		return false;
	uint32_t which = (uint32_t)world_draw(held);
	struct virtqueue_descriptor header = model_descriptor(1, which, 0);
	struct virtqueue_descriptor d = model_descriptor(1, which, 1);
	uint64_t offset = d.address - NETWORK_FRAME_OFFSET - (uint64_t)(uintptr_t)tx_data;
	uint32_t buffer = (uint32_t)(offset / NETWORK_BUFFER_BYTES);
	if (!model.lenient) {
		WORLD_EXPECT(header.bytes == HEADER && header.flags == VIRTQ_DESC_F_NEXT);
		WORLD_EXPECT(header.address - (uint64_t)(uintptr_t)dma <=
			     world_config.dma_bytes - HEADER);
		WORLD_EXPECT(
			memcmp((void *)(uintptr_t)header.address, zeros, HEADER) == 0);
		WORLD_EXPECT(offset % NETWORK_BUFFER_BYTES == 0 && d.flags == 0 &&
			     buffer < world.capacity);
	}
	if (!model.lenient && !world.anew) {
		uint32_t number = world.tx.frame[buffer];
		WORLD_EXPECT(number != 0 && !world.tx.home[buffer]);
		WORLD_EXPECT(d.bytes == frame_bytes(number));
		WORLD_EXPECT(memcmp(&number, (void *)(uintptr_t)d.address, 4) == 0);
		world.tx.frame[buffer] = 0;
	}
	world.sent++;
	model_finish(1, which, 0);
	return true;
}

static void device_lies(void)
{
	uint32_t queue = (uint32_t)world_draw(2);
	struct model_queue *q = &model.queues[queue];
	uint32_t ids = q->number != 0 ? q->number : 1;
	uint32_t id = world_draw(4) != 0 && q->num_held != 0
			      ? q->held[world_draw(q->num_held)]
			      : (uint32_t)world_draw(
					world_draw(2) ? ids + 1 : UINT32_MAX);
	uint32_t bytes = HEADER + (uint32_t)world_draw(NETWORK_FRAME_MAX + 2);
	if (world_draw(4) == 0)
		bytes = (uint32_t)world_draw(world_draw(2) ? HEADER + 1 : UINT32_MAX);
	uint16_t more = (uint16_t)(world_draw(4) != 0 ? 1 : world_draw(65536));
	world.lies++;
	world.credible += more != 0 && more <= driver_has(queue == 0);
	model_lie(queue, id, bytes, more);
	if (world_draw(512) == 0)
		model_needs_reset();
}

bool world_run_device(void)
{
	if (world.hostile && world_draw(2) == 0)
		device_lies();
	bool received = device_receives();
	return device_sends() || received;
}

/* ---- Time ---- */

void hook(void)
{
	if (!world.hooks || !in_driver || depth != 0)
		return;
	depth++;
	if (world_draw(8) == 0)
		(void)world_run_device();
	if (world_draw(16) == 0)
		(void)world_run_rx();
	if (world_draw(16) == 0)
		(void)world_run_tx();
	if (world.anew && world_draw(4096) == 0)
		world_start_rx();
	if (world.anew && world_draw(4096) == 0)
		world_start_tx();
	if (world.unplugs && world_draw(1024) == 0)
		model_change_carrier();
	depth--;
}

void world_step(void)
{
	if (world_draw(3) == 0)
		world.arriving += (uint32_t)world_draw(world_draw(64) == 0 ? 600 : 4);
	if (world_draw(3) == 0) {
		world.to_send += (uint32_t)world_draw(world_draw(64) == 0 ? 600 : 4);
		world.tx.pending = true;
	}
	if (world_draw(8) == 0) {
		memset(world.rx.kept, 0, sizeof(world.rx.kept));
		world.rx.pending = true;
	}
	switch (world_draw(4)) {
	case 0:
		(void)world_run_device();
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
	if (world.unplugs && world_draw(64) == 0)
		model_change_carrier();
	if (world.anew && world_draw(512) == 0)
		world_start_driver();
	if (world.anew && world_draw(512) == 0)
		world_start_rx();
	if (world.anew && world_draw(512) == 0)
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
		busy = world_run_device() || busy;
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
	dma = aligned_alloc(4096, 0x4000);
	memset(dma, fill, 0x4000);
	world.seed = seed;
	world.capacity = capacity;
	world.rx.data = rx_data;
	world.tx.data = tx_data;
	world_config = (struct network_driver_config){
		.magic = NETWORK_DRIVER_MAGIC,
		.irq = WORLD_IRQ,
		.registers = 0x1000,
		.dma_vaddr = (uint64_t)(uintptr_t)dma,
		.dma_paddr = (uint64_t)(uintptr_t)dma,
		.dma_bytes = 0x4000,
		.counters = (uint64_t)(uintptr_t)&world_counters,
		.carrier = (uint64_t)(uintptr_t)&world_carrier,
		.listeners = 3ull << WORLD_LISTENERS,
		.rx = { (uint64_t)(uintptr_t)rings[0], (uint64_t)(uintptr_t)rings[1],
			capacity, WORLD_RX },
		.tx = { (uint64_t)(uintptr_t)rings[2], (uint64_t)(uintptr_t)rings[3],
			capacity, WORLD_TX },
	};
	model_init(VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | MODEL_F_STATUS, 256);
}
