/* SPDX-License-Identifier: BSD-2-Clause */
/* The receiving virtualiser's start: what its rounds begin from (valid, virt_rx_round.c). */
#include "start.h"

static struct network_virt_rx_config config; /* any */
static struct network_virt_rx_counters counters;
static uint32_t some, buffer; /* a client, a buffer, any: what is true of one is of all */

static struct network_virt_rx_counters *seen_counters(uint64_t vaddr)
{
	assert(vaddr == config.counters);
	return &counters;
}

#include "../network/virt_rx.c"

static bool is_link(uint32_t n, const struct network_link *link,
	const struct network_link_config *from, bool takes_filled)
{
	if (n == 0)
		return link == &virt.driver && from == &config.driver && takes_filled;
	return link == &virt.clients[n - 1u].link &&
	       from == &config.clients[n - 1u].link && !takes_filled;
}

static void check_client(void)
{
	const struct client *client = &virt.clients[some];
	const struct network_virt_rx_client *from = &config.clients[some];
	for (uint32_t i = 0; i < 6; i++)
		assert((uint8_t)(client->mac >> i * 8u) == from->mac[i]);
	assert(client->mac >> 48 == 0);
	assert(client->counters == &counters.clients[some]);
	assert(client->quota == from->quota && client->held == 0);
	assert(virt.by_channel[client->link.channel] == 1ull << some);
	check_told(&client->link);
}

static void check_start(void)
{
	uint32_t n = config.num_clients;
	assert(n <= NETWORK_CLIENTS_MAX && started == n + 1u && told == n + 1u);
	assert(virt.counters == &counters && counters.frames == 0);
	assert(counters.clients[some].dropped == 0);
	assert(virt.with_driver == 0 && virt.idle == config.buffers);
	if (buffer < config.buffers)
		assert(virt.stack[buffer] == buffer && virt.holders[buffer] == 0);
	check_told(&virt.driver);
	if (some < n)
		check_client();
}

int main(void)
{
	__CPROVER_havoc_object(&config);
	__CPROVER_havoc_object(&counters);
	network_virt_rx_config = &config;
	links_good = nondet_bool();
	some = nondet_u32();
	buffer = nondet_u32();
	__CPROVER_assume(some < NETWORK_CLIENTS_MAX && buffer < NETWORK_BUFFERS_MAX);
	for (uint32_t i = 0; i < NETWORK_CLIENTS_MAX; i++)
		__CPROVER_assume(i == some || config.clients[i].link.channel !=
						      config.clients[some].link.channel);
	bool good = config.magic == NETWORK_VIRT_RX_MAGIC &&
		    config.num_clients <= NETWORK_CLIENTS_MAX &&
		    config.buffers <= NETWORK_BUFFERS_MAX;
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
