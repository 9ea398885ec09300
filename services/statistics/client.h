/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client library of the statistics service (libstatistics.a).
 *
 *     if (!statistics_start())                  there is no service
 *             ...
 *     statistics_refresh();
 *     words = statistics_read(copy, STATISTICS_WORDS_MAX);
 *
 * The copy is a struct statistics_snapshot and what follows it (config.h). Reading does not
 * wait, and needs no refresh of one's own.
 */
#pragma once

#include <stdbool.h>

#include "config.h"

#define STATISTICS_WORDS_MAX 8192u /* no snapshot is larger */

/* The client's configuration, set by the system file. Defined in the library. */
extern const struct statistics_client_config *statistics_config;

/* The facts; NULL if this PD is no client, or of another version. */
const struct statistics_facts *statistics_start(void);

/* Asks for a new snapshot, which is there afterwards unless the last is too young. */
void statistics_refresh(void);

/* How many words the snapshot has: at most STATISTICS_WORDS_MAX. */
uint32_t statistics_words(const struct statistics_facts *facts);

/*
 * Copies the snapshot, all of it of one moment. The number of words; 0 if `most` is too few,
 * if there is none yet, or if it was being written each time that this looked.
 */
uint32_t statistics_read(uint64_t *words, uint32_t most)
	__attribute__((warn_unused_result));

/* What the words of a page are called, by enum statistics_kind. */
struct statistics_names {
	const char *kind;
	const char *const *base; /* NULL where a word has no name */
	const char *const *client;
	uint32_t num_base, num_client; /* words that have names at most */
};

extern const struct statistics_names statistics_names[STATISTICS_KINDS];
