/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The base case: from a state of zeros and tables of which clauses I1 to I12 hold, the
 * invariant but for C holds where kernel_boot() chooses who runs first.
 */
#define SCHEDULER
#define CALL_schedule(core) cut_schedule()

#include "told.h"

#include "cut.h"
#undef schedule
#undef schedule_next
#undef schedule_switch
#undef schedule_pass

static unsigned loops; /* that have begun: budgets, PDs, interrupts */

/* What each loop has done to PD p. */
static bool budget_done(pd_t p)
{
	return k.left[p] == (int64_t)pd_constants[p].budget && k.context[p] == p &&
	       k.holder[p] == p && k.cursor[p] == p && k.lender[p] == PD_NONE &&
	       k.flags[p] == (pd_constants[p].flags | (is_slice(p) ? FLAG_SHORT : 0u));
}

static bool pd_done(pd_t p)
{
	return k.serving[p] == PD_NONE && k.state[p] == STATE_READY;
}

/* It begins where its table says, once its turn of the second loop is over. */
static bool begins(unsigned i)
{
	if (loops < 2 || (loops == 2 && some >= i))
		return told_nothing();
	return told_start(0);
}

/* An interrupt of somebody is configured, once its turn of the third loop is over. */
static bool configured(unsigned i)
{
	bool its = some_irq < system_header.num_irqs &&
		   irq_constants[some_irq].pd != PD_NONE;

	return irq_configured == (its && loops == 3 && some_irq < i);
}

static bool nobody(void)
{
	return loops < 2 ||
	       (k.state[PD_NONE] == STATE_STOPPED && k.flags[PD_NONE] == FLAGS_NONE);
}

static bool boot_at(unsigned i, pd_t p)
{
	return (loops == 1 ? p >= i || budget_done(p) : budget_done(p)) &&
	       (loops == 2 ? p >= i || pd_done(p) : loops == 1 || pd_done(p));
}

/* Who is ready: of the PDs below i once the second loop has begun. */
static bool member_done(unsigned i, uint8_t id, uint8_t domain)
{
	unsigned ready = loops == 1 ? 0 : loops == 2 ? i : system_header.num_pds;

	return is_ready(domain, id) == (id < ready && pd_constants[id].domain == domain);
}

static bool boot_holds(unsigned i)
{
	return nobody() && begins(i) && configured(i) && boot_at(i, some) &&
	       boot_at(i, pd_constants[some].level_first) &&
	       member_done(i, some, pd_constants[some].domain) &&
	       member_done(i, some_id, some_domain);
}

static void boot_assume(unsigned i)
{
	__CPROVER_assume(boot_holds(i));
	if (loops < 3 && i < system_header.num_pds)
		__CPROVER_assume(constants_good((pd_t)i));
}

static void boot_havoc(void)
{
	if (loops == 1) {
		__CPROVER_havoc_object(k.left);
		__CPROVER_havoc_object(k.context);
		__CPROVER_havoc_object(k.holder);
		__CPROVER_havoc_object(k.cursor);
		__CPROVER_havoc_object(k.lender);
		__CPROVER_havoc_object(k.flags);
	} else if (loops == 2) {
		__CPROVER_havoc_object(&told);
		__CPROVER_havoc_object(k.serving);
		__CPROVER_havoc_object(k.state);
		__CPROVER_havoc_object(k.core[0].ready);
	} else {
		irq_configured = nondet_bool();
	}
}

#define LOOP_HOLDS(i) (loops += (i) == 0, boot_holds(i))
#define LOOP_ASSUME(i) boot_assume(i)
#define LOOP_HAVOC boot_havoc()
#include "loop.h"

#include "budget.c"
#include "schedule.c"
#include "boot.c"

/* What of the state of zeros the invariant hangs on. */
static void assume_zeros(void)
{
	__CPROVER_assume(!is_ready(some_domain, some_id) && !is_exhausted(some));
	__CPROVER_assume(!is_ready(pd_constants[some].domain, some));
	__CPROVER_assume(k.core[0].domain == 0 && k.core[0].schedule_index == 0);
	__CPROVER_assume(!is_exhausted(some_id));
	__CPROVER_assume(k.waiting[some] == 0 && k.callers[some] == 0);
	__CPROVER_assume(k.faults[some] == 0 && k.head_time[some] == 0);
	__CPROVER_assume(k.tail_time[some] == 0 && k.tail_amount[some] == 0);
	__CPROVER_assume(k.irq_state[some_irq] == IRQ_MASKED);
	__CPROVER_assume(!irq_enabled && !irq_active);
}

/* The first domain's time begins now. */
static bool domain_begun(void)
{
	uint32_t first = system_header.schedule_start;

	if ((system_header.flags & SYSTEM_DOMAINS) == 0)
		return k.core[0].domain == 0 && k.core[0].domain_end == NEVER;
	return k.core[0].schedule_index == first &&
	       k.core[0].domain == system_header.schedule[first].domain &&
	       k.core[0].domain_end ==
		       k.core[0].since + system_header.schedule[first].ticks;
}

int main(void)
{
	fresh = PD_NONE;
	loops = 0;
	told.done = 0;
	irq_configured = false;
	__CPROVER_assume(header_good() && valid(some) && some_bit < 64u);
	__CPROVER_assume(some_irq < IRQ_MAX && some_domain < DOMAIN_MAX);
	__CPROVER_assume(
		constants_good(some) && constants_good(pd_constants[some].level_first));
	__CPROVER_assume(order_good(some, pd_constants[some].level_first));
	if (valid(some_id))
		__CPROVER_assume(constants_good(some_id));
	__CPROVER_assume(counter_now < TICKS_TOP);
	if ((system_header.flags & SYSTEM_DOMAINS) != 0)
		__CPROVER_assume(
			system_header.schedule_start < system_header.schedule_length &&
			system_header.schedule[system_header.schedule_start].domain <
				DOMAIN_MAX);
	assume_zeros();
	kernel_boot();
	assert(begins(system_header.num_pds) && domain_begun());
	assert(configured(system_header.num_irqs));
	REACHABLE();
	return 0;
}
