/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Warnings: what is allowed, but seldom meant.
 */
#include <inttypes.h>

#include <kernel/limits.h>

#include "list.h"
#include "rules.h"

#define IRQ_TIMER 30u /* the EL1 physical timer */

/* What the PDs do with a region. */
struct use {
	bool mapped;
	bool named; /* by a setvar */
};

static void note_uses(const struct pd *pd, struct use *uses)
{
	for (size_t m = 0; m < pd->num_maps; m++)
		uses[pd->maps[m].region].mapped = true;
	for (size_t s = 0; s < pd->num_setvars; s++)
		if (pd->setvars[s].kind == SETVAR_PADDR)
			uses[pd->setvars[s].index].named = true;
}

static void judge_regions(struct rules *rules)
{
	const struct system *system = rules->system;
	struct use *uses = list_allocate(system->num_regions * sizeof(*uses));

	for (size_t i = 0; i < system->num_pds; i++)
		note_uses(&system->pds[i], uses);
	for (size_t i = 0; i < system->num_regions; i++) {
		const struct region *region = &system->regions[i];

		if (!uses[i].mapped && !uses[i].named)
			RULE_WARNING(rules, &region->at,
				"region_unmapped: a region is mapped by somebody",
				"remove it, or map it", "nobody maps memory region '%s'",
				region->name);
	}
}

static void judge_channels(struct rules *rules)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_channels; i++) {
		const struct channel *channel = &system->channels[i];
		const struct channel_end *end = channel->end;

		if (!end[0].pp && !end[0].notify && !end[1].pp && !end[1].notify)
			RULE_WARNING(rules, &channel->at,
				"channel_unused: an end of a channel may notify or call",
				"remove the channel, or a notify=\"false\"",
				"neither '%s' nor '%s' may use their channel",
				end[0].pd_name, end[1].pd_name);
		if (end[0].pd == end[1].pd)
			RULE_WARNING(rules, &channel->at,
				"channel_self: a channel is between two PDs",
				"correct an end's pd",
				"both ends of a channel are of '%s'", end[0].pd_name);
	}
}

static void judge_pd(struct rules *rules, const struct pd *pd)
{
	for (size_t m = 0; m < pd->num_maps; m++)
		if ((pd->maps[m].perms & PERM_W) && (pd->maps[m].perms & PERM_X))
			RULE_WARNING(rules, &pd->maps[m].at,
				"map_write_execute: what may be written may not be "
				"executed",
				"remove w or x from perms",
				"'%s' may write and execute region '%s'", pd->name,
				pd->maps[m].region_name);
	for (size_t i = 0; i < pd->num_irqs && !pd->counter; i++)
		if (pd->irqs[i].number == IRQ_TIMER)
			RULE_WARNING(rules, &pd->irqs[i].at,
				"timer_counter: who has the timer can read the time with "
				"it",
				"remove counter=\"false\" or the timer",
				"'%s' has the timer, but may not read the counter",
				pd->name);
}

static void judge_domains(struct rules *rules)
{
	const struct system *system = rules->system;
	bool *runs = list_allocate(system->num_domains * sizeof(*runs));

	for (size_t i = system->schedule_start; i < rules_schedule_end(system); i++)
		runs[system->schedule[i].domain] = true;
	for (size_t i = 0; i < system->num_domains; i++)
		if (!runs[i])
			RULE_WARNING(rules, &system->domains[i].at,
				"domain_never: a domain is in the schedule that is in "
				"force",
				"add an entry between start_index and the next end "
				"marker",
				"domain '%s' never runs", system->domains[i].name);
}

void rules_suspicious(struct rules *rules)
{
	judge_regions(rules);
	judge_channels(rules);
	for (size_t i = 0; i < rules->system->num_pds; i++)
		judge_pd(rules, &rules->system->pds[i]);
	if (rules->system->num_domains)
		judge_domains(rules);
}
