/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The copier with one slot that virt_rx hands over, any, while virt_rx and the client write
 * anything at each access. It is counted once. If its frame is copied, then once, from within
 * this frame of the device's to within a frame of a buffer that the client has just handed
 * over; and that goes back to the client, with this length. No other buffer of the client's
 * is taken for good.
 *
 * The loop over what the client hands over is cut where it asks for the next: its invariant
 * must hold there; then any state takes its place in which it does, and one turn is made. So
 * this is for any number of turns, and the turns come to an end.
 */
#include "any.h"

#include "../network/link.h"

static bool seen_next(struct network_link *link, uint64_t *slot);
#define network_link_next seen_next
#include "../network/copy.c"
#undef network_link_next

#include "hostile.h"

static struct network_copy_config config;
static struct network_copy_counters counters;
static _Bool copied, delivered, offered;
static uint64_t held, offer; /* virt_rx's slot; the number of the client's buffer */
static uint32_t turns, left;

/* A slot that the client hands over; none may be lost. */
uint64_t seen_peek(const struct network_queue *q, uint32_t ahead)
{
	uint64_t slot = nondet_u64();
	assert(q == &copy.client.take && ahead < q->queue.limit - q->queue.index);
	assert(!copied && (!offered || offer >= config.client_buffers));
	offered = 1;
	offer = network_buffer(network_slot_where(slot));
	return slot;
}

/* A slot that the client is given. */
void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	assert(q == &copy.client.give && ahead < q->queue.limit - q->queue.index);
	assert(copied && !delivered && offered);
	assert(network_buffer(network_slot_where(slot)) == offer);
	assert(network_slot_bytes(slot) == network_slot_bytes(held));
	delivered = 1;
}

/* Copies as C says; here: what, and where to. */
void *memcpy(void *to, const void *from, size_t count)
{
	uint64_t in = (uint64_t)(uintptr_t)from - config.device_vaddr;
	uint64_t out = (uint64_t)(uintptr_t)to - config.client_vaddr;
	assert(offered && !copied);
	assert(count == network_slot_bytes(held));
	assert(count >= NETWORK_FRAME_MIN && count <= NETWORK_FRAME_MAX);
	assert(in == network_slot_where(held) + NETWORK_FRAME_OFFSET);
	assert(in % NETWORK_BUFFER_BYTES == NETWORK_FRAME_OFFSET);
	assert(in / NETWORK_BUFFER_BYTES < config.device_buffers);
	assert(out == offer * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET);
	assert(offer < config.client_buffers);
	copied = 1;
	return to;
}

static _Bool valid(const struct network_link *link)
{
	const struct queue *take = &link->take.queue, *give = &link->give.queue;
	return take->limit - take->index <= take->capacity &&
	       give->limit - give->index <= give->capacity &&
	       link->taken <= take->limit - take->index && link->filled <= link->room &&
	       link->room <= give->limit - give->index;
}

static void any_queue(struct queue *q, struct queue_shared *at, _Bool produces)
{
	q->own = produces ? &at->producer : &at->consumer;
	q->peer = produces ? &at->consumer : &at->producer;
	q->bias = produces ? q->capacity : 0;
	__CPROVER_assume(q->capacity != 0 && (q->capacity & (q->capacity - 1u)) == 0);
	__CPROVER_assume(q->capacity <= QUEUE_CAPACITY_MAX);
}

static bool seen_next(struct network_link *link, uint64_t *slot)
{
	assert(link == &copy.client && valid(link) && link->room > link->filled);
	assert(!copied && (!offered || offer >= config.client_buffers));
	assert(turns == 0 || network_link_left(link) < left);
	__CPROVER_assume(turns++ == 0);
	link->taken = nondet_u32();
	__CPROVER_assume(valid(link));
	left = network_link_left(link);
	return network_link_next(link, slot);
}

int main(void)
{
	__CPROVER_assume(config.device_buffers <= NETWORK_BUFFERS_MAX);
	__CPROVER_assume(config.client_buffers <= NETWORK_BUFFERS_MAX);
	__CPROVER_assume(config.device_vaddr < 1ull << 38);
	__CPROVER_assume(config.client_vaddr < 1ull << 38);
	copy.config = &config;
	copy.counters = &counters;
	any_queue(&copy.client.take.queue, &take_shared, 0);
	any_queue(&copy.client.give.queue, &give_shared, 1);
	__CPROVER_assume(valid(&copy.client));
	copied = delivered = offered = 0;
	turns = 0;
	counters.frames = counters.dropped = counters.bad_slots = 0;
	counters.bytes = 0;
	held = nondet_u64();
	forward(&copy, network_buffer(network_slot_where(held)),
		network_slot_bytes(held));
	assert(copied == delivered && copied == (counters.frames == 1u));
	assert(counters.bytes == (copied ? network_slot_bytes(held) : 0));
	assert(counters.frames + counters.dropped + counters.bad_slots == 1u);
	assert(copied || !offered || offer >= config.client_buffers);
	assert(valid(&copy.client));
	END();
	return 0;
}
