/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a program use floating point?
 *
 * Only words that the ELF marks as code are looked at: a $x symbol begins code,
 * $d begins data. The test is by encoding group (Arm ARM DDI 0487, C4.1): it
 * names every instruction that reads or writes a SIMD&FP register, but for SVE
 * and SME, which the cores that we know do not have.
 */
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

/* An instruction is in the group if (word & mask) == value. */
static const struct {
	uint32_t mask, value;
} fpu_groups[] = {
	/* op0, bits 28:25, x111: data processing, scalar floating point and SIMD. */
	{ 0x0e000000u, 0x0e000000u },
	/* op0 x1x0: loads and stores; V, bit 26: of SIMD&FP registers. */
	{ 0x0e000000u, 0x0c000000u },
};

struct mark {
	uint64_t vaddr;
	bool code;
};

static int by_address(const void *left, const void *right)
{
	const struct mark *a = left, *b = right;
	if (a->vaddr != b->vaddr)
		return a->vaddr < b->vaddr ? -1 : 1;
	return (int)a->code - (int)b->code;
}

static bool is_fpu(uint32_t word)
{
	for (size_t i = 0; i < sizeof(fpu_groups) / sizeof(fpu_groups[0]); i++)
		if ((word & fpu_groups[i].mask) == fpu_groups[i].value)
			return true;
	return false;
}

/* The first use in [begin, end), of which the part in a code segment is read. */
static bool scan(const struct elf *elf, uint64_t begin, uint64_t end, uint64_t *vaddr)
{
	for (size_t i = 0; i < elf->num_segments; i++) {
		const struct elf_segment *segment = &elf->segments[i];
		if ((segment->perms & PERM_X) == 0)
			continue;
		uint64_t from = begin > segment->vaddr ? begin : segment->vaddr;
		uint64_t to = segment->vaddr + segment->file_bytes;
		if (to > end)
			to = end;
		if (from >= to) /* a symbol may stand anywhere */
			continue;
		from = align_up(from, 4);
		for (; from < to && to - from >= 4; from += 4) {
			uint32_t word;
			memcpy(&word,
				elf->data + segment->file_offset +
					(from - segment->vaddr),
				sizeof(word));
			if (is_fpu(word)) {
				*vaddr = from;
				return true;
			}
		}
	}
	return false;
}

bool elf_fpu_use(const struct elf *elf, uint64_t *vaddr)
{
	size_t count = elf_symbol_count(elf), num_marks = 0;
	struct mark *marks = build_alloc(count + 1, sizeof(*marks));
	for (size_t i = 0; i < count; i++) {
		struct elf_symbol symbol;
		if (!elf_symbol_at(elf, i, &symbol) || symbol.name[0] != '$' ||
			(symbol.name[1] != 'x' && symbol.name[1] != 'd') ||
			(symbol.name[2] != '\0' && symbol.name[2] != '.'))
			continue;
		marks[num_marks++] = (struct mark){ symbol.vaddr, symbol.name[1] == 'x' };
	}
	qsort(marks, num_marks, sizeof(*marks), by_address);
	bool found = false;
	for (size_t i = 0; i < num_marks && !found; i++) {
		uint64_t end = i + 1 < num_marks ? marks[i + 1].vaddr : UINT64_MAX;
		found = marks[i].code && scan(elf, marks[i].vaddr, end, vaddr);
	}
	free(marks);
	return found;
}
