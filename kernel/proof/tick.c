/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's timer: schedule_tick(), from every state of the invariant, up to where
 * who runs is chosen. budget_charge() is what charge.h says (pay.c, charge.c),
 * budget_release() what fill.c says.
 */
#define SCHEDULER
#define CALL_schedule(core) cut_schedule()
#include "paid.h"

#include "cut.h"
#undef schedule
#undef schedule_next
#undef schedule_switch
#undef schedule_pass

static unsigned releases, timers;

void budget_charge(struct core *core, uint64_t now)
{
	assert(!charged);
	charge_by_contract(core, now);
}

void budget_release(struct core *core, uint64_t now)
{
	uint64_t end = k.core[0].domain_end;
	bool exhausted = is_exhausted(some);
	bool spent = is_exhausted(some_id);

	assert(charged && now == k.core[0].since);
	releases++;
	__CPROVER_havoc_object(k.core[0].ready);
	__CPROVER_havoc_object(k.core[0].exhausted);
	k.core[0].release = nondet_uint64();
	k.core[0].event = k.core[0].release < end ? k.core[0].release : end;
	__CPROVER_assume(ready_at(some) && member_at(some_id, some_domain));
	__CPROVER_assume(budget_at(some) && (spent || !is_exhausted(some_id)));
	__CPROVER_assume(k.core[0].release > now);
	__CPROVER_assume(is_exhausted(some) == (exhausted && k.head_time[some] > now));
}

void budget_timer(struct core *core)
{
	assert(cut);
	timers++;
}

#include "schedule.c"

int main(void)
{
	uint8_t index = k.core[0].schedule_index;
	uint8_t domain = k.core[0].domain;
	uint64_t end = k.core[0].domain_end;
	uint8_t next = 0;

	charged = false;
	releases = timers = 0;
	other = PD_NONE;
	assume_some();
	__CPROVER_assume(core_named() && some_bit < 64u && some_irq < IRQ_MAX);
	if (some_irq < system_header.num_irqs)
		__CPROVER_assume(irq_good(some_irq) && irq_at(some_irq));
	assume_bit(some, some_bit);
	if ((system_header.flags & SYSTEM_DOMAINS) != 0) {
		if (index + 1u < system_header.schedule_length)
			next = (uint8_t)(index + 1u);
		__CPROVER_assume(system_header.schedule[next].domain < DOMAIN_MAX);
	}
	schedule_tick((struct core *)0);
	assert(cut && charged && releases == 1 && timers == 1);
	if (k.core[0].since < end)
		assert(k.core[0].domain == domain && k.core[0].domain_end == end &&
			k.core[0].schedule_index == index);
	else
		assert(k.core[0].schedule_index == next &&
			k.core[0].domain == system_header.schedule[next].domain &&
			k.core[0].domain_end == end + system_header.schedule[next].ticks);
	assert(!is_exhausted(some) || k.head_time[some] > k.core[0].since);
	assert(k.core[0].release > k.core[0].since);
	REACHABLE();
	return 0;
}
