/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kills components in random order at random times, then says what became of it.
 *
 * It runs above its victims for a moment in every two milliseconds, so it meets them in the
 * middle of their work. It holds a <cap_tcb> of each: a kill stops the victim where it is
 * and sends it to an address where nothing is, so that it faults like any other; what
 * happens then is the supervisor's business.
 */
#include <microkit.h>

#include <devices/serial/client.h>
#include <devices/timer/counter.h>
#include <services/supervisor/config.h>

#include "progress.h"

#define AGAIN 200u /* part of the gap in which a victim is killed again */

struct order {
	uint64_t seed;
	uint64_t kills;
	uint64_t victims;    /* slots 1 to victims */
	uint64_t gap_ticks;  /* the most between two kills */
	uint64_t last_ticks; /* between the last kill and the summary */
	uint64_t children;   /* of the supervisor */
};

volatile const struct order *order;       /* set by the tool */
volatile const struct progress *progress; /* likewise */
volatile const struct supervisor_counters *restarts;

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

static void kill(uint64_t victim)
{
	seL4_UserContext nowhere = { 0 };
	seL4_CPtr cap = microkit_cspace_root_slot_to_cptr(victim);

	(void)seL4_TCB_Suspend(cap);
	(void)seL4_TCB_WriteRegisters(cap, seL4_True, 0, 1, &nowhere);
}

static void summary(void)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < order->children; i++)
		sum += restarts->children[i].restarts;
	serial_printf(
		"\nkilled %lu, restarted %lu, files %lu, wrong %lu (%lu), lives %lu\n",
		order->kills, sum, progress->rounds, progress->wrong, progress->last,
		progress->lives);
}

static void kill_all(void)
{
	uint64_t victim = 1;

	random = order->seed;
	for (uint64_t i = 0; i < order->kills; i++) {
		if (draw(4) != 0) {
			sleep(1u + draw(order->gap_ticks));
			victim = 1u + draw(order->victims);
		} else {
			/* The same again, before it has got far. */
			sleep(1u + draw(order->gap_ticks / AGAIN));
		}
		kill(victim);
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
