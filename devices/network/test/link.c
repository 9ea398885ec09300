/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two ends of a link that start at any time, even while the other is in the middle of its
 * own start: one owns a few buffers and gives them, the other gives them back. Nothing is
 * taken twice, and in the end all that is with the other end is known to be there.
 */
#include <string.h>

#include "../../lib/test/test.h"
#include "../queue.h"

#define BUFFERS 4u
#define ROUNDS 300000u

struct end {
	struct network_link link;
	bool here[BUFFERS]; /* at the owner: to give; at the other end: held */
	bool running;
};

static _Alignas(64) uint8_t rings[2][sizeof(struct network_ring) + 64u];
static struct end owner, user;
static uint32_t interruptions; /* of this round that may still happen */
static const char *why;

static void start(struct end *end, bool owns)
{
	const struct network_link_config config = { (uint64_t)(uintptr_t)rings[0],
		(uint64_t)(uintptr_t)rings[1], BUFFERS, 0 };
	memset(&end->link, 0, sizeof(end->link));
	memset(end->here, owns, sizeof(end->here));
	if (!network_link_start(&end->link, &config, owns))
		why = "does not start";
}

static void take(struct end *end)
{
	uint64_t slot;
	while (network_take(&end->link.take, &slot)) {
		if (slot >= BUFFERS || end->here[slot])
			why = end == &owner ? "gives back what it does not have"
					    : "is given what it has";
		else
			end->here[slot] = true;
	}
}

static void give(struct end *end)
{
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (end->here[i] && network_link_room(&end->link, 1) != 0 &&
			network_put(&end->link.give, i))
			end->here[i] = false;
}

/* What an end does when it runs, unless it is itself what was interrupted. */
static void run(struct end *end, uint32_t what)
{
	bool owns = end == &owner;
	if (end->running)
		return;
	end->running = true;
	if (what == 0) {
		start(end, owns);
	} else {
		if (network_link_restarted(&end->link))
			memset(end->here, owns, sizeof(end->here));
		take(end);
		give(end);
	}
	end->running = false;
}

void hook(void)
{
	if (interruptions == 0 || test_draw(6) != 0)
		return;
	interruptions--;
	run(owner.running ? &user : &owner, (uint32_t)test_draw(3));
}

/* In the end neither starts anew, and each buffer is at exactly one place. */
static void settle(void)
{
	interruptions = 0;
	for (uint32_t i = 0; i < 4; i++) {
		run(&owner, 1);
		run(&user, 1);
	}
	memset(user.here, 0, sizeof(user.here));
	if (network_link_restarted(&owner.link))
		why = "starts anew";
	take(&owner);
	uint32_t count = network_left(&user.link.take);
	for (uint32_t i = 0; i < BUFFERS; i++)
		count += owner.here[i];
	if (why == NULL && count != BUFFERS)
		why = "a buffer is lost";
}

int main(void)
{
	test_start();
	for (uint32_t i = 0; i < ROUNDS && why == NULL; i++) {
		if (test_draw(8) == 0)
			memset(rings, test_draw(2) != 0 ? 0xa5 : 0, sizeof(rings));
		start(&owner, true);
		start(&user, false);
		interruptions = 1 + (uint32_t)test_draw(6);
		for (uint32_t k = 0; k < 6; k++)
			run(test_draw(2) != 0 ? &owner : &user, (uint32_t)test_draw(4));
		settle();
	}
	if (why != NULL)
		test_fault(__FILE__, __LINE__, why);
	test_report("network", "ends that start within each other's start");
	return test.failed;
}
