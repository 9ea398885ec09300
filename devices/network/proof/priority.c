/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy of priorities, from any levels that are `valid`. OP 0: a client more is put
 * into the level of its parameter. OP 1: who is next is among those that are ready, nobody
 * more important is; and while one of his level waits, nobody there has two turns.
 */
#include "any.h"

#include "../network/policy_priority.c"

#define SIZE NETWORK_CLIENTS_MAX

/* Each of the first clients is in one level; the levels go down. */
static _Bool valid(uint32_t clients)
{
	uint64_t seen = 0;
	if (num_levels > clients)
		return 0;
	for (uint32_t i = 0; i < SIZE; i++) {
		if (i >= num_levels)
			break;
		if (levels[i].clients == 0 || (levels[i].clients & seen) != 0 ||
			levels[i].last >= clients ||
			(i != 0 && levels[i - 1u].parameter <= levels[i].parameter))
			return 0;
		seen |= levels[i].clients;
	}
	return seen == (1ull << clients) - 1u;
}

/* The level that a client is in. */
static uint32_t level_of(uint32_t client)
{
	for (uint32_t i = 0; i < SIZE; i++)
		if (i < num_levels && (levels[i].clients >> client & 1u) != 0)
			return i;
	return SIZE;
}

static uint32_t places(uint32_t client, uint32_t level)
{
	return (client - levels[level].last - 1u) % 64u;
}

static void next(uint32_t clients, uint32_t waits)
{
	uint64_t ready = nondet_u64();
	__CPROVER_assume(ready < 1ull << clients && (ready >> waits & 1u) != 0);
	uint32_t level = level_of(waits), before = places(waits, level);
	uint32_t chosen = policy_next(ready);
	assert(chosen < clients && (ready >> chosen & 1u) != 0);
	uint32_t of = level_of(chosen);
	assert(of <= level);
	assert(of != level || chosen == waits || places(waits, level) < before);
}

int main(void)
{
	uint32_t clients = nondet_u32(), other = nondet_u32();
	__CPROVER_assume(clients <= SIZE - (OP == 0) && other < clients + (OP == 0));
	__CPROVER_assume(num_levels <= SIZE);
	__CPROVER_assume(valid(clients));
	if (OP == 0) {
		uint32_t parameter = nondet_u32();
		uint32_t old = other < clients ? levels[level_of(other)].parameter
					       : parameter;
		add(clients, parameter);
		assert(valid(clients + 1u));
		assert(levels[level_of(other)].parameter == old);
	} else {
		next(clients, other);
		assert(valid(clients));
	}
	END();
	return 0;
}
