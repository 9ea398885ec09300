/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * schedule_next(), from who ran to whom it chooses: one of the first 64 whose turn it is.
 * Whom schedule() chooses is resume.c's.
 */
#define ELSEWHERE true
#define WAY schedule_next((struct kernel *)0, (struct core *)0, from, running)
#define CHOSEN from != PD_NONE &&first_good(domain)
#include <arch/arch.h>

#include "kernel.h"

static bool first_good(uint8_t domain);

#include "resume.h"

static bool first_good(uint8_t domain)
{
	uint64_t word = k.core[0].ready[domain * SET_WORDS];
	unsigned first;

	assume_two(some, other);
	if (word == 0)
		return true;
	first = leading_zeros(word);
	return other == first ||
	       ((k.flags[first] & PD_ALONE) == 0 &&
		       k.cursor[pd_constants[first].level_first] != first);
}
