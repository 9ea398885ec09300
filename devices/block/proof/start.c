/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtualiser's start, with any configuration: what its rounds begin from. They assume of
 * the state what stands here at the end.
 */
#include "any.h"

#include "../block/virt.h"

static struct block_virt_config config; /* any */
static struct block_virt_counters counters;
static bool links_good;
static uint32_t started, told, worked;
static uint32_t some; /* a client, any: what is true of it is of all */

static struct block_virt_counters *seen_counters(uint64_t vaddr)
{
	assert(vaddr == config.counters);
	return &counters;
}

static bool seen_link_start(
	struct block_link *link, const struct block_link_config *from, bool serves)
{
	bool good = links_good || (nondet_u32() & 1u) != 0;
	if (started == 0)
		assert(link == &virt.driver && from == &config.driver && !serves);
	else if (started == some + 1u)
		assert(link == &virt.clients[some].link &&
			from == &config.clients[some].link && serves);
	else
		assert(serves);
	started += good;
	virt.driver.requests.generation = (uint16_t)nondet_u32();
	return good;
}

static void seen_signal_start(const struct signal_link *links, uint32_t count)
{
	assert(links == virt.signals && count == 2 + 2 * config.num_clients);
	told++;
}

static bool seen_signal_round(struct signal_link *links, uint32_t count)
{
	(void)links;
	assert(count == 2 + 2 * config.num_clients);
	return false;
}

#define block_link_start seen_link_start
#define signal_start seen_signal_start
#define signal_round seen_signal_round

#include "../block/virt.c"

void disk_work(void)
{
	worked++;
}

static void work_clients(void)
{
}

void disk_clean(const struct virt_client *client, uint64_t where, uint32_t count)
{
	(void)client, (void)where, (void)count;
}

void disk_put(uint32_t slot)
{
	(void)slot;
}

void microkit_dbg_puts(const char *text)
{
	(void)text;
}

static _Bool wired(uint32_t number, struct queue *queue, uint32_t channel, _Bool awaited)
{
	const struct signal_link *link = &virt.signals[number];
	return link->queue == queue && link->channel == channel &&
	       link->awaited == awaited;
}

static void check_start(void)
{
	const struct virt_client *client = &virt.clients[some];
	uint32_t n = config.num_clients, channel = config.driver.channel;
	assert(n >= 1 && n <= BLOCK_CLIENTS_MAX && started == n + 1u && told == 1);
	assert(virt.phase == ASKING && !virt.asked && !virt.table_known);
	assert(virt.tries == 0 && virt.turn == 0 && virt.turn < n);
	assert(virt.free == UINT64_MAX && virt.again == 0);
	/* A slot is free for each (virt.h, Fairness). */
	assert(virt.share >= 1 && virt.share * n <= VIRT_SLOTS);
	assert(counters.disk == BLOCK_NO_DEVICE && counters.requests == 0);
	assert(wired(0, &virt.driver.responses, channel, 1));
	assert(wired(1, &virt.driver.requests, channel, 1));
	if (some >= n)
		return;
	channel = config.clients[some].link.channel;
	assert(client->config == &config.clients[some] && client->outstanding == 0);
	assert(client->config->partition < BLOCK_PARTITIONS);
	assert(wired(2 + 2 * some, &virt.clients[some].link.requests, channel, 0));
	assert(wired(3 + 2 * some, &virt.clients[some].link.responses, channel, 0));
}

int main(void)
{
	__CPROVER_havoc_object(&config);
	__CPROVER_havoc_object(&counters);
	block_virt_config = &config;
	links_good = (nondet_u32() & 1u) != 0;
	some = nondet_u32();
	__CPROVER_assume(some < BLOCK_CLIENTS_MAX);
	bool good = config.magic == BLOCK_VIRT_MAGIC && config.num_clients >= 1 &&
		    config.num_clients <= BLOCK_CLIENTS_MAX;
	for (uint32_t i = 0; i < BLOCK_CLIENTS_MAX; i++)
		good = good && (i >= config.num_clients ||
				       config.clients[i].partition < BLOCK_PARTITIONS);
	init();
	if (virt.counters != NULL) {
		assert(good && virt.counters == &counters && virt.config == &config);
		check_start();
	} else {
		/* Nobody is served, and nobody is told that he were. */
		assert(!good || !links_good);
		assert(told == 0);
	}
	notified(nondet_u32());
	assert(worked == (virt.counters != NULL));
	END();
	return 0;
}
