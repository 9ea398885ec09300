/* SPDX-License-Identifier: BSD-2-Clause */
#include <elf.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "executable.h"

#define PARTS_MAX 256u
#define VADDR_TOP (1ull << 48)

static bool inside(const struct executable *e, uint64_t offset, uint64_t bytes)
{
	return offset <= e->data.size && bytes <= e->data.size - offset;
}

static int part_compare(const void *left, const void *right)
{
	const struct part *a = left, *b = right;
	return a->vaddr < b->vaddr ? -1 : a->vaddr > b->vaddr;
}

static bool parts_load(struct check *c, struct executable *e, const Elf64_Ehdr *header)
{
	if (header->e_phentsize != sizeof(Elf64_Phdr) ||
		!inside(e, header->e_phoff,
			(uint64_t)header->e_phnum * sizeof(Elf64_Phdr))) {
		complaint_in(c, e->file, NULL, "the program headers are not in the file");
		return false;
	}
	for (size_t i = 0; i < header->e_phnum; i++) {
		Elf64_Phdr p;
		memcpy(&p, e->data.data + header->e_phoff + i * sizeof p, sizeof p);
		if (p.p_type != PT_LOAD || p.p_memsz == 0)
			continue;
		if (!inside(e, p.p_offset, p.p_filesz) || p.p_filesz > p.p_memsz ||
			p.p_vaddr >= VADDR_TOP || p.p_memsz > VADDR_TOP - p.p_vaddr ||
			e->num_parts == PARTS_MAX) {
			complaint_in(c, e->file, NULL, "segment %zu makes no sense", i);
			return false;
		}
		size_t n = e->num_parts;
		e->parts = store_append(e->parts, &e->num_parts, sizeof *e->parts);
		e->parts[n] = (struct part){ p.p_vaddr, p.p_memsz, p.p_offset, p.p_filesz,
			(p.p_flags & PF_R ? ALLOW_READ : 0u) |
				(p.p_flags & PF_W ? ALLOW_WRITE : 0u) |
				(p.p_flags & PF_X ? ALLOW_EXECUTE : 0u) };
	}
	if (e->num_parts == 0) {
		complaint_in(c, e->file, NULL, "has no segment to load");
		return false;
	}
	qsort(e->parts, e->num_parts, sizeof *e->parts, part_compare);
	for (size_t i = 1; i < e->num_parts; i++)
		if (e->parts[i].vaddr <
			e->parts[i - 1].vaddr + e->parts[i - 1].memory_bytes) {
			complaint_in(c, e->file, NULL,
				"two segments overlap at 0x%" PRIx64, e->parts[i].vaddr);
			return false;
		}
	return true;
}

static uint64_t page_down(uint64_t address)
{
	return address & ~(uint64_t)(PAGE_BYTES - 1);
}

static uint64_t page_up(uint64_t address)
{
	return page_down(address + PAGE_BYTES - 1);
}

static void run_add(struct executable *e, uint64_t start, uint64_t end, unsigned allow)
{
	if (start >= end)
		return;
	struct run *last = e->num_runs == 0 ? NULL : &e->runs[e->num_runs - 1];
	if (last != NULL && last->vaddr + last->bytes == start && last->allow == allow) {
		last->bytes += end - start;
		return;
	}
	size_t n = e->num_runs;
	e->runs = store_append(e->runs, &e->num_runs, sizeof *e->runs);
	e->runs[n] = (struct run){ start, end - start, allow };
}

/*
 * Segments in order; a page at which one ends and the next begins has the
 * permissions of all that touch it.
 */
static void runs_make(struct executable *e)
{
	uint64_t done = 0; /* pages below have their run */
	for (size_t i = 0; i < e->num_parts; i++) {
		const struct part *p = &e->parts[i];
		uint64_t start = page_down(p->vaddr);
		uint64_t end = page_up(p->vaddr + p->memory_bytes);
		if (start < done)
			start = done;
		/* Whole pages of this segment alone, then its last page, shared. */
		uint64_t shared = end - PAGE_BYTES;
		unsigned allow = p->allow;
		bool follows = false;
		for (size_t j = i + 1; j < e->num_parts && e->parts[j].vaddr < end; j++) {
			allow |= e->parts[j].allow;
			follows = true;
		}
		if (!follows) {
			run_add(e, start, end, p->allow);
		} else if (start < end) {
			run_add(e, start, shared, p->allow);
			run_add(e, start > shared ? start : shared, end, allow);
		}
		if (end > done)
			done = end;
	}
}

/* Takes the place of the symbols and of their names; false if they make no sense. */
static bool symbols_take(struct executable *e, const Elf64_Shdr *symbols,
	const uint8_t *table, size_t num_sections)
{
	Elf64_Shdr names;
	if (symbols->sh_entsize != sizeof(Elf64_Sym) ||
		!inside(e, symbols->sh_offset, symbols->sh_size) ||
		symbols->sh_link >= num_sections)
		return false;
	memcpy(&names, table + symbols->sh_link * sizeof names, sizeof names);
	if (names.sh_type != SHT_STRTAB || names.sh_size == 0 ||
		!inside(e, names.sh_offset, names.sh_size) ||
		e->data.data[names.sh_offset + names.sh_size - 1] != '\0')
		return false;
	e->symbols_offset = symbols->sh_offset;
	e->symbols_bytes = symbols->sh_size;
	e->names_offset = names.sh_offset;
	e->names_bytes = names.sh_size;
	return true;
}

/* Finds the one SHT_SYMTAB section and its names, if there are. */
static bool symbols_find(struct check *c, struct executable *e, const Elf64_Ehdr *header)
{
	bool found = false;
	if (header->e_shnum == 0)
		return true;
	if (header->e_shentsize != sizeof(Elf64_Shdr) ||
		!inside(e, header->e_shoff,
			(uint64_t)header->e_shnum * sizeof(Elf64_Shdr))) {
		complaint_in(c, e->file, NULL, "the section headers are not in the file");
		return false;
	}
	const uint8_t *table = e->data.data + header->e_shoff;
	for (size_t i = 0; i < header->e_shnum; i++) {
		Elf64_Shdr s;
		memcpy(&s, table + i * sizeof s, sizeof s);
		if (s.sh_type != SHT_SYMTAB)
			continue;
		if (found || !symbols_take(e, &s, table, header->e_shnum)) {
			complaint_in(c, e->file, NULL,
				"symbol table %zu makes no sense, or is a second one", i);
			return false;
		}
		found = true;
	}
	return true;
}

bool executable_load(struct check *c, const char *file, struct executable *out)
{
	*out = (struct executable){ .file = file };
	Elf64_Ehdr header;
	if (!store_read(file, &out->data)) {
		complaint_in(c, file, NULL, "cannot be read");
		return false;
	}
	if (out->data.size < sizeof header) {
		complaint_in(c, file, NULL, "is no ELF file");
		return false;
	}
	memcpy(&header, out->data.data, sizeof header);
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
		header.e_ident[EI_CLASS] != ELFCLASS64 ||
		header.e_ident[EI_DATA] != ELFDATA2LSB ||
		header.e_machine != EM_AARCH64 ||
		(header.e_type != ET_EXEC && header.e_type != ET_DYN)) {
		complaint_in(c, file, NULL, "is no ELF64 executable for AArch64");
		return false;
	}
	out->entry = header.e_entry;
	if (!parts_load(c, out, &header))
		return false;
	runs_make(out);
	return symbols_find(c, out, &header);
}

/* Counts the definitions of a name; a global one hides local ones. */
static size_t symbol_find(const struct executable *e, const char *name, uint64_t *vaddr)
{
	size_t globals = 0, locals = 0;
	uint64_t global = 0, local = 0;
	const char *names = (const char *)e->data.data + e->names_offset;
	for (uint64_t at = 0; at + sizeof(Elf64_Sym) <= e->symbols_bytes;
		at += sizeof(Elf64_Sym)) {
		Elf64_Sym s;
		memcpy(&s, e->data.data + e->symbols_offset + at, sizeof s);
		if (s.st_shndx == SHN_UNDEF || s.st_name >= e->names_bytes ||
			ELF64_ST_TYPE(s.st_info) == STT_FILE ||
			ELF64_ST_TYPE(s.st_info) == STT_SECTION ||
			strcmp(names + s.st_name, name) != 0)
			continue;
		if (ELF64_ST_BIND(s.st_info) == STB_LOCAL) {
			locals++;
			local = s.st_value;
		} else {
			globals++;
			global = s.st_value;
		}
	}
	*vaddr = globals != 0 ? global : local;
	return globals != 0 ? globals : locals;
}

bool executable_defines(const struct executable *e, const char *name)
{
	uint64_t vaddr;
	return symbol_find(e, name, &vaddr) != 0;
}

bool executable_symbol(
	struct check *c, const struct executable *e, const char *name, uint64_t *vaddr)
{
	size_t count = symbol_find(e, name, vaddr);
	if (count == 0)
		complaint_in(c, e->file, NULL, "does not define the symbol '%s'", name);
	if (count > 1)
		complaint_in(c, e->file, NULL, "defines the symbol '%s' %zu times", name,
			count);
	return count == 1;
}

void executable_bytes(
	const struct executable *e, uint64_t vaddr, uint8_t *out, size_t bytes)
{
	memset(out, 0, bytes);
	for (size_t i = 0; i < e->num_parts; i++) {
		const struct part *p = &e->parts[i];
		uint64_t start = p->vaddr > vaddr ? p->vaddr : vaddr;
		uint64_t end = p->vaddr + p->file_bytes;
		if (end > vaddr + bytes)
			end = vaddr + bytes;
		if (start < end)
			memcpy(out + (start - vaddr),
				e->data.data + p->file_offset + (start - p->vaddr),
				end - start);
	}
}
