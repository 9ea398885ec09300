/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The scheduler: fixed priorities, round robin within one, optional static
 * time domains.
 */
#include "schedule.h"

pd_t schedule_turn(const uint64_t set[SET_WORDS], pd_t first)
{
	const struct pd_constant *pd = &pd_constants[first];
	pd_t cursor = k.cursor[pd->level_first];
	pd_t next = first;

	if (cursor > first) /* else nobody of the set is in between */
		next = set_next(set, cursor, pd->level_last);
	if (next == PD_NONE)
		next = first;
	k.cursor[pd->level_first] = next;
	return next;
}

struct frame *schedule_switch_full(struct core *core, pd_t pd)
{
	if (k.context[pd] != core->context)
		budget_switch(core, k.context[pd]);
	account_switch(core->current, pd);
	arch_traps_load(pd);
	if (core->current != PD_NONE)
		arch_leave(core->current);
	arch_enter(pd);
	core->current = pd;
	return arch_frame(pd);
}

/* Nobody is ready. */
static SELDOM struct frame *schedule_idle(struct core *core)
{
	if (core->context != PD_NONE)
		budget_switch(core, PD_NONE);
	account_switch(core->current, PD_NONE);
	if (core->current != PD_NONE)
		arch_leave(core->current);
	core->current = PD_NONE;
	return arch_idle();
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

struct frame *schedule_tick(struct core *core)
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
