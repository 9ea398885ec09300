/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The copier, whatever virt_rx or the client hands it: it reads a frame in a buffer of the
 * device's region, and writes a frame in a buffer of the client's, or nothing. One slot.
 */
#include "any.h"

#include "../network/copy.c"

static struct network_copy_config config;
static struct network_copy_counters counters;
static uint64_t taken[4], given[4];
static uint32_t copies;

void *memcpy(void *to, const void *from, size_t count)
{
	uint64_t in = (uint64_t)(uintptr_t)from - config.device_vaddr;
	uint64_t out = (uint64_t)(uintptr_t)to - config.client_vaddr;
	assert(count >= NETWORK_FRAME_MIN && count <= NETWORK_FRAME_MAX);
	assert(in < (uint64_t)config.device_buffers * NETWORK_BUFFER_BYTES);
	assert(out < (uint64_t)config.client_buffers * NETWORK_BUFFER_BYTES);
	assert(in % NETWORK_BUFFER_BYTES == NETWORK_FRAME_OFFSET);
	assert(out % NETWORK_BUFFER_BYTES == NETWORK_FRAME_OFFSET);
	copies++;
	return to;
}

int main(void)
{
	copy.config = &config;
	copy.counters = &counters;
	copies = 0;
	__CPROVER_assume(config.device_buffers <= NETWORK_BUFFERS_MAX);
	__CPROVER_assume(config.client_buffers <= NETWORK_BUFFERS_MAX);
	__CPROVER_assume(
		config.device_vaddr < 1ull << 38 && config.client_vaddr < 1ull << 38);
	any_link(&copy.client, given);
	copy.client.take.slots = taken;
	uint64_t slot = nondet_u64();
	forward(&copy, network_buffer(network_slot_where(slot)),
		network_slot_bytes(slot));
	assert(copies <= 1);
	END();
	return 0;
}
