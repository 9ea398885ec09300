/* SPDX-License-Identifier: BSD-2-Clause */
/* Has a timer that does not care for domains, and writes when it hears of it. */
#include <microkit.h>

#include "spinner.h"
#include "testing.h"

#define TIMER_ID 7u
#define PERIOD_US 777u

static volatile struct spinner_log *const clock_log = (volatile struct spinner_log *)
	LOG_VADDR;
static uint64_t due;

static void timer_set(void)
{
	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(due));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(1ul));
}

void init(void)
{
	due = counter() + us_to_ticks(PERIOD_US);
	timer_set();
}

void notified(microkit_channel ch)
{
	uint64_t now = counter();

	if (clock_log->count < RUNS_MAX) {
		clock_log->runs[clock_log->count].start = due;
		clock_log->runs[clock_log->count].end = now;
		clock_log->count++;
	}
	while (due <= now) {
		due += us_to_ticks(PERIOD_US);
	}
	timer_set();
	microkit_deferred_irq_ack(ch);
}
