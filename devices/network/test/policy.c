/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A policy alone: whoever it names has a frame; nobody who is as important as others has
 * two turns while one of these waits; and, with -DPRIORITY, the important come first.
 */

#include "../../lib/test/test.h"
#include "../config.h"
#include "../policy.h"

#ifndef PRIORITY
#define PRIORITY 0
#endif

static uint32_t importance(const uint32_t *parameters, uint32_t client)
{
	return PRIORITY ? parameters[client] : 0;
}

/* Complains of the turn of `next`, `passed` being how often others were preferred to each. */
static const char *judge(const uint32_t *parameters, uint32_t clients, uint64_t ready,
	uint32_t next, uint32_t *passed)
{
	if (next >= clients || (ready >> next & 1u) == 0)
		return "has no frame";
	for (uint32_t i = 0; i < clients; i++) {
		uint32_t mine = importance(parameters, i);
		uint32_t chosen = importance(parameters, next);
		if ((ready >> i & 1u) == 0 || mine < chosen)
			continue;
		if (mine > chosen)
			return "somebody more important waits";
		if (i != next && ++passed[i] > clients - 1u)
			return "waits for more than a turn of each";
	}
	passed[next] = 0;
	return NULL;
}

static const char *run(uint32_t clients)
{
	uint32_t parameters[NETWORK_CLIENTS_MAX];
	uint32_t passed[NETWORK_CLIENTS_MAX] = { 0 };
	struct network_virt_tx_client configs[NETWORK_CLIENTS_MAX] = { 0 };
	uint64_t all = (1ull << clients) - 1u;
	uint64_t ready = 0;
	for (uint32_t i = 0; i < clients; i++)
		parameters[i] = test_draw(2) != 0 ? (uint32_t)test_draw(4)
						  : UINT32_MAX - i % 2u;
	for (uint32_t i = 0; i < clients; i++)
		configs[i].parameter = parameters[i];
	policy_start(configs, clients);
	for (uint32_t i = 0; i < 2000; i++) {
		ready |= 1ull << test_draw(clients) | (test_draw(16) == 0 ? all : 0);
		uint32_t next = policy_next(ready);
		const char *why = judge(parameters, clients, ready, next, passed);
		if (why != NULL)
			return why;
		if (test_draw(2) != 0)
			ready &= ~(1ull << next);
		for (uint32_t k = 0; k < clients; k++)
			passed[k] = (ready >> k & 1u) != 0 ? passed[k] : 0;
	}
	return NULL;
}

int main(void)
{
	const char *why = NULL;
	test_start();
	for (uint32_t clients = 1; clients <= NETWORK_CLIENTS_MAX && why == NULL;
		clients++)
		why = run(clients);
	if (why != NULL)
		test_fault(__FILE__, __LINE__, why);
	test_report("network", "the policy gives turns as it says");
	return test.failed;
}
