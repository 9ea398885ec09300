/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The other end of a link, which starts anew any number of times at any moment. With
 * HOSTILE it writes anything.
 *
 * A life is what pair_start begins: it raises the generation of the end's `take`, which is
 * `give` here, then that of its `give`, to the same. So `give_life` goes first.
 */
#pragma once

#include <assert.h>

#include "pair.h"

#ifndef HOSTILE
#define HOSTILE 0
#endif

static struct queue_shared take_shared, give_shared;
static uint16_t take_life, give_life; /* of the other end, as published */
static uint16_t reported;             /* the life that this end has been told of */
static _Bool calm;                    /* nobody starts */
static uint32_t stores;               /* of this end's words */
static uint64_t stored[4];
static const uint64_t *stored_at[4];

/* How far a life is ahead of another. */
static uint16_t ahead(uint16_t life, uint16_t of)
{
	return (uint16_t)(life - of);
}

/* The other end does not start 2^15 times without a report. */
static _Bool few(void)
{
	return ahead(give_life, reported) < 1u << 15 &&
	       ahead(take_life, reported) <= ahead(give_life, reported);
}

/* Any index, any answer to this end's generation. */
static void write_words(void)
{
	take_shared.producer.word = (uint64_t)take_life << 48 | nondet_u64() >> 16;
	give_shared.consumer.word = (nondet_u64() & ~(0xffffull << 32)) |
				    (uint64_t)give_life << 32;
	if (HOSTILE) {
		take_shared.producer.word = nondet_u64();
		give_shared.consumer.word = nondet_u64();
	}
}

void peer(void)
{
	if (!calm && !HOSTILE && nondet_bool()) {
		take_life = (uint16_t)(give_life + (nondet_u32() & 0x7fffu));
		give_life = (uint16_t)(take_life + nondet_bool());
		__CPROVER_assume(few());
	}
	write_words();
}

void published(const uint64_t *word, uint64_t value)
{
	if (stores < 4) {
		stored[stores] = value;
		stored_at[stores] = word;
	}
	stores++;
}

/* One end of the link in mid-life, whatever it has seen last. */
static void any_pair(struct queue *take, struct queue *give, uint32_t capacity)
{
	*take = (struct queue){ .own = &take_shared.consumer,
		.peer = &take_shared.producer,
		.capacity = capacity };
	*give = (struct queue){ .own = &give_shared.producer,
		.peer = &give_shared.consumer,
		.capacity = capacity,
		.bias = capacity };
	take->session = nondet_u32();
	take->generation = (uint16_t)take->session;
	take->peer_generation = (uint16_t)(take->session >> 16);
	give->session = nondet_u32();
	give->generation = (uint16_t)(give->session >> 16);
	give->peer_generation = (uint16_t)give->session;
	take->session = nondet_bool() ? QUEUE_CUT : take->session;
	give->session = nondet_bool() ? QUEUE_CUT : give->session;
	take->index = nondet_u32();
	give->index = nondet_u32();
	take->limit = nondet_u32();
	give->limit = nondet_u32();
	take->told = nondet_u32();
	give->told = nondet_u32();
	take->restarts = nondet_u32();
	give->restarts = nondet_u32();
	take_life = nondet_u32() & 0xffffu;
	give_life = nondet_u32() & 0xffffu;
	reported = nondet_u32() & 0xffffu;
	write_words();
}

static _Bool valid_pair(
	const struct queue *take, const struct queue *give, const struct pair_seen *seen)
{
	uint16_t t = take->peer_generation, g = give->peer_generation;
	if (take->limit - take->index > take->capacity ||
		give->limit - give->index > give->capacity)
		return 0;
	return HOSTILE ||
	       (ahead(give_life, take_life) <= 1 && few() &&
		       ahead(t, reported) <= ahead(take_life, reported) &&
		       ahead(g, reported) <= ahead(give_life, reported) &&
		       (take->restarts == seen->take_restarts) == (t == reported) &&
		       (give->restarts != seen->give_restarts || g == reported) &&
		       take->restarts - seen->take_restarts <= ahead(t, reported) &&
		       give->restarts - seen->give_restarts <= ahead(g, reported));
}
