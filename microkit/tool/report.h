/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The parts of the text report, in the order in which it prints them. One
 * struct carries what all of them read; nothing is written to it.
 */
#pragma once

#include <stdio.h>

#include "model.h"
#include "reach.h"

struct report {
	FILE *out;
	const struct options *options;
	const struct board *board;
	const struct system *system;
	const struct layout *layout;
	struct reach reach;
};

/* report.c: everything, to a stream. */
void report_print(FILE *out, const struct options *options, const struct board *board,
	const struct system *system, const struct layout *layout);

/* report_pd.c: all about one PD. */
void report_pd(const struct report *report, const struct pd_layout *layout);

/* report_reach.c: who influences a node (see reach.h), and who may delay a PD. */
void report_reach(const struct report *report, size_t node);
/* The same question for all PDs at once: who can influence how many. */
void report_reach_summary(const struct report *report);

/* report_notes.c: channels, interrupts and regions of the whole system. */
void report_channels(const struct report *report);
void report_interrupts(const struct report *report);
void report_regions(const struct report *report);
void report_schedule(const struct report *report);
/* Facts that are legal and that a reviewer wants to know. */
void report_notes(const struct report *report);
