/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What budget_revoke() does, PD by PD: revoke.c proves it of the function; who calls
 * the function is proved with it.
 */
#pragma once

#include "old.h"

/* Runs on a context that is not his, and is revoked. */
static inline bool is_moved(pd_t p, pd_t context)
{
	return old_context[p] == context && p != context;
}

static inline uint8_t flags_with(uint8_t flags, pd_t p, pd_t lender)
{
	return lender == PD_NONE && is_slice(p) ? flags | FLAG_SHORT
						: flags & (FLAG_SHORT - 1u);
}

/* Of a PD but `holder`, and of a member of the ready set of a domain. */
static inline bool loan_same(pd_t p)
{
	return k.context[p] == old_context[p] && k.lender[p] == old_lender[p] &&
	       k.flags[p] == old_flags[p];
}

static inline bool loan_revoked(pd_t p, pd_t context, pd_t lender)
{
	if (!is_moved(p, context))
		return loan_same(p);
	return k.context[p] == p && k.lender[p] == lender &&
	       k.flags[p] == flags_with(old_flags[p], p, lender);
}

static inline bool member_same(uint8_t id, uint8_t domain)
{
	return is_ready(domain, id) == was_ready(domain, id);
}

static inline bool member_revoked(uint8_t id, uint8_t domain, pd_t context)
{
	if (!valid(id) || domain != pd_constants[id].domain || !is_moved(id, context))
		return member_same(id, domain);
	return is_ready(domain, id) == (k.state[id] == STATE_READY && !is_exhausted(id));
}

static inline bool holder_revoked(pd_t p, pd_t context)
{
	return k.holder[p] == (p == context ? context : old_holder[p]);
}
