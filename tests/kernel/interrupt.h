/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The interrupt test: the real-time clock (PL031) of QEMU's virt machine as a
 * device whose interrupt line software can raise and lower.
 *
 * Source: Arm DDI 0224, section 3.3 (registers). Its match register equal to its
 * data register raises the line at once; the clear register lowers it.
 */
#pragma once

#include <stdint.h>

#define PL031_DR (0x00 / 4)
#define PL031_MR (0x04 / 4)
#define PL031_IMSC (0x10 / 4)
#define PL031_ICR (0x1c / 4)

#define RTC_VADDR 0x3000000u
#define SHARED_VADDR 0x2000000u

/* What the driver does, as bits of a plan. */
#define DO_LOWER 1u /* the line */
#define DO_ACK 2u   /* the interrupt */
#define DO_DEFER_ACK 4u
#define DO_RAISE 8u
#define DO_BURN 16u /* 100 microseconds, after raising */

struct shared {
	uint64_t in_init;      /* DO_RAISE, DO_BURN, DO_LOWER, in this order */
	uint64_t in_interrupt; /* DO_LOWER, DO_ACK, DO_DEFER_ACK */
	uint64_t when_told;    /* by the tester's notification: DO_ACK, DO_LOWER */
	uint64_t interrupts;   /* received since the tester has set this to 0 */
	uint64_t strangers;    /* notifications that are neither */
};

/* The driver lowers the line by itself after so many interrupts. */
#define INTERRUPTS_MAX 5u

static inline void line_raise(void)
{
	volatile uint32_t *rtc = (volatile uint32_t *)RTC_VADDR;

	rtc[PL031_IMSC] = 1;
	rtc[PL031_MR] = rtc[PL031_DR];
}

static inline void line_lower(void)
{
	volatile uint32_t *rtc = (volatile uint32_t *)RTC_VADDR;

	rtc[PL031_ICR] = 1;
	(void)rtc[PL031_DR]; /* the write has arrived */
}
