/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client of the timer class: the time, a period without drift, timeouts, one of
 * which is cancelled.
 */
#include <microkit.h>

#include <devices/timer/client.h>

#define PERIOD_MS 10u
#define TICKS 5u

enum { TICK, LATE, NEVER_SEEN }; /* timeouts */

static uint64_t start_ns, next_ns;
static uint32_t ticks;

static void say(const char *what, uint32_t number, const char *unit)
{
	microkit_dbg_puts("timer: ");
	microkit_dbg_puts(what);
	microkit_dbg_put32(number);
	microkit_dbg_puts(unit);
}

static uint32_t elapsed_ms(void)
{
	return (uint32_t)((timer_now() - start_ns) / TIMER_NS_PER_MS);
}

void init(void)
{
	timer_init();
	say("every ", PERIOD_MS, " ms\n");
	start_ns = timer_now();
	next_ns = start_ns + PERIOD_MS * TIMER_NS_PER_MS;
	timer_set(TICK, next_ns);
	timer_set(LATE, start_ns + 25 * TIMER_NS_PER_MS);
	timer_set(NEVER_SEEN, start_ns + 35 * TIMER_NS_PER_MS);
}

static void tick(void)
{
	ticks++;
	say("tick ", ticks, "");
	microkit_dbg_puts(" at ");
	microkit_dbg_put32(elapsed_ms());
	microkit_dbg_puts(" ms\n");
	/* From the deadline, not from now: the time that handling takes does not add up. */
	next_ns += PERIOD_MS * TIMER_NS_PER_MS;
	if (ticks < TICKS)
		timer_set(TICK, next_ns);
	else
		microkit_dbg_puts("timer: stop\n");
}

void notified(microkit_channel ch)
{
	uint32_t expired;

	if (ch != timer_channel())
		return;
	expired = timer_expired();
	if (expired & 1u << TICK)
		tick();
	if (expired & 1u << LATE) {
		say("a timeout at ", elapsed_ms(), " ms cancels the next\n");
		timer_cancel(NEVER_SEEN);
	}
	if (expired & 1u << NEVER_SEEN)
		microkit_dbg_puts("timer: a cancelled timeout fired\n");
}
