/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of ELF64 executables for AArch64.
 *
 * The file is untrusted: whatever its bytes say, nothing outside them is read.
 * Every table is checked against the file's length before use ("inside"), and
 * every structure is copied out before it is looked at, so no field is read
 * unaligned or twice. The layout is that of the System V ABI, chapters 4 and 5,
 * whose structures <elf.h> has.
 */
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "elf_symbols.h"
#include "model.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "files are little endian");

#define FILE_BYTES_MAX ((size_t)1 << 30)
#define SEGMENTS_MAX 64u
/* No virtual address of AArch64's lower half is higher (without LVA). */
#define ADDRESS_MAX (1ull << 48)

static const char rule[] =
	"program_elf: a program is a static ELF64 executable for AArch64";
static const char fix[] = "link it with the SDK's microkit.ld for aarch64-none-elf";

static bool refuse(const char *file, const char *why)
{
	diag_error(file, NULL, rule, fix, "%s", why);
	return false;
}

/* Is [offset, offset + bytes) inside the file? */
static bool inside(const struct elf *elf, uint64_t offset, uint64_t bytes)
{
	return offset <= elf->bytes && bytes <= elf->bytes - offset;
}

static bool read_file(const char *file, struct elf *elf)
{
	FILE *stream = fopen(file, "rb");
	long length = -1;
	if (stream != NULL && fseek(stream, 0, SEEK_END) == 0)
		length = ftell(stream);
	if (length < 0 || (size_t)length > FILE_BYTES_MAX ||
		fseek(stream, 0, SEEK_SET) != 0) {
		diag_error(file, NULL,
			"program_file: a program is a readable file of at most 1 GiB",
			"check the path and its permissions", "cannot read the file: %s",
			errno != 0 ? strerror(errno) : "not a plain file or too large");
		if (stream != NULL)
			fclose(stream);
		return false;
	}
	elf->bytes = (size_t)length;
	elf->data = malloc(elf->bytes + 1u);
	bool whole = elf->data != NULL &&
		     fread(elf->data, 1, elf->bytes, stream) == elf->bytes;
	fclose(stream);
	if (!whole)
		return refuse(file, "cannot read the whole file");
	return true;
}

static bool check_header(struct elf *elf, Elf64_Ehdr *header)
{
	if (!inside(elf, 0, sizeof(*header)))
		return refuse(elf->file, "the file is too short for an ELF header");
	memcpy(header, elf->data, sizeof(*header));
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
		return refuse(elf->file, "this is not an ELF file");
	if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
		header->e_ident[EI_DATA] != ELFDATA2LSB ||
		header->e_machine != EM_AARCH64)
		return refuse(elf->file,
			"this ELF file is not for little-endian 64-bit AArch64");
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return refuse(elf->file, "this ELF file is not an executable");
	if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
		!inside(elf, header->e_phoff,
			(uint64_t)header->e_phnum * sizeof(Elf64_Phdr)))
		return refuse(elf->file, "the program header table is not in the file");
	elf->entry = header->e_entry;
	return true;
}

static bool add_segment(struct elf *elf, const Elf64_Phdr *program)
{
	if (program->p_filesz > program->p_memsz ||
		!inside(elf, program->p_offset, program->p_filesz) ||
		program->p_vaddr >= ADDRESS_MAX ||
		program->p_memsz > ADDRESS_MAX - program->p_vaddr)
		return refuse(elf->file,
			"a segment is not in the file or not in the address space");
	if (elf->num_segments == SEGMENTS_MAX)
		return refuse(elf->file, "the program has more than 64 segments");
	unsigned perms = 0;
	if ((program->p_flags & PF_R) != 0)
		perms |= PERM_R;
	if ((program->p_flags & PF_W) != 0)
		perms |= PERM_W;
	if ((program->p_flags & PF_X) != 0)
		perms |= PERM_X;
	/* Insert by address; the linker writes them in this order already. */
	size_t place = elf->num_segments++;
	for (; place > 0 && elf->segments[place - 1].vaddr > program->p_vaddr; place--)
		elf->segments[place] = elf->segments[place - 1];
	elf->segments[place] = (struct elf_segment){
		.vaddr = program->p_vaddr,
		.file_bytes = program->p_filesz,
		.memory_bytes = program->p_memsz,
		.file_offset = program->p_offset,
		.perms = perms,
	};
	return true;
}

static bool read_segments(struct elf *elf, const Elf64_Ehdr *header)
{
	elf->segments = calloc(SEGMENTS_MAX, sizeof(*elf->segments));
	if (elf->segments == NULL)
		return refuse(elf->file, "out of memory");
	for (size_t i = 0; i < header->e_phnum; i++) {
		Elf64_Phdr program;
		memcpy(&program, elf->data + header->e_phoff + i * sizeof(program),
			sizeof(program));
		if (program.p_type == PT_INTERP)
			return refuse(elf->file, "the program is linked dynamically");
		if (program.p_type == PT_LOAD && program.p_memsz > 0 &&
			!add_segment(elf, &program))
			return false;
	}
	if (elf->num_segments == 0)
		return refuse(elf->file, "the program has no segment to load");
	for (size_t i = 1; i < elf->num_segments; i++) {
		const struct elf_segment *before = &elf->segments[i - 1];
		if (before->vaddr + before->memory_bytes > elf->segments[i].vaddr)
			return refuse(elf->file, "two segments of the program overlap");
	}
	return true;
}

/* The section header `index`. Requires: check_sections and index < e_shnum. */
static Elf64_Shdr section_at(const struct elf *elf, size_t index)
{
	Elf64_Ehdr header;
	Elf64_Shdr section;

	memcpy(&header, elf->data, sizeof(header));
	memcpy(&section, elf->data + header.e_shoff + index * sizeof(section),
		sizeof(section));
	return section;
}

/* Whether the file has the symbol table and its strings that a section names. */
static bool check_symbols(
	const struct elf *elf, const Elf64_Shdr *symbols, size_t num_sections)
{
	if (symbols->sh_entsize != sizeof(Elf64_Sym) ||
		!inside(elf, symbols->sh_offset, symbols->sh_size))
		return refuse(elf->file, "the symbol table is not in the file, or has "
					 "entries that are not "
					 "of 24 bytes");
	Elf64_Shdr strings = { 0 };
	if (symbols->sh_link < num_sections)
		strings = section_at(elf, symbols->sh_link);
	if (strings.sh_type != SHT_STRTAB || strings.sh_size == 0 ||
		!inside(elf, strings.sh_offset, strings.sh_size) ||
		elf->data[strings.sh_offset + strings.sh_size - 1] != '\0')
		return refuse(elf->file,
			"the symbol table's names are not in the file, or do not end "
			"with a NUL");
	return true;
}

/* A file may have no sections at all, or no symbols among them. */
static bool check_sections(struct elf *elf, const Elf64_Ehdr *header)
{
	size_t num_tables = 0;

	if (header->e_shnum == 0)
		return true;
	if (header->e_shentsize != sizeof(Elf64_Shdr) ||
		!inside(elf, header->e_shoff,
			(uint64_t)header->e_shnum * sizeof(Elf64_Shdr)))
		return refuse(elf->file, "the section header table is not in the file");
	for (size_t i = 0; i < header->e_shnum; i++) {
		Elf64_Shdr section = section_at(elf, i);
		if (section.sh_type != SHT_SYMTAB)
			continue;
		if (++num_tables > 1)
			return refuse(elf->file, "the program has two symbol tables");
		if (!check_symbols(elf, &section, header->e_shnum))
			return false;
	}
	return true;
}

bool elf_load(const char *file, struct elf *elf)
{
	Elf64_Ehdr header;

	*elf = (struct elf){ .file = file };
	errno = 0;
	return read_file(file, elf) && check_header(elf, &header) &&
	       read_segments(elf, &header) && check_sections(elf, &header);
}

/* The symbol table and its strings, which elf_load has checked; false without. */
static bool find_symbols(const struct elf *elf, Elf64_Shdr *symbols, Elf64_Shdr *strings)
{
	Elf64_Ehdr header;

	memcpy(&header, elf->data, sizeof(header));
	for (size_t i = 0; i < header.e_shnum; i++) {
		*symbols = section_at(elf, i);
		if (symbols->sh_type != SHT_SYMTAB)
			continue;
		*strings = section_at(elf, symbols->sh_link);
		return true;
	}
	return false;
}

size_t elf_symbol_count(const struct elf *elf)
{
	Elf64_Shdr symbols, strings;
	if (!find_symbols(elf, &symbols, &strings))
		return 0;
	return symbols.sh_size / sizeof(Elf64_Sym);
}

static bool decode_symbol(const struct elf *elf, const Elf64_Shdr *symbols,
	const Elf64_Shdr *strings, size_t index, struct elf_symbol *symbol)
{
	Elf64_Sym raw;
	memcpy(&raw, elf->data + symbols->sh_offset + index * sizeof(raw), sizeof(raw));
	if (raw.st_shndx == SHN_UNDEF || raw.st_name >= strings->sh_size)
		return false;
	*symbol = (struct elf_symbol){
		.name = (const char *)elf->data + strings->sh_offset + raw.st_name,
		.vaddr = raw.st_value,
		.bytes = raw.st_size,
		.type = ELF64_ST_TYPE(raw.st_info),
		.global = ELF64_ST_BIND(raw.st_info) != STB_LOCAL,
	};
	return true;
}

bool elf_symbol_at(const struct elf *elf, size_t index, struct elf_symbol *symbol)
{
	Elf64_Shdr symbols, strings;
	return find_symbols(elf, &symbols, &strings) &&
	       index < symbols.sh_size / sizeof(Elf64_Sym) &&
	       decode_symbol(elf, &symbols, &strings, index, symbol);
}

size_t elf_symbol(
	const struct elf *elf, const char *name, uint64_t *vaddr, uint64_t *bytes)
{
	Elf64_Shdr symbols, strings;
	size_t globals = 0, locals = 0;

	if (!find_symbols(elf, &symbols, &strings))
		return 0;
	size_t count = symbols.sh_size / sizeof(Elf64_Sym);
	for (size_t i = 0; i < count; i++) {
		struct elf_symbol symbol;
		if (!decode_symbol(elf, &symbols, &strings, i, &symbol) ||
			symbol.type == STT_FILE || symbol.type == STT_SECTION ||
			strcmp(symbol.name, name) != 0)
			continue;
		*(symbol.global ? &globals : &locals) += 1;
		if (globals > 0 && !symbol.global)
			continue;
		*vaddr = symbol.vaddr;
		*bytes = symbol.bytes;
	}
	return globals > 0 ? globals : locals;
}
