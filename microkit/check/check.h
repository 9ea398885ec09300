/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The image checker's common ground: the state of one run, memory, claims and
 * complaints.
 *
 * The checker re-reads a finished image, the system file and all ELF files, and
 * keeps one map of physical memory: each range that something in the image or in
 * the system file accounts for is claimed once, under a name. What is claimed
 * twice, what is claimed by nobody, and what differs from what its owner must be
 * is a complaint, which names the byte of the image and its owner.
 *
 * The image is hostile until checked: no number in it is used before it is
 * bounded. Everything allocated lives until the program ends.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <kernel/image.h>

/* No physical address: 0 is one. */
#define NOWHERE UINT64_MAX

struct wanted;
struct board_facts;

struct bytes {
	const uint8_t *data;
	uint64_t size;
};

/* Where something stands in the system file; both count from 1. */
struct place {
	size_t row;
	size_t column;
};

/*
 * A range of physical memory and its owner. With a stride the range is items of
 * that many bytes: item i is called `name` and the number first + i * step.
 */
struct claim {
	uint64_t start, end;
	const char *name;
	uint64_t stride, first, step;
	/* A gap before it is smaller than this; 0: any gap (placed by the user). */
	uint64_t align;
	/* Physical address of the image's byte that puts it here; 0: nothing does. */
	uint64_t origin;
};

/* A range that must be zeroed by the loader: not in the file. */
struct span {
	uint64_t start, end;
};

/* A complaint about a byte of the image; printed when all owners are known. */
struct complaint {
	uint64_t paddr;
	const char *text;
};

struct complaint_list {
	struct complaint *items;
	size_t count;
	bool full; /* there were more */
};

/* A page-table page that a walk has met. */
struct visit {
	uint32_t space; /* whose: see walk.h; 0: not a table */
	uint32_t level;
	uint64_t vaddr;
	uint64_t origin; /* physical address of what points to it */
};

/* Where something is, and the page-table entry that says so; or NOWHERE. */
struct window {
	uint64_t paddr, entry;
};

/* Where the kernel's tables are, found by walking its page tables. */
struct windows {
	struct window system, pds, details, caps, irqs;
	struct window ipc[PD_MAX]; /* frame of each IPC buffer */
};

struct check {
	const char *image_file;
	struct bytes image;
	uint64_t base;        /* physical address of the image's first byte */
	uint64_t header;      /* physical address of struct boot_header */
	struct visit *visits; /* one for each page of the file */
	const struct board_facts *board;
	const char *kernel_file; /* the kernel that the system needs */
	struct wanted *wanted;
	struct windows windows;
	uint64_t stub_paddr, stub_entry; /* the start stub, and who says so; or NOWHERE */

	struct claim *claims;
	size_t num_claims;
	struct complaint_list complaints;
	struct complaint_list content_complaints; /* about single bytes of content */
	struct span *zero;                        /* what the loader must zero */
	size_t num_zero;
	size_t num_errors; /* of all kinds */
};

/* ---- store.c: memory, text, files ---- */

/* Zeroed memory; ends the program with a message if there is none. */
void *store_alloc(size_t count, size_t item_bytes);
/* Room for one more item at the end of an array; returns the array, moved or not. */
void *store_append(void *array, size_t *count, size_t item_bytes);
char *store_text(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* The whole file; false if it cannot be read. */
bool store_read(const char *path, struct bytes *out);

/* ---- complaint.c ---- */

/* Complains about the image's byte at a physical address (in the file or not). */
void complaint_at(struct check *c, uint64_t paddr, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same, about content: bytes that are not what they must be, where they are. */
void complaint_content(struct check *c, uint64_t paddr, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Complains about an input file, at once; place may be NULL. */
void complaint_in(struct check *c, const char *file, const struct place *place,
	const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Prints what complaint_at noted, with the owners' names. Requires: sorted claims. */
void complaint_print(const struct check *c);

/* ---- claim.c ---- */

void claim_bytes(struct check *c, uint64_t start, uint64_t bytes, uint64_t align,
	uint64_t origin, const char *name);
void claim_items(struct check *c, struct claim claim);
/* The claims in order; complains of overlaps, gaps and padding that is not zero. */
void claim_settle(struct check *c);
/* The owner of an address after claim_settle, as text: "PD 'x' capability slot 3". */
const char *claim_name(const struct check *c, uint64_t paddr);
/* Prints every owner of bytes of the file, for tests. */
void claim_print(const struct check *c);

/* ---- content.c: the bytes of the image ---- */

/* The file's bytes for a physical range, NULL if not all of it is in the file. */
const uint8_t *content_at(const struct check *c, uint64_t paddr, uint64_t bytes);
/* Requires: content_at(c, paddr, 8). */
uint64_t content_u64(const struct check *c, uint64_t paddr);
/*
 * Complains where memory at paddr will not be `expected` when the loader is done.
 * What is not in the file must be expected to be zero, and is noted in c->zero.
 * If much is wrong, the bytes at origin (0: none) that put it there are named too.
 */
void content_expect(struct check *c, uint64_t paddr, const uint8_t *expected,
	uint64_t bytes, uint64_t origin, const char *why);
/* How many bytes of a range in the file are not as expected. */
uint64_t content_differs(
	const struct check *c, uint64_t paddr, const uint8_t *expected, uint64_t bytes);
/* As content_expect, for a range that must be zero. */
void content_expect_zero(struct check *c, uint64_t paddr, uint64_t bytes, uint64_t origin,
	const char *why);

/* One field of a table: name, place, and the item size if it is an array. */
struct field {
	const char *name;
	uint32_t offset, bytes, stride;
};
/*
 * Claims a struct's fields, and complains of each (or each item of an array) that
 * is not as expected. Requires: the struct is in the file.
 */
void content_expect_fields(struct check *c, struct window at, const void *expected,
	const struct field *fields, size_t count, const char *name);

/* ---- The parts of the check, in order ---- */

/* Loader and boot header; false: nothing more can be checked. */
bool loader_check(struct check *c);
/* The kernel's two address spaces and what they map; fills c->windows. */
void kernelspace_check(struct check *c);
/* The kernel's tables; false if they were not found. */
bool constants_check(struct check *c);
/* Every PD's address space, the regions and the start areas. */
void pdspace_check(struct check *c);
/* The regions' frames and content. Requires: every PD's own memory is claimed. */
void regions_check(struct check *c);
/* The clauses that the kernel's proofs assume at boot. */
void invariant_check(struct check *c);
/* Claims the list of ranges that the loader zeroes. */
void loader_claim_ranges(struct check *c);
/* Entry i of this list; false behind the last. */
bool loader_zero_range(const struct check *c, uint64_t i, struct span *out);
/* Complains of every entry that none has room for something. */
void loader_blame_ranges(struct check *c, const char *name);
/* Judges the list and the image's size. Requires: claim_settle. */
void loader_check_memory(struct check *c);

/* `microkit check`: 0 if the image is as it must be, 1 if not, 2 on misuse. */
int check_main(int argc, char **argv);
