/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * budget_release(): the contexts whose refill is due, and no other, are exhausted no
 * more, who runs on them is ready again, and the first refill that is still waited for
 * is not missed.
 *
 * Its two loops carry a contract, as in loop.h: one turn of each stands for all. Before a
 * turn the contexts of the words below w, and those of word w that are not in `rest`,
 * have been looked at.
 */
#include "old.h"

static uint64_t now, rest_before;
static bool word_turned, rest_turned;

static uint64_t old_word(unsigned w)
{
	return w < SET_WORDS ? old_exhausted[w] : 0;
}

/* Context p, that has been looked at or not. */
static bool filled(pd_t p, bool looked)
{
	bool due = looked && k.head_time[p] <= now;

	return is_exhausted(p) == (was_exhausted(p) && !due) &&
	       (!looked || !is_exhausted(p) || k.core[0].release <= k.head_time[p]);
}

static bool is_looked(unsigned w, uint64_t rest, pd_t p)
{
	return p / 64u < w || (p / 64u == w && !bit_of(rest, p));
}

/* The words that have not been begun. */
static bool rest_same(unsigned w)
{
	for (unsigned i = 0; i < SET_WORDS; i++)
		if (i >= w && k.core[0].exhausted[i] != old_exhausted[i])
			return false;
	return true;
}

static bool fill_at(unsigned w, uint64_t rest)
{
	return filled(some, is_looked(w, rest, some)) &&
	       (!is_exhausted(some_id) || was_exhausted(some_id)) && ready_at(some) &&
	       member_at(some_id, some_domain) && k.core[0].release > now;
}

static void fill_havoc(void)
{
	__CPROVER_havoc_object(k.core[0].ready);
	__CPROVER_havoc_object(k.core[0].exhausted);
	k.core[0].release = nondet_uint64();
}

unsigned word_begin(void)
{
	unsigned w = nondet_unsigned();

	assert(fill_at(0, old_word(0)) && rest_same(0));
	fill_havoc();
	__CPROVER_assume(w <= SET_WORDS && fill_at(w, old_word(w)) && rest_same(w));
	word_turned = false;
	return w;
}

bool word_turn(unsigned w)
{
	if (word_turned) {
		assert(fill_at(w, old_word(w)) && rest_same(w));
		__CPROVER_assume(false);
	}
	word_turned = w < SET_WORDS;
	return word_turned;
}

/* Of the context that the turn is about. */
static void turn_of(pd_t context)
{
	__CPROVER_assume(spent_at(context) && filled(context, false));
	__CPROVER_assume(constants_good(context) && lent_at(context));
	__CPROVER_assume(constants_good(k.holder[context]));
	__CPROVER_assume(lent_at(k.holder[context]));
}

uint64_t rest_begin(unsigned w, uint64_t word)
{
	uint64_t rest = nondet_uint64();

	assert(word == old_word(w) && fill_at(w, word));
	fill_havoc();
	__CPROVER_assume((rest & ~word) == 0 && fill_at(w, rest) && rest_same(w + 1u));
	if (rest != 0)
		turn_of((pd_t)(w * 64u + leading_zeros(rest)));
	rest_turned = false;
	rest_before = rest;
	return rest;
}

bool rest_turn(unsigned w, uint64_t rest)
{
	if (rest_turned) {
		assert(rest < rest_before && (rest & ~old_word(w)) == 0);
		assert(fill_at(w, rest) && rest_same(w + 1u));
		__CPROVER_assume(false);
	}
	rest_turned = rest != 0;
	return rest_turned;
}

#include "budget.c"

int main(void)
{
	struct core *core = core_self();

	__CPROVER_assume(header_good() && valid(some) && some_domain < DOMAIN_MAX);
	__CPROVER_assume(constants_good(some) && ready_at(some) && lent_at(some));
	__CPROVER_assume(budget_at(some) && spent_at(some_id));
	assume_member(some_id, some_domain);
	now = arch_counter();
	__CPROVER_array_copy(old_exhausted, k.core[0].exhausted);
	budget_release(core, now);
	assert(ready_at(some) && budget_at(some));
	assert(is_exhausted(some) == (was_exhausted(some) && k.head_time[some] > now));
	assert(member_at(some_id, some_domain) && spent_at(some_id));
	assert(k.core[0].release > now && k.core[0].event <= k.core[0].release &&
		k.core[0].event <= k.core[0].domain_end);
	REACHABLE();
	return 0;
}
