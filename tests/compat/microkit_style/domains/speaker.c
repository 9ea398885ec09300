/* SPDX-License-Identifier: BSD-2-Clause */
/* Two PDs in different domains hand a turn to and fro. */
#include <stdint.h>
#include <microkit.h>

#define OTHER 1
#define TURNS 3

static unsigned int turns;

static void speak(const char *what)
{
	microkit_dbg_puts(microkit_name);
	microkit_dbg_puts(what);
}

void init(void)
{
	speak(": init\n");
	if (microkit_name[0] == 'o') {
		microkit_notify(OTHER);
		/* The other one runs in the next slot of its domain, not now. */
		speak(": has notified\n");
	}
}

void notified(microkit_channel ch)
{
	if (ch != OTHER || turns == TURNS) {
		return;
	}
	turns++;
	speak(": my turn\n");
	microkit_deferred_notify(OTHER);
}
