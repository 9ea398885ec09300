/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The copier: moves each frame from a buffer of the device to one of its client, who may
 * not see the device's. It keeps nothing from one entry to the next: buffers of both sides
 * are taken and handed on together.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "link.h"

enum { VIRT, CLIENT, LINKS };

static struct {
	const struct network_copy_config *config;
	struct network_copy_counters *counters;
	struct network_link virt;
	struct network_link client;
	struct signal_link signals[LINKS][NETWORK_SIGNALS];
} copy;

__attribute__((used, section(".data")))
const struct network_copy_config *network_copy_config; /* set by the system file */

/* The next free buffer of the client; NETWORK_BUFFERS_MAX if it has none. */
static inline uint32_t next_free(void)
{
	uint64_t slot; /* untrusted: a copy, to be checked */
	while (network_link_next(&copy.client, &slot)) {
		uint32_t buffer = network_buffer(network_slot_where(slot));
		if (buffer < copy.config->client_buffers)
			return buffer;
		copy.counters->client_bad_slots++;
	}
	return NETWORK_BUFFERS_MAX;
}

/* Copies one frame, and gives it to the client. */
static inline void forward(uint32_t from, uint32_t bytes)
{
	if (from >= copy.config->device_buffers || !network_frame_possible(bytes)) {
		copy.counters->bad_slots++;
		return;
	}
	uint32_t to = NETWORK_BUFFERS_MAX;
	if (network_link_make_room(&copy.client, 1) != 0)
		to = next_free();
	if (to == NETWORK_BUFFERS_MAX) {
		copy.counters->dropped++;
		return;
	}
	uint64_t where = (uint64_t)to * NETWORK_BUFFER_BYTES;
	memcpy((void *)(copy.config->client_vaddr + where + NETWORK_FRAME_OFFSET),
		(const void *)(copy.config->device_vaddr + NETWORK_FRAME_OFFSET +
			       (uint64_t)from * NETWORK_BUFFER_BYTES),
		bytes);
	copy.counters->frames++;
	copy.counters->bytes += bytes;
	(void)network_link_fill(&copy.client, network_slot(where, bytes));
}

static void work(void)
{
	uint64_t slot; /* untrusted: a copy, to be checked */
	/* There is nothing to settle after a restart. */
	(void)network_link_restarted(&copy.virt);
	(void)network_link_restarted(&copy.client);
	(void)network_link_make_room(&copy.virt, network_link_left(&copy.virt));
	while (copy.virt.filled < copy.virt.room &&
		network_link_next(&copy.virt, &slot)) {
		uint64_t where = network_slot_where(slot);
		forward(network_buffer(where), network_slot_bytes(slot));
		(void)network_link_fill(&copy.virt, network_slot(where, 0));
	}
	copy.signals[VIRT][NETWORK_GIVE].awaited = network_link_left(&copy.virt) != 0;
	network_link_hand_over(&copy.virt);
	network_link_hand_over(&copy.client);
	copy.counters->faults = network_link_faults(&copy.virt) +
				network_link_faults(&copy.client);
}

static bool start(const struct network_copy_config *config)
{
	if (config->magic != NETWORK_COPY_MAGIC ||
		config->device_buffers > NETWORK_BUFFERS_MAX ||
		config->client_buffers > NETWORK_BUFFERS_MAX ||
		!network_link_start(&copy.virt, &config->virt, true) ||
		!network_link_start(&copy.client, &config->client, false))
		return false;
	network_link_signals(&copy.virt, config->virt.channel, copy.signals[VIRT]);
	network_link_signals(&copy.client, config->client.channel, copy.signals[CLIENT]);
	/* A frame for which the client has no buffer does not wait for one. */
	copy.signals[CLIENT][NETWORK_TAKE].awaited = false;
	copy.counters = (struct network_copy_counters *)(uintptr_t)config->counters;
	*copy.counters = (struct network_copy_counters){ 0 };
	copy.config = config;
	return true;
}

void init(void)
{
	if (start(network_copy_config))
		signal_start(copy.signals[0], LINKS * NETWORK_SIGNALS);
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
	while (signal_round(copy.signals[0], LINKS * NETWORK_SIGNALS));
}
