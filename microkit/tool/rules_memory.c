/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules of memory regions and maps; the choice of page sizes.
 *
 * A region whose size is missing or wrong has 0 bytes, and nothing that
 * depends on its size is judged.
 */
#include <inttypes.h>

#include <kernel/image.h>
#include <kernel/limits.h>

#include "list.h"
#include "rules.h"
#include "search.h"

/* Physical addresses of the Cortex-A53 have 40 bits (TRM, ID_AA64MMFR0_EL1). */
#define PADDR_END (1ull << 40)

/* All that is said about one address space. */
struct space {
	const char *owner;
	uint64_t end; /* maps end below or here */
	const struct map *maps;
	size_t num_maps;
};

static void judge_page_size(struct rules *rules, struct region *region)
{
	uint64_t page = region->page_bytes;

	if (page == 0 || page == PAGE_BYTES || page == LARGE_PAGE_BYTES)
		return;
	RULE_ERROR(rules, &region->at, "region_page_size: a page has 4 KiB or 2 MiB",
		"write 0x1000 or 0x200000, or nothing for the largest that fits",
		"page_size of region '%s'", region->name);
	region->page_bytes = 0;
}

static uint64_t page_or_small(const struct region *region)
{
	return region->page_bytes ? region->page_bytes : PAGE_BYTES;
}

/* Without a size the region is as long as its prefill file. */
static void judge_prefill(struct rules *rules, struct region *region)
{
	uint64_t page = page_or_small(region);

	if (!region->prefill_path || region->prefill_data)
		return;
	region->prefill_file = search_file(
		rules->options, region->prefill_path, &region->prefill_bytes);
	if (!region->prefill_file) {
		RULE_ERROR(rules, &region->at,
			"region_prefill_not_found: a prefill file is in a search path",
			"make it, or name its directory with --search-path",
			"there is no file '%s' for region '%s'", region->prefill_path,
			region->name);
		return;
	}
	if (region->prefill_bytes == 0)
		RULE_ERROR(rules, &region->at,
			"region_prefill_empty: a prefill file is not empty",
			"remove prefill_path or fill the file",
			"'%s' of region '%s' is empty", region->prefill_file,
			region->name);
	else if (region->bytes == 0)
		region->bytes = (region->prefill_bytes + page - 1) / page * page;
	else if (region->prefill_bytes > region->bytes)
		RULE_ERROR(rules, &region->at,
			"region_prefill_long: a prefill file fits into its region",
			"write a larger size, or none",
			"'%s' has %" PRIu64 " bytes, region '%s' has %" PRIu64,
			region->prefill_file, region->prefill_bytes, region->name,
			region->bytes);
}

static bool is_in_ram(const struct board *board, uint64_t paddr)
{
	for (size_t i = 0; i < board->num_ram; i++)
		if (paddr - board->ram[i].base < board->ram[i].bytes)
			return true;
	return false;
}

/* At a physical address that is not RAM. */
static bool is_device(const struct rules *rules, const struct region *region)
{
	return region->fixed && !is_in_ram(rules->board, region->paddr);
}

/* False if the region is not to be judged further. */
static bool judge_extent(struct rules *rules, struct region *region)
{
	uint64_t page = page_or_small(region);

	if (region->bytes % page)
		RULE_ERROR(rules, &region->at,
			"region_size_unaligned: a region is whole pages",
			"write a multiple of the page size, or a smaller page_size",
			"region '%s' has 0x%" PRIx64 " bytes in pages of 0x%" PRIx64,
			region->name, region->bytes, page);
	else if (region->bytes > PADDR_END)
		RULE_ERROR(rules, &region->at,
			"region_size_large: a region has at most 2^40 bytes",
			"write a smaller size", "region '%s' has 0x%" PRIx64 " bytes",
			region->name, region->bytes);
	else if (region->fixed && region->paddr % page)
		RULE_ERROR(rules, &region->at,
			"region_paddr_unaligned: phys_addr is a multiple of the page "
			"size",
			"write an aligned phys_addr, or a smaller page_size",
			"region '%s' at 0x%" PRIx64 " in pages of 0x%" PRIx64,
			region->name, region->paddr, page);
	else if (region->fixed && region->paddr > PADDR_END - region->bytes)
		RULE_ERROR(rules, &region->at,
			"region_paddr_high: physical addresses are below 2^40",
			"write a smaller phys_addr or size",
			"region '%s' at 0x%" PRIx64 " has 0x%" PRIx64 " bytes",
			region->name, region->paddr, region->bytes);
	else
		return true;
	return false;
}

static void judge_regions(struct rules *rules)
{
	struct system *system = rules->system;
	struct range *fixed = list_allocate(system->num_regions * sizeof(*fixed));
	size_t num_fixed = 0;

	for (size_t i = 0; i < system->num_regions; i++) {
		struct region *region = &system->regions[i];

		judge_page_size(rules, region);
		judge_prefill(rules, region);
		if (region->bytes && !judge_extent(rules, region))
			region->bytes = 0;
		if (!region->fixed || !region->bytes)
			continue;
		if (region->prefill_path && !is_in_ram(rules->board, region->paddr))
			RULE_ERROR(rules, &region->at,
				"region_prefill_device: what is prefilled lies in RAM",
				"remove prefill_path or phys_addr",
				"region '%s' at 0x%" PRIx64 " is no RAM", region->name,
				region->paddr);
		fixed[num_fixed++] = (struct range){ region->paddr, region->bytes,
			region->at, region->name };
	}
	ranges_report_overlaps(fixed, num_fixed, system->file,
		"region_paddr_overlap: memory regions share no physical memory",
		"map one region into several PDs instead", "memory region");
}

static void judge_map(
	struct rules *rules, const struct space *space, const struct map *map, bool *fits)
{
	const struct region *region = &rules->system->regions[map->region];
	uint64_t page = page_or_small(region);

	*fits = false;
	if (map->vaddr % page)
		RULE_ERROR(rules, &map->at,
			"map_vaddr_unaligned: vaddr is a multiple of the region's page "
			"size",
			"write an aligned vaddr, or give the region page_size=\"0x1000\"",
			"region '%s' at vaddr 0x%" PRIx64 " in pages of 0x%" PRIx64,
			region->name, map->vaddr, page);
	else if (region->bytes == 0)
		return;
	else if (map->vaddr > space->end || region->bytes > space->end - map->vaddr)
		RULE_ERROR(rules, &map->at,
			"map_vaddr_high: maps end below the stack and its guard page",
			"write a smaller vaddr",
			"region '%s' of 0x%" PRIx64 " bytes at vaddr 0x%" PRIx64
			" passes 0x%" PRIx64 " in '%s'",
			region->name, region->bytes, map->vaddr, space->end,
			space->owner);
	else
		*fits = true;
}

static void judge_space(struct rules *rules, const struct space *space)
{
	struct range *ranges = list_allocate(space->num_maps * sizeof(*ranges));
	size_t num_ranges = 0;

	for (size_t i = 0; i < space->num_maps; i++) {
		const struct map *map = &space->maps[i];
		bool fits;

		if ((map->perms & PERM_W) && !(map->perms & PERM_R))
			RULE_ERROR(rules, &map->at,
				"map_perms_write_only: what may be written may be read",
				"add r to perms",
				"region '%s' is mapped for writing only",
				map->region_name);
		if (map->region == NONE)
			continue;
		judge_map(rules, space, map, &fits);
		if (fits)
			ranges[num_ranges++] = (struct range){ map->vaddr,
				rules->system->regions[map->region].bytes, map->at,
				map->region_name };
	}
	ranges_report_overlaps(ranges, num_ranges, rules->system->file,
		"map_overlap: maps of one PD do not overlap", "move one of them",
		"map of region");
}

/* The stack's size may be wrong: then it is taken as the smallest. */
static uint64_t end_of_maps(const struct pd *pd)
{
	uint64_t stack = pd->stack_bytes < PD_VA_TOP / 2 ? pd->stack_bytes : PAGE_BYTES;

	return (STACK_TOP_VADDR - stack) / PAGE_BYTES * PAGE_BYTES - PAGE_BYTES;
}

static void judge_spaces(struct rules *rules)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		judge_space(rules, &(struct space){ pd->name, end_of_maps(pd), pd->maps,
					   pd->num_maps });
		if (pd->vm)
			judge_space(rules, &(struct space){ pd->vm->name, PD_VA_TOP,
						   pd->vm->maps, pd->vm->num_maps });
	}
}

/* The largest page that the size, phys_addr and every map's vaddr allow. */
static void choose_pages(struct rules *rules)
{
	const struct system *system = rules->system;
	uint64_t *bits = list_allocate(system->num_regions * sizeof(*bits));

	for (size_t i = 0; i < system->num_regions; i++)
		bits[i] = system->regions[i].bytes |
			  (system->regions[i].fixed ? system->regions[i].paddr : 0);
	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		for (size_t m = 0; m < pd->num_maps; m++)
			if (pd->maps[m].region != NONE)
				bits[pd->maps[m].region] |= pd->maps[m].vaddr;
		for (size_t m = 0; pd->vm && m < pd->vm->num_maps; m++)
			if (pd->vm->maps[m].region != NONE)
				bits[pd->vm->maps[m].region] |= pd->vm->maps[m].vaddr;
	}
	for (size_t i = 0; i < system->num_regions; i++)
		if (system->regions[i].page_bytes == 0)
			system->regions[i].page_bytes = bits[i] % LARGE_PAGE_BYTES
								? PAGE_BYTES
								: LARGE_PAGE_BYTES;
}

static void judge_prefill_sizes(struct rules *rules)
{
	const struct system *system = rules->system;

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		for (size_t s = 0; s < pd->num_setvars; s++) {
			const struct setvar *setvar = &pd->setvars[s];
			const struct map *map;

			if (setvar->kind != SETVAR_PREFILL_SIZE)
				continue;
			map = &pd->maps[setvar->index];
			if (map->region == NONE ||
				system->regions[map->region].prefill_path)
				continue;
			RULE_ERROR(rules, &setvar->at,
				"setvar_prefill_none: setvar_prefill_size needs a "
				"prefilled region",
				"give the region prefill_path, or use setvar_size",
				"region '%s' is not prefilled", map->region_name);
		}
	}
}

/* The first PD that maps each region, itself or in its virtual machine. */
static void judge_sharing(struct rules *rules, size_t owner, const struct map *maps,
	size_t num_maps, size_t *owners)
{
	for (size_t m = 0; m < num_maps; m++) {
		size_t index = maps[m].region;
		const struct region *region;

		if (index == NONE)
			continue;
		region = &rules->system->regions[index];
		if (owners[index] == NONE)
			owners[index] = owner;
		if (owners[index] == owner || !is_device(rules, region) ||
			region->shared_device)
			continue;
		RULE_ERROR(rules, &maps[m].at, "device_shared: a device is one PD's",
			"let one PD drive the device and serve the others, or say "
			"shared_device=\"true\" at the region",
			"'%s' and '%s' map device region '%s'",
			rules->system->pds[owners[index]].name,
			rules->system->pds[owner].name, region->name);
	}
}

static void judge_devices(struct rules *rules)
{
	const struct system *system = rules->system;
	size_t *owners = list_allocate(system->num_regions * sizeof(*owners));

	for (size_t i = 0; i < system->num_regions; i++) {
		const struct region *region = &system->regions[i];

		owners[i] = NONE;
		if ((region->shared_device || region->dma != DMA_UNSAID) &&
			!is_device(rules, region))
			RULE_ERROR(rules, &region->at,
				"region_device: shared_device and dma say something of a "
				"device",
				"give the region the device's phys_addr, or remove them",
				"region '%s' is no device", region->name);
	}
	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		judge_sharing(rules, i, pd->maps, pd->num_maps, owners);
		if (pd->vm)
			judge_sharing(rules, i, pd->vm->maps, pd->vm->num_maps, owners);
	}
}

void rules_memory(struct rules *rules)
{
	judge_regions(rules);
	judge_devices(rules);
	judge_spaces(rules);
	judge_prefill_sizes(rules);
	choose_pages(rules);
}
