/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Scheduling contexts.
 *
 * A context with budget == period is a plain time slice: when it ends, the
 * turn goes to the next PD of the same priority, and nothing is remembered. If
 * there is no such PD it has no end, and what runs on it is charged to nobody:
 * `since` stays, and the timer is set for what else there is (event).
 *
 * A context with budget < period is a sporadic server with two refills, head
 * and tail, whose amounts add up to the budget. Time is taken from the head
 * and comes back one period after the run began in which it was used:
 *
 *   head  left, usable from head_time on
 *   tail  tail_amount, usable from tail_time on, later than the head
 *
 * A third refill is merged into the tail, at the later time. So a unit of time
 * never comes back earlier than a period after its use, and no window of one
 * period sees more than the budget.
 *
 * A context whose head lies in the future is exhausted: a bit in one set, which
 * is scanned only when a refill is due.
 *
 * If a lent budget ends inside a server, the server goes on with its own, and
 * what it uses until it replies is charged to the lender as well.
 */
#include "budget.h"

#include "account.h"
#include "ready.h"

/* A refill list changes at most this often for one charge. */
#define CHARGE_STEPS 3u
/* A rest of a refill below budget / 2^7 is not run as a piece of its own. */
#define RESIDUE_SHIFT 7u

static bool budget_is_slice(pd_t context)
{
	return (pd_constants[context].flags & PD_SLICE) != 0;
}

/* The slice has ended: refill it, and the level's next PD has its turn. */
static void slice_end(pd_t context)
{
	const struct pd_constant *pd = &pd_constants[context];

	k.left[context] = (int64_t)pd->budget;
	if (k.cursor[pd->level_first] == context)
		k.cursor[pd->level_first] = context == pd->level_last
						    ? pd->level_first
						    : (pd_t)(context + 1u);
}

/*
 * The timer comes a little late, so that a little is left of the next refill.
 * Run alone it would move the whole tail to a later time when it is merged: it
 * joins the tail at once.
 */
static void refills_fold(pd_t context)
{
	int64_t little = (int64_t)(pd_constants[context].budget >> RESIDUE_SHIFT);

	if (k.left[context] > little || k.tail_amount[context] == 0)
		return;
	k.left[context] += k.tail_amount[context];
	k.head_time[context] = k.tail_time[context];
	k.tail_amount[context] = 0;
}

/* Takes `used` ticks that were run from time `start` on out of the refills. */
static void refills_take(pd_t context, int64_t used, uint64_t start)
{
	uint64_t again = start + pd_constants[context].period;

	if (k.head_time[context] <= start && k.tail_time[context] <= start) {
		k.left[context] += k.tail_amount[context]; /* both may be used */
		k.tail_amount[context] = 0;
	}
	for (unsigned step = 0; step < CHARGE_STEPS && used > 0; step++) {
		int64_t taken = used < k.left[context] ? used : k.left[context];

		used -= taken;
		k.left[context] -= taken;
		if (k.left[context] > 0) {
			k.tail_amount[context] += taken;
			k.tail_time[context] = again;
		} else if (k.tail_amount[context] > 0) {
			k.left[context] = k.tail_amount[context];
			k.head_time[context] = k.tail_time[context];
			k.tail_amount[context] = taken;
			k.tail_time[context] = again;
		} else {
			k.left[context] = taken;
			k.head_time[context] = again;
		}
	}
	refills_fold(context);
}

/* The earlier of refill and domain change. */
static void event_update(struct core *core)
{
	core->event = core->release < core->domain_end ? core->release : core->domain_end;
}

/* Who pays for what the PD runs beyond a lent budget; PD_NONE: nobody. */
static void lender_set(pd_t pd, pd_t lender)
{
	k.lender[pd] = lender;
	if (lender == PD_NONE && budget_is_slice(pd))
		k.flags[pd] |= FLAG_SHORT;
	else
		k.flags[pd] = (uint8_t)(k.flags[pd] & ~FLAG_SHORT);
}

/*
 * Marks a context whose head lies in the future as exhausted. Who ran on it as
 * a loan goes on with its own budget.
 */
static void refills_check(struct core *core, pd_t context, uint64_t now)
{
	if (k.head_time[context] <= now || budget_exhausted(core, context))
		return;
	set_add(core->exhausted, context);
	if (k.head_time[context] < core->release)
		core->release = k.head_time[context];
	event_update(core);
	if (k.holder[context] != context) {
		account_overrun(context);
		budget_revoke(core, context, context);
	}
	ready_update(core, context);
}

void budget_charge(struct core *core, uint64_t now)
{
	pd_t context = core->context;
	uint64_t start = core->since;
	int64_t used = (int64_t)(now - start);

	core->since = now;
	if (context == PD_NONE)
		return;
	if (k.lender[context] != PD_NONE) {
		refills_take(k.lender[context], used, start);
		refills_check(core, k.lender[context], now);
	}
	if (budget_is_slice(context)) {
		k.left[context] -= used;
		if (k.left[context] <= 0)
			slice_end(context);
	} else {
		refills_take(context, used, start);
		refills_check(core, context, now);
	}
}

void budget_release(struct core *core, uint64_t now)
{
	core->release = NEVER;
	for (unsigned w = 0; w < SET_WORDS; w++) {
		for (uint64_t rest = core->exhausted[w]; rest != 0;) {
			unsigned bit = (unsigned)__builtin_clzll(rest);
			pd_t context = (pd_t)(w * 64u + bit);

			rest &= ~set_bit(context);
			if (k.head_time[context] <= now) {
				set_remove(core->exhausted, context);
				ready_update(core, k.holder[context]);
			} else if (k.head_time[context] < core->release) {
				core->release = k.head_time[context];
			}
		}
	}
	event_update(core);
}

void budget_timer(struct core *core)
{
	uint64_t first = core->event;

	if (core->context != PD_NONE) {
		uint64_t end = core->since + (uint64_t)k.left[core->context];

		if (end < first)
			first = end;
	}
	arch_timer_set(first);
}

void budget_switch(struct core *core, pd_t context)
{
	budget_charge(core, arch_counter());
	core->context = context;
	budget_timer(core);
}

void budget_settle(struct core *core, pd_t pd)
{
	if (k.lender[pd] == PD_NONE)
		return;
	budget_charge(core, arch_counter());
	lender_set(pd, PD_NONE);
	budget_timer(core);
}

SELDOM void budget_forgive(struct core *core, pd_t lender)
{
	budget_charge(core, arch_counter());
	for (unsigned i = 0; i < system_header.num_pds; i++)
		if (k.lender[i] == lender)
			lender_set((pd_t)i, PD_NONE);
	budget_timer(core);
}

void budget_revoke(struct core *core, pd_t context, pd_t lender)
{
	for (unsigned i = 0; i < system_header.num_pds; i++) {
		pd_t pd = (pd_t)i;

		if (k.context[pd] == context && pd != context) {
			k.context[pd] = pd;
			lender_set(pd, lender);
			ready_update(core, pd);
		}
	}
	k.holder[context] = context;
}

void budget_boot(void)
{
	for (unsigned i = 0; i < system_header.num_pds; i++) {
		k.left[i] = (int64_t)pd_constants[i].budget;
		k.context[i] = (pd_t)i;
		k.holder[i] = (pd_t)i;
		k.cursor[i] = (pd_t)i;
		k.flags[i] = pd_constants[i].flags;
		lender_set((pd_t)i, PD_NONE);
	}
}
