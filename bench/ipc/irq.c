/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a timer interrupt to the first instruction of notified(), to the
 * instruction.
 *
 * QEMU lets the timer fire exactly at its deadline, at the start of a tick, and
 * the counter rounds down to ticks. So of a path of c instructions one reading
 * shows c / 16, rounded down. Sample i therefore waits i % 16 instructions
 * before it reads (irq_entry.S), and the sum of sixteen such readings, each
 * (c + j) / 16 rounded down, is c (Hermite's identity). The phase is varied
 * too: the deadline falls on another instruction of the loop of the PD that is
 * interrupted each time.
 */
#include <microkit.h>

#include "bench.h"
#include "irq.h"

#define GROUPS ((ITERATIONS + 159u) / 160u) /* of sixteen samples: 10,000 in all */
#define TIMER 0                             /* interrupt id */
#define TICKS_AHEAD 1000u
#define CTL_ENABLE 1ul

uint64_t irq_wait;

static uint64_t deadline;
static uint64_t sums[GROUPS];
static uint32_t samples;

static void arm_timer(void)
{
	/* The spinner's loop has 7 instructions, a tick has 16. */
	deadline = bench_counter() + TICKS_AHEAD + samples * 5u % 64u;
	__asm__ volatile("msr cntp_cval_el0, %0" : : "r"(deadline));
	__asm__ volatile("msr cntp_ctl_el0, %0; isb" : : "r"(CTL_ENABLE) : "memory");
}

void irq_sample(uint64_t now)
{
	__asm__ volatile("msr cntp_ctl_el0, xzr; isb" : : : "memory");
	sums[samples / IRQ_GROUP] += now - deadline;
	samples++;
	irq_wait = samples % IRQ_GROUP;
	if (samples < GROUPS * IRQ_GROUP) {
		arm_timer();
		microkit_irq_ack(TIMER);
		return;
	}
	for (uint32_t i = 0; i < GROUPS; i++) {
		bench_print("irq", sums[i]);
	}
	bench_end();
}

void init(void)
{
	arm_timer();
}
