/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rely and guarantee: one operation of an end, from any valid state, while an honest peer
 * runs between any two accesses, of words and of slots. The peer may hand over, may start
 * anew, may answer a start of this end, as often as it likes. What it relies on at this
 * end is asserted at each access; so if both ends are this code, both proofs together
 * say that whatever they do at the same time, an element taken is the one put there.
 *
 * What peer may do follows from its session and this end's, as published: in the same
 * one it goes on; one that this end has not seen start (or that has not seen this end
 * start) touches no slot that matters. No end starts 65,536 times unseen (queue.h).
 */
#include "harness.h"

#ifndef LATE /* 1: a class that touches a slot after it has handed it over */
#define LATE 0
#endif

static _Bool produces;    /* which end this is */
static uint32_t room;     /* the capacity */
static uint32_t position; /* of the element that is watched; cell is its slot */
static uint64_t given;    /* the element there: the peer's, or the one to put */
static uint32_t end;      /* at the consumer: where the session's elements end */
static uint64_t own_word; /* as this end has published last */
static _Bool first;       /* no access has been made */
static _Bool calm;        /* the peer has not started or answered a start */

static uint32_t session_of(uint64_t word)
{
	return (uint32_t)(word >> 32);
}

static uint16_t high(uint32_t session)
{
	return (uint16_t)(session >> 16);
}

static uint16_t low(uint32_t session)
{
	return (uint16_t)session;
}

static _Bool live(uint32_t at)
{
	return at - (uint32_t)own_word < end - (uint32_t)own_word;
}

/* A generation that neither end has seen. */
static uint16_t new_generation(uint16_t old, uint16_t seen, const struct queue *q)
{
	uint16_t generation = nondet_u16();
	__CPROVER_assume(generation != old && generation != seen);
	__CPROVER_assume(generation != q->peer_generation);
	return generation;
}

/* The peer is the producer. It has seen this end's word when it acts on it. */
static void producer_runs(void)
{
	uint32_t own = session_of(own_word), peers = session_of(shared.producer.word);
	uint32_t tail = (uint32_t)shared.producer.word, head = (uint32_t)own_word;
	_Bool seen = high(own) == high(peers); /* this end knows of the peer's start */
	if (seen && !live(position) && nondet_bool())
		cell = nondet_u64();
	if (low(own) != low(peers) && nondet_bool()) {
		peers = (uint32_t)high(peers) << 16 | low(own);
		tail = 0;
		calm = 0;
	}
	uint32_t now = tail;
	if (peers == own) {
		now = nondet_u32();
		__CPROVER_assume(now - head <= room && now - head >= tail - head);
		if (position - tail < now - tail)
			given = cell;
		end = now;
	} else if (seen) {
		now = nondet_u32(); /* in the session before this end's start */
	}
	if (nondet_bool()) {
		uint16_t mine = new_generation(high(peers), high(own), &consumer);
		peers = (uint32_t)mine << 16 | low(own);
		now = 0;
		calm = 0;
	}
	shared.producer.word = word_of(peers, now);
	shared.producer.wake = nondet_u32();
}

static void consumer_runs(void)
{
	uint32_t own = session_of(own_word), peers = session_of(shared.consumer.word);
	uint32_t head = (uint32_t)shared.consumer.word, tail = (uint32_t)own_word;
	if (high(own) != high(peers) && nondet_bool()) {
		peers = (uint32_t)high(own) << 16 | low(peers);
		head = 0;
		calm = 0;
	}
	uint32_t now = head;
	if (peers == own) {
		now = nondet_u32();
		__CPROVER_assume(now - head <= tail - head);
	} else if (high(peers) != high(own)) {
		now = nondet_u32();
	}
	if (nondet_bool()) {
		uint16_t mine = new_generation(low(peers), low(own), &producer);
		peers = (uint32_t)high(own) << 16 | mine;
		now = 0;
		calm = 0;
	}
	shared.consumer.word = word_of(peers, now);
	shared.consumer.wake = nondet_u32();
}

/*
 * Not before the first access: the state is any that is valid, and the last case in
 * main proves that what the peer does keeps it so.
 */
void peer(void)
{
	if (first) {
		first = 0;
		return;
	}
	if (produces)
		consumer_runs();
	else
		producer_runs();
}

/* The guarantee at this end's word. */
void published(const uint64_t *word, uint64_t value)
{
	struct queue_line *own = produces ? &shared.producer : &shared.consumer;
	uint64_t peers = produces ? shared.consumer.word : shared.producer.word;
	uint32_t from = (uint32_t)own_word, to = (uint32_t)value;
	assert(word == &own->word);
	if (session_of(value) != session_of(own_word)) {
		assert(to == 0);
		end = 0; /* nothing has been given in the new session */
		assert(session_of(peers) != session_of(value) || (uint32_t)peers == 0);
	} else if (produces) {
		if (session_of(peers) == session_of(value))
			assert(to - (uint32_t)peers <= room);
		if (position - from < to - from)
			assert(cell == given);
	} else {
		assert(to - from <= end - from);
	}
	own_word = value;
}

/* The guarantee at a slot: it is this end's, now. */
static void touch(uint32_t at)
{
	uint64_t peers = produces ? shared.consumer.word : shared.producer.word;
	assert(at - (uint32_t)own_word < room);
	if (produces) {
		assert(high(session_of(peers)) == high(session_of(own_word)));
		if (session_of(peers) == session_of(own_word))
			assert(at - (uint32_t)peers < room);
	} else {
		assert(live(at));
	}
}

static _Bool valid(const struct queue *q)
{
	uint64_t theirs = produces ? shared.consumer.word : shared.producer.word;
	uint32_t own = session_of(own_word), peers = session_of(theirs);
	uint32_t count = q->limit - q->index;
	_Bool unseen = produces ? high(own) != high(peers) : low(own) != low(peers);
	_Bool old = produces ? low(own) != low(peers) : high(own) != high(peers);
	if (own_word != (produces ? shared.producer.word : shared.consumer.word))
		return 0;
	if (q->session != own || q->index != (uint32_t)own_word || count > room)
		return 0;
	if (unseen &&
		(q->index != 0 || count != 0)) /* it has yet to see this end's start */
		return 0;
	if (old && !unseen &&
		(uint32_t)theirs != 0) /* it has started, and waits for an answer */
		return 0;
	if (produces)
		return old || unseen ||
		       (q->index - (uint32_t)theirs <= room &&
			       count <= room - (q->index - (uint32_t)theirs));
	if (unseen)
		return end == 0;
	return end - q->index <= room && count <= end - q->index &&
	       (old || end == (uint32_t)theirs) && (!live(position) || cell == given);
}

/* How many slots this end could use, now, in an agreed session. */
static uint32_t available(const struct queue *q)
{
	return (uint32_t)(produces ? shared.consumer.word : shared.producer.word) +
	       q->bias - q->index;
}

/*
 * Writes or reads the element at a position. Slots are told apart by positions: slots.c
 * proves that positions less than a capacity apart are in different slots.
 */
static void element(uint32_t at)
{
	peer();
	touch(at);
	if (!produces)
		assert(at != position || cell == given);
	else if (at == position)
		cell = given;
	else if (position - (uint32_t)own_word >= room)
		cell = nondet_u64();
}

/*
 * Puts or takes any number of elements of what was seen, as queue.h says; one of them is
 * looked at. (If nothing is left of it, queue_ready looks first: the other operation.)
 */
static void work(struct queue *q)
{
	__CPROVER_assume(q->limit != q->index);
	uint32_t n = queue_ready(q);
	uint32_t count = nondet_u32(), ahead = nondet_u32();
	if (count == 0 || count > n || ahead >= count)
		return;
	/* The producer writes what is watched, if it is among what it hands over. */
	if (produces && position - q->index < count)
		ahead = position - q->index;
	uint32_t at = q->index + ahead;
	if (!LATE)
		element(at);
	queue_advance(q, count);
	if (LATE)
		element(at);
}

/* Looks: finds at least what was there before, in a session that goes on. */
static void look(struct queue *q)
{
	_Bool agreed = session_of(own_word) ==
		       session_of(produces ? shared.consumer.word : shared.producer.word);
	uint32_t before = available(q);
	_Bool more = before != q->limit - q->index;
	calm = 1;
	queue_ask(q);
	_Bool moved = queue_moved(q);
	uint32_t n = q->limit - q->index;
	if (agreed && calm)
		assert(n >= before && n <= available(q) && moved >= more);
	(void)queue_wanted(q);
}

static void restart(struct queue *q)
{
	uint32_t own = session_of(own_word);
	uint32_t peers = session_of(
		produces ? shared.consumer.word : shared.producer.word);
	if (produces) /* the peer has not seen this start before it is made */
		__CPROVER_assume(high(peers) != (uint16_t)(high(own) + 1u));
	else
		__CPROVER_assume(low(peers) != (uint16_t)(low(own) + 1u));
	*q = (struct queue){ 0 };
	assert(produces ? queue_produce(q, &shared, room)
			: queue_consume(q, &shared, room));
	assert(q->restarts == 0);
}

int main(void)
{
	room = any_capacity();
	produces = PRODUCES;
	struct queue *q = produces ? &producer : &consumer;
	any_end(q, room, nondet_u32(), produces);
	shared.producer.word = nondet_u64();
	shared.consumer.word = nondet_u64();
	own_word = word_of((uint32_t)q->session, q->index);
	*(produces ? &shared.producer.word : &shared.consumer.word) = own_word;
	end = nondet_u32();
	position = nondet_u32();
	given = nondet_u64();
	__CPROVER_assume(valid(q));
	q->faults = 0;
	first = 1;

	switch (OP) {
	case 0:
		work(q);
		break;
	case 1:
		look(q);
		break;
	case 2:
		restart(q);
		break;
	default:
		first = 0;
		peer();
		break;
	}
	assert(valid(q));
	assert(q->faults == 0); /* an honest peer is never cut off */
	END();
	return 0;
}
