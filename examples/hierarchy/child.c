/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The child, itself a parent: restarts the grandchild when it faults, and runs
 * into an undefined instruction in its own first life when the grandchild is well.
 */
#include "fault.h"

#define GRANDCHILD 0 /* channel */

uint64_t grandchild_id = 99; /* set by the tool */
volatile uint32_t *starts;   /* set by the tool: shared, never reset */

static uint32_t counter = 7;

void init(void)
{
	starts[0]++;
	microkit_dbg_puts("child: start ");
	microkit_dbg_put32(starts[0]);
	microkit_dbg_puts(", counter is ");
	microkit_dbg_put32(counter);
	microkit_dbg_puts("\n");
	counter += 100;
}

void notified(microkit_channel ch)
{
	if (ch != GRANDCHILD) {
		return;
	}
	microkit_dbg_puts("child: grandchild is well, counter is ");
	microkit_dbg_put32(counter);
	microkit_dbg_puts("\n");
	if (starts[0] == 1) {
		__asm__ volatile("udf #0");
	}
}

seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	(void)reply_msginfo;
	microkit_dbg_puts("child: grandchild ");
	print_fault(msginfo);
	counter++;
	if (child == grandchild_id) {
		microkit_pd_restart(child, 0);
	}
	return seL4_False;
}
