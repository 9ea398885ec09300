/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * interrupt_mask_all() and interrupt_release(): of just the interrupts of the PD, those
 * that were not masked are what is asked for; those that were held may come.
 */
#include "harness.h"

extern uint8_t old_irq_state[__CPROVER_constant_infinity_uint];

static pd_t owner;
static uint8_t entry;  /* of some_irq in the list of its PD */
static uint8_t wanted; /* what masked ones are, or IRQ_ARMED: held ones are released */

static bool irq_done(uint16_t irq)
{
	uint8_t before = old_irq_state[irq];

	if (wanted == IRQ_ARMED)
		return k.irq_state[irq] == (before == IRQ_HELD ? IRQ_ARMED : before);
	return k.irq_state[irq] == (before == IRQ_MASKED ? IRQ_MASKED : wanted);
}

/* Before turn i the first i of the list are done. */
static bool list_holds(unsigned i)
{
	if (!controller_at(some_irq))
		return false;
	if (irq_constants[some_irq].pd == owner && entry < i)
		return irq_done(some_irq);
	return k.irq_state[some_irq] == old_irq_state[some_irq];
}

/* I11, of entry i: each is of this PD, and no two are the same. */
static void list_assume(unsigned i)
{
	uint16_t irq = irq_table[owner * 62u + (i < CHANNEL_MAX ? i : 0)];

	__CPROVER_assume(list_holds(i));
	if (i >= pd_constants[owner].num_irqs)
		return;
	__CPROVER_assume(irq < system_header.num_irqs && irq_constants[irq].pd == owner);
	__CPROVER_assume(
		(irq == some_irq) == (i == entry && irq_constants[some_irq].pd == owner));
	__CPROVER_assume(k.irq_state[irq] == old_irq_state[irq]);
}

static void list_havoc(void)
{
	__CPROVER_havoc_object(k.irq_state);
	irq_enabled = nondet_bool();
	irq_active = nondet_bool();
}

#define LOOP_HOLDS(i) list_holds(i)
#define LOOP_ASSUME(i) list_assume(i)
#define LOOP_HAVOC list_havoc()
#include "loop.h"

#include "interrupt.c"

int main(void)
{
	owner = nondet_uint8();
	entry = nondet_uint8();
	wanted = nondet_bool() ? IRQ_MASKED : nondet_bool() ? IRQ_HELD : IRQ_ARMED;
	__CPROVER_assume(header_good() && valid(owner) && constants_good(owner));
	__CPROVER_assume(some_irq < system_header.num_irqs);
	if (irq_constants[some_irq].pd == owner)
		__CPROVER_assume(entry < pd_constants[owner].num_irqs &&
				 irq_table[owner * 62u + entry] == some_irq);
	__CPROVER_assume(controller_at(some_irq) && k.irq_state[some_irq] <= IRQ_HELD);
	__CPROVER_array_copy(old_irq_state, k.irq_state);
	if (wanted == IRQ_ARMED)
		interrupt_release(owner);
	else
		interrupt_mask_all(owner, wanted);
	assert(controller_at(some_irq));
	assert(irq_constants[some_irq].pd == owner
			? irq_done(some_irq)
			: k.irq_state[some_irq] == old_irq_state[some_irq]);
	REACHABLE();
	return 0;
}
