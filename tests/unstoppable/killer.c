/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kills components in random order at random times, then says what became of it.
 *
 * It runs above its victims for a moment in every two milliseconds, so it meets them in the
 * middle of their work. It holds a <cap_tcb> of each: a kill stops the victim where it is
 * and sends it to an address where nothing is, so that it faults like any other; or, a third
 * of them, to a `ret` of its own code with that address to return to, where it spins for
 * ever. What happens then is the supervisor's business.
 */
#include <microkit.h>

#include <devices/lib/queue.h>
#include <devices/serial/client.h>
#include <devices/timer/counter.h>
#include <services/supervisor/config.h>

#include "progress.h"

#define AGAIN 200u /* part of the gap in which a victim is killed again */
#define VICTIMS_MAX 62u

struct order {
	uint64_t seed;
	uint64_t kills;
	uint64_t victims;            /* slots 1 to victims */
	uint64_t gap_ticks;          /* the most between two kills */
	uint64_t last_ticks;         /* between the last kill and the summary */
	uint64_t children;           /* of the supervisor */
	uint64_t hang_ticks;         /* after which a victim that spins has been found */
	uint64_t pool_slots;         /* of a client's queue of Rx buffers */
	uint64_t spins[VICTIMS_MAX]; /* where each victim has a `ret` */
};

volatile const struct order *order;       /* set by the tool */
volatile const struct progress *progress; /* likewise */
volatile const struct supervisor_counters *restarts;
const struct queue_shared *pool0, *pool1; /* links of clients, or NULL */

static uint64_t random;
static bool killed;

static uint64_t draw(uint64_t below)
{
	random = random * 6364136223846793005ull + 1442695040888963407ull;
	return (random >> 33) % below;
}

static void sleep(uint64_t ticks)
{
	uint64_t start = counter_read();

	while (counter_read() - start < ticks)
		;
}

static void kill(uint64_t victim, bool spin)
{
	seL4_UserContext there = { 0 };
	seL4_CPtr cap = microkit_cspace_root_slot_to_cptr(victim);

	if (spin)
		there.pc = there.x30 = order->spins[victim - 1u];
	(void)seL4_TCB_Suspend(cap);
	(void)seL4_TCB_WriteRegisters(
		cap, seL4_True, 0, sizeof(there) / sizeof(seL4_Word), &there);
}

/* Elements of a queue, if both its ends are in one session. */
static uint64_t elements(const struct queue_shared *queue)
{
	uint64_t producer = shared_load_acquire(&queue->producer.word);
	uint64_t consumer = shared_load_acquire(&queue->consumer.word);

	return producer >> 32 == consumer >> 32 ? (uint32_t)producer - (uint32_t)consumer
						: 0;
}

/* Buffers in the two queues of a client's link: when all is quiet, all that it has. */
static uint64_t pool(const struct queue_shared *filled)
{
	uintptr_t free = (uintptr_t)(filled + 1) + 8u * order->pool_slots;

	return filled == NULL
		       ? 0
		       : elements(filled) + elements((const struct queue_shared *)free);
}

/* In one line: between two of them others' lines may be. */
static void summary(void)
{
	uint64_t sum = 0, hung = 0, stopped = 0;

	for (uint64_t i = 0; i < order->children; i++) {
		sum += restarts->children[i].restarts;
		hung += restarts->children[i].hangs;
		stopped += restarts->children[i].stopped;
	}
	serial_printf(
		"\nkilled %lu, restarted %lu, hung %lu, stopped %lu, pools %lu %lu, ",
		order->kills, sum, hung, stopped, pool(pool0), pool(pool1));
	serial_printf("files %lu, wrong %lu (%lu), lives %lu, ", progress->rounds,
		progress->wrong, progress->last, progress->lives);
	serial_printf("drawn %lu, refused %lu, seconds %lu, jumps %lu\n", progress->draws,
		progress->refusals, progress->now_ns / 1000000000u, progress->jumps);
}

static void kill_all(void)
{
	uint64_t victim = 1;
	bool spin;

	random = order->seed;
	for (uint64_t i = 0; i < order->kills; i++) {
		if (draw(4) != 0) {
			sleep(1u + draw(order->gap_ticks));
			victim = 1u + draw(order->victims);
		} else {
			/* The same again, before it has got far. */
			sleep(1u + draw(order->gap_ticks / AGAIN));
		}
		spin = draw(3) == 0 && order->spins[victim - 1u] != 0;
		kill(victim, spin);
		/* Whom it keeps from running could not be killed before it is found. */
		if (spin)
			sleep(order->hang_ticks);
	}
	sleep(order->last_ticks);
}

void init(void)
{
	serial_init();
}

/* Begins when it gets the first line; says how it is now when it gets another. */
void notified(microkit_channel ch)
{
	char byte;

	if (ch != serial_rx_channel())
		return;
	while (serial_read(&byte, 1) == 1)
		if (byte == '\n' || byte == '\r') {
			if (!killed)
				kill_all();
			killed = true;
			summary();
		}
}
