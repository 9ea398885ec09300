/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EL1 physical timer from EL0: a periodic interrupt without drift.
 *
 * The PD whose system file names interrupt 30 may use the timer's registers
 * (Arm DDI 0487, CNTP_CTL_EL0, CNTP_CVAL_EL0).
 */
#include <microkit.h>

#define TIMER 4 /* interrupt id */
#define PERIOD_MS 10u
#define TICKS 5u

#define CTL_ENABLE 1ul

static uint64_t start, next, period;
static uint32_t ticks;

static uint64_t counter(void)
{
	uint64_t value;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "=r"(value) : : "memory");
	return value;
}

static void set_deadline(uint64_t deadline)
{
	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(deadline));
}

static void set_control(uint64_t control)
{
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(control) : "memory");
}

void init(void)
{
	uint64_t hz;

	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	period = hz * PERIOD_MS / 1000u;
	start = counter();
	next = start + period;
	set_deadline(next);
	set_control(CTL_ENABLE);
	microkit_dbg_puts("timer: every 10 ms\n");
}

static uint32_t elapsed_ms(void)
{
	return (uint32_t)((counter() - start) * PERIOD_MS / period);
}

void notified(microkit_channel ch)
{
	if (ch != TIMER) {
		return;
	}
	ticks++;
	microkit_dbg_puts("timer: tick ");
	microkit_dbg_put32(ticks);
	microkit_dbg_puts(" at ");
	microkit_dbg_put32(elapsed_ms());
	microkit_dbg_puts(" ms\n");
	if (ticks == TICKS) {
		set_control(0);
		microkit_dbg_puts("timer: stop\n");
	} else {
		next += period;
		set_deadline(next);
	}
	/* The deadline is in the future again: the interrupt may come back. */
	microkit_deferred_irq_ack(TIMER);
}
