/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Address spaces: what is at which virtual address of each PD and of the
 * kernel. <kernel/image.h> draws both.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"

/* So that a copy's lines are its own. */
#define COPY_ALIGNMENT 64u

static void append(struct mappings *mappings, struct mapping mapping)
{
	if (mapping.bytes == 0)
		return;
	mappings->items = build_grow(
		mappings->items, mappings->count, &mappings->capacity, sizeof(mapping));
	mappings->items[mappings->count++] = mapping;
}

/* A part of the PD's own: ordinary memory in small pages. */
static void append_own(struct mappings *mappings, const char *what, uint64_t vaddr,
	uint64_t paddr, uint64_t bytes, unsigned perms)
{
	append(mappings, (struct mapping){ .vaddr = vaddr,
				 .paddr = paddr,
				 .bytes = bytes,
				 .page_bytes = PAGE_BYTES,
				 .perms = perms,
				 .kind = MEMORY_NORMAL,
				 .what = what });
}

static void append_program(const struct program *program, struct mappings *mappings)
{
	for (size_t i = 0; i < program->num_runs; i++) {
		const struct run *run = &program->runs[i];
		uint64_t content = run_file_bytes(run);
		if (program->pd != NULL && (run->perms & PERM_W) != 0)
			content = run->bytes;
		append_own(mappings, "the program", run->vaddr, run->paddr, content,
			run->perms);
		append_own(mappings, "the program", run->vaddr + content, run->tail_paddr,
			run->bytes - content, run->perms);
	}
}

static void append_map(
	const struct build *build, const struct map *map, struct mappings *mappings)
{
	const struct region *region = &build->system->regions[map->region];
	const struct placement *placement = &build->placements[map->region];
	struct mapping mapping = { .vaddr = map->vaddr,
		.bytes = region->bytes,
		.page_bytes = region->page_bytes,
		.perms = map->perms,
		.kind = map->cached ? MEMORY_NORMAL : MEMORY_UNCACHED,
		.what = region->name,
		.at = &map->at };
	if (placement->device)
		mapping.kind = MEMORY_DEVICE;
	if (placement->num_pieces == 0)
		append(mappings, mapping); /* not placed yet */
	for (size_t i = 0; i < placement->num_pieces; i++) {
		mapping.paddr = placement->pieces[i].base;
		mapping.bytes = placement->pieces[i].bytes;
		append(mappings, mapping);
		mapping.vaddr += mapping.bytes;
	}
}

void layout_mappings(const struct build *build, const struct program *program,
	struct mappings *mappings)
{
	const struct pd *pd = program->pd;
	uint64_t ipc_paddr = build->ipc_paddr +
			     build->ids[program->index] * (uint64_t)PAGE_BYTES;

	append_program(program, mappings);
	append_own(mappings, "the start area", program->start_vaddr, build->stub_paddr,
		PAGE_BYTES, PERM_R | PERM_X);
	append_own(mappings, "the start area", program->start_vaddr + PAGE_BYTES,
		program->table_paddr, PAGE_BYTES + program->copies_bytes, PERM_R);
	append_own(mappings, "the stack", STACK_TOP_VADDR - pd->stack_bytes,
		program->stack_paddr, pd->stack_bytes, PERM_R | PERM_W);
	append_own(mappings, "the IPC buffer", IPC_BUFFER_VADDR, ipc_paddr, PAGE_BYTES,
		PERM_R | PERM_W);
	for (size_t i = 0; i < pd->num_maps; i++)
		append_map(build, &pd->maps[i], mappings);
}

static int by_vaddr(const void *left, const void *right)
{
	const struct mapping *a = left, *b = right;
	if (a->vaddr != b->vaddr)
		return a->vaddr < b->vaddr ? -1 : 1;
	return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

/* Where it ends; the system file may say a vaddr for which that wraps. */
static uint64_t end_of(const struct mapping *mapping)
{
	uint64_t end = mapping->vaddr + mapping->bytes;
	return end < mapping->vaddr ? UINT64_MAX : end;
}

static bool check_overlaps(const struct build *build, const struct program *program,
	struct mappings *mappings)
{
	bool good = true;
	size_t last = 0; /* of those so far, the one that ends last */

	qsort(mappings->items, mappings->count, sizeof(*mappings->items), by_vaddr);
	for (size_t i = 0; i < mappings->count; i++) {
		const struct mapping *a = &mappings->items[last],
				     *b = &mappings->items[i];
		const struct position *at = b->at != NULL ? b->at : a->at;
		if (at == NULL)
			at = &program->pd->image_at;
		if (i > 0 && end_of(a) > b->vaddr) {
			diag_error(build->system->file, at,
				"space_overlap: what a PD's address space holds does not "
				"overlap",
				"choose another vaddr, or link the program elsewhere",
				"in PD \"%s\", %s at 0x%llx overlaps %s at 0x%llx to "
				"0x%llx",
				program->pd->name, b->what, (unsigned long long)b->vaddr,
				a->what, (unsigned long long)a->vaddr,
				(unsigned long long)end_of(a));
			good = false;
		}
		if (end_of(b) > PD_VA_TOP) {
			diag_error(build->system->file, at,
				"space_high: a PD's address space ends at 0x10000000000",
				"choose a lower vaddr",
				"in PD \"%s\", %s at 0x%llx ends beyond it",
				program->pd->name, b->what, (unsigned long long)b->vaddr);
			good = false;
		}
		if (end_of(b) > end_of(a))
			last = i;
	}
	return good;
}

bool layout_space(struct build *build, struct program *program)
{
	struct mappings mappings = { 0 };
	uint64_t copies = 0;
	size_t entries = 2; /* stack, IPC buffer */

	for (size_t i = 0; i < program->num_runs; i++) {
		struct run *run = &program->runs[i];
		if ((run->perms & PERM_W) == 0)
			continue;
		run->copy_offset = copies;
		copies = align_up(copies + run->content_bytes, COPY_ALIGNMENT);
		entries++;
	}
	program->copies_bytes = align_up(copies, PAGE_BYTES);
	if (entries > START_ENTRIES_MAX) {
		diag_error(build->system->file, &program->pd->image_at,
			"program_ranges: a program has at most 125 writable ranges",
			"let the linker script put writable data together",
			"the program of PD \"%s\" has %zu writable ranges",
			program->pd->name, entries - 2);
		return false;
	}
	uint64_t guard = STACK_TOP_VADDR - program->pd->stack_bytes - PAGE_BYTES;
	program->start_vaddr = guard - program->copies_bytes - 2 * PAGE_BYTES;
	layout_mappings(build, program, &mappings);
	append_own(&mappings, "the stack's guard page", guard, 0, PAGE_BYTES, 0);
	append_own(&mappings, "the start area's guard page",
		program->start_vaddr - PAGE_BYTES, 0, PAGE_BYTES, 0);
	return check_overlaps(build, program, &mappings);
}

static void append_window(struct mappings *mappings, uint64_t vaddr, uint64_t paddr,
	uint64_t bytes, unsigned perms)
{
	append_own(
		mappings, "the kernel", vaddr, paddr, align_up(bytes, PAGE_BYTES), perms);
}

static void append_device(
	struct mappings *mappings, uint64_t vaddr, uint64_t paddr, uint64_t bytes)
{
	append(mappings, (struct mapping){ .vaddr = vaddr,
				 .paddr = paddr,
				 .bytes = bytes,
				 .page_bytes = PAGE_BYTES,
				 .perms = PERM_R | PERM_W,
				 .kind = MEMORY_DEVICE,
				 .what = "a device" });
}

/* RAM where it is. */
static void append_ram(
	const struct build *build, unsigned perms, struct mappings *mappings)
{
	for (size_t i = 0; i < build->board->num_ram; i++)
		append(mappings, (struct mapping){ .vaddr = build->board->ram[i].base,
					 .paddr = build->board->ram[i].base,
					 .bytes = build->board->ram[i].bytes,
					 .page_bytes = 1u << 30,
					 .perms = perms,
					 .kind = MEMORY_NORMAL,
					 .what = "RAM" });
}

void layout_loader_mappings(const struct build *build, struct mappings *mappings)
{
	append_ram(build, PERM_R | PERM_W | PERM_X, mappings);
	append_device(mappings, build->board->uart, build->board->uart, PAGE_BYTES);
}

void layout_postmortem_mappings(const struct build *build, struct mappings *mappings)
{
	if (strcmp(build->board->config, "debug") == 0)
		append_ram(build, PERM_R, mappings);
}

void layout_kernel_mappings(const struct build *build, struct mappings *mappings)
{
	const struct board *board = build->board;
	size_t pds = build->num_programs;

	append_program(&build->kernel, mappings);
	append_window(mappings, KERNEL_VA_SYSTEM, build->system_paddr,
		sizeof(struct system_header), PERM_R);
	append_window(mappings, KERNEL_VA_PDS, build->pds_paddr,
		pds * sizeof(struct pd_constant), PERM_R);
	append_window(mappings, KERNEL_VA_DETAILS, build->details_paddr,
		pds * sizeof(struct pd_detail), PERM_R);
	append_window(mappings, KERNEL_VA_CAPS, build->caps_paddr,
		pds * CAP_SLOTS * sizeof(struct cap), PERM_R);
	append_window(mappings, KERNEL_VA_IRQS, build->irqs_paddr,
		board->num_irqs * sizeof(struct irq_constant), PERM_R);
	append_window(mappings, KERNEL_VA_IPC, build->ipc_paddr, pds * PAGE_BYTES,
		PERM_R | PERM_W);
	append_device(mappings, KERNEL_VA_GIC0, board->gic_distributor, GIC0_BYTES);
	append_device(mappings, KERNEL_VA_GIC1, board->gic_cpu, board_gic1_bytes(board));
	if (strcmp(board->config, "debug") == 0)
		append_device(mappings, KERNEL_VA_UART, board->uart, PAGE_BYTES);
}

/* One part of a PD, for the report. */
static void describe(struct pd_layout *out, uint64_t vaddr, uint64_t bytes,
	uint64_t paddr, unsigned perms)
{
	out->segments[out->num_segments++] = (struct segment_layout){
		.vaddr = vaddr, .bytes = bytes, .paddr = paddr, .perms = perms
	};
	out->memory_bytes += bytes;
}

static void describe_kernel(const struct build *build, struct region_layout *out)
{
	struct mappings mappings = { 0 };
	append_program(&build->kernel, &mappings);
	out->num_pieces = mappings.count;
	out->pieces = build_alloc(mappings.count, sizeof(*out->pieces));
	for (size_t i = 0; i < mappings.count; i++)
		out->pieces[i] = (struct region_piece){ mappings.items[i].paddr,
			mappings.items[i].bytes };
}

void layout_describe(const struct build *build)
{
	struct layout *layout = build->layout;

	describe_kernel(build, &layout->kernel);

	layout->num_pds = build->num_programs;
	layout->pds = build_alloc(build->num_programs, sizeof(*layout->pds));
	for (size_t id = 0; id < build->num_programs; id++) {
		const struct program *program = &build->programs[id];
		uint64_t stack = program->pd->stack_bytes;
		struct pd_layout *out = &layout->pds[id];
		out->pd = program->index;
		out->id = (uint32_t)id;
		out->start_vaddr = program->start_vaddr;
		out->segments = build_alloc(
			2 * program->num_runs + 4, sizeof(*out->segments));
		struct mappings mappings = { 0 };
		append_program(program, &mappings);
		for (size_t i = 0; i < mappings.count; i++)
			describe(out, mappings.items[i].vaddr, mappings.items[i].bytes,
				mappings.items[i].paddr, mappings.items[i].perms);
		describe(out, program->start_vaddr, PAGE_BYTES, build->stub_paddr,
			PERM_R | PERM_X);
		out->memory_bytes -= PAGE_BYTES; /* the stub is everyone's */
		describe(out, program->start_vaddr + PAGE_BYTES,
			PAGE_BYTES + program->copies_bytes, program->table_paddr, PERM_R);
		describe(out, STACK_TOP_VADDR - stack, stack, program->stack_paddr,
			PERM_R | PERM_W);
		describe(out, IPC_BUFFER_VADDR, PAGE_BYTES,
			build->ipc_paddr + id * PAGE_BYTES, PERM_R | PERM_W);
	}
}
