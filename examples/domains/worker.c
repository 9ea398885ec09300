/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Spins and records the slots of time in which it runs: between two
 * slots the counter makes a long step.
 */
#include <microkit.h>

#include "record.h"

#define GAP_US 1000u

uint64_t number;                /* set by the tool: which worker this is */
volatile struct record *record; /* set by the tool */

void init(void)
{
	uint64_t gap = counter_hz() * GAP_US / 1000000u;
	uint64_t before = counter_ticks();
	struct slot slot = { before, before };
	uint32_t slots = 0;

	while (slots < SLOTS) {
		uint64_t now = counter_ticks();

		if (now - before > gap) {
			slot.end_ticks = before;
			record->slots[number][slots] = slot;
			slots++;
			record->slots_done[number] = slots;
			slot.begin_ticks = now;
		}
		before = now;
	}
}

void notified(microkit_channel ch)
{
	(void)ch;
}
