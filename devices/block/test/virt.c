/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the virtualiser of the block class, and the client library with it. */
#include <stdio.h>
#include <string.h>

#include "../../lib/test/test.h"
#include "world.h"

#define STEPS 1000000u
#define TOTAL 500u /* requests of test_room */

static bool failed;

static void report(const char *name, const char *why)
{
	failed = failed || why[0] != '\0';
	if (why[0] != '\0')
		printf("not ok - %s: %s\n", name, why);
	else
		printf("ok - %s\n", name);
}

static void start_all(void)
{
	world_start_driver();
	world_start_virt();
	for (uint32_t i = 0; i < WORLD_CLIENTS; i++)
		world_start_client(i);
}

/* All that was asked for has been answered, without a signal too many or too few. */
static void check_settled(void)
{
	WORLD_EXPECT(world_settle());
	for (uint32_t i = 0; i < WORLD_HOSTILE; i++) {
		WORLD_EXPECT(world.clients[i].active == 0);
		WORLD_EXPECT(world.clients[i].client.ready);
	}
}

static void run(const char *name, uint64_t seed, uint32_t steps)
{
	static const uint32_t capacities[] = { 16, 4, 1, 8 };
	bool hostile = world.hostile, anew = world.anew, faulty = world.faulty;
	uint64_t done = 0;
	char why[200] = "";
	for (uint32_t part = 0; part < 8 && why[0] == '\0'; part++) {
		world_init(seed + part, capacities[part % 4], part % 2 ? 0xa5 : 0);
		start_all();
		world.hostile = hostile;
		world.anew = anew;
		world.faulty = faulty;
		world.hooks = part >= 4;
		for (uint32_t i = 0; i < steps / 8 && world.why[0] == '\0'; i++) {
			world_step(true);
			if (i % 5000 == 4999)
				check_settled();
		}
		check_settled();
		done += world.clients[0].done + world.clients[1].done;
		memcpy(why, world.why, sizeof(why));
		if (world_counters.bad_responses != 0)
			snprintf(why, sizeof(why), "responses to nothing");
	}
	if (why[0] == '\0' && done < steps / 8)
		snprintf(why, sizeof(why), "only %lu responses", (unsigned long)done);
	report(name, why);
}

static void test_hostile(uint64_t seed)
{
	static const enum block_status wanted[] = { BLOCK_OK, BLOCK_BAD_REQUEST,
		BLOCK_OUT_OF_RANGE, BLOCK_FAILED, BLOCK_LOST };
	char why[100] = "";
	world.hostile = true;
	world.anew = true;
	world.faulty = true;
	run("a hostile client, ends that start anew, a faulty disk, 10^6 steps", seed,
		STEPS);
	for (uint32_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (world.statuses[wanted[i]] == 0)
			snprintf(why, sizeof(why), "status %d was never seen", wanted[i]);
	if (world.put == 0 || world.foreign < world.put / 64)
		snprintf(why, sizeof(why), "%lu of %lu hostile requests went through",
			(unsigned long)world.foreign, (unsigned long)world.put);
	report("each reason to refuse was met; enough of the hostile requests went "
	       "through",
		why);
}

/* Puts a request of client 0 with any fields, and returns its status. */
static enum block_status ask(uint32_t number, uint32_t operation, uint64_t block,
	uint64_t where, uint32_t count)
{
	struct world_client *c = &world.clients[number];
	struct block_response response = { .status = BLOCK_STATUSES };
	WORLD_EXPECT(block_client_request(
		&c->client, &(struct block_request){ .operation = operation,
				    .block = block,
				    .where = where,
				    .count = count,
				    .id = 1 }));
	(void)block_client_round(&c->client);
	world.virt_pending = true;
	c->pending = false;
	for (uint32_t i = 0; i < 200 && !block_client_response(&c->client, &response);
		i++) {
		c->pending = false;
		world_step(false);
	}
	return response.status;
}

static void test_statuses(void)
{
	const uint64_t end = WORLD_DATA_BYTES;
	world_init(4, 8, 0); /* a seed with which client 1 may only read */
	start_all();
	check_settled();
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, 1) == BLOCK_OK);
	WORLD_EXPECT(ask(0, BLOCK_READ, WORLD_PARTITION - 1, end - BLOCK_BYTES, 1) ==
		     BLOCK_OK);
	WORLD_EXPECT(ask(0, BLOCK_READ, WORLD_PARTITION, 0, 1) == BLOCK_OUT_OF_RANGE);
	WORLD_EXPECT(
		ask(0, BLOCK_WRITE, WORLD_PARTITION - 1, 0, 2) == BLOCK_OUT_OF_RANGE);
	WORLD_EXPECT(ask(0, BLOCK_READ, UINT64_MAX, 0, 2) == BLOCK_OUT_OF_RANGE);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, 0) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, BLOCK_COUNT_MAX + 1) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, UINT32_MAX) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 32, 1) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, end, 1) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, end - 64, 1) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, ~63ull, 1) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_OPERATIONS, 0, 0, 1) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, UINT32_MAX, 0, 0, 1) == BLOCK_BAD_REQUEST);
	WORLD_EXPECT(ask(0, BLOCK_FLUSH, 99, 99, 99) == BLOCK_OK);
	WORLD_EXPECT(ask(0, BLOCK_BARRIER, 99, 99, 99) == BLOCK_OK);
	WORLD_EXPECT(ask(1, BLOCK_READ, 0, 0, 1) == BLOCK_OK);
	WORLD_EXPECT(ask(1, BLOCK_WRITE, 0, 0, 1) == BLOCK_READ_ONLY);
	WORLD_EXPECT(ask(1, BLOCK_FLUSH, 0, 0, 0) == BLOCK_OK);
	WORLD_EXPECT(world_counters.clients[0].refused == 12);
	WORLD_EXPECT(world.cleaned == 2 * 3 * BLOCK_BYTES);
	report("each request that cannot be gets its status", world.why);
}

static void test_absent(void)
{
	world_init(1, 8, 0);
	world.stubborn = true;
	start_all();
	check_settled();
	WORLD_EXPECT(world.clients[0].client.status == BLOCK_NO_DEVICE);
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, 1) == BLOCK_NO_DEVICE);
	WORLD_EXPECT(ask(0, BLOCK_FLUSH, 0, 0, 0) == BLOCK_NO_DEVICE);
	WORLD_EXPECT(ask(0, BLOCK_BARRIER, 0, 0, 0) == BLOCK_OK);
	WORLD_EXPECT(ask(0, BLOCK_INFO, 0, 0, 0) == BLOCK_NO_DEVICE);
	WORLD_EXPECT(world_counters.disk == BLOCK_NO_DEVICE);
	world.stubborn = false; /* plugged in, and the driver started anew */
	world_start_driver();
	check_settled();
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, 1) == BLOCK_OK);
	report("without a disk all requests fail with a status", world.why);
	world_init(1, 8, 0);
	world.disk[0][510] = 0;
	start_all();
	check_settled();
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, 1) == BLOCK_NO_TABLE);
	WORLD_EXPECT(ask(1, BLOCK_WRITE, 0, 0, 1) == BLOCK_NO_TABLE);
	report("without a table likewise", world.why);
}

/* A client with all that it may have under way leaves the others their turn. */
static void test_fair(void)
{
	world_init(1, 16, 0);
	start_all();
	check_settled();
	uint64_t before = world_counters.requests;
	for (uint32_t i = 0; i < 16; i++)
		WORLD_EXPECT(world_ask(0, (struct block_request){ .operation = BLOCK_READ,
						  .block = i,
						  .count = 1,
						  .id = i }));
	(void)block_client_round(&world.clients[0].client);
	WORLD_EXPECT(
		world_ask(1, (struct block_request){
				     .operation = BLOCK_READ, .block = 3, .count = 1 }));
	(void)block_client_round(&world.clients[1].client);
	world_run_virt();
	WORLD_EXPECT(world_counters.requests == before + 17);
	/* The request of client 1 is the second one that the driver finds. */
	(void)block_link_restarted(&world.driver);
	struct block_request_ring *ring = (void *)(uintptr_t)world_config.driver.requests;
	uint64_t first = ring->slots[(world.driver.requests.index) % 64].block;
	uint64_t second = ring->slots[(world.driver.requests.index + 1) % 64].block;
	WORLD_EXPECT((first >= 40) != (second >= 40));
	report("clients are served in turn", world.why);
}

/* Client 2 without the library: all that its link and its share allow, then more. */
static void test_room(void)
{
	struct block_link link = { .serves = false };
	struct signal_link signals[] = { { &link.responses, 9, true },
		{ &link.requests, 9, true } };
	world_init(1, 64, 0);
	start_all();
	check_settled();
	uint64_t before = world_counters.requests;
	WORLD_EXPECT(block_link_start(&link, &world_config.clients[2].link, false));
	world.virt_pending = true;
	check_settled();
	uint32_t put = 0, answers = 0;
	for (uint32_t i = 0; i < 1000 && answers < TOTAL; i++) {
		uint32_t had = put, most = put == 0 ? 61 : TOTAL;
		(void)block_link_restarted(&link);
		for (; put < most && block_room(&link) != 0; put++)
			block_put_request(&link,
				&(struct block_request){
					.operation = BLOCK_READ, .count = 1, .id = put });
		/* Responses are taken only when nothing goes on without. */
		for (; had == put && block_left(&link) != 0; answers++)
			(void)block_take_response(&link);
		(void)signal_round(signals, 2);
		if (had == 0) {
			world_run_virt(); /* the driver has not run: not above the share */
			WORLD_EXPECT(
				world_counters.requests == before + 64 / WORLD_CLIENTS);
		}
		check_settled();
	}
	WORLD_EXPECT(answers == TOTAL && world_counters.clients[2].dropped == 0);
	report("who leaves no room for responses waits, and loses none", world.why);
}

/* A driver whose device loses everything. */
static void test_lost(void)
{
	world_init(1, 8, 0);
	start_all();
	check_settled();
	world.losing = true;
	uint64_t before = world_counters.requests;
	WORLD_EXPECT(ask(0, BLOCK_WRITE, 0, 0, 1) == BLOCK_LOST);
	WORLD_EXPECT(world_counters.requests == before + BLOCK_TRIES);
	WORLD_EXPECT(world_counters.retries == BLOCK_TRIES - 1);
	world.losing = false;
	WORLD_EXPECT(ask(0, BLOCK_WRITE, 0, 0, 1) == BLOCK_OK);
	report("what is lost is tried so often and no more", world.why);
	world_init(1, 8, 0);
	world.losing = true;
	start_all();
	check_settled();
	WORLD_EXPECT(world.clients[0].client.status == BLOCK_FAILED);
	WORLD_EXPECT(world_counters.requests == 2 * BLOCK_TRIES); /* INFO, block 0 */
	report("likewise the table", world.why);
}

/* A driver that answers what it was not asked. */
static void test_lies(void)
{
	static const uint32_t ids[] = { 0, 5, 63, 64, UINT32_MAX, VIRT_OWN };
	world_init(1, 8, 0);
	start_all();
	check_settled();
	for (uint32_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		block_put_response(
			&world.driver, &(struct block_response){ .id = ids[i] });
	world.virt_pending = true;
	check_settled();
	WORLD_EXPECT(world_counters.bad_responses == sizeof(ids) / sizeof(ids[0]));
	WORLD_EXPECT(ask(0, BLOCK_READ, 0, 0, 1) == BLOCK_OK);
	report("responses to nothing are counted and dropped", world.why);
}

/* Puts a read of client 0, and lets the others work; whether it was notified. */
static bool read_wakes(void)
{
	struct world_client *c = &world.clients[0];
	bool woken = false;
	WORLD_EXPECT(block_client_request(&c->client,
		&(struct block_request){ .operation = BLOCK_READ, .count = 1, .id = 1 }));
	WORLD_EXPECT(!block_client_round(&c->client));
	for (uint32_t i = 0; i < 200; i++) {
		c->pending = false;
		world_step(false);
		woken = woken || c->pending;
	}
	c->pending = false;
	return woken;
}

static void test_in_no_hurry(void)
{
	struct block_client *client = &world.clients[0].client;
	struct block_response response;
	world_init(1, 8, 0);
	start_all();
	check_settled();
	WORLD_EXPECT(read_wakes() && block_client_response(client, &response));
	client->in_no_hurry = true;
	WORLD_EXPECT(!read_wakes() && block_client_response(client, &response));
	WORLD_EXPECT(response.status == BLOCK_OK);
	WORLD_EXPECT(!read_wakes());
	client->in_no_hurry = false;
	WORLD_EXPECT(block_client_round(client)); /* it has come meanwhile */
	WORLD_EXPECT(block_client_response(client, &response));
	client->in_no_hurry = true;
	world_start_virt();
	WORLD_EXPECT(world.clients[0].pending);
	check_settled();
	WORLD_EXPECT(client->ready);
	report("answers wake nobody who is in no hurry; they are there", world.why);
}

int main(void)
{
	test_start();
	const uint64_t seed = test.seed;
	test_statuses();
	test_absent();
	test_fair();
	test_room();
	test_lost();
	test_lies();
	test_in_no_hurry();
	memset(&world, 0, sizeof(world));
	run("honest neighbours, 10^5 steps", seed, STEPS / 10);
	memset(&world, 0, sizeof(world));
	world.anew = true;
	run("ends that start anew, 2 * 10^5 steps", seed, STEPS / 5);
	memset(&world, 0, sizeof(world));
	test_hostile(seed);
	return failed;
}
