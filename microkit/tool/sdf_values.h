/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How values are written in a system file. Pure functions: each returns false,
 * with the result untouched, for text that is not of its form.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decimal or 0x hexadecimal, `_` between digits allowed; fits 64 bits. */
bool sdf_value_number(const char *text, uint64_t *number);
/* Exactly "true" or "false". */
bool sdf_value_bool(const char *text, bool *value);
/* One or more of r, w, x, in any order; PERM_* of model.h. */
bool sdf_value_perms(const char *text, unsigned *perms);
/* "level" or "edge". */
bool sdf_value_trigger(const char *text, bool *edge);
/* "N us" or "N ticks". */
bool sdf_value_duration(const char *text, uint64_t *duration, bool *in_ticks);
/*
 * Numbers of at most 32 bits with white space between them, at least one.
 * Gives an array that lives on.
 */
bool sdf_value_numbers(const char *text, uint32_t **numbers, size_t *count);
