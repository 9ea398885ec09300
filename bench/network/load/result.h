/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was found: counts, times, and the two readings of the counter that the load is
 * counted between; printed as lines `name value`.
 */
#pragma once

#include "frame.h"

struct result {
	uint32_t wanted;     /* answers to be measured */
	uint32_t answered;   /* right ones */
	uint32_t lost;       /* requests without a right answer */
	uint32_t duplicates; /* right answers to what had been answered */
	uint32_t resent;     /* TCP segments */
	uint32_t faults[FRAME_FAULTS];
	uint64_t first_ns, last_ns; /* of the measured part: first sent, last answered */
	uint64_t
		quiet_ns; /* before, since the last answer of the warm-up; 0: not known */
	uint32_t *latencies_ns; /* of each answer; wanted elements */
	const char *counts;     /* file of the counter; NULL: none */
};

/* Begins the measured part: forgets what was found so far, reads the counter. */
void result_begin(struct result *result);

/* Takes down an answer, and when its request was sent. */
void result_answer(struct result *result, uint64_t sent_ns, uint64_t now_ns);

/* Ends the measured part: reads the counter, if there is one. */
void result_end(struct result *result);

/* Prints it all; true if nothing was lost, wrong, or there twice. */
bool result_print(struct result *result);
