/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sending virtualiser with one slot, any, that a client hands over, from any states of
 * all buffers: only a frame in a buffer of his own that is not on its way goes to the driver,
 * and is marked; nothing goes to another client, and no other state changes.
 */
#include "any.h"

#include "../network/virt_tx.c"

#include "hostile.h"

#define BUFFERS 4u /* of a client, at most */

static struct network_virt_tx_config config;
static struct network_virt_tx_counters counters;
static uint32_t pokes;
static struct client *poked;
static uint64_t poked_slot;

uint64_t seen_peek(const struct network_queue *q, uint32_t ahead)
{
	(void)q;
	(void)ahead;
	return nondet_u64();
}

void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	assert(ahead < q->queue.limit - q->queue.index);
	poked = q == &virt.clients[0].link.give ? &virt.clients[0] : &virt.clients[1];
	assert(q == &poked->link.give);
	poked_slot = slot;
	pokes++;
}

/* The frame is in the sender's own memory. */
void cache_clean(uint64_t address, uint32_t bytes)
{
	uint64_t at = address - virt.clients[NUMBER].vaddr;
	uint64_t size = (uint64_t)virt.clients[NUMBER].buffers * NETWORK_BUFFER_BYTES;
	assert(at < size && bytes <= size - at);
}

static void any_client(uint32_t number)
{
	struct client *client = &virt.clients[number];
	struct queue *take = &client->link.take.queue, *give = &client->link.give.queue;
	take->own = &take_shared.consumer;
	take->peer = &take_shared.producer;
	client->counters = &counters.clients[number];
	client->first = number * BUFFERS;
	give->own = &give_shared.producer;
	give->peer = &give_shared.consumer;
	give->bias = give->capacity;
	__CPROVER_assume(give->capacity != 0 && give->capacity <= QUEUE_CAPACITY_MAX);
	__CPROVER_assume((give->capacity & (give->capacity - 1u)) == 0);
	__CPROVER_assume(give->limit - give->index <= give->capacity);
	__CPROVER_assume(client->link.filled <= client->link.room);
	__CPROVER_assume(client->link.room <= give->limit - give->index);
	__CPROVER_assume(client->buffers <= BUFFERS);
	__CPROVER_assume(client->paddr < 1ull << 47 && client->vaddr < 1ull << 38);
}

static uint64_t bytes_of(uint32_t number)
{
	return (uint64_t)virt.clients[number].buffers * NETWORK_BUFFER_BYTES;
}

int main(void)
{
	uint64_t slot = nondet_u64(), where = network_slot_where(slot);
	struct client *client = &virt.clients[NUMBER];
	uint32_t buffer = nondet_u32() % BUFFERS, other = nondet_u32() % (2u * BUFFERS);
	virt.config = &config;
	virt.counters = &counters;
	config.num_clients = 2;
	any_client(0);
	any_client(1);
	pokes = 0;
	uint64_t start = (uint64_t)buffer * NETWORK_BUFFER_BYTES;
	_Bool his = buffer < client->buffers && where == start;
	uint8_t *state = &virt.states[client->first + buffer];
	uint8_t before = *state, before_other = virt.states[other];
	uint32_t in_flight = virt.in_flight;
	uint64_t bad = client->counters->bad_slots, frames = client->counters->frames;
	uint64_t bytes = client->counters->bytes;

	uint64_t out = check(&virt, NUMBER, slot);
	if (out != 0) {
		uint64_t at = network_slot_where(out) - client->paddr;
		assert(at % NETWORK_BUFFER_BYTES == 0 && at < bytes_of(NUMBER));
		assert(network_frame_possible(network_slot_bytes(out)));
		assert(out == client->paddr + slot && pokes == 0);
		assert(client->counters->frames == frames + 1u);
		assert(client->counters->bytes == bytes + network_slot_bytes(slot));
		if (his)
			assert((before & SENT) == 0 && *state == (before | SENT));
	}
	if (his && out == 0) {
		_Bool sent = (before & SENT) != 0;
		assert(*state == before);
		assert(sent || !network_frame_possible(network_slot_bytes(slot)));
		assert(client->counters->bad_slots == bad + sent);
		assert(!sent || pokes == 0);
	}
	assert(pokes == 0 || (pokes == 1 && poked == client && poked_slot == where));
	assert(virt.in_flight == in_flight);
	if (where != (uint64_t)(other % BUFFERS) * NETWORK_BUFFER_BYTES ||
		other / BUFFERS != NUMBER)
		assert(virt.states[other] == before_other);
	END();
	return 0;
}
