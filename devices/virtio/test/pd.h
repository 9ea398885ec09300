/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the PD of a driver has around it in its test: an interrupt, which is masked from its
 * delivery until it is acknowledged, and others, who may run at any access of the driver.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <microkit.h>

#define PD_IRQ 5u

struct pd {
	bool runs;        /* the driver does: signals are for others */
	uint32_t hook_in; /* at one access in so many others run too; 0: at none */
	bool irq_pending, irq_masked;
};

extern struct pd pd;

/* The driver starts, in memory that the test has made new; is notified. */
void pd_start(void);
void pd_notify(microkit_channel ch);

/* Whether the interrupt could be delivered; delivers it. */
bool pd_irq_due(void);
void pd_interrupt(void);

/* To the test: somebody else does something. */
void test_others(void);
