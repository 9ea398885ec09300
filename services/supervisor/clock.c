/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The supervisor's clock: signals it once in each of its periods.
 *
 * It needs no timer but the kernel's. Its scheduling context has a budget of some
 * microseconds in a period, which the system file's `hang` gives; it signals, and reads the
 * counter until its budget is used up. When it runs on, in the next period, the counter
 * has made a leap. It is above all that the supervisor watches, so nobody keeps it from running.
 */
#include <microkit.h>

#include <devices/timer/counter.h>

#define SUPERVISOR 0u /* channel */

/*
 * A leap is longer than this: more than the supervisor takes to look, which has its turn
 * when it is signalled, and less than is left of the shortest period.
 */
#define LEAPS_PER_S 1000u

static uint64_t counter_hz(void)
{
	uint64_t hz;

	/* Arm DDI 0487, CNTFRQ_EL0: what the counter counts in a second */
	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	return hz;
}

void init(void)
{
	uint64_t leap = counter_hz() / LEAPS_PER_S;

	for (uint64_t last = counter_read();;) {
		uint64_t now;

		microkit_notify(SUPERVISOR);
		for (now = counter_read(); now - last < leap; now = counter_read())
			last = now;
		last = now;
	}
}

void notified(microkit_channel ch)
{
	(void)ch;
}
