/* SPDX-License-Identifier: BSD-2-Clause */
/* What the checker needs to know of a board: board/<board>/<config>/board.json. */
#pragma once

#include "check.h"

#define RAM_RANGES_MAX 8u

struct board_facts {
	const char *directory; /* of the board and configuration in the SDK */
	const char *config;
	uint64_t num_cores, num_irqs, counter_hz;
	uint64_t image_base, text_offset;
	struct span ram[RAM_RANGES_MAX];
	size_t num_ram;
	uint64_t gic_version, gic_distributor, gic_cpu, uart;
};

/* Complains and returns false if the board cannot be understood. */
bool boardfile_load(struct check *c, const char *sdk, const char *board,
	const char *config, struct board_facts *out);
/* Is all of the range in RAM? */
bool boardfile_in_ram(const struct board_facts *board, uint64_t start, uint64_t bytes);
/* Is any of it? */
bool boardfile_touches_ram(
	const struct board_facts *board, uint64_t start, uint64_t bytes);
