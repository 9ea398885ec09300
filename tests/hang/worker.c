/* SPDX-License-Identifier: BSD-2-Clause */
/* Hangs, or seems to, as its name says; see README.md. */
#include <devices/timer/counter.h>
#include <microkit.h>

#include "work.h"

#define OTHER 0 /* channel: the server, the caller, left or right */

volatile struct work *work; /* set by the tool */

static bool named(const char *name)
{
	uint32_t i = 0;

	while (name[i] != '\0' && microkit_name[i] == name[i])
		i++;
	return microkit_name[i] == name[i];
}

_Noreturn static void spin(void)
{
	for (;;)
		(void)counter_read();
}

/* Uses that much of the processor; time in which it does not run does not count. */
static void compute(uint64_t ms)
{
	const uint64_t leap = TICKS_PER_MS / 20u;
	uint64_t left = ms * TICKS_PER_MS;
	uint64_t last = counter_read();

	while (left > leap) {
		uint64_t now = counter_read();

		if (now - last < leap)
			left -= now - last;
		last = now;
	}
}

static void call(void)
{
	microkit_msginfo reply = microkit_ppcall(OTHER, microkit_msginfo_new(0, 0));

	if (microkit_msginfo_get_label(reply) == MICROKIT_PPC_ABORTED)
		work->aborted++;
	else
		work->answered++;
}

void init(void)
{
	if (named("spinner") && work->spinner_lives++ < 2u)
		spin();
	if (named("server"))
		work->server_lives++;
	if (named("forever")) {
		work->forever_lives++;
		spin();
	}
	if (named("caller")) {
		call();
		call();
	}
	if (named("left"))
		microkit_notify(OTHER);
	if (named("starved")) {
		compute(HANG_MS - 2u);
		work->done |= DONE_STARVED;
	}
	if (named("reckoner")) {
		compute(3u * HANG_MS);
		work->done |= DONE_RECKONER;
	}
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	(void)ch, (void)msginfo;
	if (work->server_lives == 1u)
		spin();
	return microkit_msginfo_new(0, 0);
}

/* left and right: a little work a round. */
void notified(microkit_channel ch)
{
	const uint64_t each = TICKS_PER_MS / 10u;
	uint64_t start = counter_read();

	while (counter_read() - start < each)
		;
	work->rounds++;
	if (work->rounds * each < 5ull * HANG_MS * TICKS_PER_MS)
		microkit_notify(ch);
	else
		work->done |= DONE_ROUNDS;
}
