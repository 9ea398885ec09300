/* SPDX-License-Identifier: BSD-2-Clause */
/* What is around the virtualiser; world.h says who. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sel4/sel4.h>

#include "world.h"

#define DRIVER_CHANNEL 0u
#define CLIENT_CHANNEL 1u /* and on */
#define OWN_CHANNEL 9u    /* of driver and clients */
#define RING_BYTES 8192u

extern const struct block_virt_config *block_virt_config;

struct world world;
struct block_virt_counters world_counters;
struct block_virt_config world_config;
bool microkit_have_signal;

static _Alignas(64) uint8_t rings[WORLD_CLIENTS + 1][2][RING_BYTES];
static _Alignas(4096) uint8_t data[WORLD_CLIENTS][WORLD_DATA_BYTES];
static _Alignas(4096) uint8_t table[BLOCK_TABLE_BYTES];
static struct block_client_config client_configs[WORLD_CLIENTS];
static struct block_link hostile_link;

enum actor { NOBODY, VIRT, DRIVER, CLIENT };
static enum actor actor;
static bool nested;

uint64_t world_draw(uint64_t below)
{
	uint64_t z = (world.seed += 0x9e3779b97f4a7c15u);
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

void world_fault(int line, const char *what)
{
	if (world.why[0] == '\0')
		snprintf(world.why, sizeof(world.why), "line %d: not %s", line, what);
}

/* ---- libmicrokit ---- */

void microkit_notify(microkit_channel ch)
{
	if (actor != VIRT)
		world.virt_pending = true;
	else if (ch == DRIVER_CHANNEL)
		world.driver_pending = true;
	else
		world.clients[ch - CLIENT_CHANNEL].pending = true;
}

void microkit_deferred_notify(microkit_channel ch)
{
	microkit_notify(ch);
}

void microkit_dbg_puts(const char *text)
{
	world_fault(__LINE__, text);
}

int seL4_ARM_VSpace_CleanInvalidate_Data(uint64_t service, uint64_t start, uint64_t end)
{
	uint64_t at = start - (uint64_t)(uintptr_t)data;
	(void)service;
	WORLD_EXPECT(at < sizeof(data) && end - start <= sizeof(data) - at);
	world.cleaned += end - start;
	return 0;
}

int seL4_ARM_VSpace_Invalidate_Data(uint64_t service, uint64_t start, uint64_t end)
{
	(void)service;
	WORLD_EXPECT(start == (uint64_t)(uintptr_t)table && end <= start + sizeof(table));
	return 0;
}

/* ---- The driver and its disk ---- */

void world_start_driver(void)
{
	actor = DRIVER;
	/* What it had, or was to take, may be given up now. */
	for (uint32_t c = 0; c < WORLD_HOSTILE; c++)
		for (uint32_t i = 0; i < WORLD_SLOTS; i++)
			world.clients[c].requests[i].served = true;
	world.num_held = 0;
	memset(&world.driver, 0, sizeof(world.driver));
	WORLD_EXPECT(block_link_start(&world.driver,
		&(struct block_link_config){ .requests = (uint64_t)(uintptr_t)rings[0][0],
			.responses = (uint64_t)(uintptr_t)rings[0][1],
			.capacity = BLOCK_DRIVER_CAPACITY },
		true));
	world.virt_pending = true;
	actor = NOBODY;
}

/* The client whose data a request names, and where they are; NULL: the table. */
static struct world_client *owner(const struct block_request *r, uint8_t **where)
{
	uint64_t address = r->where - WORLD_DEVICE;
	uint64_t bytes = (uint64_t)r->count * BLOCK_BYTES;
	*where = (uint8_t *)(uintptr_t)address;
	if (address == (uint64_t)(uintptr_t)table) {
		WORLD_EXPECT(
			r->block == 0 && r->count == 1 && r->operation == BLOCK_READ);
		return NULL;
	}
	for (uint32_t i = 0; i < WORLD_CLIENTS; i++) {
		uint64_t start = (uint64_t)(uintptr_t)data[i];
		if (address < start || address >= start + WORLD_DATA_BYTES)
			continue;
		uint64_t first = 16 + i * WORLD_PARTITION;
		WORLD_EXPECT(bytes <= start + WORLD_DATA_BYTES - address);
		WORLD_EXPECT(r->block >= first && r->count <= WORLD_PARTITION &&
			     r->block - first <= WORLD_PARTITION - r->count);
		WORLD_EXPECT(r->operation == BLOCK_READ || !world.clients[i].read_only);
		return &world.clients[i];
	}
	world_fault(__LINE__, "data of somebody");
	*where = table;
	return NULL;
}

/* The test's record of a request, by the place of its data; NULL: not an honest client's. */
static struct world_request *record(struct world_client *client, const uint8_t *where)
{
	if (client == NULL || client == &world.clients[WORLD_HOSTILE])
		return NULL;
	uint64_t offset = (uint64_t)(where - data[client - world.clients]);
	return &client->requests[offset / (WORLD_SLOT_BLOCKS * BLOCK_BYTES)];
}

/* A request has come: nobody's ordered request has been overtaken. */
static void taken(const struct block_request *request)
{
	uint8_t *where;
	if (request->operation > BLOCK_WRITE)
		return;
	struct world_client *client = owner(request, &where);
	struct world_request *mine = record(client, where);
	world.foreign += client == &world.clients[WORLD_HOSTILE];
	if (mine == NULL)
		return;
	mine->served = false;
	for (uint32_t i = 0; i < WORLD_SLOTS; i++) {
		const struct world_request *other = &client->requests[i];
		WORLD_EXPECT(!other->active || other->served || !mine->active ||
			     other->request.operation > BLOCK_WRITE ||
			     other->epoch >= mine->epoch);
	}
}

static void respond_driver(const struct block_request *request, enum block_status status)
{
	bool info = request->operation == BLOCK_INFO;
	block_put_response(&world.driver,
		&(struct block_response){ .id = request->id,
			.status = (uint16_t)status,
			.blocks = info && status == BLOCK_OK ? WORLD_BLOCKS : 0 });
}

/* Does one of the requests that it has, in any order. */
static void driver_do(void)
{
	uint32_t which = (uint32_t)world_draw(world.num_held);
	struct block_request request = world.held[which];
	enum block_status status = BLOCK_OK;
	uint8_t *where = NULL;
	world.held[which] = world.held[--world.num_held];
	struct world_client *client = NULL;
	if (request.operation <= BLOCK_WRITE)
		client = owner(&request, &where);
	if (world.faulty && client != NULL && world_draw(8) == 0)
		status = world_draw(2) ? BLOCK_LOST : BLOCK_FAILED;
	if (world.losing && where != NULL)
		status = BLOCK_LOST;
	for (uint32_t i = 0; where != NULL && i < request.count; i++) {
		uint8_t *block = world.disk[request.block + i];
		uint8_t *bytes = where + (uint64_t)i * BLOCK_BYTES;
		if (status != BLOCK_OK && world_draw(2) == 0)
			continue;
		if (request.operation == BLOCK_READ)
			memcpy(bytes, block, BLOCK_BYTES);
		else
			memcpy(block, bytes, BLOCK_BYTES);
	}
	struct world_request *mine = record(client, where);
	if (mine != NULL)
		mine->served = true;
	respond_driver(&request, status);
}

static void driver_take(void)
{
	while (block_left(&world.driver) != 0 &&
		block_room(&world.driver) > world.num_held) {
		struct block_request request = block_peek_request(&world.driver);
		bool ordered = request.operation >= BLOCK_BARRIER;
		if (ordered && world.num_held != 0)
			return;
		queue_advance(&world.driver.requests, 1);
		if (world.stubborn || ordered) {
			respond_driver(
				&request, world.stubborn ? BLOCK_NO_DEVICE : BLOCK_OK);
		} else {
			taken(&request);
			world.held[world.num_held++] = request;
		}
	}
}

static void run_driver(void)
{
	struct signal_link signals[] = { { &world.driver.requests, OWN_CHANNEL, true },
		{ &world.driver.responses, OWN_CHANNEL, false } };
	world.driver_pending = false;
	actor = DRIVER;
	do {
		(void)block_link_restarted(&world.driver);
		for (uint64_t n = world_draw(4); n != 0 && world.num_held != 0; n--)
			driver_do();
		driver_take();
		signals[0].awaited = block_left(&world.driver) == 0;
		signals[1].awaited = !signals[0].awaited && world.num_held == 0;
	} while (signal_round(signals, 2));
	actor = NOBODY;
}

/* ---- Honest clients ---- */

static uint64_t *words(uint32_t number, uint32_t slot, uint32_t block)
{
	return (uint64_t *)(void *)(data[number] +
				    (uint64_t)(slot * WORLD_SLOT_BLOCKS + block) *
					    BLOCK_BYTES);
}

void world_start_client(uint32_t number)
{
	struct world_client *c = &world.clients[number];
	actor = CLIENT;
	if (number == WORLD_HOSTILE) {
		memset(&hostile_link, 0, sizeof(hostile_link));
		WORLD_EXPECT(block_link_start(
			&hostile_link, &client_configs[number].virt, false));
		world.virt_pending = true;
		actor = NOBODY;
		return;
	}
	memset(&c->client, 0, sizeof(c->client));
	for (uint32_t i = 0; i < WORLD_SLOTS; i++) {
		const struct block_request *r = &c->requests[i].request;
		for (uint32_t b = 0; c->requests[i].active && b < r->count &&
				     r->operation == BLOCK_WRITE;
			b++)
			c->known[r->block + b] = 0;
		c->requests[i].active = false;
	}
	memset(c->under_way, 0, sizeof(c->under_way));
	c->active = 0;
	c->was_ready = false;
	WORLD_EXPECT(block_client_start(&c->client, &client_configs[number]));
	actor = NOBODY;
}

bool world_ask(uint32_t number, struct block_request request)
{
	struct world_client *c = &world.clients[number];
	struct world_request *mine = &c->requests[request.id];
	bool ordered = request.operation >= BLOCK_FLUSH;
	if (mine->active || request.id >= c->capacity)
		return false;
	for (uint32_t i = 0; !ordered && i < request.count; i++)
		if (request.block + i >= WORLD_PARTITION ||
			c->under_way[request.block + i])
			return false;
	request.where = (uint64_t)request.id * WORLD_SLOT_BLOCKS * BLOCK_BYTES;
	for (uint32_t i = 0; i < request.count && request.operation == BLOCK_WRITE; i++)
		for (uint32_t w = 0; w < BLOCK_BYTES / 8; w++)
			words(number, request.id, i)[w] = c->tag + 1 + i;
	if (!block_client_request(&c->client, &request))
		return false;
	c->epoch += ordered;
	/* What is refused never gets to the driver. */
	bool refused = request.operation == BLOCK_WRITE && c->read_only;
	*mine = (struct world_request){ request, true, refused, c->epoch };
	c->epoch += ordered;
	c->active++;
	for (uint32_t i = 0; !ordered && i < request.count; i++) {
		c->under_way[request.block + i] = true;
		if (request.operation == BLOCK_WRITE) {
			/* Until there is a response, the block has one or the other. */
			c->tag++;
			if (c->read_only)
				continue;
			c->known[request.block + i] = 0;
		}
	}
	return true;
}

static void check_block(uint32_t number, const struct world_request *mine, uint32_t i)
{
	struct world_client *c = &world.clients[number];
	uint64_t *known = &c->known[mine->request.block + i];
	const uint64_t *word = words(number, mine->request.id, i);
	if (*known == 0)
		*known = word[0];
	for (uint32_t w = 0; w < BLOCK_BYTES / 8; w++)
		WORLD_EXPECT(word[w] == *known);
}

static void answered(uint32_t number, const struct block_response *response)
{
	struct world_client *c = &world.clients[number];
	struct world_request *mine = &c->requests[response->id];
	const struct block_request *r = &mine->request;
	uint32_t operation = r->operation;
	WORLD_EXPECT(mine->active && response->id < c->capacity);
	world.statuses[response->status]++;
	c->done++;
	c->lost += response->status == BLOCK_LOST;
	for (uint32_t i = 0; operation <= BLOCK_WRITE && i < r->count; i++) {
		c->under_way[r->block + i] = false;
		if (operation == BLOCK_READ && response->status == BLOCK_OK)
			check_block(number, mine, i);
		if (operation == BLOCK_WRITE && response->status == BLOCK_OK)
			c->known[r->block + i] = *words(number, r->id, i);
	}
	if (operation == BLOCK_WRITE && c->read_only)
		WORLD_EXPECT(response->status == BLOCK_READ_ONLY ||
			     response->status == BLOCK_LOST || world.stubborn);
	/* All that was put before has its response, unless all is lost. */
	for (uint32_t i = 0; i < WORLD_SLOTS && operation >= BLOCK_FLUSH; i++)
		WORLD_EXPECT(!c->requests[i].active ||
			     c->requests[i].epoch >= mine->epoch ||
			     response->status == BLOCK_LOST);
	mine->active = false;
	c->active--;
}

/* The driver has nothing of a client that has just begun a life. */
static void check_ready(uint32_t number)
{
	struct world_client *c = &world.clients[number];
	uint8_t *where;
	if (c->client.ready && !c->was_ready)
		for (uint32_t i = 0; i < world.num_held; i++)
			WORLD_EXPECT(world.held[i].operation > BLOCK_WRITE ||
				     owner(&world.held[i], &where) != c);
	c->was_ready = c->client.ready;
	if (c->client.ready && c->client.status == BLOCK_OK)
		WORLD_EXPECT(c->client.blocks == WORLD_PARTITION &&
			     c->client.read_only == c->read_only);
}

static void run_client(uint32_t number, bool new_requests)
{
	struct world_client *c = &world.clients[number];
	struct block_response response;
	c->pending = false;
	actor = CLIENT;
	do {
		while (block_client_response(&c->client, &response)) {
			check_ready(number);
			answered(number, &response);
		}
		check_ready(number);
		for (uint64_t n = world_draw(4); new_requests && n != 0; n--) {
			uint32_t kind = (uint32_t)world_draw(16);
			bool ordered = kind >= 14;
			(void)world_ask(number,
				(struct block_request){
					.id = (uint32_t)world_draw(WORLD_SLOTS),
					.operation = ordered ? kind - 14 + BLOCK_FLUSH
							     : kind & 1u,
					.count = ordered ? 0
							 : 1 + (uint32_t)world_draw(
								       WORLD_SLOT_BLOCKS),
					.block = world_draw(WORLD_PARTITION) });
		}
	} while (block_client_round(&c->client));
	actor = NOBODY;
}

/* ---- The hostile client ---- */

static void scribble(void)
{
	struct block_request_ring *requests = (void *)rings[1 + WORLD_HOSTILE][0];
	struct block_response_ring *responses = (void *)rings[1 + WORLD_HOSTILE][1];
	uint64_t *word = world_draw(2) ? &requests->shared.producer.word
				       : &responses->shared.consumer.word;
	switch (world_draw(6)) {
	case 0:
		*word += world_draw(4);
		break;
	case 1:
		*word ^= 1ull << world_draw(64);
		break;
	case 2:
		*word = world_draw(UINT64_MAX);
		break;
	case 3:
		requests->shared.producer.wake = (uint32_t)world_draw(UINT32_MAX);
		break;
	default:
		requests->slots[world_draw(world.clients[WORLD_HOSTILE].capacity)]
			.operation = (uint32_t)world_draw(8);
	}
}

static void run_hostile(void)
{
	struct block_link *link = &hostile_link;
	world.clients[WORLD_HOSTILE].pending = false;
	actor = CLIENT;
	(void)block_link_restarted(link);
	for (uint64_t n = world_draw(8); n != 0 && block_left(link) != 0; n--) {
		struct block_response response = block_take_response(link);
		if (response.status < BLOCK_STATUSES)
			world.statuses[response.status]++;
	}
	for (uint64_t n = world_draw(8); n != 0 && block_room(link) != 0; n--) {
		block_put_request(link,
			&(struct block_request){
				.operation = (uint32_t)world_draw(world_draw(4) ? 3 : 7),
				.block = world_draw(
					world_draw(4) ? WORLD_PARTITION + 1 : UINT64_MAX),
				.count = (uint32_t)world_draw(
					world_draw(4) ? 4 : UINT32_MAX),
				.where = world_draw(4)
						 ? world_draw(WORLD_DATA_BYTES / 64) * 64
						 : world_draw(UINT64_MAX),
				.id = (uint32_t)world_draw(UINT32_MAX) });
		world.put++;
	}
	if (world_draw(8) == 0)
		scribble();
	world.virt_pending = true;
	actor = NOBODY;
	if (world_draw(16) == 0)
		world_start_client(WORLD_HOSTILE);
}

/* ---- All of them ---- */

void world_start_virt(void)
{
	actor = VIRT;
	memset(&virt, 0, sizeof(virt));
	block_virt_config = &world_config;
	world.virt_pending = false;
	init();
	actor = NOBODY;
}

void world_run_virt(void)
{
	world.virt_pending = false;
	actor = VIRT;
	notified(0);
	actor = NOBODY;
}

/* Somebody other than the virtualiser. */
static void step_other(bool new_requests)
{
	uint64_t who = world_draw(4);
	struct world_client *c = &world.clients[who < WORLD_HOSTILE ? who : 0];
	if (who == 3 && (world.driver_pending || world.num_held != 0))
		run_driver();
	else if (who == WORLD_HOSTILE && world.hostile && new_requests)
		run_hostile();
	else if (who < WORLD_HOSTILE && (c->pending || new_requests))
		run_client((uint32_t)who, new_requests && world_draw(2) == 0);
}

void hook(void)
{
	if (actor != VIRT || nested || !world.hooks || world_draw(8) != 0)
		return;
	nested = true;
	step_other(true);
	if (world.anew && world_draw(500) == 0)
		world_start_client((uint32_t)world_draw(WORLD_HOSTILE));
	if (world.anew && world_draw(500) == 0)
		world_start_driver();
	actor = VIRT;
	nested = false;
}

void world_step(bool new_requests)
{
	if (world.anew && world_draw(400) == 0)
		world_start_virt();
	if (world.anew && world_draw(400) == 0)
		world_start_driver();
	if (world.anew && world_draw(400) == 0)
		world_start_client((uint32_t)world_draw(WORLD_HOSTILE));
	if (world.virt_pending && world_draw(2) == 0)
		world_run_virt();
	else
		step_other(new_requests);
}

bool world_settle(void)
{
	bool anew = world.anew, hooks = world.hooks;
	world.anew = false;
	world.hooks = false;
	for (uint32_t i = 0; i < 20000; i++) {
		bool busy = world.virt_pending || world.driver_pending ||
			    world.num_held != 0 || world.clients[0].pending ||
			    world.clients[1].pending;
		if (!busy) {
			world.anew = anew;
			world.hooks = hooks;
			return true;
		}
		world_step(false);
	}
	return false;
}

static void put_word(uint8_t *at, uint32_t word)
{
	for (uint32_t i = 0; i < 4; i++)
		at[i] = (uint8_t)(word >> 8 * i);
}

static void make_table(void)
{
	uint8_t *block = world.disk[0];
	memset(block, 0, BLOCK_BYTES);
	for (uint32_t i = 0; i < WORLD_CLIENTS; i++) {
		block[446 + 16 * i + 4] = 12;
		put_word(block + 446 + 16 * i + 8, 16 + i * WORLD_PARTITION);
		put_word(block + 446 + 16 * i + 12, WORLD_PARTITION);
	}
	block[510] = 0x55;
	block[511] = 0xaa;
}

void world_init(uint64_t seed, uint32_t capacity, int fill)
{
	memset(&world, 0, sizeof(world));
	world.seed = seed;
	memset(rings, fill, sizeof(rings));
	memset(data, fill, sizeof(data));
	memset(world.disk, fill, sizeof(world.disk));
	make_table();
	world_config = (struct block_virt_config){ .magic = BLOCK_VIRT_MAGIC,
		.num_clients = WORLD_CLIENTS,
		.table_vaddr = (uint64_t)(uintptr_t)table,
		.table_paddr = (uint64_t)(uintptr_t)table + WORLD_DEVICE,
		.counters = (uint64_t)(uintptr_t)&world_counters,
		.driver = { (uint64_t)(uintptr_t)rings[0][0],
			(uint64_t)(uintptr_t)rings[0][1], BLOCK_DRIVER_CAPACITY,
			DRIVER_CHANNEL } };
	for (uint32_t i = 0; i < WORLD_CLIENTS; i++) {
		struct world_client *c = &world.clients[i];
		c->capacity = capacity;
		c->read_only = i == 1 && seed % 4 == 0;
		world_config.clients[i] = (struct block_virt_client){
			.link = { (uint64_t)(uintptr_t)rings[1 + i][0],
				(uint64_t)(uintptr_t)rings[1 + i][1], capacity,
				CLIENT_CHANNEL + i },
			.data_vaddr = (uint64_t)(uintptr_t)data[i],
			.data_paddr = (uint64_t)(uintptr_t)data[i] + WORLD_DEVICE,
			.data_bytes = WORLD_DATA_BYTES,
			.partition = i,
			.read_only = c->read_only
		};
		client_configs[i] = (struct block_client_config){
			.magic = BLOCK_CLIENT_MAGIC,
			.data_vaddr = (uint64_t)(uintptr_t)data[i],
			.data_bytes = WORLD_DATA_BYTES,
			.virt = world_config.clients[i].link
		};
		client_configs[i].virt.channel = OWN_CHANNEL;
	}
}
