/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of channels and interrupts, which share the ids of their PD.
 */
#include <inttypes.h>

#include <kernel/limits.h>

#include "list.h"
#include "rules.h"

/* Interrupts that nobody but the kernel may have (GIC architecture, PPIs of SBSA). */
#define IRQ_SGI_END 16u
#define IRQ_MAINTENANCE 25u
#define IRQ_HYPERVISOR_TIMER 26u

/* Who has an id of a PD; row 0: nobody. */
struct ids {
	struct position owner[CHANNEL_MAX];
};

static void take_id(struct rules *rules, struct ids *ids, const struct position *at,
	size_t pd, uint32_t id)
{
	const char *name = rules->system->pds[pd].name;

	if (id >= CHANNEL_MAX)
		RULE_ERROR(rules, at,
			"id_high: an id of a channel or interrupt is from 0 to 61",
			"write a smaller id", "id %" PRIu32 " of '%s'", id, name);
	else if (ids[pd].owner[id].row)
		RULE_ERROR(rules, at,
			"id_twice: an id names one channel or interrupt of its PD",
			"write an id that the PD does not use yet",
			"id %" PRIu32 " of '%s' is taken at %zu:%zu", id, name,
			ids[pd].owner[id].row, ids[pd].owner[id].column);
	else
		ids[pd].owner[id] = *at;
}

static void judge_irq(struct rules *rules, const struct irq *irq, struct position *owners,
	const char *name)
{
	uint32_t number = irq->number;

	if (number >= rules->board->num_irqs || number >= IRQ_MAX) {
		RULE_ERROR(rules, &irq->at,
			"irq_high: an interrupt is one of the board's",
			"write its number as the interrupt controller counts (SPI n is "
			"32 + n)",
			"interrupt %" PRIu32 " of '%s', but board %s has %" PRIu32,
			number, name, rules->board->name, rules->board->num_irqs);
		return;
	}
	if (number < IRQ_SGI_END || number == IRQ_MAINTENANCE ||
		number == IRQ_HYPERVISOR_TIMER)
		RULE_ERROR(rules, &irq->at,
			"irq_reserved: interrupts 0 to 15, 25 and 26 are the kernel's",
			"write the device's interrupt; the timer for PDs is 30",
			"interrupt %" PRIu32 " of '%s'", number, name);
	if (owners[number].row)
		RULE_ERROR(rules, &irq->at, "irq_twice: an interrupt is one PD's",
			"remove one of them, or let the one notify the other",
			"interrupt %" PRIu32 " of '%s' is taken at %zu:%zu", number, name,
			owners[number].row, owners[number].column);
	else
		owners[number] = irq->at;
}

static void judge_irqs(struct rules *rules, struct ids *ids)
{
	const struct system *system = rules->system;
	struct position *owners = list_allocate(IRQ_MAX * sizeof(*owners));

	for (size_t p = 0; p < system->num_pds; p++) {
		const struct pd *pd = &system->pds[p];

		for (size_t i = 0; i < pd->num_irqs; i++) {
			judge_irq(rules, &pd->irqs[i], owners, pd->name);
			take_id(rules, ids, &pd->irqs[i].at, p, pd->irqs[i].id);
		}
	}
}

/* False if an end's PD is unknown. */
static bool resolve(struct rules *rules, struct channel *channel)
{
	bool ok = true;

	for (int i = 0; i < 2; i++) {
		struct channel_end *end = &channel->end[i];

		end->pd = names_find(&rules->pds, end->pd_name);
		if (end->pd != NONE)
			continue;
		ok = false;
		RULE_ERROR(rules, &end->at,
			"channel_pd_unknown: an end's PD is one of the system",
			"add a <protection_domain> of that name, or correct pd",
			"there is no protection domain '%s'", end->pd_name);
	}
	return ok;
}

static void add_setvar(struct rules *rules, const struct channel_end *end)
{
	struct pd *pd = &rules->system->pds[end->pd];
	struct setvar *setvar;

	if (!end->setvar_id)
		return;
	setvar = LIST_ADD(pd->setvars, pd->num_setvars);
	setvar->at = end->at;
	setvar->symbol = end->setvar_id;
	setvar->kind = SETVAR_ID;
	setvar->value = end->id;
}

/* caller's end of a channel on which it may call the other. */
static void judge_call(struct rules *rules, const struct channel_end *caller_end,
	const struct channel_end *server_end)
{
	const struct pd *caller = &rules->system->pds[caller_end->pd];
	const struct pd *server = &rules->system->pds[server_end->pd];

	if (caller->priority >= server->priority)
		RULE_ERROR(rules, &caller_end->at,
			"channel_pp_priority: a PD calls only PDs of strictly higher "
			"priority",
			"raise the server's priority or lower the caller's",
			"'%s' of priority %" PRIu32 " may call '%s' of priority %" PRIu32,
			caller->name, caller->priority, server->name, server->priority);
	if (caller->domain != NONE && server->domain != NONE &&
		caller->domain != server->domain)
		RULE_ERROR(rules, &caller_end->at,
			"channel_pp_domain: a PD calls only PDs of its own domain",
			"put both in one domain, or use a notification and shared memory",
			"'%s' of domain '%s' may call '%s' of domain '%s'", caller->name,
			caller->domain_name, server->name, server->domain_name);
}

static void judge_channel(struct rules *rules, const struct channel *channel)
{
	const struct channel_end *end = channel->end;

	if (end[0].pp && end[1].pp) {
		RULE_ERROR(rules, &channel->at,
			"channel_pp_both: at most one end of a channel may call the "
			"other",
			"keep pp=\"true\" at the end of the lower priority",
			"'%s' and '%s' may call each other", end[0].pd_name,
			end[1].pd_name);
		return;
	}
	for (int i = 0; i < 2; i++)
		if (end[i].pp)
			judge_call(rules, &end[i], &end[1 - i]);
}

/*
 * A passive PD runs on its caller's budget on its own core, which is only clear
 * while all its callers are on one core.
 */
static void judge_passive(struct rules *rules)
{
	const struct system *system = rules->system;
	uint32_t *callers_core = list_allocate(system->num_pds * sizeof(*callers_core));

	for (size_t i = 0; i < system->num_pds; i++)
		callers_core[i] = NUMBER_NONE;
	for (size_t i = 0; i < 2 * system->num_channels; i++) {
		const struct channel *channel = &system->channels[i / 2];
		const struct channel_end *caller = &channel->end[i % 2];
		const struct channel_end *server = &channel->end[1 - i % 2];
		uint32_t *core;

		if (!caller->pp || caller->pd == NONE || server->pd == NONE)
			continue;
		core = &callers_core[server->pd];
		if (*core == NUMBER_NONE)
			*core = system->pds[caller->pd].core;
		if (*core != system->pds[caller->pd].core &&
			system->pds[server->pd].passive &&
			!system->pds[server->pd].budget_given)
			RULE_ERROR(rules, &caller->at,
				"passive_budget: a passive PD called from several cores "
				"has a budget",
				"write a budget for the passive PD",
				"passive '%s' is called from several cores and has none",
				server->pd_name);
	}
}

void rules_channels(struct rules *rules)
{
	struct system *system = rules->system;
	struct ids *ids;

	if (system->num_pds > PD_MAX)
		return; /* reported; and so many ids are a waste of memory */
	ids = list_allocate(system->num_pds * sizeof(*ids));
	judge_irqs(rules, ids);
	for (size_t i = 0; i < system->num_channels; i++) {
		struct channel *channel = &system->channels[i];

		if (resolve(rules, channel))
			judge_channel(rules, channel);
		for (int e = 0; e < 2; e++) {
			const struct channel_end *end = &channel->end[e];

			if (end->pd == NONE)
				continue;
			take_id(rules, ids, &end->at, end->pd, end->id);
			add_setvar(rules, end);
		}
	}
	judge_passive(rules);
}

void rules_setvars(struct rules *rules)
{
	struct system *system = rules->system;

	for (size_t p = 0; p < system->num_pds; p++) {
		struct pd *pd = &system->pds[p];
		struct name_index symbols = { 0 };

		for (size_t i = 0; i < pd->num_setvars; i++) {
			struct setvar *setvar = &pd->setvars[i];

			names_add(&symbols, setvar->symbol, setvar->at);
			if (setvar->kind != SETVAR_PADDR)
				continue;
			setvar->index = names_find(&rules->regions, setvar->region_name);
			if (setvar->index != NONE)
				system->regions[setvar->index].needs_paddr = true;
			else
				RULE_ERROR(rules, &setvar->at,
					"setvar_region_unknown: region_paddr names a "
					"memory region",
					"add a <memory_region> of that name, or correct "
					"it",
					"there is no memory region '%s'",
					setvar->region_name);
		}
		names_sort(&symbols);
		names_report_twice(&symbols, system->file,
			"setvar_twice: a symbol of a PD is set once",
			"remove one of them", "setting of symbol");
	}
}
