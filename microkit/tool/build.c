/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system builder: from the judged system file to the image. The steps are
 * listed in build.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "build.h"

void *build_alloc(size_t count, size_t bytes)
{
	void *memory = calloc(count > 0 ? count : 1, bytes);
	if (memory == NULL) {
		fputs("microkit: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	return memory;
}

void *build_grow(void *array, size_t count, size_t *capacity, size_t bytes)
{
	if (count < *capacity)
		return array;
	*capacity = *capacity < 8 ? 8 : 2 * *capacity;
	array = *capacity > SIZE_MAX / bytes ? NULL : realloc(array, *capacity * bytes);
	if (array == NULL) {
		fputs("microkit: out of memory\n", stderr);
		exit(EXIT_FAILURE);
	}
	return array;
}

static const char *sdk_file(const struct build *build, const char *name)
{
	size_t bytes = strlen(build->board->directory) + strlen(name) + sizeof("/elf/");
	char *path = build_alloc(bytes, 1);
	snprintf(path, bytes, "%s/elf/%s", build->board->directory, name);
	return path;
}

static bool refuse_sdk(const char *file, const char *why)
{
	diag_error(file, NULL, "sdk_part: the SDK's parts are as its builder makes them",
		"build the SDK again", "%s", why);
	return false;
}

static bool load_loader(struct build *build)
{
	struct elf *elf = &build->loader;
	const char *file = sdk_file(build, "loader.elf");
	if (!elf_load(file, elf))
		return false;
	const struct elf_segment *last = &elf->segments[elf->num_segments - 1];
	if (elf->segments[0].vaddr != 0 || elf->segments[0].file_bytes < 64)
		return refuse_sdk(file, "the loader is not linked at address 0");
	if (last->vaddr + last->memory_bytes > (1u << 20))
		return refuse_sdk(file, "the loader is larger than 1 MiB");
	return true;
}

static bool load_stub(struct build *build)
{
	struct elf *elf = &build->start;
	const char *file = sdk_file(build, "start.elf");
	if (!elf_load(file, elf))
		return false;
	if (elf->num_segments != 1 || elf->segments[0].memory_bytes > PAGE_BYTES ||
		elf->segments[0].vaddr % PAGE_BYTES != 0 ||
		elf->entry != elf->segments[0].vaddr ||
		(elf->segments[0].perms & (PERM_W | PERM_X)) != PERM_X)
		return refuse_sdk(file, "the start stub is not one page of code with the "
					"entry point at its beginning");
	return true;
}

static bool load_kernel(struct build *build)
{
	bool statistics = false;
	for (size_t i = 0; i < build->system->num_pds; i++)
		statistics |= build->system->pds[i].statistics;
	/* The benchmark configuration's kernel always counts. */
	statistics = statistics && strcmp(build->board->config, "benchmark") != 0;
	build->layout->statistics_kernel = statistics;
	const char *file = sdk_file(
		build, statistics ? "kernel_statistics.elf" : "kernel.elf");
	if (!program_load_kernel(build, file))
		return false;
	const struct elf *elf = build->kernel.elf;
	const struct elf_segment *last = &elf->segments[elf->num_segments - 1];
	if (elf->segments[0].vaddr < KERNEL_VA ||
		last->vaddr + last->memory_bytes > KERNEL_VA_SYSTEM)
		return refuse_sdk(file, "the kernel is not linked inside its window");
	return true;
}

static bool load_programs(struct build *build)
{
	bool good = true;
	tables_number(build);
	for (size_t id = 0; id < build->num_programs; id++) {
		struct program *program = &build->programs[id];
		good = program_load(build, program, program->index) && good;
	}
	return good;
}

/* What the rules have said already is not said again. */
static bool check_system(const struct build *build)
{
	const struct system *system = build->system;
	bool good = true;

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct virtual_machine *vm = system->pds[i].vm;
		if (vm == NULL)
			continue;
		diag_error(system->file, &vm->at,
			"vm_unbuilt: this kernel has no virtual machines yet",
			"remove the virtual machine",
			"the virtual machine \"%s\" cannot be built", vm->name);
		good = false;
	}
	if (system->num_pds == 0 || system->num_pds > PD_MAX) {
		diag_error(system->file, NULL,
			"pd_count: a system has 1 to 254 protection domains",
			"put several roles into one protection domain",
			"the system has %zu protection domains", system->num_pds);
		good = false;
	}
	return good;
}

static void prepare(struct build *build)
{
	const struct board *board = build->board;
	/* Each PD has a program and symbols; then there is the kernel. */
	build->elfs = build_alloc(2 * build->system->num_pds + 1, sizeof(struct elf *));
	build->placements = build_alloc(
		build->system->num_regions, sizeof(struct placement));
	for (size_t i = 0; i < board->num_ram; i++)
		memory_add(&build->memory, board->ram[i].base, board->ram[i].bytes);
}

static bool bad_tables(const struct build *build, const char *what)
{
	diag_error(build->system->file, NULL,
		"tables_count: each page is mapped once, and the tables are as counted",
		"this is a mistake in the tool: please report it", "%s", what);
	return false;
}

/* How many tables there are decides where all else is. */
static bool count_tables(struct build *build)
{
	build->tables.trial = true;
	bool good = paging_build(build);
	build->tables.trial = false;
	return good || bad_tables(build, "two mappings are at one address");
}

static bool make_tables(struct build *build)
{
	size_t counted = build->tables.pages;
	if (paging_build(build) && build->tables.pages == counted)
		return true;
	return bad_tables(build, "the page tables came out otherwise than counted");
}

/* Where the regions are, for the report. */
static void describe_regions(const struct build *build)
{
	size_t num = build->system->num_regions;
	struct region_layout *out = build_alloc(num, sizeof(*out));

	for (size_t i = 0; i < num; i++) {
		const struct placement *placement = &build->placements[i];
		out[i].pieces = build_alloc(
			placement->num_pieces, sizeof(*out[i].pieces));
		out[i].num_pieces = placement->num_pieces;
		for (size_t p = 0; p < placement->num_pieces; p++) {
			out[i].pieces[p].paddr = placement->pieces[p].base;
			out[i].pieces[p].bytes = placement->pieces[p].bytes;
		}
	}
	build->layout->regions = out;
}

static void describe(const struct build *build)
{
	struct layout *layout = build->layout;
	describe_regions(build);
	layout_describe(build);
	layout->image_file_bytes = build->image_bytes;
	layout->image_memory_bytes = build->memory_end - build->board->image_base;
}

bool build_image(const struct options *options, const struct board *board,
	struct system *system, struct layout *layout)
{
	struct build *build = build_alloc(1, sizeof(*build));
	bool good;

	*build = (struct build){
		.options = options, .board = board, .system = system, .layout = layout
	};
	*layout = (struct layout){ 0 };
	if (diag_errors() > 0 || !check_system(build))
		return false;
	prepare(build);
	good = load_loader(build);
	good = load_stub(build) && good;
	good = load_kernel(build) && good;
	good = load_programs(build) && good;
	if (!good)
		return false;
	for (size_t id = 0; id < build->num_programs; id++)
		good = layout_space(build, &build->programs[id]) && good;
	if (!good || !count_tables(build) || !place_all(build) || !make_tables(build) ||
		!image_write(build))
		return false;
	describe(build);
	return true;
}
