/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The service and its client over one snapshot: what a reader gets is what kernel and
 * components counted, of one moment, no sooner than allowed, whatever the pages hold.
 */
#include <devices/network/config.h>
#include <microkit.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../client.h"
#include <devices/timer/counter.h>

#define PDS 5u
#define PAGES 3u
#define INTERVAL 1000u

static const uint32_t page_words[PAGES] = { 8, 48, 15 };

static struct {
	uint64_t now;
	unsigned int reads; /* of the kernel's statistics */
	struct pd_statistics pds[PDS];
	uint64_t pages[PAGES][512];
	uint64_t snapshot[STATISTICS_WORDS_MAX + 1];
	struct statistics_facts facts;
	struct statistics_server_config server;
	struct statistics_client_config client;
	bool failed;
} world;

extern const struct statistics_server_config *statistics_server_config;

uint64_t counter_read(void)
{
	return world.now;
}

unsigned int microkit_statistics_read(unsigned int pd, struct pd_statistics *statistics)
{
	world.reads++;
	if (pd >= PDS)
		return 0;
	*statistics = world.pds[pd];
	statistics->now_ticks = world.now;
	return PDS;
}

static void check(bool good, const char *name)
{
	printf("%s - statistics: %s%s\n", good ? "ok" : "not ok", name,
		good ? "" : ": does not hold");
	world.failed = world.failed || !good;
}

/* Other figures everywhere, and words that mean nothing in the pages. */
static void count_something(void)
{
	for (uint32_t i = 0; i < PDS; i++) {
		uint64_t *words = (uint64_t *)&world.pds[i];

		for (uint32_t n = 0; n < STATISTICS_PD_WORDS; n++)
			words[n] = (uint64_t)rand() << 33 | (uint64_t)rand();
	}
	for (uint32_t i = 0; i < PAGES; i++)
		for (uint32_t n = 0; n < 512; n++)
			world.pages[i][n] = n % 3 == 0 ? UINT64_MAX : (uint64_t)rand();
}

static void set_up(void)
{
	uint32_t first = (uint32_t)STATISTICS_HEAD_WORDS + PDS * STATISTICS_PD_WORDS;

	world.facts = (struct statistics_facts){
		.magic = STATISTICS_FACTS_MAGIC, .num_pds = PDS, .num_pages = PAGES
	};
	world.server = (struct statistics_server_config){
		.magic = STATISTICS_SERVER_MAGIC,
		.num_pds = PDS,
		.num_pages = PAGES,
		.interval_ticks = INTERVAL,
		.snapshot = (uintptr_t)world.snapshot
	};
	for (uint32_t i = 0; i < PAGES; i++) {
		world.server.pages[i].page = (uintptr_t)world.pages[i];
		world.server.pages[i].words = page_words[i];
		world.facts.pages[i].words = (uint16_t)page_words[i];
		world.facts.pages[i].first = (uint16_t)first;
		first += page_words[i];
	}
	world.client = (struct statistics_client_config){
		.magic = STATISTICS_CLIENT_MAGIC,
		.facts = (uintptr_t)&world.facts,
		.snapshot = (uintptr_t)world.snapshot
	};
	statistics_server_config = &world.server;
	statistics_config = &world.client;
	world.snapshot[statistics_words(&world.facts)] = 0x5afe; /* behind the end */
}

/* Whether a snapshot is what there is now. */
static bool is_now(const uint64_t *words)
{
	bool same = words[1] == world.now;

	for (uint32_t i = 0; i < PDS; i++) {
		struct pd_statistics wanted = world.pds[i];

		wanted.now_ticks = world.now;
		same = same &&
		       memcmp(&words[STATISTICS_HEAD_WORDS + i * STATISTICS_PD_WORDS],
			       &wanted, 8u * STATISTICS_PD_WORDS) == 0;
	}
	for (uint32_t i = 0; i < PAGES; i++)
		same = same && memcmp(&words[world.facts.pages[i].first], world.pages[i],
				       8u * page_words[i]) == 0;
	return same;
}

static void test_service(void)
{
	static uint64_t words[STATISTICS_WORDS_MAX], older[STATISTICS_WORDS_MAX];
	uint32_t count = statistics_words(&world.facts);

	check(statistics_start() == &world.facts, "the client finds the facts");
	check(statistics_read(words, STATISTICS_WORDS_MAX) == 0,
		"before the service starts there is no snapshot");
	world.now = 77777;
	count_something();
	init();
	check(statistics_read(words, STATISTICS_WORDS_MAX) == count && is_now(words),
		"it starts with a snapshot of all that is counted");
	check(statistics_read(words, count - 1) == 0, "one word too few: nothing");
	memcpy(older, words, sizeof(older));
	count_something();
	world.now += INTERVAL - 1;
	world.reads = 0;
	for (int i = 0; i < 100; i++)
		statistics_refresh();
	check(statistics_read(words, count) == count && world.reads == 0 &&
			memcmp(words, older, sizeof(older)) == 0,
		"a call too soon changes nothing and reads nothing");
	world.now++;
	statistics_refresh();
	check(statistics_read(words, count) == count && is_now(words) &&
			words[2] == 100 && world.reads == PDS,
		"in time it is made anew, and says how many calls came too soon");
	check(world.snapshot[count] == 0x5afe, "nothing is written behind its end");
}

static void test_sequence(void)
{
	static uint64_t words[STATISTICS_WORDS_MAX];
	uint32_t count = statistics_words(&world.facts);
	uint64_t before = world.snapshot[0];

	check(before % 2 == 0 && before != 0, "at rest the sequence is even");
	world.snapshot[0]++;
	check(statistics_read(words, count) == 0, "what is being written is not read");
	world.now += INTERVAL;
	count_something();
	init();
	check(statistics_read(words, count) == count && is_now(words) &&
			world.snapshot[0] > before,
		"a service that died while writing starts anew, and never with an old "
		"number");
	notified(3);
	check(statistics_read(words, count) == count && is_now(words),
		"a notification does nothing");
}

static void test_refusals(void)
{
	world.client.magic++;
	check(statistics_start() == NULL, "a blob of another version is refused");
	world.client.magic--;
	world.facts.magic++;
	check(statistics_start() == NULL, "facts of another version are refused");
	world.facts.magic--;
	world.facts.num_pages = PAGES + 1;
	world.facts.pages[PAGES].words = 0xffff;
	check(statistics_start() == NULL, "facts of too many words are refused");
	world.facts.num_pages = PAGES;
	statistics_config = NULL;
	check(statistics_start() == NULL, "who is no client has nothing");
}

/* Whether all words have names, of which no two are the same. */
static bool named(const char *const *names, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		if (names[i] == NULL)
			return false;
		for (uint32_t n = 0; n < i; n++)
			if (strcmp(names[i], names[n]) == 0)
				return false;
	}
	return true;
}

static void test_names(void)
{
	bool good = true;

	for (uint32_t i = 0; i < STATISTICS_KINDS; i++)
		good = good && statistics_names[i].kind != NULL &&
		       named(statistics_names[i].base, statistics_names[i].num_base) &&
		       named(statistics_names[i].client, statistics_names[i].num_client);
	check(good, "every word of every kind of page has a name of its own");
	check(statistics_names[STATISTICS_NETWORK_DRIVER].num_base ==
			sizeof(struct network_driver_counters) / 8u,
		"a page of the network's driver has as many as it has words");
}

int main(void)
{
	srand(getenv("TEST_SEED") ? (unsigned int)strtoul(getenv("TEST_SEED"), NULL, 0)
				  : 1u);
	set_up();
	test_service();
	test_sequence();
	test_refusals();
	test_names();
	return world.failed;
}
