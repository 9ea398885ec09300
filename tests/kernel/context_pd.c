/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fills its registers with values of its own, over and over, and counts what does
 * not stay: through interruptions, and through calls to a server that does so too.
 */
#include <microkit.h>

#include "context.h"
#include "testing.h"

static struct context_log *const seen = (struct context_log *)LOG_VADDR;

/* A number of the PD's own, from its name. */
static uint64_t seed(void)
{
	return (uint64_t)(unsigned char)microkit_name[0] * 0x0101010108420421ull;
}

static void rounds(void)
{
	uint64_t mine = seed();

	for (uint64_t round = 1;; round++) {
		context_set(mine + (round << 22));
		if (round % 4 == 0) {
			(void)microkit_ppcall(SERVER, microkit_msginfo_new(0, 0));
			seen->wrong += context_wrong_after_call(mine + (round << 22));
		} else {
			for (unsigned i = 0; i < 20; i++) {
				seen->wrong += context_wrong(mine + (round << 22));
			}
		}
		seen->rounds = round;
	}
}

void init(void)
{
	seen->first_left += context_left();
	seen->starts++;
	if (microkit_pps != 0) {
		rounds();
	}
	context_set(seed());
	microkit_notify(TESTER);
}

void notified(microkit_channel ch)
{
	(void)ch;
	seen->wrong += context_wrong(seed());
	context_set(seed());
}

/* As a server: its own registers are as it left them. */
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	(void)ch;
	seen->wrong += context_wrong_after_call(seed());
	context_set(seed());
	seen->rounds++;
	return msginfo;
}
