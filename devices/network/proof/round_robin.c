/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy of turns: who is next is among those that are ready; and while one waits,
 * nobody else has two turns, since each turn of another brings his nearer, by the places
 * that are left out.
 */
#include "any.h"

#include "../network/config.h"

#include "../network/policy_round_robin.c"

/* How many places client is from his turn. */
static uint32_t places(uint32_t client)
{
	return (client - last - 1u) % 64u;
}

int main(void)
{
	struct network_virt_tx_client parameters[NETWORK_CLIENTS_MAX];
	uint32_t clients = nondet_u32(), waits = nondet_u32();
	uint64_t ready = nondet_u64();
	__CPROVER_assume(clients >= 1 && clients <= NETWORK_CLIENTS_MAX);
	__CPROVER_assume(ready != 0 && ready < 1ull << clients);
	__CPROVER_assume(waits < clients && (ready >> waits & 1u) != 0);
	if (nondet_bool())
		policy_start(parameters, clients);
	else
		__CPROVER_assume(last < clients);
	uint32_t before = places(waits);
	uint32_t next = policy_next(ready);
	assert(next < clients && (ready >> next & 1u) != 0);
	assert(next == waits || places(waits) < before);
	assert(last < clients);
	END();
	return 0;
}
