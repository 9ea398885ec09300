/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each end does to shared memory, compiled for the target with the real shared.h:
 * order.py reads the instructions of these functions and runs them against each other
 * under Arm's memory model. All private state is constant, so that what is left of the
 * loads and stores are those of shared memory.
 */
#include "queue.c"
#include "signal.h"

extern struct queue_shared shared;
extern uint64_t slot;

/* An end of capacity 1 at index 0. Only a producer has a bias. */
#define END(session_, limit_, bias_)                                                     \
	{                                                                                \
		.own = (bias_) != 0 ? &shared.producer : &shared.consumer,               \
		.peer = (bias_) != 0 ? &shared.consumer : &shared.producer,              \
		.session = (session_), .limit = (limit_), .bias = (bias_), .capacity = 1 \
	}

/* Looks for room, fills the slot, hands it over. */
void put(uint32_t element, uint64_t session);
void put(uint32_t element, uint64_t session)
{
	struct queue q = END(session, 0, 1);
	if (queue_refresh(&q) == 0)
		return;
	slot = element;
	queue_advance(&q, 1);
}

/* Looks for an element, copies it out, hands the slot back. */
uint64_t take(uint64_t session);
uint64_t take(uint64_t session)
{
	struct queue q = END(session, 0, 0);
	if (queue_refresh(&q) == 0)
		return 0;
	uint64_t element = slot;
	queue_advance(&q, 1);
	return element;
}

/* Hands over, then a round of the signalling loop. */
bool producer_round(uint64_t session);
bool producer_round(uint64_t session)
{
	struct queue q = END(session, 1, 1);
	struct signal_link link = { .queue = &q, .channel = 3, .awaited = true };
	queue_advance(&q, 1);
	return signal_round(&link, 1);
}

bool consumer_round(uint64_t session);
bool consumer_round(uint64_t session)
{
	struct queue q = END(session, 1, 0);
	struct signal_link link = { .queue = &q, .channel = 3, .awaited = true };
	queue_advance(&q, 1);
	return signal_round(&link, 1);
}

/* The two sides of a start: the consumer sees it, and whether the producer asks. */
bool producer_start(void);
bool producer_start(void)
{
	struct queue q = { 0 };
	return queue_produce(&q, &shared, 1);
}

bool consumer_answer(uint64_t session);
bool consumer_answer(uint64_t session)
{
	struct queue q = END(session, 0, 0);
	return queue_refresh(&q) != 0 && queue_wanted(&q);
}
