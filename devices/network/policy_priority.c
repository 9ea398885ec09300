/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The client with the largest parameter first; those that have the same one, in turn. Who
 * is below waits as long as anybody above has a frame.
 */
#include "policy_unlimited.h"

static struct level {
	uint64_t clients; /* that have this parameter */
	uint32_t parameter;
	uint32_t last;         /* whose turn it was */
} levels[NETWORK_CLIENTS_MAX]; /* largest parameter first */

static uint32_t num_levels;

/* Where the level of `parameter` is, or belongs. */
static uint32_t place(uint32_t parameter)
{
	uint32_t i = 0;
	while (i < num_levels && levels[i].parameter > parameter)
		i++;
	return i;
}

/* One more client; all the others have lower numbers. */
static void add(uint32_t client, uint32_t parameter)
{
	uint32_t at = place(parameter);
	if (at == num_levels || levels[at].parameter != parameter) {
		for (uint32_t i = num_levels++; i > at; i--)
			levels[i] = levels[i - 1];
		levels[at] = (struct level){ .parameter = parameter };
	}
	levels[at].clients |= 1ull << client;
	levels[at].last = client;
}

void policy_start(const struct network_virt_tx_client *clients, uint32_t count)
{
	num_levels = 0;
	for (uint32_t client = 0; client < count; client++)
		add(client, clients[client].parameter);
}

uint32_t policy_next(uint64_t ready)
{
	uint32_t at = 0;
	while ((levels[at].clients & ready) == 0 && at + 1u < num_levels)
		at++;
	struct level *level = &levels[at];
	level->last = policy_turn(ready & level->clients, level->last);
	return level->last;
}
