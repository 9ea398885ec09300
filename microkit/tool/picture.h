/* SPDX-License-Identifier: BSD-2-Clause */
/* The picture of a system, to a stream; model.h has the way to a file. */
#pragma once

#include <stdio.h>

#include "model.h"

/* layout may be NULL: then no box says how much memory its PD uses. */
void picture_print(FILE *out, const struct board *board, const struct system *system,
	const struct layout *layout);
