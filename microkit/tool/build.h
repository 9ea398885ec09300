/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system builder's own notes, shared by program.c, patch.c, memory.c,
 * layout.c, paging.c, tables.c, image.c and build.c.
 *
 * The steps, in order (build.c):
 *
 *   1. read the ELF files; number the PDs; find what is patched  program, patch
 *   2. lay out each PD's address space; look for overlaps        layout
 *   3. count the page tables by building them once in the void   paging
 *   4. give everything a physical address                        place
 *   5. build the page tables and the kernel's tables for good    paging, tables
 *   6. fill the image and write it                               image
 *
 * Everything lives until the program ends. All addresses in the file part of
 * the image are handed out in ascending order, so equal input gives equal
 * output, byte for byte.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kernel/image.h>

#include "elf_symbols.h"
#include "model.h"

struct span {
	uint64_t base, bytes;
};

/* ---- Programs ---- */

enum patch_kind {
	PATCH_BYTES, /* `content` */
	PATCH_SETVAR /* 8 bytes: the value of `setvar`, known after placing */
};

/* Bytes that the builder writes over those of the ELF. */
struct patch {
	const char *symbol;
	uint64_t vaddr, bytes;
	enum patch_kind kind;
	uint8_t content[NAME_BYTES];
	const struct setvar *setvar;
};

/*
 * Whole pages of a program with the same permissions: first those with content
 * of the ELF or of a patch, then those that are zero.
 */
struct run {
	uint64_t vaddr, bytes;
	uint64_t content_bytes; /* up to the last byte with content; a multiple of 16 */
	unsigned perms;
	/*
	 * Where it is. Read-only: content in the image at `paddr`, the zero pages
	 * behind it at `tail_paddr`. Writable: all of it in RAM at `paddr`, and a
	 * pristine copy of the content at `copy_offset` in the start area.
	 */
	uint64_t paddr, tail_paddr;
	uint64_t copy_offset;
};

/* The pages of the content, which the image file holds. */
static inline uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}
static inline uint64_t align_down(uint64_t value, uint64_t alignment)
{
	return value & ~(alignment - 1);
}

struct program {
	const struct pd *pd; /* NULL for the kernel */
	size_t index;        /* of pd in system.pds */
	const struct elf *elf;
	const struct elf *symbols; /* where symbols are looked up */
	struct patch *patches;
	size_t num_patches;
	struct run *runs;
	size_t num_runs;

	/* The start area: stub, start table, pristine copies. */
	uint64_t start_vaddr;
	uint64_t copies_bytes; /* whole pages */
	uint64_t table_paddr;  /* the start table; the copies follow */
	uint64_t stack_paddr;
	uint64_t root; /* stage-2 root */
};

/* ---- Memory ---- */

enum memory_kind { MEMORY_NORMAL, MEMORY_UNCACHED, MEMORY_DEVICE };

/* An entry of an address space. */
struct mapping {
	uint64_t vaddr, paddr, bytes;
	uint64_t page_bytes; /* the largest page or block to use */
	unsigned perms;
	enum memory_kind kind;
	const char *what;          /* for messages: "map", "stack", ... */
	const struct position *at; /* likewise; NULL: the program's image */
};

struct mappings {
	struct mapping *items;
	size_t count, capacity;
};

/* Where a memory region is. In order; their sizes add up to the region's. */
struct placement {
	struct span *pieces;
	size_t num_pieces;
	bool device;         /* outside the board's RAM */
	uint64_t head_bytes; /* of the first piece: what the image file holds */
};

/* Page tables under construction; page i is at paddr + i * 4096. */
struct tables {
	uint64_t paddr;
	uint64_t *words;
	size_t pages, capacity;
	bool trial; /* only count: physical addresses are not known yet */
};

#define MEMORY_ZONES 4u

/* Free RAM: sorted, disjoint, never adjacent. */
struct memory {
	struct span *free;
	size_t count, capacity;
	/*
	 * Where to look, in this order: behind the image, before it, in other
	 * banks, anywhere. The first leaves out the end of the image's bank, where
	 * QEMU must find room for a device tree behind all that the image uses.
	 */
	struct span zones[MEMORY_ZONES];
	uint64_t missing; /* bytes that were asked for in vain */
};

struct build {
	const struct options *options;
	const struct board *board;
	struct system *system;
	struct layout *layout;

	struct elf loader, start;
	struct program kernel;
	struct program *programs; /* by kernel id */
	size_t num_programs;
	uint8_t *ids;      /* kernel id of system.pds[i] */
	struct elf **elfs; /* each file is read once */
	size_t num_elfs;

	struct memory memory;
	struct placement *placements; /* by region */
	struct span *zero;            /* what the loader zeroes */
	size_t num_zero, zero_capacity;

	struct tables tables;
	uint64_t boot_root, kernel_root;

	uint64_t file_end;   /* physical end of the image file's content */
	uint64_t cursor;     /* next free address of the file part */
	uint64_t memory_end; /* end of the last thing placed from image_base upwards */
	uint64_t boot_header_paddr, stub_paddr, ipc_paddr;
	uint64_t system_paddr, pds_paddr, details_paddr, caps_paddr, irqs_paddr;

	uint8_t *image; /* the file */
	size_t image_bytes;
};

/* Zeroed memory; ends the program if there is none. */
void *build_alloc(size_t count, size_t bytes);
/* An array with room for one more element behind `count`; ends likewise. */
void *build_grow(void *array, size_t count, size_t *capacity, size_t bytes);

/* ---- program.c ---- */

/* Reads the program of system.pds[index] and finds its runs. */
bool program_load(struct build *build, struct program *program, size_t index);
/* Reads the kernel out of the SDK and finds its runs. */
bool program_load_kernel(struct build *build, const char *file);
/* Writes the content of a run, patches included, to `out` (content_bytes). */
void program_content(const struct build *build, const struct program *program,
	const struct run *run, uint8_t *out);
/* What the image file holds of a run: its content in whole pages. */
uint64_t run_file_bytes(const struct run *run);

/* ---- patch.c ---- */

/* Finds what is to be patched into a PD's program. */
bool patch_collect(struct build *build, struct program *program);
uint64_t patch_value(const struct build *build, const struct program *program,
	const struct setvar *setvar);

/* ---- memory.c ---- */

void memory_add(struct memory *memory, uint64_t base, uint64_t bytes);
/* Removes what is free of the range. */
void memory_reserve(struct memory *memory, uint64_t base, uint64_t bytes);
/* A free range, taken: the first that fits, zone by zone. */
bool memory_take(
	struct memory *memory, uint64_t bytes, uint64_t alignment, uint64_t *base);
/* The largest free range of whole aligned pages up to `bytes`, taken. */
bool memory_take_part(
	struct memory *memory, uint64_t bytes, uint64_t page, struct span *part);
uint64_t memory_left(const struct memory *memory);
/* Of the window KERNEL_VA_GIC0: the distributor. */
#define GIC0_BYTES 0x10000u

bool board_in_ram(const struct board *board, uint64_t base, uint64_t bytes);
bool board_touches_ram(const struct board *board, uint64_t base, uint64_t bytes);
/* Of the window KERNEL_VA_GIC1: the redistributors, or GICv2's CPU interface. */
uint64_t board_gic1_bytes(const struct board *board);

/* ---- layout.c: virtual ---- */

/* Places stack, start area and pristine copies; checks for overlaps. */
bool layout_space(struct build *build, struct program *program);
/* All that the PD's page tables map. */
void layout_mappings(const struct build *build, const struct program *program,
	struct mappings *mappings);
/* What kernel_root and boot_root map: the kernel's windows. */
void layout_kernel_mappings(const struct build *build, struct mappings *mappings);
/* What only boot_root maps: RAM and the UART where they are. */
void layout_loader_mappings(const struct build *build, struct mappings *mappings);
/* What only kernel_root maps, in debug: RAM where it is, to be read. */
void layout_postmortem_mappings(const struct build *build, struct mappings *mappings);
/* Notes for the report. */
void layout_describe(const struct build *build);

/* ---- place.c: physical ---- */

/* Gives everything its physical address, and lists what to zero. */
bool place_all(struct build *build);

/* ---- paging.c ---- */

/* Builds every page table from tables->paddr upwards. */
bool paging_build(struct build *build);

/* ---- tables.c ---- */

/* Numbers the PDs as image.h says. */
void tables_number(struct build *build);
/* The kernel's tables, into the image. */
void tables_fill(struct build *build);

/* ---- image.c ---- */

/* Fills the file and writes it. */
bool image_write(struct build *build);
/* The byte of the file that is at the physical address. */
uint8_t *image_at(const struct build *build, uint64_t paddr);
