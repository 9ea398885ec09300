/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits, in a time domain of its own, until the workers are done, and reports. */
#include <microkit.h>

#include "record.h"

volatile struct record *record; /* set by the tool */

static void print_slots(unsigned int worker)
{
	uint64_t hz = counter_hz();

	microkit_dbg_puts(worker == 0 ? "worker one ran for" : "worker two ran for");
	/* The first slot may have begun before the worker did. */
	for (unsigned int i = 1; i < SLOTS; i++) {
		uint64_t ticks = record->slots[worker][i].end_ticks -
				 record->slots[worker][i].begin_ticks;

		microkit_dbg_puts(" ");
		microkit_dbg_put32((uint32_t)((ticks * 1000 + hz / 2) / hz));
	}
	microkit_dbg_puts(" ms\n");
}

/* Do two slots have any time in common? */
static bool overlap(unsigned int i, unsigned int j)
{
	return record->slots[0][i].begin_ticks < record->slots[1][j].end_ticks &&
	       record->slots[1][j].begin_ticks < record->slots[0][i].end_ticks;
}

void init(void)
{
	bool together = false;

	while (record->slots_done[0] < SLOTS || record->slots_done[1] < SLOTS) {
	}
	for (unsigned int i = 0; i < SLOTS * SLOTS; i++) {
		together = together || overlap(i / SLOTS, i % SLOTS);
	}
	print_slots(0);
	print_slots(1);
	microkit_dbg_puts(together ? "they overlapped\n" : "they never overlapped\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
