/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for the addresses of one program: its symbol table, sorted. */
#include "symbols.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "elf_symbols.h"
#include "list.h"

enum { INSTRUCTION_BYTES = 4 };
/* Arm ARM (DDI 0487), C6.2: BL imm26 and BLR Xn; BLRAA and its like are not built. */
#define BL_MASK 0xfc000000u
#define BL 0x94000000u
#define BLR_MASK 0xfffffc1fu
#define BLR 0xd63f0000u

static int compare_entries(const void *a, const void *b)
{
	const struct symbols_entry *x = a;
	const struct symbols_entry *y = b;

	if (x->vaddr != y->vaddr)
		return x->vaddr < y->vaddr ? -1 : 1;
	/* Of two names for one address, the one with a size, else the lesser. */
	if ((x->bytes == 0) != (y->bytes == 0))
		return x->bytes == 0 ? -1 : 1;
	return strcmp(y->name, x->name);
}

static const struct elf_segment *segment_of(const struct symbols *symbols, uint64_t vaddr)
{
	for (size_t i = 0; i < symbols->elf.num_segments; i++) {
		const struct elf_segment *segment = &symbols->elf.segments[i];

		if (vaddr >= segment->vaddr &&
			vaddr - segment->vaddr < segment->memory_bytes)
			return segment;
	}
	return NULL;
}

bool symbols_load(const char *file, struct symbols *symbols)
{
	size_t num;

	memset(symbols, 0, sizeof(*symbols));
	if (!elf_load(file, &symbols->elf))
		return false;
	num = elf_symbol_count(&symbols->elf);
	for (size_t i = 0; i < num; i++) {
		struct elf_symbol symbol;
		struct symbols_entry *entry;
		bool code;

		if (!elf_symbol_at(&symbols->elf, i, &symbol) ||
			segment_of(symbols, symbol.vaddr) == NULL)
			continue;
		code = symbols_is_code(symbols, symbol.vaddr);
		/* Assembly has labels without a type; "$x" and its like mark code and data. */
		if (symbol.type != STT_FUNC && symbol.type != STT_OBJECT &&
			(symbol.type != STT_NOTYPE || !code || symbol.name[0] == '$' ||
				symbol.name[0] == '.' || symbol.name[0] == '\0'))
			continue;
		entry = LIST_ADD(symbols->entries, symbols->num_entries);
		entry->vaddr = symbol.vaddr;
		entry->bytes = symbol.bytes;
		entry->name = symbol.name;
		entry->code = code;
	}
	if (symbols->num_entries != 0)
		qsort(symbols->entries, symbols->num_entries, sizeof(*symbols->entries),
			compare_entries);
	return true;
}

const char *symbols_find(const struct symbols *symbols, uint64_t vaddr, uint64_t *offset)
{
	size_t below = 0;
	size_t above = symbols->num_entries;
	const struct symbols_entry *entry;

	/* The last entry at or below the address is before `above`. */
	while (below < above) {
		size_t middle = below + (above - below) / 2;

		if (symbols->entries[middle].vaddr <= vaddr)
			below = middle + 1;
		else
			above = middle;
	}
	if (above == 0 || segment_of(symbols, vaddr) == NULL)
		return NULL;
	entry = &symbols->entries[above - 1];
	*offset = vaddr - entry->vaddr;
	if (segment_of(symbols, entry->vaddr) != segment_of(symbols, vaddr) ||
		(entry->bytes != 0 ? *offset >= entry->bytes : !entry->code))
		return NULL;
	return entry->name;
}

bool symbols_is_code(const struct symbols *symbols, uint64_t vaddr)
{
	const struct elf_segment *segment = segment_of(symbols, vaddr);

	return segment != NULL && (segment->perms & PERM_X) != 0 &&
	       vaddr % INSTRUCTION_BYTES == 0;
}

bool symbols_follows_call(const struct symbols *symbols, uint64_t vaddr)
{
	const struct elf_segment *segment;
	uint32_t instruction;

	if (vaddr < INSTRUCTION_BYTES ||
		!symbols_is_code(symbols, vaddr - INSTRUCTION_BYTES))
		return false;
	vaddr -= INSTRUCTION_BYTES;
	segment = segment_of(symbols, vaddr);
	if (vaddr - segment->vaddr + INSTRUCTION_BYTES > segment->file_bytes)
		return false;
	memcpy(&instruction,
		symbols->elf.data + segment->file_offset + (vaddr - segment->vaddr),
		sizeof(instruction));
	return (instruction & BL_MASK) == BL || (instruction & BLR_MASK) == BLR;
}
