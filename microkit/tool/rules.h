/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between the files of the rules, one file per noun.
 *
 * A rule is named by a word and a sentence, "pd_priority: a priority is ...",
 * where it is judged; microkit/tool/test/ has a file for each word. A rule that
 * depends on something that is missing or wrong is not judged: one mistake
 * makes one error.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model.h"
#include "names.h"

struct rules {
	const struct options *options;
	const struct board *board;
	struct system *system;
	struct name_index pds;
	struct name_index regions;
};

/* An error of the system file: RULE_ERROR(rules, at, rule, fix, format, ...). */
#define RULE_ERROR(rules, at, ...) diag_error((rules)->system->file, (at), __VA_ARGS__)
#define RULE_WARNING(rules, at, ...) \
	diag_warning((rules)->system->file, (at), __VA_ARGS__)

/*
 * All but rules_pds need the indices in struct rules; rules_memory needs the
 * regions of setvars; rules_channels adds to the PDs' setvars.
 */
void rules_pds(struct rules *rules);
void rules_schedule(struct rules *rules); /* domains and their schedule */
void rules_channels(struct rules *rules); /* channels, interrupts and their ids */
void rules_setvars(struct rules *rules);
void rules_memory(struct rules *rules); /* regions and maps */
void rules_vms(struct rules *rules);
void rules_user_caps(struct rules *rules);
/* Warnings, for a system without errors. */
void rules_suspicious(struct rules *rules);

/* ---- shared judgements (rules_pd.c) ---- */

/* Whether a budget and period are sane; `who` is for the message. */
void rules_budget(struct rules *rules, const struct position *at, const char *who,
	uint64_t budget_us, uint64_t period_us);
void rules_priority(struct rules *rules, const struct position *at, const char *who,
	uint32_t priority);
void rules_core(
	struct rules *rules, const struct position *at, const char *who, uint32_t core);
/* Whether a duration of the counter is representable: 1..2^62-1 ticks. */
bool rules_ticks_fit(const struct rules *rules, uint64_t us);

/* Schedule slots in force: from the start up to an end marker or the end. */
size_t rules_schedule_end(const struct system *system);
