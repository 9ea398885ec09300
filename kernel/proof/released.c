/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For who operates a child that lends nothing: interrupt_release() by its contract
 * (mask.c), and that there is no debt to forgive (L).
 */
#include "harness.h"
#include "budget.h"
#include "interrupt.h"

void interrupt_release(pd_t pd)
{
	uint8_t before = k.irq_state[some_irq];
	bool held = some_irq < system_header.num_irqs &&
		    irq_constants[some_irq].pd == pd && before == IRQ_HELD;

	assert(valid(pd));
	irq_enabled = nondet_bool();
	irq_active = nondet_bool();
	__CPROVER_havoc_object(k.irq_state);
	__CPROVER_assume(k.irq_state[some_irq] == (held ? IRQ_ARMED : before));
	__CPROVER_assume(some_irq >= system_header.num_irqs || controller_at(some_irq));
}

void budget_forgive(struct core *core, pd_t lender)
{
	assert(valid(lender) && !is_served(lender)); /* nobody runs at its cost */
}

void budget_revoke(struct core *core, pd_t context, pd_t lender)
{
	assert(!"no loan is revoked here");
}

void budget_settle(struct core *core, pd_t pd)
{
	assert(!"no debt is settled here");
}
