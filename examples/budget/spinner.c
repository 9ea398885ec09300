/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spins for a fifth of a second and measures how much of it was its own: a
 * step of the counter that is longer than a turn of the loop was somebody else's.
 */
#include <microkit.h>

#include "results.h"

#define GAP_US 50u

uint64_t judge;                   /* set by the tool: channel, and which spinner */
volatile struct results *results; /* set by the tool */

void init(void)
{
	uint64_t hz = counter_hz();
	uint64_t gap = hz * GAP_US / 1000000u;
	uint64_t end = results->start_ticks + hz * DURATION_MS / 1000u;
	uint64_t before = counter_ticks();
	uint64_t run = 0;

	while (before < end) {
		uint64_t now = counter_ticks();

		if (now - before < gap) {
			run += now - before;
		}
		before = now;
	}
	results->run_ticks[judge] = run;
	microkit_notify((microkit_channel)judge);
}

void notified(microkit_channel ch)
{
	(void)ch;
}
