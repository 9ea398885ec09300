/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state of the harnesses, and the cuts: see harness.h and cut.h.
 */
#include "harness.h"
#include "schedule.h"

pd_t some;
uint8_t some_bit;
uint16_t some_irq;
uint8_t some_id;
uint8_t some_domain;
bool cut;
struct told told;
bool irq_enabled, irq_active, irq_configured;
uint64_t counter_now;
uint64_t timer_now;
uint64_t rank[__CPROVER_constant_infinity_uint];
pd_t fresh = PD_NONE;
uint32_t irq_next;
uint8_t inside, trapped, resumed;

struct frame *cut_schedule(void)
{
	assert_invariant();
	assert(core_named());
	cut = true;
	return 0;
}

struct frame *cut_next(pd_t from, pd_t running)
{
	assert(valid(from) && from == k.core[0].current);
	assert(running == k.core[0].context);
	return cut_schedule();
}

struct frame *cut_switch(pd_t from, pd_t running, pd_t pd)
{
	assert(valid(pd) && is_ready(k.core[0].domain, pd));
	assert(!is_ready(k.core[0].domain, some) ||
		pd_constants[some].priority <= pd_constants[pd].priority);
	return cut_next(from, running);
}

struct frame *cut_pass(pd_t from, pd_t pd)
{
	assert(k.context[pd] == k.core[0].context);
	return cut_switch(from, k.core[0].context, pd);
}
