/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The copier: moves each frame from a buffer of the device to one of its client, who may
 * not see the device's. It keeps nothing from one entry to the next: buffers of both sides
 * are taken and handed on together.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "../lib/signal.h"
#include "queue.h"

enum { VIRT_TAKE, VIRT_GIVE, CLIENT_TAKE, CLIENT_GIVE, SIGNALS };

static struct {
	const struct network_copy_config *config;
	struct network_copy_counters *counters;
	struct network_link virt;
	struct network_link client;
	uint32_t taken; /* of the client's free buffers, not yet handed back as slots */
	struct signal_link signals[SIGNALS];
} copy;

__attribute__((used, section(".data")))
const struct network_copy_config *network_copy_config; /* set by the system file */

static inline uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* The next free buffer of the client; NETWORK_BUFFERS_MAX if it has none. */
static inline uint32_t next_free(void)
{
	while (copy.taken < network_left(&copy.client.take)) {
		/* untrusted: copied, then checked */
		uint64_t slot = network_peek(&copy.client.take, copy.taken++);
		uint32_t buffer = network_buffer(network_slot_where(slot));
		if (buffer < copy.config->client_buffers)
			return buffer;
		copy.counters->client_bad_slots++;
	}
	return NETWORK_BUFFERS_MAX;
}

/* Copies one frame and fills the client's slot `out`, if it has a buffer: whether. */
static inline bool move(uint64_t slot, uint32_t out)
{
	uint32_t from = network_buffer(network_slot_where(slot));
	uint32_t bytes = network_slot_bytes(slot);
	if (from >= copy.config->device_buffers || !network_frame_possible(bytes)) {
		copy.counters->bad_slots++;
		return false;
	}
	uint32_t to = next_free();
	if (to == NETWORK_BUFFERS_MAX) {
		copy.counters->dropped++;
		return false;
	}
	uintptr_t frames = copy.config->device_vaddr + NETWORK_FRAME_OFFSET;
	uintptr_t copies = copy.config->client_vaddr + NETWORK_FRAME_OFFSET;
	memcpy((void *)(copies + (uint64_t)to * NETWORK_BUFFER_BYTES),
		(const void *)(frames + (uint64_t)from * NETWORK_BUFFER_BYTES), bytes);
	copy.counters->bytes += bytes;
	network_poke(&copy.client.give, out,
		network_slot((uint64_t)to * NETWORK_BUFFER_BYTES, bytes));
	return true;
}

static void work(void)
{
	/* There is nothing to settle after a restart. */
	(void)network_link_restarted(&copy.virt);
	(void)network_link_restarted(&copy.client);
	uint32_t frames = network_left(&copy.virt.take);
	uint32_t count = min(frames, network_link_room(&copy.virt, frames));
	uint32_t room = network_link_room(&copy.client, count);
	uint32_t out = 0;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t slot = network_peek(&copy.virt.take, i); /* untrusted */
		if (out == room)
			copy.counters->dropped++;
		else if (move(slot, out))
			out++;
		network_poke(&copy.virt.give, i, network_slot_where(slot));
	}
	if (copy.taken != 0)
		queue_advance(&copy.client.take.queue, copy.taken);
	copy.taken = 0;
	if (out != 0)
		queue_advance(&copy.client.give.queue, out);
	if (count != 0) {
		queue_advance(&copy.virt.take.queue, count);
		queue_advance(&copy.virt.give.queue, count);
	}
	copy.counters->frames += out;
	copy.counters->faults = copy.virt.take.queue.faults +
				copy.virt.give.queue.faults +
				copy.client.take.queue.faults +
				copy.client.give.queue.faults;
	copy.signals[VIRT_GIVE].awaited = count < frames;
}

static bool start(const struct network_copy_config *config)
{
	if (config->magic != NETWORK_COPY_MAGIC ||
		config->device_buffers > NETWORK_BUFFERS_MAX ||
		config->client_buffers > NETWORK_BUFFERS_MAX ||
		!network_link_start(&copy.virt, &config->virt, true) ||
		!network_link_start(&copy.client, &config->client, false))
		return false;
	uint32_t virt = config->virt.channel;
	uint32_t client = config->client.channel;
	copy.signals[VIRT_TAKE] = (struct signal_link){ &copy.virt.take.queue, virt,
		true };
	copy.signals[VIRT_GIVE] = (struct signal_link){ &copy.virt.give.queue, virt,
		false };
	copy.signals[CLIENT_TAKE] = (struct signal_link){ &copy.client.take.queue, client,
		false };
	copy.signals[CLIENT_GIVE] = (struct signal_link){ &copy.client.give.queue, client,
		false };
	copy.counters = (struct network_copy_counters *)(uintptr_t)config->counters;
	*copy.counters = (struct network_copy_counters){ 0 };
	copy.config = config;
	return true;
}

void init(void)
{
	if (start(network_copy_config))
		signal_start(copy.signals, SIGNALS);
	else
		microkit_dbg_puts("network_copy: no configuration that can be\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
	if (copy.config == NULL)
		return;
	do
		work();
	while (signal_round(copy.signals, SIGNALS));
}
