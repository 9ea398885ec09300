/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for the addresses of one program. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"

struct symbols {
	struct elf elf;
	struct symbols_entry *entries; /* by address */
	size_t num_entries;
};

struct symbols_entry {
	uint64_t vaddr, bytes; /* bytes is 0 where the ELF does not say: assembly */
	const char *name;
	bool code;
};

/* Reads functions and objects; errors go to diag. */
bool symbols_load(const char *file, struct symbols *symbols);

/* The function or object that has the address, and how far into it; NULL for none. */
const char *symbols_find(const struct symbols *symbols, uint64_t vaddr, uint64_t *offset);

/* Is it the address of an instruction? */
bool symbols_is_code(const struct symbols *symbols, uint64_t vaddr);

/* Is the instruction before it a call (BL or BLR), so that a call may return here? */
bool symbols_follows_call(const struct symbols *symbols, uint64_t vaddr);

/*
 * symbols_lines.c: file and line of each address, as "file.c:12" or NULL, by
 * llvm-addr2line if that is installed; else all are NULL.
 */
void symbols_lines(
	const char *file, const uint64_t *vaddrs, size_t num, const char **lines);
