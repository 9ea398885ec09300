/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of protection domains: how many, their names, scheduling, stack, SMC
 * functions, children and program images.
 */
#include <inttypes.h>
#include <string.h>

#include <kernel/image.h>
#include <kernel/limits.h>

#include "list.h"
#include "rules.h"
#include "search.h"

#define STACK_BYTES_MIN 0x1000u
#define STACK_BYTES_MAX 0x1000000u
#define US_PER_S 1000000u
#define TICKS_BITS 62 /* struct pd_constant: period < 2^62 */

static void judge_count(struct rules *rules)
{
	const struct system *system = rules->system;
	size_t count = 0;

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		count += 1 + (pd->vm ? pd->vm->num_vcpus : 0);
		if (count <= PD_MAX)
			continue;
		RULE_ERROR(rules, &pd->at,
			"pd_count: a system has at most 254 protection domains and vCPUs",
			"join protection domains that need not be kept apart",
			"protection domain '%s' is one too many", pd->name);
		return;
	}
}

static void judge_name(struct rules *rules, const struct pd *pd)
{
	if (strcmp(pd->name, "monitor") == 0)
		RULE_ERROR(rules, &pd->at,
			"pd_name_monitor: the name monitor is reserved", "rename it",
			"a protection domain is named 'monitor'");
	if (strlen(pd->name) >= NAME_BYTES)
		RULE_ERROR(rules, &pd->at,
			"pd_name_long: a name is shorter than 64 bytes", "shorten it",
			"the name '%s' has %zu bytes", pd->name, strlen(pd->name));
}

void rules_priority(struct rules *rules, const struct position *at, const char *who,
	uint32_t priority)
{
	if (priority > PRIORITY_MAX)
		RULE_ERROR(rules, at, "priority_high: a priority is from 0 to 254",
			"write at most 254", "'%s' has priority %" PRIu32, who, priority);
}

void rules_core(
	struct rules *rules, const struct position *at, const char *who, uint32_t core)
{
	if (core >= rules->board->num_cores)
		RULE_ERROR(rules, at, "cpu_high: a core is one of the board's, from 0",
			"write a smaller cpu, or none for core 0",
			"'%s' is on core %" PRIu32 ", but board %s has %" PRIu32, who,
			core, rules->board->name, rules->board->num_cores);
}

bool rules_ticks_fit(const struct rules *rules, uint64_t us)
{
	unsigned __int128 ticks = (unsigned __int128)us * rules->board->counter_hz /
				  US_PER_S;

	return ticks > 0 && ticks >> TICKS_BITS == 0;
}

void rules_budget(struct rules *rules, const struct position *at, const char *who,
	uint64_t budget_us, uint64_t period_us)
{
	if (budget_us == 0)
		RULE_ERROR(rules, at, "budget_zero: a budget is at least 1 us",
			"write budget=\"1000\" or none", "'%s' has budget 0", who);
	else if (budget_us > period_us)
		RULE_ERROR(rules, at,
			"budget_over_period: a budget is at most its period",
			"write a longer period or a shorter budget; both are in "
			"microseconds",
			"'%s' has a budget of %" PRIu64 " us in a period of %" PRIu64
			" us",
			who, budget_us, period_us);
	else if (!rules_ticks_fit(rules, period_us))
		RULE_ERROR(rules, at,
			"period_long: a period is below 2^62 ticks of the system counter",
			"write a shorter period, in microseconds",
			"'%s' has a period of %" PRIu64 " us", who, period_us);
}

static void judge_stack(struct rules *rules, const struct pd *pd)
{
	if (pd->stack_bytes < STACK_BYTES_MIN || pd->stack_bytes > STACK_BYTES_MAX)
		RULE_ERROR(rules, &pd->at,
			"pd_stack_size: a stack has from 4 KiB (0x1000) to 16 MiB "
			"(0x1000000)",
			"write for example stack_size=\"0x2000\"",
			"'%s' has a stack of 0x%" PRIx64 " bytes", pd->name,
			pd->stack_bytes);
	else if (pd->stack_bytes % PAGE_BYTES)
		RULE_ERROR(rules, &pd->at,
			"pd_stack_unaligned: a stack is whole pages of 4 KiB",
			"write a multiple of 0x1000",
			"'%s' has a stack of 0x%" PRIx64 " bytes", pd->name,
			pd->stack_bytes);
}

static void judge_smc(struct rules *rules, const struct pd *pd)
{
	if (pd->smc && pd->num_smc_functions)
		RULE_ERROR(rules, &pd->at,
			"pd_smc_both: a PD may make all SMC calls or the listed ones",
			"remove smc=\"true\": the list grants less",
			"'%s' has smc and smc_functions", pd->name);
	if (pd->num_smc_functions > SMC_MAX)
		RULE_ERROR(rules, &pd->at,
			"pd_smc_many: a PD has at most 14 SMC functions",
			"list fewer functions", "'%s' lists %zu SMC functions", pd->name,
			pd->num_smc_functions);
	for (size_t i = 1; i < pd->num_smc_functions && i < SMC_MAX; i++)
		for (size_t j = 0; j < i; j++)
			if (pd->smc_functions[i] == pd->smc_functions[j])
				RULE_ERROR(rules, &pd->at,
					"pd_smc_twice: an SMC function is listed once",
					"remove one of them",
					"'%s' lists SMC function 0x%" PRIx32 " twice",
					pd->name, pd->smc_functions[i]);
}

static const char *find_file(struct rules *rules, const struct pd *pd, const char *path)
{
	uint64_t bytes = 0;
	const char *file = search_file(rules->options, path, &bytes);

	if (!file)
		RULE_ERROR(rules, &pd->image_at,
			"pd_image_not_found: a program image is a file in a search path",
			"build it, or name its directory with --search-path",
			"there is no file '%s' for '%s'", path, pd->name);
	return file;
}

static void find_images(struct rules *rules, struct pd *pd)
{
	if (*pd->image_path)
		pd->image_file = find_file(rules, pd, pd->image_path);
	if (pd->symbols_path)
		pd->symbols_file = find_file(rules, pd, pd->symbols_path);
}

/*
 * The ids of a PD's children and of its vCPUs are one space. PDs are in
 * document order, so a parent's children need not be adjacent; the parent
 * keeps a bit per id that was seen.
 */
static void judge_child_ids(struct rules *rules)
{
	const struct system *system = rules->system;
	uint64_t *seen = list_allocate(system->num_pds * sizeof(*seen));

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		for (size_t v = 0; pd->vm && v < pd->vm->num_vcpus; v++)
			if (pd->vm->vcpus[v].id < CHANNEL_MAX)
				seen[i] |= 1ull << pd->vm->vcpus[v].id;
		if (pd->parent == NONE || pd->child_id == NUMBER_NONE)
			continue;
		if (pd->child_id >= CHANNEL_MAX)
			RULE_ERROR(rules, &pd->at,
				"pd_child_id_high: a child's id is from 0 to 61",
				"write a smaller id", "child '%s' has id %" PRIu32,
				pd->name, pd->child_id);
		else if (seen[pd->parent] & 1ull << pd->child_id)
			RULE_ERROR(rules, &pd->at,
				"pd_child_id_twice: an id names one child or vCPU of a "
				"parent",
				"write an id that the parent does not use yet",
				"id %" PRIu32 " of child '%s' is taken in '%s'",
				pd->child_id, pd->name, system->pds[pd->parent].name);
		else
			seen[pd->parent] |= 1ull << pd->child_id;
	}
}

void rules_pds(struct rules *rules)
{
	struct system *system = rules->system;

	judge_count(rules);
	for (size_t i = 0; i < system->num_pds; i++) {
		struct pd *pd = &system->pds[i];

		judge_name(rules, pd);
		rules_priority(rules, &pd->at, pd->name, pd->priority);
		rules_budget(rules, &pd->at, pd->name, pd->budget_us, pd->period_us);
		rules_core(rules, &pd->at, pd->name, pd->core);
		judge_stack(rules, pd);
		judge_smc(rules, pd);
		find_images(rules, pd);
	}
	judge_child_ids(rules);
}
