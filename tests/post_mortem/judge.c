/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits below all others until each has died, and says so. */
#include <microkit.h>
#include <services/supervisor/config.h>

#include "console.h"

#define CONSOLE 61

volatile const struct supervisor_counters *counters; /* set by the tool */

/* VICTIMS are the first children; CIRCLE is the one that is stopped. */
static bool over(void)
{
	for (uint32_t i = 0; i < VICTIMS; i++)
		if (counters->children[i].restarts == 0)
			return false;
	return counters->children[CIRCLE].stopped != 0;
}

void init(void)
{
	while (!over())
		;
	console_puts(CONSOLE, "all have died\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
