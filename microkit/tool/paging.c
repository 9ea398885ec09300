/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page tables: stage 2 for PDs, stage 1 of EL2 for the kernel and the loader.
 *
 * Both have a 4 KiB granule and start at level 1 (Arm ARM DDI 0487, D8.2 and
 * D8.3): stage 2 with a 40-bit IPA and two concatenated root tables, 1024
 * entries of 1 GiB; EL2 with 39 bits and one root of 512. Level 2 has entries of
 * 2 MiB, level 3 pages of 4 KiB.
 *
 * The tables are built in the host's memory as if they were at tables->paddr.
 * In a trial that is 0, and so may be the physical addresses that are mapped:
 * how many tables there are depends on virtual addresses only.
 */
#include <string.h>

#include "build.h"

#define TABLE_WORDS 512u

#define DESC_BLOCK 0x1ull /* levels 1 and 2 */
#define DESC_TABLE 0x3ull /* levels 1 and 2 */
#define DESC_PAGE 0x3ull  /* level 3 */
#define DESC_ADDRESS 0x0000fffffffff000ull
#define DESC_INNER_SHAREABLE (3ull << 8)
#define DESC_AF (1ull << 10)
#define DESC_XN (1ull << 54)

/* Stage 2: MemAttr[5:2] and S2AP[7:6] (D8.3, stage 2 attribute fields). */
#define S2_DEVICE_NGNRE (0x1ull << 2)
#define S2_NORMAL_NC (0x5ull << 2)
#define S2_NORMAL_WB (0xfull << 2)
#define S2_READ (1ull << 6)
#define S2_READ_WRITE (3ull << 6)

/* EL2 stage 1: AttrIndx[4:2] as loader and kernel set MAIR_EL2; AP[2:1]. */
#define EL2_NORMAL (0ull << 2)
#define EL2_DEVICE (1ull << 2)
#define EL2_READ_WRITE (1ull << 6)
#define EL2_READ (3ull << 6)

#define STAGE2_ROOT_PAGES 2u

static unsigned level_shift(unsigned level)
{
	return 39u - 9u * level; /* 30, 21, 12 */
}

static uint64_t stage2_attributes(const struct mapping *mapping)
{
	uint64_t bits = DESC_AF | DESC_INNER_SHAREABLE;
	bits |= (mapping->perms & PERM_W) != 0 ? S2_READ_WRITE : S2_READ;
	bits |= (mapping->perms & PERM_X) != 0 ? 0 : DESC_XN;
	switch (mapping->kind) {
	case MEMORY_NORMAL:
		return bits | S2_NORMAL_WB;
	case MEMORY_UNCACHED:
		return bits | S2_NORMAL_NC;
	case MEMORY_DEVICE:
		break;
	}
	return bits | S2_DEVICE_NGNRE;
}

static uint64_t el2_attributes(const struct mapping *mapping)
{
	uint64_t bits = DESC_AF;
	bits |= (mapping->perms & PERM_W) != 0 ? EL2_READ_WRITE : EL2_READ;
	bits |= (mapping->perms & PERM_X) != 0 ? 0 : DESC_XN;
	if (mapping->kind == MEMORY_DEVICE)
		return bits | EL2_DEVICE;
	return bits | EL2_NORMAL | DESC_INNER_SHAREABLE;
}

/* Appends empty tables; their physical address. */
static uint64_t new_tables(struct tables *tables, size_t count)
{
	uint64_t paddr = tables->paddr + tables->pages * PAGE_BYTES;
	for (size_t i = 0; i < count; i++) {
		tables->words = build_grow(
			tables->words, tables->pages, &tables->capacity, PAGE_BYTES);
		memset(tables->words + tables->pages * TABLE_WORDS, 0, PAGE_BYTES);
		tables->pages++;
	}
	return paddr;
}

static uint64_t *table_words(const struct tables *tables, uint64_t paddr)
{
	return tables->words + (paddr - tables->paddr) / sizeof(uint64_t);
}

/* Enters one page or block of `level`; false if something is there already. */
static bool enter(struct tables *tables, uint64_t root, uint64_t vaddr, unsigned level,
	uint64_t descriptor)
{
	uint64_t table = root;
	for (unsigned l = 1; l < level; l++) {
		/* The roots of stage 2 are adjacent, so an index may pass 511. */
		uint64_t index = vaddr >> level_shift(l);
		index = l == 1 ? index : index % TABLE_WORDS;
		uint64_t entry = table_words(tables, table)[index];
		if (entry == 0) {
			entry = new_tables(tables, 1) | DESC_TABLE;
			table_words(tables, table)[index] = entry;
		}
		if ((entry & DESC_TABLE) != DESC_TABLE)
			return false;
		table = entry & DESC_ADDRESS;
	}
	uint64_t index = vaddr >> level_shift(level);
	index = level == 1 ? index : index % TABLE_WORDS;
	uint64_t *word = &table_words(tables, table)[index];
	bool empty = *word == 0;
	*word = descriptor;
	return empty;
}

/* Maps with the largest pages that alignment and page_bytes allow. */
static bool map(struct tables *tables, uint64_t root, const struct mapping *mapping,
	uint64_t attributes)
{
	uint64_t done = 0;
	while (done < mapping->bytes) {
		uint64_t vaddr = mapping->vaddr + done, paddr = mapping->paddr + done;
		uint64_t together = tables->trial ? vaddr : vaddr | paddr;
		unsigned level = 1;
		for (; level < 3; level++) {
			uint64_t bytes = 1ull << level_shift(level);
			if (bytes <= mapping->page_bytes && together % bytes == 0 &&
				bytes <= mapping->bytes - done)
				break;
		}
		uint64_t type = level < 3 ? DESC_BLOCK : DESC_PAGE;
		if (!enter(tables, root, vaddr, level, paddr | attributes | type))
			return false;
		done += 1ull << level_shift(level);
	}
	return true;
}

static bool map_program(struct build *build, struct program *program)
{
	struct mappings mappings = { 0 };
	bool good = true;
	layout_mappings(build, program, &mappings);
	for (size_t i = 0; i < mappings.count; i++)
		good = map(&build->tables, program->root, &mappings.items[i],
			       stage2_attributes(&mappings.items[i])) &&
		       good;
	return good;
}

static bool map_el2(struct build *build, uint64_t root,
	void (*layout)(const struct build *build, struct mappings *mappings))
{
	struct mappings mappings = { 0 };
	bool good = true;
	layout(build, &mappings);
	for (size_t i = 0; i < mappings.count; i++)
		good = map(&build->tables, root, &mappings.items[i],
			       el2_attributes(&mappings.items[i])) &&
		       good;
	return good;
}

bool paging_build(struct build *build)
{
	struct tables *tables = &build->tables;
	bool good;

	tables->pages = 0;
	/* The roots first, for those of stage 2 are aligned to their size. */
	for (size_t i = 0; i < build->num_programs; i++)
		build->programs[i].root = new_tables(tables, STAGE2_ROOT_PAGES);
	build->kernel_root = new_tables(tables, 1);
	build->boot_root = new_tables(tables, 1);
	good = map_el2(build, build->kernel_root, layout_kernel_mappings);
	/* The loader sees the kernel's windows through the same lower tables. */
	memcpy(table_words(tables, build->boot_root),
		table_words(tables, build->kernel_root), PAGE_BYTES);
	good = map_el2(build, build->boot_root, layout_loader_mappings) && good;
	good = map_el2(build, build->kernel_root, layout_postmortem_mappings) && good;
	for (size_t i = 0; i < build->num_programs; i++)
		good = map_program(build, &build->programs[i]) && good;
	return good;
}
