/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is written to the registers and the message of the PD at which everything is seen, as
 * the architecture's stub notes it.
 */
#pragma once

#include "harness.h"

/* Nothing is written to its registers or its message. */
static inline bool told_nothing(void)
{
	return told.done == 0;
}

/* Just these results are. */
static inline bool told_results(uint64_t x0, uint64_t x1)
{
	return told.done == TOLD_RESULTS && told.x0 == x0 && told.x1 == x1;
}

/* These results, and the words of the message that the second is the info of. */
static inline bool told_message(uint64_t x0, uint64_t info, pd_t from)
{
	uint64_t words = info & MSGINFO_LOW_MASK;

	return told.done == (TOLD_RESULTS | (words != 0 ? TOLD_MESSAGE : 0)) &&
	       (words == 0 || (told.words == words && told.from == from)) &&
	       told.x0 == x0 && told.x1 == info;
}

/* It begins at its entry, or where the caller says. */
static inline bool told_start(uint64_t entry)
{
	return told.done == TOLD_START && told.start == pd_constants[some].start &&
	       told.entry == (entry == 0 ? pd_constants[some].entry : entry);
}

#define ABORTED ((uint64_t)PPC_ABORTED_LABEL << MSGINFO_LABEL_SHIFT)

static inline bool is_malformed(uint64_t info)
{
	return (info & MSGINFO_LOW_MASK) > MESSAGE_WORDS;
}
