/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the harnesses share: any value, and a class of queue of 64-bit elements.
 */
#pragma once

#include <assert.h>

#include "queue.h"

uint16_t nondet_u16(void);
uint32_t nondet_u32(void);
uint64_t nondet_u64(void);
_Bool nondet_bool(void);

static struct queue_shared shared;
static struct queue producer, consumer;
/*
 * The slots. One of them, any one, is watched; what is read from the others is anything.
 * A proof for every watched slot is a proof for all of them.
 */
static uint32_t watched_slot;
static uint64_t cell;

static void slot_write(uint32_t slot, uint64_t element)
{
	if (slot == watched_slot)
		cell = element;
}

static uint64_t slot_read(uint32_t slot)
{
	return slot == watched_slot ? cell : nondet_u64();
}

/* Any power of two, 1 to QUEUE_CAPACITY_MAX. */
static uint32_t any_capacity(void)
{
	uint32_t capacity = nondet_u32();
	__CPROVER_assume(capacity != 0 && (capacity & (capacity - 1u)) == 0);
	__CPROVER_assume(capacity <= QUEUE_CAPACITY_MAX);
	return capacity;
}

/* An end in mid-life, whatever it has seen last. */
static void any_end(struct queue *q, uint32_t capacity, uint32_t session, _Bool produces)
{
	q->own = produces ? &shared.producer : &shared.consumer;
	q->peer = produces ? &shared.consumer : &shared.producer;
	q->capacity = capacity;
	q->bias = produces ? capacity : 0;
	q->session = session;
	q->generation = (uint16_t)(produces ? session >> 16 : session);
	q->peer_generation = (uint16_t)(produces ? session : session >> 16);
	q->index = nondet_u32();
	q->limit = nondet_u32();
	q->told = nondet_u32();
	q->faults = nondet_u16();
	q->restarts = nondet_u16();
	__CPROVER_assume(q->limit - q->index <= capacity);
}

static uint64_t word_of(uint32_t session, uint32_t index)
{
	return (uint64_t)session << 32 | index;
}

#ifdef VACUITY
#define END() assert(0 && "the end can be reached")
#else
#define END() ((void)0)
#endif
