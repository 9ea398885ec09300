/* SPDX-License-Identifier: BSD-2-Clause */
/* The sending virtualiser's start: what its rounds begin from (valid, virt_tx_round.c). */
#include "start.h"

static struct network_virt_tx_config config; /* any */
static struct network_virt_tx_counters counters;
static uint32_t some;     /* a client, any: what is true of it is of all */
static uint32_t policies; /* that were started */

static struct network_virt_tx_counters *seen_counters(uint64_t vaddr)
{
	assert(vaddr == config.counters);
	return &counters;
}

#include "../network/virt_tx.c"

static bool is_link(uint32_t n, const struct network_link *link,
	const struct network_link_config *from, bool takes_filled)
{
	if (n == 0)
		return link == &virt.driver && from == &config.driver && !takes_filled;
	return link == &virt.clients[n - 1u].link &&
	       from == &config.clients[n - 1u].link && takes_filled;
}

void policy_start(const struct network_virt_tx_client *clients, uint32_t count)
{
	assert(clients == config.clients && count == config.num_clients);
	policies++;
}

uint32_t policy_next(uint64_t ready)
{
	(void)ready;
	return 0;
}

uint64_t policy_held(uint64_t ready)
{
	(void)ready;
	return 0;
}

uint64_t policy_sent(uint32_t client, uint32_t bytes)
{
	(void)client, (void)bytes;
	return 0;
}

void policy_wait(uint64_t held)
{
	(void)held;
}

void policy_notified(uint32_t channel)
{
	(void)channel;
}

void cache_clean(uint64_t vaddr, uint64_t bytes)
{
	(void)vaddr, (void)bytes;
}

/* Each client's buffers have states of their own, all at home. */
static void check_states(void)
{
	uint32_t first = 0;
	for (uint32_t i = 0; i < config.num_clients; i++) {
		assert(virt.clients[i].first == first);
		assert(virt.clients[i].buffers == config.clients[i].buffers);
		first += virt.clients[i].buffers;
		assert(first <= QUEUE_CAPACITY_MAX);
	}
}

static void check_client(void)
{
	const struct client *client = &virt.clients[some];
	const struct network_virt_tx_client *from = &config.clients[some];
	assert(client->counters == &counters.clients[some]);
	assert(client->paddr == from->data_paddr);
	assert(client->buffers <= NETWORK_BUFFERS_MAX);
	assert(client->vaddr == (config.coherent ? CONFIG_NOT_MAPPED : from->data_vaddr));
	assert(virt.by_channel[client->link.channel] == 1ull << some);
	check_told(&client->link);
}

static void check_start(void)
{
	uint32_t n = config.num_clients, state = nondet_u32();
	assert(n <= NETWORK_CLIENTS_MAX && started == n + 1u && told == n + 1u);
	assert(virt.counters == &counters && counters.frames == 0);
	assert(counters.clients[some].bad_slots == 0 && policies == 1);
	assert(virt.in_flight == 0 && virt.ready == 0 && !virt.full && virt.owner == 0);
	__CPROVER_assume(state < sizeof(virt.states));
	assert(virt.states[state] == 0);
	check_states();
	check_told(&virt.driver);
	if (some < n)
		check_client();
}

int main(void)
{
	__CPROVER_havoc_object(&config);
	__CPROVER_havoc_object(&counters);
	network_virt_tx_config = &config;
	links_good = nondet_bool();
	some = nondet_u32();
	__CPROVER_assume(some < NETWORK_CLIENTS_MAX);
	bool good = config.magic == NETWORK_VIRT_TX_MAGIC &&
		    config.num_clients <= NETWORK_CLIENTS_MAX;
	uint64_t sum = 0;
	for (uint32_t i = 0; i < NETWORK_CLIENTS_MAX; i++) {
		__CPROVER_assume(i == some || config.clients[i].link.channel !=
						      config.clients[some].link.channel);
		sum += i < config.num_clients ? config.clients[i].buffers : 0;
		good = good && (i >= config.num_clients ||
				       config.clients[i].buffers <= NETWORK_BUFFERS_MAX);
	}
	good = good && sum <= QUEUE_CAPACITY_MAX;
	init();
	if (virt.config != NULL) {
		assert(good && virt.config == &config);
		check_start();
	} else {
		assert(!good || !links_good);
		told = 0;
		notified(nondet_u32());
		assert(told == 0);
	}
	END();
	return 0;
}
