/* SPDX-License-Identifier: BSD-2-Clause */
/* Waits below all others until they are done, and judges. */
#include <devices/timer/counter.h>
#include <microkit.h>
#include <services/supervisor/config.h>

#include "console.h"
#include "work.h"

#define CONSOLE 61
#define PATIENCE_MS 2000u

volatile const struct work *work; /* set by the tool, as the next */
volatile const struct supervisor_counters *counters;

static void check(bool good, const char *name)
{
	console_puts(CONSOLE, good ? "ok - " : "not ok - ");
	console_puts(CONSOLE, name);
	console_puts(CONSOLE, good ? "\n" : ": does not hold\n");
}

/* Children have their ids in the order of the system file. */
enum child { SPINNER, SERVER, CALLER, FOREVER, LEFT, RIGHT, STARVED, RECKONER, JUDGE };

/* Whether a child was restarted that often, each time because it hung. */
static bool hung(enum child child, uint64_t often)
{
	volatile const struct supervisor_child *c = &counters->children[child];

	return c->restarts == often && c->hangs >= often &&
	       (often == 0 || c->reason == SUPERVISOR_HUNG);
}

static bool over(void)
{
	return work->done == DONE_ALL && counters->children[FOREVER].stopped != 0 &&
	       work->answered == 1u && work->spinner_lives == 3u;
}

void init(void)
{
	uint64_t start = counter_read();

	while (!over() && counter_read() - start < PATIENCE_MS * TICKS_PER_MS)
		;
	check(hung(SPINNER, 2) && work->spinner_lives == 3u &&
			!counters->children[SPINNER].stopped,
		"who hangs is restarted");
	check(hung(SERVER, 1) && work->server_lives == 2u,
		"so is a server that hangs in a call");
	check(hung(CALLER, 0) && work->aborted == 1u && work->answered == 1u,
		"its caller is not, but told");
	check(hung(FOREVER, 2) && work->forever_lives == 3u &&
			counters->children[FOREVER].stopped == 1u &&
			counters->children[FOREVER].hangs == 3u,
		"who hangs too often is left stopped");
	check(hung(LEFT, 0) && hung(RIGHT, 0),
		"who is busy with many things does not hang");
	check(hung(STARVED, 0), "who waits for the processor does not hang");
	check(hung(RECKONER, 0) && hung(JUDGE, 0), "who is not watched may compute");
	check(over(), "all have done what they do");
	console_puts(CONSOLE, "end of tests\n");
}

void notified(microkit_channel ch)
{
	(void)ch;
}
