/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of a system file: names are resolved first, then each noun is
 * judged in a file of its own.
 */
#include "rules.h"

static void index_names(struct rules *rules)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_pds; i++)
		names_add(&rules->pds, system->pds[i].name, system->pds[i].at);
	for (size_t i = 0; i < system->num_regions; i++)
		names_add(
			&rules->regions, system->regions[i].name, system->regions[i].at);
	names_sort(&rules->pds);
	names_sort(&rules->regions);
	names_report_twice(&rules->pds, system->file,
		"pd_name_twice: the name of a protection domain is unique", "rename one",
		"protection domain");
	names_report_twice(&rules->regions, system->file,
		"region_name_twice: the name of a memory region is unique", "rename one",
		"memory region");
}

static void resolve_map(struct rules *rules, struct map *map)
{
	map->region = names_find(&rules->regions, map->region_name);
	if (map->region == NONE)
		RULE_ERROR(rules, &map->at,
			"map_region_unknown: what is mapped is a memory region of the "
			"system",
			"add a <memory_region> of that name, or correct mr",
			"there is no memory region '%s'", map->region_name);
}

static void resolve_maps(struct rules *rules)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		for (size_t m = 0; m < pd->num_maps; m++)
			resolve_map(rules, &pd->maps[m]);
		for (size_t m = 0; pd->vm && m < pd->vm->num_maps; m++)
			resolve_map(rules, &pd->vm->maps[m]);
	}
}

void rules_apply(
	const struct options *options, const struct board *board, struct system *system)
{
	struct rules rules = { .options = options, .board = board, .system = system };

	index_names(&rules);
	resolve_maps(&rules);
	rules_pds(&rules);
	rules_schedule(&rules);
	rules_channels(&rules);
	rules_setvars(&rules);
	rules_memory(&rules);
	rules_vms(&rules);
	rules_user_caps(&rules);
	if (diag_errors() == 0)
		rules_suspicious(&rules);
}
