/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of time domains: the domains, the schedule, and which PD is in which.
 */
#include <inttypes.h>

#include <kernel/limits.h>

#include "rules.h"

static void index_domains(struct rules *rules, struct name_index *names)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_domains; i++)
		names_add(names, system->domains[i].name, system->domains[i].at);
	names_sort(names);
	names_report_twice(names, system->file,
		"domain_name_twice: the name of a domain is unique", "rename one",
		"domain");
}

/* Numbers that are written are kept; the rest get the lowest that are free. */
static void number_domains(struct rules *rules)
{
	struct system *system = rules->system;
	bool taken[DOMAIN_MAX] = { false };
	uint32_t next = 0;

	for (size_t i = 0; i < system->num_domains; i++) {
		const struct domain *domain = &system->domains[i];

		if (domain->number == NUMBER_NONE)
			continue;
		if (domain->number >= DOMAIN_MAX)
			RULE_ERROR(rules, &domain->at,
				"domain_id_high: a domain's id is from 0 to 15",
				"write a smaller id or none",
				"domain '%s' has id %" PRIu32, domain->name,
				domain->number);
		else if (taken[domain->number])
			RULE_ERROR(rules, &domain->at,
				"domain_id_twice: a domain's id is unique",
				"write another id or none",
				"id %" PRIu32 " of domain '%s' is taken", domain->number,
				domain->name);
		else
			taken[domain->number] = true;
	}
	if (system->num_domains > DOMAIN_MAX) {
		RULE_ERROR(rules, &system->domains[DOMAIN_MAX].at,
			"domain_count: a system has at most 16 domains", "join domains",
			"there are %zu domains", system->num_domains);
		return;
	}
	for (size_t i = 0; i < system->num_domains; i++) {
		struct domain *domain = &system->domains[i];

		if (domain->number != NUMBER_NONE)
			continue;
		while (next < DOMAIN_MAX - 1 && taken[next])
			next++;
		domain->number = next;
		taken[next] = true;
	}
}

static void judge_entries(struct rules *rules, const struct name_index *names)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_schedule; i++) {
		struct schedule_slot *slot = &system->schedule[i];

		if (!slot->domain_name)
			continue;
		slot->domain = names_find(names, slot->domain_name);
		if (slot->domain == NONE && *slot->domain_name)
			RULE_ERROR(rules, &slot->at,
				"schedule_domain_unknown: an entry names a domain of the "
				"system",
				"add a <domain> of that name, or correct the entry",
				"there is no domain '%s'", slot->domain_name);
		if (slot->duration == 0)
			RULE_ERROR(rules, &slot->at,
				"schedule_duration_zero: an entry lasts",
				"write a duration of at least 1",
				"an entry of duration 0");
		else if (slot->in_ticks ? slot->duration >> 62 != 0
					: !rules_ticks_fit(rules, slot->duration))
			RULE_ERROR(rules, &slot->at,
				"schedule_duration_long: an entry is below 2^62 ticks",
				"write a shorter duration", "an entry of %" PRIu64 " %s",
				slot->duration, slot->in_ticks ? "ticks" : "us");
	}
}

static void judge_extent(struct rules *rules)
{
	const struct system *system = rules->system;
	const struct position *at = &system->schedule_at;
	size_t length = system->num_schedule;

	if (at->row == 0)
		return; /* no schedule: reported already */
	if (length == 0)
		RULE_ERROR(rules, at, "schedule_empty: a schedule has an entry",
			"add a <schedule_entry domain=\"...\" duration=\"1000 us\"/>",
			"an empty <domain_schedule>");
	else if (system->schedule_start >= length)
		RULE_ERROR(rules, at,
			"schedule_start_high: start_index is that of an entry",
			"write a smaller start_index; the first entry has 0",
			"start_index %zu, but the schedule's length is %zu",
			system->schedule_start, length);
	else if (!system->schedule[system->schedule_start].domain_name)
		RULE_ERROR(rules, at,
			"schedule_start_marker: a schedule starts with an entry",
			"write the start_index of an entry",
			"start_index %zu is that of an end marker",
			system->schedule_start);
	if (length > SCHEDULE_MAX || system->schedule_shift > SCHEDULE_MAX - length)
		RULE_ERROR(rules, at,
			"schedule_long: a schedule has at most 100 entries, index_shift "
			"included",
			"write a smaller index_shift or fewer entries",
			"index_shift %zu and length %zu", system->schedule_shift, length);
}

static void judge_pds(struct rules *rules, const struct name_index *names)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_pds; i++) {
		struct pd *pd = &system->pds[i];

		if (system->num_domains == 0 && pd->domain_name) {
			RULE_ERROR(rules, &pd->at,
				"pd_domain_none: a PD is in a domain only if the system "
				"has domains",
				"add <domains>, or remove the attribute",
				"'%s' is in domain '%s', but there is no <domains>",
				pd->name, pd->domain_name);
		} else if (system->num_domains && !pd->domain_name) {
			RULE_ERROR(rules, &pd->at,
				"pd_domain_missing: in a system with domains each PD is "
				"in one",
				"write domain=\"...\"", "'%s' is in no domain", pd->name);
		} else if (pd->domain_name) {
			pd->domain = names_find(names, pd->domain_name);
			if (pd->domain == NONE)
				RULE_ERROR(rules, &pd->at,
					"pd_domain_unknown: a PD's domain is one of the "
					"system",
					"add a <domain> of that name, or correct it",
					"'%s' is in domain '%s', which there is not",
					pd->name, pd->domain_name);
		}
	}
}

size_t rules_schedule_end(const struct system *system)
{
	size_t i = system->schedule_start;

	while (i < system->num_schedule && system->schedule[i].domain_name)
		i++;
	return i;
}

void rules_schedule(struct rules *rules)
{
	struct system *system = rules->system;
	struct name_index names = { 0 };

	if (system->num_domains == 0 && system->schedule_at.row)
		return; /* a <domains> without a domain: reported already */
	index_domains(rules, &names);
	judge_pds(rules, &names);
	if (system->num_domains == 0)
		return;
	if (rules->board->num_cores > 1)
		RULE_ERROR(rules, &system->domains[0].at,
			"domain_multicore: domains are for boards with one core",
			"remove <domains>", "board %s has %" PRIu32 " cores",
			rules->board->name, rules->board->num_cores);
	number_domains(rules);
	judge_entries(rules, &names);
	judge_extent(rules);
}
