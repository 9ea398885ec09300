/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the harnesses share of what is done to a PD by another: any PD, and what becomes of
 * its interrupts.
 */
#pragma once

#include "paid.h"
#include "spec.h"

#include "interrupt.h"

/* Assumes all but C, there too, and what a charge needs; returns the PD. */
static inline pd_t assume_child(void)
{
	pd_t pd = nondet_uint8();

	assume_state();
	assume_payer();
	__CPROVER_assume(valid(pd));
	assume_at(pd);
	return pd;
}

/* Any interrupt becomes anything, but some_irq `next`, as the controller has it. */
static inline void irqs_become(uint8_t next)
{
	irq_enabled = nondet_bool();
	irq_active = nondet_bool();
	__CPROVER_havoc_object(k.irq_state);
	__CPROVER_assume(k.irq_state[some_irq] == next);
	__CPROVER_assume(some_irq >= system_header.num_irqs || controller_at(some_irq));
}

/* interrupt_mask_all() as mask.c says. */
static inline void mask_by_contract(pd_t pd, enum irq_state next)
{
	uint8_t before = k.irq_state[some_irq];
	bool masked = some_irq < system_header.num_irqs &&
		      irq_constants[some_irq].pd == pd && before != IRQ_MASKED;

	irqs_become(masked ? next : before);
}

/* interrupt_release() as mask.c says. */
static inline void release_by_contract(pd_t pd)
{
	uint8_t before = k.irq_state[some_irq];
	bool held = some_irq < system_header.num_irqs &&
		    irq_constants[some_irq].pd == pd && before == IRQ_HELD;

	assert(valid(pd));
	irqs_become(held ? IRQ_ARMED : before);
}
