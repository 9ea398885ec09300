/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The builder against mutated ELF files, a program's or one of the SDK's: it says what
 * is wrong and leaves no file, or builds an image that `microkit check` passes.
 *
 * usage: fuzz_elf FILE...   with TEST_SEED, and MICROKIT_SDK for the checker
 *
 * The working directory has SDK and SYSTEM, which name the files. Most mutants have a
 * field of a header, of a segment, a section or a symbol changed; some, bytes anywhere.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../check/check.h"
#include "../list.h"
#include "../model.h"
#include "../search.h"
#include "../test/fuzz.h"

#define SDK "sdk"
#define BOARD "test"
#define CONFIG "release"
#define SYSTEM "fuzz.system"
#define IMAGE "fuzz.img"

struct file {
	const char *path;
	char *bytes;
	size_t length;
};

static struct file *files;
static size_t num_files;
static const struct file *changed; /* on disk it is a mutant of this one; or NULL */

/* ---- mutation ---- */

/* The fields of a structure of the file: offset and bytes of each. */
struct spot {
	size_t offset, bytes;
};

#define SPOT(type, member)                                          \
	{                                                           \
		offsetof(type, member), sizeof(((type *)0)->member) \
	}

static const struct spot header_fields[] = { SPOT(Elf64_Ehdr, e_ident),
	SPOT(Elf64_Ehdr, e_type), SPOT(Elf64_Ehdr, e_machine), SPOT(Elf64_Ehdr, e_entry),
	SPOT(Elf64_Ehdr, e_phoff), SPOT(Elf64_Ehdr, e_shoff),
	SPOT(Elf64_Ehdr, e_phentsize), SPOT(Elf64_Ehdr, e_phnum),
	SPOT(Elf64_Ehdr, e_shentsize), SPOT(Elf64_Ehdr, e_shnum),
	SPOT(Elf64_Ehdr, e_shstrndx) };
static const struct spot program_fields[] = { SPOT(Elf64_Phdr, p_type),
	SPOT(Elf64_Phdr, p_flags), SPOT(Elf64_Phdr, p_offset), SPOT(Elf64_Phdr, p_vaddr),
	SPOT(Elf64_Phdr, p_filesz), SPOT(Elf64_Phdr, p_memsz),
	SPOT(Elf64_Phdr, p_align) };
static const struct spot section_fields[] = { SPOT(Elf64_Shdr, sh_type),
	SPOT(Elf64_Shdr, sh_offset), SPOT(Elf64_Shdr, sh_size), SPOT(Elf64_Shdr, sh_link),
	SPOT(Elf64_Shdr, sh_info), SPOT(Elf64_Shdr, sh_entsize) };
static const struct spot symbol_fields[] = { SPOT(Elf64_Sym, st_name),
	SPOT(Elf64_Sym, st_info), SPOT(Elf64_Sym, st_shndx), SPOT(Elf64_Sym, st_value),
	SPOT(Elf64_Sym, st_size) };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A field of one of so many structures from `at` on; 0 bytes if there are none. */
static struct spot choose(size_t at, size_t structures, size_t structure_bytes,
	const struct spot *fields, size_t num_fields)
{
	struct spot field = fields[fuzz_below(num_fields)];

	if (structures == 0)
		return (struct spot){ 0 };
	field.offset += at + structure_bytes * fuzz_below(structures);
	return field;
}

/* The original's table of symbols, which is section 1 (elves.py). */
static struct spot choose_symbol(const struct file *from, const Elf64_Ehdr *header)
{
	Elf64_Shdr section;

	memcpy(&section, from->bytes + header->e_shoff + sizeof(section),
		sizeof(section));
	return choose(section.sh_offset, section.sh_size / sizeof(Elf64_Sym),
		sizeof(Elf64_Sym), symbol_fields, COUNT(symbol_fields));
}

static struct spot choose_field(const struct file *from)
{
	Elf64_Ehdr header;

	memcpy(&header, from->bytes, sizeof(header));
	switch (fuzz_below(8)) {
	case 0:
		return choose(0, 1, 0, header_fields, COUNT(header_fields));
	case 1:
	case 2:
	case 3:
		return choose(header.e_phoff, header.e_phnum, sizeof(Elf64_Phdr),
			program_fields, COUNT(program_fields));
	case 4:
		return choose(header.e_shoff, header.e_shnum, sizeof(Elf64_Shdr),
			section_fields, COUNT(section_fields));
	default:
		return choose_symbol(from, &header);
	}
}

/* What a field that had this value becomes. */
static uint64_t other_value(uint64_t old, size_t length)
{
	static const uint64_t steps[] = { 1, 4, 8, 16, 24, 64, 0x1000, 0x100000 };
	static const uint64_t values[] = { 0, 1, 2, 3, 0xff, 0xfff1, 0x7fffffff,
		0x80000000, 0xffffffff, 0x100000000, 0xfffffff000, 0xffffffffff,
		0x1000000000000, 0x7fffffffffffffff, 0xfffffffffffff000, UINT64_MAX };
	uint64_t step = steps[fuzz_below(COUNT(steps))];

	switch (fuzz_below(6)) {
	case 0:
		return old ^ 1ull << fuzz_below(64);
	case 1:
		return old + step;
	case 2:
		return old - step;
	case 3:
		return fuzz_below(length + 64);
	case 4:
		return fuzz_below(40);
	default:
		return values[fuzz_below(COUNT(values))];
	}
}

static void edit_field(const struct file *from, char *bytes)
{
	struct spot field = choose_field(from);
	size_t size = field.bytes < 8 ? field.bytes : 8;
	struct spot other = choose_field(from);
	uint64_t value = 0;

	if (other.bytes == field.bytes && fuzz_below(3) == 0) {
		memmove(bytes + field.offset, bytes + other.offset, field.bytes);
		return;
	}
	memcpy(&value, bytes + field.offset, size);
	value = other_value(value, from->length);
	memcpy(bytes + field.offset, &value, size);
}

static void edit_bytes(char *bytes, size_t length)
{
	size_t at = fuzz_below(length);
	size_t span = fuzz_below(length - at < 64 ? length - at : 64);

	switch (fuzz_below(3)) {
	case 0:
		bytes[at] = (char)(bytes[at] ^ 1 << fuzz_below(8));
		break;
	case 1:
		memset(bytes + at, (int)fuzz_below(256), span);
		break;
	default:
		memmove(bytes + at, bytes + fuzz_below(length - span), span);
	}
}

/* A mutant of one of the files, every second one of the first. */
static struct file mutant(void)
{
	const struct file *from = &files[fuzz_below(2) * fuzz_below(num_files)];
	struct file to = { from->path, list_allocate(from->length), from->length };

	memcpy(to.bytes, from->bytes, from->length);
	for (size_t edits = 1 + fuzz_below(1 + fuzz_below(4)); edits > 0; edits--) {
		if (fuzz_below(6) == 0)
			edit_bytes(to.bytes, to.length);
		else
			edit_field(from, to.bytes);
	}
	if (fuzz_below(30) == 0)
		to.length = fuzz_below(to.length);
	return to;
}

/* ---- running ---- */

/* Whether there is an image; its absence without an error, or an error with it, is a bug. */
static bool build(void)
{
	static const char *paths[] = { "." };
	static const struct options options = { .sdk = SDK,
		.board = BOARD,
		.config = CONFIG,
		.system_file = SYSTEM,
		.output = IMAGE,
		.report = "report.txt",
		.search_paths = paths,
		.num_search_paths = 1 };
	struct board board = { 0 };
	struct system system = { 0 };
	struct layout layout = { 0 };
	bool good = false;

	fuzz_forget_errors();
	unlink(IMAGE);
	if (board_load(&options, &board) && sdf_parse(&options, &board, &system)) {
		subsystem_expand(&options, &board, &system);
		rules_apply(&options, &board, &system);
		good = build_image(&options, &board, &system, &layout);
	}
	if (good != (fuzz_errors() == 0) || good != (access(IMAGE, F_OK) == 0)) {
		fputs("errors, answer and image disagree\n", stderr);
		abort();
	}
	return good;
}

static void write_mutant(void)
{
	struct file to = mutant();

	if (changed && changed->path != to.path)
		fuzz_write(changed->path, changed->bytes, changed->length);
	for (size_t i = 0; i < num_files; i++)
		if (files[i].path == to.path)
			changed = &files[i];
	fuzz_write(to.path, to.bytes, to.length);
}

static bool judge_mutant(void)
{
	char *words[] = { "check", "--board", BOARD, "--config", CONFIG, IMAGE, SYSTEM };

	write_mutant();
	if (!build())
		return false;
	if (check_main((int)COUNT(words), words) != 0)
		abort();
	return true;
}

static const char *keep_mutant(void)
{
	write_mutant();
	return changed->path;
}

int main(int argc, char **argv)
{
	static const struct fuzz_campaign campaign = { .what = "ELF files",
		.variable = "ELF_FILES",
		.mutants = 10000,
		.batch = 100,
		.judge = judge_mutant,
		.keep = keep_mutant };

	for (int i = 1; i < argc; i++) {
		struct file *file = LIST_ADD(files, num_files);

		file->path = argv[i];
		if (!search_read(argv[i], &file->bytes, &file->length)) {
			printf("not ok - reading %s\n", argv[i]);
			return 1;
		}
	}
	if (num_files == 0 || !build()) {
		printf("not ok - the files as they are\n");
		return 1;
	}
	return fuzz_run(&campaign);
}
