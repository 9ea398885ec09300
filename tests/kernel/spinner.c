/* SPDX-License-Identifier: BSD-2-Clause */
/* A spinner: see spinner.h. As a server it burns `argument` ticks in each call, or passes it on. */
#include <microkit.h>

#include "spinner.h"
#include "testing.h"

#define PEER 1u
#define GAP_TICKS 62u /* 1 us: the core was away */

static volatile struct spinner_log *const spinner = (volatile struct spinner_log *)
	LOG_VADDR;

static void write_run(uint64_t start, uint64_t end)
{
	uint64_t i = spinner->count;

	if (i < RUNS_MAX) {
		spinner->runs[i].start = start;
		spinner->runs[i].end = end;
	}
	spinner->count = i + 1;
}

static uint64_t tick(void)
{
	uint64_t ticks;

	__asm__ volatile("mrs %0, cntpct_el0" : "=r"(ticks));
	return ticks;
}

/* Use the core for so many ticks of the counter, and write the runs. */
static void spin(uint64_t ticks)
{
	uint64_t begin = tick();
	uint64_t start = begin;
	uint64_t last = begin;

	/* The open run is written as it grows: the spinner may be stopped at any time. */
	write_run(start, last);
	while (last - begin < ticks) {
		uint64_t now = tick();

		if (now - last > GAP_TICKS) {
			start = now;
			write_run(start, now);
		}
		last = now;
		if (spinner->count <= RUNS_MAX) {
			spinner->runs[spinner->count - 1].end = now;
		}
	}
}

void init(void)
{
	if (spinner->mode == SPINNER_SPIN) {
		spin(~0ull);
	}
	while (spinner->mode == SPINNER_FLOOD) {
		microkit_notify(PEER);
	}
}

void notified(microkit_channel ch)
{
	(void)ch;
	spinner->calls++;
	if (spinner->mode == SPINNER_BURST) {
		spin(spinner->argument);
	} else if (spinner->mode == SPINNER_CALL) {
		uint64_t start = tick();

		(void)microkit_ppcall(PEER, microkit_msginfo_new(0, 0));
		write_run(start, tick());
		spin(~0ull);
	}
}

/* Burns time, not counting what others take meanwhile. */
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint64_t used = 0;
	uint64_t last = tick();

	(void)ch;
	if (spinner->mode == SPINNER_CALL)
		return microkit_ppcall(PEER, msginfo);
	write_run(last, last);
	while (used < spinner->argument) {
		uint64_t now = tick();

		if (now - last <= GAP_TICKS) {
			used += now - last;
		}
		last = now;
	}
	spinner->runs[spinner->count - 1].end = last;
	return msginfo;
}
