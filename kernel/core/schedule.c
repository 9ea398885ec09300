/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler: fixed priorities, round robin within one, optional static
 * time domains.
 */
#include "schedule.h"

/*
 * The PD runs, on the context that runs already; below, nobody does. The ways that charge
 * are functions of their own, so that those that do not have no stack frame.
 */
static INLINE struct frame *schedule_enter(struct core *core, pd_t pd)
{
	account_switch(core->current, pd);
	arch_traps_load(pd);
	if (core->current != PD_NONE)
		arch_leave(core->current);
	arch_enter(pd);
	core->current = pd;
	return arch_frame(pd);
}

static SELDOM struct frame *schedule_enter_charged(struct core *core, pd_t pd)
{
	budget_switch(core, k.context[pd]);
	return schedule_enter(core, pd);
}

SELDOM struct frame *schedule_switch_full(struct core *core, pd_t pd)
{
	pd_t context = k.context[pd];

	if (context != core->context && !budget_switch_endless(&k, core, context))
		return schedule_enter_charged(core, pd);
	return schedule_enter(core, pd);
}

static INLINE struct frame *schedule_rest(struct core *core)
{
	account_switch(core->current, PD_NONE);
	if (core->current != PD_NONE)
		arch_leave(core->current);
	core->current = PD_NONE;
	return arch_idle();
}

static SELDOM struct frame *schedule_rest_charged(struct core *core)
{
	budget_switch(core, PD_NONE);
	return schedule_rest(core);
}

/* Nobody is ready. */
static INLINE struct frame *schedule_idle(struct core *core)
{
	if (!budget_switch_endless(&k, core, PD_NONE))
		return schedule_rest_charged(core);
	return schedule_rest(core);
}

struct frame *schedule(struct core *core)
{
	pd_t next = schedule_choose(&k, core);

	if (next == PD_NONE)
		return schedule_idle(core);
	if (core->current == PD_NONE)
		return schedule_switch_full(core, next);
	if (next == core->current && k.context[next] == core->context)
		return arch_frame(next);
	return schedule_switch(kernel_self(), core, core->current, core->context, next);
}

static void domain_next(struct core *core, uint64_t now)
{
	if (now < core->domain_end)
		return;
	core->schedule_index++;
	if (core->schedule_index >= system_header.schedule_length)
		core->schedule_index = 0;
	core->domain = (uint8_t)system_header.schedule[core->schedule_index].domain;
	core->domain_end += system_header.schedule[core->schedule_index].ticks;
}

SELDOM struct frame *schedule_tick(struct core *core)
{
	uint64_t now = arch_counter();
	struct frame *frame;

	budget_charge(core, now);
	domain_next(core, now);
	budget_release(core, now);
	frame = schedule(core);
	budget_timer(core);
	return frame;
}

void schedule_boot(struct core *core)
{
	core->current = PD_NONE;
	core->context = PD_NONE;
	core->release = NEVER;
	core->domain_end = NEVER;
	core->since = arch_counter();
	if ((system_header.flags & SYSTEM_DOMAINS) != 0) {
		core->schedule_index = (uint8_t)system_header.schedule_start;
		core->domain =
			(uint8_t)system_header.schedule[core->schedule_index].domain;
		core->domain_end = core->since +
				   system_header.schedule[core->schedule_index].ticks;
	}
	core->event = core->domain_end;
}
