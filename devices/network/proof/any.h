/* SPDX-License-Identifier: BSD-2-Clause */
/* What the harnesses share: any value, any link of capacity 4, a peer that writes anything. */
#pragma once

#include <assert.h>
#include <stdbool.h>

#include "../network/link.h"

uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
_Bool nondet_bool(void);

static struct queue_shared take_shared, give_shared;

void peer(void)
{
	take_shared.producer.word = nondet_u64();
	give_shared.consumer.word = nondet_u64();
}

void published(const uint64_t *word, uint64_t value)
{
	(void)word;
	(void)value;
}

static inline void any_queue(struct queue *q, struct queue_shared *shared, _Bool produces)
{
	q->own = produces ? &shared->producer : &shared->consumer;
	q->peer = produces ? &shared->consumer : &shared->producer;
	q->capacity = 4;
	q->bias = produces ? 4 : 0;
	q->session = nondet_u32();
	q->index = nondet_u32();
	q->limit = q->index + nondet_u32() % 5u;
}

/* Counts of a batch are what network_link_next and network_link_fill leave. */
static inline void any_link(struct network_link *link, uint64_t *slots)
{
	any_queue(&link->take.queue, &take_shared, 0);
	any_queue(&link->give.queue, &give_shared, 1);
	link->take.slots = slots;
	link->give.slots = slots;
	link->taken = nondet_u32() % 5u;
	link->room = nondet_u32() % 5u;
	link->filled = nondet_u32() % 5u;
	__CPROVER_assume(link->taken <= link->take.queue.limit - link->take.queue.index);
	__CPROVER_assume(link->room <= link->give.queue.limit - link->give.queue.index);
	__CPROVER_assume(link->filled <= link->room);
}

#ifdef VACUITY
#define END() assert(0 && "the end can be reached")
#else
#define END() ((void)0)
#endif
