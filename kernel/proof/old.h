/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The state as it was before a step, all PDs of it, for what is said of the step.
 */
#pragma once

#include "harness.h"

extern uint8_t old_flags[__CPROVER_constant_infinity_uint];
extern pd_t old_context[__CPROVER_constant_infinity_uint];
extern pd_t old_holder[__CPROVER_constant_infinity_uint];
extern pd_t old_lender[__CPROVER_constant_infinity_uint];
extern uint64_t old_ready[DOMAIN_MAX * SET_WORDS];
extern uint64_t old_exhausted[SET_WORDS];

static inline bool was_ready(uint8_t domain, pd_t p)
{
	return bit_of(old_ready[domain * SET_WORDS | p / 64u], p);
}

static inline bool was_exhausted(pd_t p)
{
	return bit_of(old_exhausted[p / 64u], p);
}

/* Remembers who runs on whose context at whose cost, and who is ready. */
static inline void old_loans(void)
{
	__CPROVER_array_copy(old_flags, k.flags);
	__CPROVER_array_copy(old_context, k.context);
	__CPROVER_array_copy(old_holder, k.holder);
	__CPROVER_array_copy(old_lender, k.lender);
	__CPROVER_array_copy(old_ready, k.core[0].ready);
	__CPROVER_array_copy(old_exhausted, k.core[0].exhausted);
}
