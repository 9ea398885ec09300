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

static struct copy {
	const struct network_copy_config *config;
	struct network_copy_counters *counters;
	struct network_link virt;
	struct network_link client;
} copy;

__attribute__((used, section(".data")))
const struct network_copy_config *network_copy_config; /* set by the system file */

/* The next free buffer of the client; NETWORK_BUFFERS_MAX if it has none. */
static inline uint64_t next_free(struct copy *c)
{
	uint64_t slot; /* untrusted: a copy, to be checked */
	while (network_link_next(&c->client, &slot)) {
		uint64_t buffer = network_buffer(network_slot_where(slot));
		if (buffer < c->config->client_buffers)
			return buffer;
		c->counters->client_bad_slots++;
	}
	return NETWORK_BUFFERS_MAX;
}

/* Copies one frame, and gives it to the client. */
static inline void forward(struct copy *c, uint64_t from, uint32_t bytes)
{
	if (from >= c->config->device_buffers || !network_frame_possible(bytes)) {
		c->counters->bad_slots++;
		return;
	}
	uint64_t to = NETWORK_BUFFERS_MAX;
	if (network_link_make_room(&c->client, 1) != 0)
		to = next_free(c);
	if (to == NETWORK_BUFFERS_MAX) {
		c->counters->dropped++;
		return;
	}
	memcpy((void *)(c->config->client_vaddr + to * NETWORK_BUFFER_BYTES +
			NETWORK_FRAME_OFFSET),
		(const void *)(c->config->device_vaddr + from * NETWORK_BUFFER_BYTES +
			       NETWORK_FRAME_OFFSET),
		bytes);
	c->counters->frames++;
	c->counters->bytes += bytes;
	(void)network_link_fill(
		&c->client, network_slot(to * NETWORK_BUFFER_BYTES, bytes));
}

/* Does what there is to do; whether there may be more. */
static inline bool serve(struct copy *c, bool client)
{
	uint64_t channels = 0;
	/* There is nothing to settle after a restart. */
	(void)network_link_restarted(&c->virt);
	if (client || network_link_left(&c->client) < network_link_left(&c->virt))
		(void)network_link_restarted(&c->client);
	uint32_t count = network_link_make_room(&c->virt, network_link_left(&c->virt));
	const struct network_link virt = c->virt; /* kept in registers */
	for (uint32_t i = 0; i < count; i++) {
		uint64_t slot = network_peek(&virt.take, i); /* untrusted */
		uint64_t where = network_slot_where(slot);
		forward(c, network_buffer(where), network_slot_bytes(slot));
		network_poke(&virt.give, i, network_slot(where, 0));
	}
	c->virt.taken = count;
	c->virt.filled = count;
	bool stuck = network_link_left(&c->virt) != 0;
	c->counters->faults = network_link_faults(&c->virt) +
			      network_link_faults(&c->client);
	network_link_ask(&c->virt, true, stuck);
	/* A frame for which the client has no buffer does not wait for one. */
	network_link_ask(&c->client, false, false);
	shared_fence();
	bool more = network_link_check(&c->virt, true, stuck, &channels);
	(void)network_link_check(&c->client, false, false, &channels);
	signal_notify(channels, !more);
	return more;
}

static bool start(const struct network_copy_config *config)
{
	if (config->magic != NETWORK_COPY_MAGIC ||
		config->device_buffers > NETWORK_BUFFERS_MAX ||
		config->client_buffers > NETWORK_BUFFERS_MAX ||
		!network_link_start(&copy.virt, &config->virt, true) ||
		!network_link_start(&copy.client, &config->client, false))
		return false;
	copy.counters = (struct network_copy_counters *)(uintptr_t)config->counters;
	*copy.counters = (struct network_copy_counters){ 0 };
	copy.config = config;
	return true;
}

void init(void)
{
	if (start(network_copy_config)) {
		network_link_greet(&copy.virt);
		network_link_greet(&copy.client);
	} else {
		microkit_dbg_puts("network_copy: no configuration that can be\n");
	}
}

void notified(microkit_channel ch)
{
	struct copy *c = network_unknown(&copy);
	if (c->config == NULL)
		return;
	bool client = ch == c->client.channel;
	while (serve(c, client))
		;
}
