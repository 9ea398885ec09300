/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Physical memory: where everything is.
 *
 * First what the image file holds, upwards from image_base: a cursor that steps
 * over the memory regions which the system file puts at a physical address.
 * Then all other memory, behind the file part first, and when that is full,
 * below image_base. What the loader must zero comes first and together, so that
 * it is few ranges; what the start stubs initialise comes after.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"

/* An image file that is larger is a mistake. */
#define FILE_BYTES_MAX (512ull << 20)
/* At the end of the image's bank: 1 MiB, aligned to 2 MiB (QEMU, hw/arm/boot.c). */
#define DEVICE_TREE_ROOM (4ull << 20)
/* What stage 2 can map to (VTCR_EL2.PS = 40 bits). */
#define PADDR_TOP (1ull << 40)

static const char out_of_ram[] = "ram_full: everything fits into the board's RAM";

static void note_end(struct build *build, uint64_t base, uint64_t bytes)
{
	if (base >= build->board->image_base && base + bytes > build->memory_end)
		build->memory_end = base + bytes;
}

/* To be zeroed by the loader, but for what the file holds. */
static void zero(struct build *build, uint64_t base, uint64_t bytes)
{
	uint64_t end = base + bytes;
	if (base >= build->board->image_base && base < build->file_end)
		base = build->file_end;
	if (base >= end)
		return;
	build->zero = build_grow(build->zero, build->num_zero, &build->zero_capacity,
		sizeof(*build->zero));
	build->zero[build->num_zero++] = (struct span){ base, end - base };
}

/* Other memory. On failure goes on, so that the error can say what is missing. */
static bool take(struct build *build, uint64_t bytes, uint64_t *base)
{
	if (bytes == 0)
		return false;
	if (!memory_take(&build->memory, bytes, PAGE_BYTES, base)) {
		build->memory.missing += bytes;
		return false;
	}
	note_end(build, *base, bytes);
	return true;
}

static void take_zeroed(struct build *build, uint64_t bytes, uint64_t *base)
{
	if (take(build, bytes, base))
		zero(build, *base, bytes);
}

static bool is_fixed_ram(const struct build *build, size_t region)
{
	return build->system->regions[region].fixed && !build->placements[region].device;
}

/*
 * The next place in the file part. `content` bytes of it are in the file; they
 * end the file if nothing follows.
 */
static uint64_t put(
	struct build *build, uint64_t bytes, uint64_t content, uint64_t alignment)
{
	const struct system *system = build->system;
	uint64_t base = align_up(build->cursor, alignment);
	bool moved;

	if (bytes == 0)
		return 0;
	do {
		moved = false;
		for (size_t i = 0; i < system->num_regions; i++) {
			const struct region *region = &system->regions[i];
			if (!is_fixed_ram(build, i) || region->paddr >= base + bytes ||
				region->paddr + region->bytes <= base)
				continue;
			base = align_up(region->paddr + region->bytes, alignment);
			moved = true;
		}
	} while (moved);
	build->cursor = base + bytes;
	if (base + content > build->file_end)
		build->file_end = base + content;
	note_end(build, base, bytes);
	return base;
}

static bool overlap(uint64_t a, uint64_t a_bytes, uint64_t b, uint64_t b_bytes)
{
	return a < b + b_bytes && b < a + a_bytes;
}

static bool check_fixed(const struct build *build, const struct region *region)
{
	const struct board *board = build->board;
	uint64_t gic1 = board->gic_version == 2 ? 0x2000u : 0x20000ull * board->num_cores;
	bool in_ram = board_in_ram(board, region->paddr, region->bytes);
	const char *why = NULL;

	if (region->bytes > PADDR_TOP || region->paddr > PADDR_TOP - region->bytes)
		why = "is beyond the physical addresses, which have 40 bits";
	else if (region->paddr % region->page_bytes != 0)
		why = "is not at a multiple of its page size";
	else if (!in_ram && board_touches_ram(board, region->paddr, region->bytes))
		why = "is partly inside and partly outside of the board's RAM";
	else if (overlap(region->paddr, region->bytes, board->gic_distributor, 0x10000) ||
		 overlap(region->paddr, region->bytes, board->gic_cpu, gic1))
		why = "overlaps the interrupt controller, which is the kernel's";
	else if (!in_ram && region->prefill_bytes > 0)
		why = "is prefilled but is not in the board's RAM";
	else if (region->prefill_bytes > 0 && region->paddr < board->image_base)
		why = "is prefilled but lies before the image";
	if (why == NULL)
		return true;
	diag_error(build->system->file, &region->at,
		"region_phys_addr: a region with phys_addr is a device or RAM that is "
		"free",
		"choose another phys_addr or size",
		"the region \"%s\" at 0x%llx to 0x%llx %s", region->name,
		(unsigned long long)region->paddr,
		(unsigned long long)(region->paddr + region->bytes), why);
	return false;
}

static void set_piece(struct placement *placement, uint64_t base, uint64_t bytes)
{
	size_t capacity = placement->num_pieces;
	placement->pieces = build_grow(placement->pieces, placement->num_pieces,
		&capacity, sizeof(*placement->pieces));
	placement->pieces[placement->num_pieces++] = (struct span){ base, bytes };
}

/* Regions with phys_addr: nothing else may be where they are. */
static bool place_fixed(struct build *build)
{
	bool good = true;
	for (size_t i = 0; i < build->system->num_regions; i++) {
		struct region *region = &build->system->regions[i];
		struct placement *placement = &build->placements[i];
		if (!region->fixed)
			continue;
		good = check_fixed(build, region) && good;
		placement->device = !board_in_ram(
			build->board, region->paddr, region->bytes);
		set_piece(placement, region->paddr, region->bytes);
		memory_reserve(&build->memory, region->paddr, region->bytes);
	}
	return good;
}

static bool place_loader(struct build *build)
{
	const struct elf_segment *last =
		&build->loader.segments[build->loader.num_segments - 1];
	uint64_t bytes = align_up(last->vaddr + last->memory_bytes, PAGE_BYTES) +
			 PAGE_BYTES;
	uint64_t base = put(build, bytes, bytes, PAGE_BYTES);

	build->boot_header_paddr = base + bytes - PAGE_BYTES;
	if (base == build->board->image_base)
		return true;
	diag_error(build->system->file, NULL,
		"region_image: no region with phys_addr is where the image begins",
		"move the region away from the image",
		"a region overlaps the loader, at 0x%llx to 0x%llx",
		(unsigned long long)build->board->image_base,
		(unsigned long long)(build->board->image_base + bytes));
	return false;
}

static uint64_t put_table(struct build *build, size_t count, size_t bytes)
{
	uint64_t total = align_up(count * bytes, PAGE_BYTES);
	return put(build, total, total, PAGE_BYTES);
}

static void put_kernel(struct build *build)
{
	struct layout *layout = build->layout;
	uint64_t bytes = build->tables.pages * PAGE_BYTES;

	for (size_t i = 0; i < build->kernel.num_runs; i++) {
		struct run *run = &build->kernel.runs[i];
		uint64_t content = run_file_bytes(run);
		run->paddr = put(build, content, content, PAGE_BYTES);
	}
	build->system_paddr = put_table(build, 1, sizeof(struct system_header));
	build->pds_paddr = put_table(
		build, build->num_programs, sizeof(struct pd_constant));
	build->details_paddr = put_table(
		build, build->num_programs, sizeof(struct pd_detail));
	build->caps_paddr = put_table(
		build, build->num_programs, CAP_SLOTS * sizeof(struct cap));
	build->irqs_paddr = put_table(
		build, build->board->num_irqs, sizeof(struct irq_constant));
	build->tables.paddr = put(build, bytes, bytes, 2 * PAGE_BYTES);
	layout->tables_paddr = build->system_paddr;
	layout->tables_bytes = build->tables.paddr + bytes - build->system_paddr;
}

static void put_programs(struct build *build)
{
	build->stub_paddr = put(build, PAGE_BYTES, PAGE_BYTES, PAGE_BYTES);
	for (size_t id = 0; id < build->num_programs; id++) {
		struct program *program = &build->programs[id];
		uint64_t bytes = PAGE_BYTES + program->copies_bytes;
		program->table_paddr = put(build, bytes, bytes, PAGE_BYTES);
		for (size_t i = 0; i < program->num_runs; i++) {
			struct run *run = &program->runs[i];
			uint64_t content = run_file_bytes(run);
			if ((run->perms & PERM_W) == 0)
				run->paddr = put(build, content, content, PAGE_BYTES);
		}
	}
}

/*
 * A prefilled region's pages with content are in the file; those behind are
 * anywhere, unless the region must be contiguous.
 */
static void put_prefilled(struct build *build, size_t index)
{
	struct region *region = &build->system->regions[index];
	struct placement *placement = &build->placements[index];
	uint64_t content = align_up(region->prefill_bytes, PAGE_BYTES);

	placement->head_bytes = region->prefill_bytes;
	if (region->fixed) {
		if (region->paddr + content > build->file_end)
			build->file_end = region->paddr + content;
		return;
	}
	uint64_t head = align_up(region->prefill_bytes, region->page_bytes);
	if (region->needs_paddr)
		head = region->bytes;
	region->paddr = put(build, head, content, region->page_bytes);
	set_piece(placement, region->paddr, head);
}

/* Empty pages of a prefilled region that lie in the file if more follows. */
static uint64_t slack(const struct region *region)
{
	uint64_t head = align_up(region->prefill_bytes, region->page_bytes);
	if (region->needs_paddr)
		head = region->bytes;
	return head - region->prefill_bytes;
}

/* Those with the most slack last, for the file ends with the last content. */
static void put_regions(struct build *build)
{
	const struct system *system = build->system;
	bool *done = build_alloc(system->num_regions + 1, sizeof(*done));
	for (;;) {
		size_t best = NONE;
		for (size_t i = 0; i < system->num_regions; i++) {
			const struct region *region = &system->regions[i];
			if (region->prefill_bytes == 0 || done[i])
				continue;
			if (best == NONE || slack(region) < slack(&system->regions[best]))
				best = i;
		}
		if (best == NONE)
			break;
		done[best] = true;
		put_prefilled(build, best);
	}
	free(done);
}

static void warn_full(const struct build *build)
{
	const struct span *behind = &build->memory.zones[0];
	if (build->memory_end <= behind->base + behind->bytes)
		return;
	diag_warning(build->system->file, NULL,
		"ram_end: the last 4 MiB of the image's RAM are better left free",
		"make memory regions smaller if a boot loader or QEMU puts a device tree "
		"there",
		"the system uses all RAM behind the image, up to 0x%llx",
		(unsigned long long)build->memory_end);
}

/* The bank of RAM in which the image is: there is one, says board.c. */
static struct span image_bank(const struct board *board)
{
	size_t i = 0;
	while (board->image_base < board->ram[i].base ||
		board->image_base - board->ram[i].base >= board->ram[i].bytes)
		i++;
	return (struct span){ board->ram[i].base, board->ram[i].bytes };
}

static bool check_file(const struct build *build)
{
	uint64_t base = build->board->image_base;
	uint64_t end = build->cursor > build->file_end ? build->cursor : build->file_end;
	struct span bank = image_bank(build->board);
	uint64_t there = bank.base + bank.bytes - base;

	if (end - base > there) {
		diag_error(build->system->file, NULL, out_of_ram,
			"use smaller programs or prefilled regions",
			"the image takes %llu KiB from 0x%llx, %llu KiB more than there "
			"are",
			(unsigned long long)((end - base) / 1024),
			(unsigned long long)base,
			(unsigned long long)((end - base - there + 1023) / 1024));
		return false;
	}
	if (build->file_end - base <= FILE_BYTES_MAX)
		return true;
	diag_error(build->system->file, NULL,
		"image_large: the image file is at most 512 MiB",
		"give prefilled regions no phys_addr, or one nearer to the image",
		"the image file would have %llu MiB",
		(unsigned long long)((build->file_end - base) >> 20));
	return false;
}

/* The pages of a region that have no place yet. */
static void take_region(struct build *build, size_t index)
{
	struct region *region = &build->system->regions[index];
	struct placement *placement = &build->placements[index];
	uint64_t have = 0, base;

	for (size_t i = 0; i < placement->num_pieces; i++)
		have += placement->pieces[i].bytes;
	uint64_t need = region->bytes - have;
	bool first = have == 0;
	while (need > 0) {
		struct span part = { 0, need };
		if (memory_take(&build->memory, need, region->page_bytes, &base)) {
			part.base = base;
		} else if (region->needs_paddr || !memory_take_part(&build->memory, need,
							  region->page_bytes, &part)) {
			build->memory.missing += need;
			return;
		}
		note_end(build, part.base, part.bytes);
		zero(build, part.base, part.bytes);
		set_piece(placement, part.base, part.bytes);
		need -= part.bytes;
	}
	if (first)
		region->paddr = placement->pieces[0].base;
}

/* What lies behind the content of a region that the file holds, or is fixed. */
static void zero_placed(struct build *build)
{
	for (size_t i = 0; i < build->system->num_regions; i++) {
		const struct placement *placement = &build->placements[i];
		if (placement->num_pieces == 0 || placement->device)
			continue;
		uint64_t content = align_up(placement->head_bytes, PAGE_BYTES);
		zero(build, placement->pieces[0].base + content,
			placement->pieces[0].bytes - content);
	}
}

static void take_tails(struct build *build, struct program *program)
{
	for (size_t i = 0; i < program->num_runs; i++) {
		struct run *run = &program->runs[i];
		if (program->pd == NULL || (run->perms & PERM_W) == 0)
			take_zeroed(build, run->bytes - run_file_bytes(run),
				&run->tail_paddr);
	}
}

static void take_memory(struct build *build)
{
	const struct system *system = build->system;

	zero_placed(build);
	take_tails(build, &build->kernel);
	take_zeroed(build, build->num_programs * PAGE_BYTES, &build->ipc_paddr);
	for (size_t id = 0; id < build->num_programs; id++)
		take_tails(build, &build->programs[id]);
	for (unsigned pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < system->num_regions; i++)
			if ((system->regions[i].page_bytes > PAGE_BYTES) == (pass == 1))
				take_region(build, i);
	for (size_t id = 0; id < build->num_programs; id++) {
		struct program *program = &build->programs[id];
		for (size_t i = 0; i < program->num_runs; i++)
			if ((program->runs[i].perms & PERM_W) != 0)
				take(build, program->runs[i].bytes,
					&program->runs[i].paddr);
		take(build, program->pd->stack_bytes, &program->stack_paddr);
	}
}

static bool check_memory(const struct build *build)
{
	uint64_t left = memory_left(&build->memory), missing = build->memory.missing;
	if (missing == 0)
		return true;
	if (missing > left)
		diag_error(build->system->file, NULL, out_of_ram,
			"make memory regions smaller, or share them",
			"the system needs %llu KiB of memory more than the board has",
			(unsigned long long)((missing - left + 1023) / 1024));
	else
		diag_error(build->system->file, NULL, out_of_ram,
			"make the largest region smaller, or give it 4 KiB pages",
			"%llu KiB find no contiguous place, though %llu KiB are free",
			(unsigned long long)(missing / 1024),
			(unsigned long long)(left / 1024));
	return false;
}

static int by_base(const void *left, const void *right)
{
	const struct span *a = left, *b = right;
	return a->base < b->base ? -1 : a->base > b->base;
}

/* Sorts the zero ranges and joins those that touch. */
static bool join_zero(struct build *build)
{
	size_t count = 0;
	qsort(build->zero, build->num_zero, sizeof(*build->zero), by_base);
	for (size_t i = 0; i < build->num_zero; i++) {
		struct span *last = count > 0 ? &build->zero[count - 1] : NULL;
		if (last != NULL && last->base + last->bytes == build->zero[i].base)
			last->bytes += build->zero[i].bytes;
		else
			build->zero[count++] = build->zero[i];
	}
	build->num_zero = count;
	if (count <= ZERO_RANGES_MAX)
		return true;
	diag_error(build->system->file, NULL,
		"zero_ranges: the loader zeroes at most 251 separate ranges of RAM",
		"let the tool choose where regions are instead of giving phys_addr",
		"the system has %zu separate ranges of RAM to zero", count);
	return false;
}

static void set_zones(struct build *build)
{
	uint64_t base = build->board->image_base;
	struct span bank = image_bank(build->board), *zones = build->memory.zones;
	uint64_t end = bank.base + bank.bytes;

	if (end - base > DEVICE_TREE_ROOM)
		zones[0] = (struct span){ base, end - base - DEVICE_TREE_ROOM };
	zones[1] = (struct span){ 0, base };
	zones[2] = (struct span){ end, PADDR_TOP - end };
	zones[3] = (struct span){ 0, PADDR_TOP };
}

bool place_all(struct build *build)
{
	const struct board *board = build->board;
	bool good = place_fixed(build);

	set_zones(build);
	build->cursor = build->file_end = build->memory_end = board->image_base;
	good = good && place_loader(build);
	if (!good)
		return false;
	put_kernel(build);
	put_programs(build);
	put_regions(build);
	if (!check_file(build))
		return false;
	uint64_t end = build->cursor > build->file_end ? build->cursor : build->file_end;
	memory_reserve(&build->memory, board->image_base, end - board->image_base);
	take_memory(build);
	warn_full(build);
	return check_memory(build) && join_zero(build);
}
