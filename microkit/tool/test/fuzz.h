/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Campaigns of mutants against the tool's parts, in this process.
 *
 * Mutant n depends on TEST_SEED and n alone. Nothing that the tool allocates is freed,
 * so each batch runs in a process of its own. Its standard output and error are the
 * files "printed" and "said" of the working directory, empty before each mutant; what
 * the one that fails has said is shown.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fuzz_campaign {
	const char *what;     /* is mutated, in the plural */
	const char *variable; /* of the environment: the number of mutants */
	uint64_t mutants;     /* unless that is set */
	uint64_t batch;       /* mutants of one process */
	/* Makes the mutant and judges the tool's answer; whether it was accepted. */
	bool (*judge)(void);
	/* Makes the mutant and keeps it in a file, whose name it returns. */
	const char *(*keep)(void);
};

/* Runs it and prints its case; the exit status. */
int fuzz_run(const struct fuzz_campaign *campaign);

/* Random numbers of the mutant that is being made; 0 for a bound of 0. */
uint64_t fuzz_random(void);
size_t fuzz_below(size_t bound);

/* How many errors diag_error has been told of; and a fresh start. */
size_t fuzz_errors(void);
void fuzz_forget_errors(void);

/* Writes a whole file, or ends the process. */
void fuzz_write(const char *name, const void *bytes, size_t length);
