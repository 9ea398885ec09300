/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Words for what the report and the picture both show: sizes, permissions,
 * flags, and what counts as a device.
 */
#pragma once

#include <stdio.h>

#include "model.h"

enum { DESCRIBE_BYTES = 32 };

/* The interrupt of the EL1 physical timer: a PD that has it may use CNTP_*. */
#define DESCRIBE_EL0_TIMER_IRQ 30u

/* A region that is not wholly inside the board's RAM is a device's. */
bool describe_is_device(const struct board *board, const struct region *region);

/* Whether the PD drives a device that does DMA, or of which the file says nothing. */
bool describe_dma(const struct board *board, const struct system *system,
	const struct map *maps, size_t num_maps, enum device_dma dma);

/* "4 KiB", "1.5 MiB", "640 B": exact where it is short, else one digit behind the point. */
void describe_bytes(char out[DESCRIBE_BYTES], uint64_t bytes);

/* "rwx" with "-" for what is missing. */
void describe_perms(char out[4], unsigned perms);

/* The file's name without its folders. */
const char *describe_basename(const char *path);

/* Does the PD have the EL1 physical timer? */
bool describe_el0_timer(const struct pd *pd);

/* How many things a board, or the list of such things, names: "1 PD", "2 PDs". */
void describe_count(FILE *out, size_t count, const char *noun);

/* The PD's part of the layout; NULL when the layout has none (or is NULL). */
const struct pd_layout *describe_layout_of(const struct layout *layout, size_t pd);
