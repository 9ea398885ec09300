/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two ends that use a link in batches, each while the other is in the middle of one: who has
 * a buffer has room to give it, nothing is taken twice, and in the end every buffer is there.
 */
#include <string.h>

#include "../../lib/test/test.h"
#include "../link.h"

#define BUFFERS 8u
#define ROUNDS 20000u

struct end {
	struct network_link link;
	bool here[BUFFERS];
	bool running;
};

static _Alignas(64) uint8_t rings[2][sizeof(struct network_ring) + 8u * BUFFERS];
static struct end ends[2];
static bool may_interrupt;

void microkit_notify(microkit_channel channel)
{
	(void)channel;
}

static uint32_t has(const struct end *end)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < BUFFERS; i++)
		count += end->here[i];
	return count;
}

static void take(struct end *end)
{
	uint64_t slot;
	if (!network_link_next(&end->link, &slot))
		return;
	CHECK(slot < BUFFERS && !end->here[slot]);
	end->here[slot % BUFFERS] = true;
}

static void give(struct end *end)
{
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (end->here[i]) {
			CHECK(network_link_fill(&end->link, i));
			end->here[i] = false;
			return;
		}
}

/* A batch: a look, some steps, and what was taken and filled is handed over. */
static void run(struct end *end)
{
	uint64_t channels = 0;
	if (end->running)
		return;
	end->running = true;
	CHECK(!network_link_restarted(&end->link));
	for (uint64_t steps = test_draw(4 * BUFFERS); steps > 0; steps--)
		if (test_draw(2) != 0)
			take(end);
		else
			give(end);
	network_link_ask(&end->link, true, false);
	shared_fence();
	(void)network_link_check(&end->link, true, false, &channels);
	end->running = false;
}

/* At each access to what they share. */
void hook(void)
{
	if (may_interrupt && test_draw(4) == 0)
		run(&ends[ends[0].running ? 1 : 0]);
}

static void start(void)
{
	const struct network_link_config config = { (uint64_t)(uintptr_t)rings[0],
		(uint64_t)(uintptr_t)rings[1], BUFFERS, 0 };
	may_interrupt = false;
	memset(ends, 0, sizeof(ends));
	memset(ends[0].here, 1, sizeof(ends[0].here));
	for (uint32_t i = 0; i < 2; i++)
		CHECK(network_link_start(&ends[i].link, &config, i == 0));
	/* Each has seen the other before they begin. */
	for (uint32_t i = 0; i < 4; i++)
		(void)network_link_restarted(&ends[i % 2].link);
	may_interrupt = true;
}

int main(void)
{
	test_start();
	for (uint32_t i = 0; i < ROUNDS && test.why[0] == 0; i++) {
		if (i % 100 == 0)
			start();
		run(&ends[test_draw(2)]);
		if (i % 100 != 99)
			continue;
		may_interrupt = false;
		for (uint32_t k = 0; k < 2; k++) {
			(void)network_link_restarted(&ends[k].link);
			while (network_link_left(&ends[k].link) != 0)
				take(&ends[k]);
		}
		CHECK(has(&ends[0]) + has(&ends[1]) == BUFFERS);
	}
	test_report("network", "ends that go on within each other's batch");
	return test.failed;
}
