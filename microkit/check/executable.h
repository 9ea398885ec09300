/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF executables: ELF64, little endian, AArch64 (System V gABI; AArch64 ELF psABI). */
#pragma once

#include "check.h"

enum { ALLOW_READ = 1, ALLOW_WRITE = 2, ALLOW_EXECUTE = 4 };

/* A PT_LOAD segment with memory_bytes > 0. Sorted by vaddr, disjoint. */
struct part {
	uint64_t vaddr, memory_bytes, file_offset, file_bytes;
	unsigned allow; /* ALLOW_* */
};

/* Pages in a row with the same permissions: those of all segments that touch them. */
struct run {
	uint64_t vaddr, bytes;
	unsigned allow;
};

struct executable {
	const char *file;
	struct bytes data;
	uint64_t entry;
	struct part *parts;
	size_t num_parts;
	struct run *runs;
	size_t num_runs;
	/* The symbol table's place in the file; 0 bytes: none. */
	uint64_t symbols_offset, symbols_bytes, names_offset, names_bytes;
};

/* Complains and returns false if the file is no sane executable. */
bool executable_load(struct check *c, const char *file, struct executable *out);
/* Address of a symbol with a definition; false, with a complaint, if not exactly one. */
bool executable_symbol(
	struct check *c, const struct executable *e, const char *name, uint64_t *vaddr);
/* Whether there is a definition of the symbol at all. */
bool executable_defines(const struct executable *e, const char *name);
/* Memory content as loaded: the segments' bytes, and zeros where there are none. */
void executable_bytes(
	const struct executable *e, uint64_t vaddr, uint8_t *out, size_t bytes);
