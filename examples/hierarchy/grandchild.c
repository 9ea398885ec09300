/* SPDX-License-Identifier: BSD-2-Clause */
/* The grandchild: writes where nothing is in its first life. */
#include <microkit.h>

#define CHILD 0 /* channel to the parent, which is called child here */
#define NOWHERE 0xbad0000ul

volatile uint32_t *starts; /* set by the tool: shared, never reset */

static uint32_t counter = 5;
static uint32_t zero; /* in .bss */

void init(void)
{
	starts[1]++;
	microkit_dbg_puts("grandchild: start ");
	microkit_dbg_put32(starts[1]);
	microkit_dbg_puts(", counters are ");
	microkit_dbg_put32(counter);
	microkit_dbg_puts(" and ");
	microkit_dbg_put32(zero);
	microkit_dbg_puts("\n");
	counter++;
	zero++;
	if (starts[1] == 1) {
		*(volatile uint32_t *)NOWHERE = counter;
	}
	microkit_notify(CHILD);
}

void notified(microkit_channel ch)
{
	(void)ch;
}
