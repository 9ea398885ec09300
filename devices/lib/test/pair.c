/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two ends of a link that start at any time, even while the other is in the middle of its
 * own start or look: one asks, the other remembers what it was asked, and answers. In the
 * end the other remembers just what the first has answers to, or waits for.
 */
#include <string.h>

#include "../pair.h"
#include "test.h"

#define CAPACITY 4u
#define IDS 8u
#define ROUNDS 300000u

struct ring {
	struct queue_shared shared;
	uint32_t slots[CAPACITY];
};

static struct ring requests, responses;
static struct end {
	struct queue take, give;
	struct pair_seen seen;
	bool running;
	/* By id. Of the first end: it has the answer; it waits. Of the other: remembered. */
	bool has[IDS], waits[IDS];
} asker, server;
static uint32_t next_id;       /* of the asker, in all its lives */
static uint32_t interruptions; /* of this round that may still happen */

static void start(struct end *end)
{
	struct ring *take = end == &server ? &requests : &responses;
	struct ring *give = end == &server ? &responses : &requests;

	memset(end->has, 0, sizeof(end->has));
	memset(end->waits, 0, sizeof(end->waits));
	memset(&end->take, 0, sizeof(end->take));
	memset(&end->give, 0, sizeof(end->give));
	if (!pair_start(&end->seen, &end->take, &take->shared, &end->give, &give->shared,
		    CAPACITY))
		test_fault(__FILE__, __LINE__, "does not start");
}

static uint32_t take(struct end *end, const struct ring *ring)
{
	uint32_t slot = ring->slots[queue_slot(&end->take, 0)];

	queue_advance(&end->take, 1);
	return slot;
}

static void put(struct end *end, struct ring *ring, uint32_t slot)
{
	ring->slots[queue_slot(&end->give, 0)] = slot;
	queue_advance(&end->give, 1);
}

/* Asks for what it neither has nor waits for, under an id that tells lives apart. */
static void ask(void)
{
	for (uint32_t left = pair_left(&asker.seen, &asker.take); left != 0; left--) {
		uint32_t id = take(&asker, &responses) % IDS;
		if (!asker.waits[id])
			test_fault(__FILE__, __LINE__, "an answer to nothing");
		asker.waits[id] = false;
		asker.has[id] = true;
	}
	for (uint32_t id = 0; id < IDS; id++)
		if (!asker.has[id] && !asker.waits[id] &&
			pair_room(&asker.seen, &asker.give) != 0) {
			put(&asker, &requests, next_id++ / IDS * IDS + id);
			asker.waits[id] = true;
		}
}

static void answer(void)
{
	for (uint32_t left = pair_left(&server.seen, &server.take);
		left != 0 && pair_room(&server.seen, &server.give) != 0; left--) {
		uint32_t id = take(&server, &requests) % IDS;
		if (server.has[id])
			test_fault(__FILE__, __LINE__, "asked twice");
		server.has[id] = true;
		put(&server, &responses, id);
	}
}

/* What an end does when it runs, unless it is itself what was interrupted. */
static void run(struct end *end, uint32_t what)
{
	if (end->running)
		return;
	end->running = true;
	if (what == 0) {
		start(end);
	} else if (what == 1) { /* as signal_round does */
		(void)queue_moved(&end->take);
		(void)queue_moved(&end->give);
	} else {
		if (pair_restarted(&end->seen, &end->take, &end->give)) {
			memset(end->has, 0, sizeof(end->has));
			memset(end->waits, 0, sizeof(end->waits));
		}
		if (end == &server)
			answer();
		else
			ask();
	}
	end->running = false;
}

void hook(void)
{
	if (interruptions == 0 || test_draw(6) != 0)
		return;
	interruptions--;
	run(asker.running ? &server : &asker, (uint32_t)test_draw(4));
}

/* In the end neither starts anew, and both agree. */
static void settle(void)
{
	interruptions = 0;
	for (uint32_t i = 0; i < 8; i++) {
		run(&asker, 2);
		run(&server, 2);
	}
	run(&asker, 2);
	for (uint32_t id = 0; id < IDS && test.why[0] == '\0'; id++)
		if (!asker.has[id] || !server.has[id])
			test_fault(__FILE__, __LINE__, "they do not agree in the end");
}

int main(void)
{
	test_start();
	for (uint32_t i = 0; i < ROUNDS && test.why[0] == '\0'; i++) {
		if (test_draw(8) == 0) {
			memset(&requests, test_draw(2) != 0 ? 0xa5 : 0, sizeof(requests));
			memset(&responses, test_draw(2) != 0 ? 0xa5 : 0,
				sizeof(responses));
		}
		start(&asker);
		start(&server);
		interruptions = 1 + (uint32_t)test_draw(6);
		for (uint32_t k = 0; k < 6; k++)
			run(test_draw(2) != 0 ? &asker : &server, (uint32_t)test_draw(5));
		settle();
	}
	test_report("pair", "each start of an end is reported once, in time");
	return test.failed;
}
