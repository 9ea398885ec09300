/* SPDX-License-Identifier: BSD-2-Clause */
/* The picture of a system, to a stream; model.h has the way to a file. */
#pragma once

#include <stdio.h>

#include "model.h"

/* layout may be NULL: then no box says how much memory its PD uses. */
void picture_print(FILE *out, const struct board *board, const struct system *system,
	const struct layout *layout);
/* Who talks to whom alone, with room in each box for what a page writes there. */
void picture_print_overview(FILE *out, const struct board *board,
	const struct system *system, const struct layout *layout);
