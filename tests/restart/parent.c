/* SPDX-License-Identifier: BSD-2-Clause */
/* The parent: restarts the child until it has had its lives, then judges. */
#include <microkit.h>

#include "console.h"
#include "lives.h"

#define CONSOLE 61

volatile struct lives *lives; /* set by the tool */

/* Print one digit in hexadecimal. */
static void put_digit(uint32_t digit)
{
	static char text[2];

	text[0] = "0123456789abcdef"[digit & 0xf];
	console_puts(CONSOLE, text);
}

static void report(uint32_t life)
{
	uint32_t wrong = lives->wrong[life];

	console_puts(CONSOLE, wrong == 0 ? "ok - life " : "not ok - life ");
	put_digit(life);
	if (wrong != 0) {
		console_puts(CONSOLE, ": not fresh, bits of lives.h: ");
		put_digit(wrong >> 4);
		put_digit(wrong);
	}
	console_puts(CONSOLE, "\n");
}

void init(void)
{
}

void notified(microkit_channel ch)
{
	(void)ch;
}

seL4_Bool fault(
	microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply_msginfo)
{
	bool meant = microkit_msginfo_get_label(msginfo) == seL4_Fault_VMFault &&
		     microkit_mr_get(seL4_VMFault_Addr) == 0;

	(void)reply_msginfo;
	console_puts(CONSOLE, meant ? "" : "not ok - the child faults on purpose: no\n");
	if (lives->begun < LIVES) {
		microkit_pd_restart(child, 0);
		return seL4_False;
	}
	for (uint32_t life = 0; life < LIVES; life++) {
		report(life);
	}
	console_puts(CONSOLE, "end of tests\n");
	microkit_pd_stop(child);
	return seL4_False;
}
