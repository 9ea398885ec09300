/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The supervisor's clock: signals it once in each of its periods.
 *
 * It needs no timer but the kernel's. Its scheduling context has a budget of a few
 * microseconds in a period, which the system file's `hang` gives; it signals, and reads the
 * counter until its budget is used up. When it runs on, in the next period, the counter
 * has made a leap. It is above all that the supervisor watches, so nobody keeps it from running.
 */
#include <microkit.h>

#include <devices/timer/counter.h>

#define SUPERVISOR 0u /* channel */

/*
 * Longer than its budget, shorter than a period, at a counter of 1 MHz to 1 GHz. Where
 * it is taken for a leap that another had its turn, there is a signal too many.
 */
#define LEAP_TICKS 1000u

void init(void)
{
	for (uint64_t last = counter_read();;) {
		uint64_t now;

		microkit_notify(SUPERVISOR);
		for (now = counter_read(); now - last < LEAP_TICKS; now = counter_read())
			last = now;
		last = now;
	}
}

void notified(microkit_channel ch)
{
	(void)ch;
}
