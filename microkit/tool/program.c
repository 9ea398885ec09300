/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an ELF file to runs: whole pages with the same permissions, the pages
 * with content first.
 *
 * Segments need not be aligned: a page has the permissions of all segments
 * that touch it. No page may be writable and executable at once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

static const char *file_of(const struct build *build, const struct program *program)
{
	return program->pd != NULL ? build->system->file : program->elf->file;
}

static const struct position *position_of(const struct program *program)
{
	return program->pd != NULL ? &program->pd->image_at : NULL;
}

static int by_value(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;
	return a < b ? -1 : a > b;
}

/* Every page boundary where permissions or content may change, sorted. */
static size_t boundaries(const struct program *program, uint64_t **list)
{
	size_t count = 0;
	*list = build_alloc(4 * program->elf->num_segments + 2 * program->num_patches,
		sizeof(**list));
	for (size_t i = 0; i < program->elf->num_segments; i++) {
		const struct elf_segment *segment = &program->elf->segments[i];
		(*list)[count++] = align_down(segment->vaddr, PAGE_BYTES);
		(*list)[count++] = align_up(
			segment->vaddr + segment->memory_bytes, PAGE_BYTES);
		if (segment->file_bytes > 0)
			(*list)[count++] = align_up(
				segment->vaddr + segment->file_bytes, PAGE_BYTES);
	}
	for (size_t i = 0; i < program->num_patches; i++) {
		const struct patch *patch = &program->patches[i];
		(*list)[count++] = align_down(patch->vaddr, PAGE_BYTES);
		(*list)[count++] = align_up(patch->vaddr + patch->bytes, PAGE_BYTES);
	}
	qsort(*list, count, sizeof(**list), by_value);
	return count;
}

/* Permissions of the segments that touch the range; 0 if none does. */
static unsigned perms_of(const struct program *program, uint64_t begin, uint64_t end)
{
	unsigned perms = 0;
	for (size_t i = 0; i < program->elf->num_segments; i++) {
		const struct elf_segment *segment = &program->elf->segments[i];
		if (segment->vaddr < end &&
			begin < segment->vaddr + segment->memory_bytes)
			perms |= segment->perms | PERM_R;
	}
	return perms;
}

/* End of the last byte in the range that comes from a file or a patch. */
static uint64_t content_end(const struct program *program, uint64_t begin, uint64_t end)
{
	uint64_t last = begin;
	for (size_t i = 0; i < program->elf->num_segments; i++) {
		const struct elf_segment *segment = &program->elf->segments[i];
		if (segment->file_bytes > 0 && segment->vaddr < end &&
			begin < segment->vaddr + segment->file_bytes)
			last = most(
				last, least(end, segment->vaddr + segment->file_bytes));
	}
	for (size_t i = 0; i < program->num_patches; i++) {
		const struct patch *patch = &program->patches[i];
		if (patch->vaddr < end && begin < patch->vaddr + patch->bytes)
			last = most(last, least(end, patch->vaddr + patch->bytes));
	}
	return last;
}

/* Appends the range to the last run, or begins a new one. */
static void add_range(
	struct program *program, uint64_t begin, uint64_t end, unsigned perms)
{
	uint64_t content = content_end(program, begin, end) - begin;
	struct run *last = program->num_runs > 0 ? &program->runs[program->num_runs - 1]
						 : NULL;
	bool joins = last != NULL && last->vaddr + last->bytes == begin &&
		     last->perms == perms &&
		     (content == 0 || run_file_bytes(last) == last->bytes);
	if (!joins) {
		last = &program->runs[program->num_runs++];
		*last = (struct run){ .vaddr = begin, .perms = perms };
	}
	if (content > 0)
		last->content_bytes = align_up(begin + content - last->vaddr, 16);
	last->bytes = end - last->vaddr;
}

static bool check_run(
	const struct build *build, const struct program *program, const struct run *run)
{
	if ((run->perms & (PERM_W | PERM_X)) != (PERM_W | PERM_X))
		return true;
	diag_error(file_of(build, program), position_of(program),
		"program_write_execute: no page of a program is writable and executable",
		"align the writable segments to 4096 bytes in the linker script",
		"%s: the pages from 0x%llx to 0x%llx would be writable and executable",
		program->elf->file, (unsigned long long)run->vaddr,
		(unsigned long long)(run->vaddr + run->bytes));
	return false;
}

static bool check_entry(const struct build *build, const struct program *program)
{
	uint64_t entry = program->elf->entry;
	if (entry % 4 == 0 && (perms_of(program, entry, entry + 4) & PERM_X) != 0)
		return true;
	diag_error(file_of(build, program), position_of(program),
		"program_entry: a program's entry point is in an executable segment",
		"define the entry point (_start) in the program's text",
		"%s: the entry point 0x%llx is not code", program->elf->file,
		(unsigned long long)entry);
	return false;
}

static bool find_runs(struct build *build, struct program *program)
{
	uint64_t *list, total = 0;
	size_t count = boundaries(program, &list);
	bool good = check_entry(build, program);

	program->runs = build_alloc(count + 1, sizeof(*program->runs));
	for (size_t i = 0; i + 1 < count; i++) {
		unsigned perms = 0;
		if (list[i] < list[i + 1])
			perms = perms_of(program, list[i], list[i + 1]);
		if (perms != 0)
			add_range(program, list[i], list[i + 1], perms);
	}
	free(list);
	for (size_t i = 0; i < program->num_runs; i++) {
		good = check_run(build, program, &program->runs[i]) && good;
		total += program->runs[i].bytes;
	}
	if (total > memory_left(&build->memory)) {
		diag_error(file_of(build, program), position_of(program),
			"program_too_large: a program fits into the board's RAM",
			"make the program's arrays smaller, or use memory regions",
			"%s: the program takes %llu KiB, the board has %llu KiB of RAM",
			program->elf->file, (unsigned long long)(total / 1024),
			(unsigned long long)(memory_left(&build->memory) / 1024));
		good = false;
	}
	return good;
}

uint64_t run_file_bytes(const struct run *run)
{
	return align_up(run->content_bytes, PAGE_BYTES);
}

void program_content(const struct build *build, const struct program *program,
	const struct run *run, uint8_t *out)
{
	uint64_t end = run->vaddr + run->content_bytes;

	memset(out, 0, run->content_bytes);
	for (size_t i = 0; i < program->elf->num_segments; i++) {
		const struct elf_segment *segment = &program->elf->segments[i];
		uint64_t from = most(run->vaddr, segment->vaddr);
		uint64_t to = least(end, segment->vaddr + segment->file_bytes);
		if (from < to)
			memcpy(out + (from - run->vaddr),
				program->elf->data + segment->file_offset +
					(from - segment->vaddr),
				to - from);
	}
	for (size_t i = 0; i < program->num_patches; i++) {
		const struct patch *patch = &program->patches[i];
		uint8_t bytes[NAME_BYTES];
		memcpy(bytes, patch->content, sizeof(bytes));
		if (patch->kind == PATCH_SETVAR) {
			uint64_t value = patch_value(build, program, patch->setvar);
			memcpy(bytes, &value, sizeof(value));
		}
		uint64_t from = most(run->vaddr, patch->vaddr);
		uint64_t to = least(end, patch->vaddr + patch->bytes);
		if (from < to)
			memcpy(out + (from - run->vaddr), bytes + (from - patch->vaddr),
				to - from);
	}
}

/* The ELF file, read the first time that it is asked for; NULL if it is bad. */
static const struct elf *load_once(struct build *build, const char *file)
{
	for (size_t i = 0; i < build->num_elfs; i++)
		if (strcmp(build->elfs[i]->file, file) == 0)
			return build->elfs[i]->num_segments > 0 ? build->elfs[i] : NULL;
	struct elf *elf = build_alloc(1, sizeof(*elf));
	bool good = elf_load(file, elf);
	if (!good)
		elf->num_segments = 0;
	build->elfs[build->num_elfs++] = elf;
	return good ? elf : NULL;
}

bool program_load(struct build *build, struct program *program, size_t index)
{
	const struct pd *pd = &build->system->pds[index];
	uint64_t use;

	program->pd = pd;
	program->index = index;
	if (pd->image_file == NULL)
		return false; /* the rules have said so */
	program->elf = load_once(build, pd->image_file);
	program->symbols = program->elf;
	if (pd->symbols_path != NULL)
		program->symbols = pd->symbols_file == NULL
					   ? NULL
					   : load_once(build, pd->symbols_file);
	if (program->elf == NULL || program->symbols == NULL)
		return false;
	if (!pd->fpu && elf_fpu_use(program->elf, &use))
		diag_warning(build->system->file, &pd->image_at,
			"program_fpu: a PD with fpu=\"false\" executes no floating-point "
			"instruction",
			"build the program with -mgeneral-regs-only, or say fpu=\"true\"",
			"%s uses floating-point or SIMD registers, first at 0x%llx",
			pd->image_file, (unsigned long long)use);
	return patch_collect(build, program) && find_runs(build, program);
}

bool program_load_kernel(struct build *build, const char *file)
{
	build->kernel.elf = load_once(build, file);
	return build->kernel.elf != NULL && find_runs(build, &build->kernel);
}
