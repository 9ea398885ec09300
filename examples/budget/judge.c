/* SPDX-License-Identifier: BSD-2-Clause */
/* Starts the race, and says who had how much of the processor. */
#include <microkit.h>

#include "results.h"

volatile struct results *results; /* set by the tool */

static unsigned int finished;

static void print_share(const char *who, uint64_t run_ticks)
{
	uint64_t all = counter_hz() * DURATION_MS / 1000u;

	microkit_dbg_puts("judge: ");
	microkit_dbg_puts(who);
	microkit_dbg_puts(" had ");
	microkit_dbg_put32((uint32_t)((run_ticks * 100 + all / 2) / all));
	microkit_dbg_puts(" % of the processor\n");
}

void init(void)
{
	microkit_dbg_puts("judge: light may have 30 %, heavy 70 %\n");
	results->start_ticks = counter_ticks();
}

void notified(microkit_channel ch)
{
	(void)ch;
	finished++;
	if (finished == SPINNERS) {
		print_share("light", results->run_ticks[0]);
		print_share("heavy", results->run_ticks[1]);
	}
}
