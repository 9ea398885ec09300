/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The FAT server's disk, the client library and the virtualiser of the block class below it,
 * and a driver that does what it is asked: each is killed at random points, in the middle of
 * what it does, and starts anew. Every request of the server must have an answer: if all sleep
 * and one has none, a signal was lost, or somebody does not look.
 *
 * As on the machine, the driver runs before the virtualiser, and that before the server; who
 * is signalled runs at once if it is above, wherever the other stands (`hook`).
 */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fat/server.h"

#include <devices/block/virt.h>
#include <sel4/sel4.h>

#include <diskio.h> /* needs <ff.h> */

#define CAPACITY 4u
#define RING_BYTES 8192u
#define BLOCKS 256u /* of the disk: the table, then from 16 on the partition */
#define FIRST 16u
#define DATA_BYTES 16384u
#define ROUNDS 100000u
#define SLEEPS 100000u /* of one request; more are a loop without end */

enum who { SERVER, VIRT, DRIVER, DOMAINS }; /* who is above comes later */
enum { SERVER_CHANNEL = 1, VIRT_CHANNEL, DRIVER_CHANNEL };

bool microkit_have_signal;
struct server server;

extern const struct block_client_config *block_config;
extern const struct block_virt_config *block_virt_config;

static struct {
	uint64_t seed;
	uint32_t kills_in; /* a kill in so many accesses; 0: none */
	enum who who;      /* runs */
	bool pending[DOMAINS];
	jmp_buf life[DOMAINS]; /* where it is left when it is killed */
	bool begun[DOMAINS];   /* it is in the middle of an entry point */
	bool dead[DOMAINS];    /* likewise: was killed by one above it */
	uint64_t killed[DOMAINS];
	uint32_t sleeps;     /* since a request was done */
	uint64_t read_ahead; /* reads that came while others were under way */
	uint64_t
		written_behind; /* writes that were begun, and others perhaps meanwhile */
	struct block_link driver;
} chain;

static struct block_virt_counters virt_counters;
static struct fs_server_counters counters;
static struct block_virt_config virt_config;
static struct block_client_config client_config;
static _Alignas(64) uint8_t rings[2][2][RING_BYTES];
static _Alignas(64) uint8_t data[DATA_BYTES];
static _Alignas(64) uint8_t table[BLOCK_TABLE_BYTES];
static uint8_t disk[BLOCKS][BLOCK_BYTES];

void hook(void);

static uint64_t draw(uint64_t below)
{
	uint64_t z = (chain.seed += 0x9e3779b97f4a7c15u);
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

static void fail(const char *why)
{
	printf("not ok - the disk's chain goes on: %s, after kills %lu %lu %lu\n", why,
		(unsigned long)chain.killed[0], (unsigned long)chain.killed[1],
		(unsigned long)chain.killed[2]);
	exit(1);
}

/* ---- libmicrokit ---- */

void microkit_notify(microkit_channel ch)
{
	if (ch == VIRT_CHANNEL)
		chain.pending[VIRT] = true;
	else
		chain.pending[ch == DRIVER_CHANNEL ? DRIVER : SERVER] = true;
	hook();
}

void microkit_deferred_notify(microkit_channel ch)
{
	microkit_notify(ch);
}

void microkit_dbg_puts(const char *text)
{
	fail(text);
}

int seL4_ARM_VSpace_CleanInvalidate_Data(uint64_t service, uint64_t start, uint64_t end)
{
	(void)service;
	return start > end;
}

int seL4_ARM_VSpace_Invalidate_Data(uint64_t service, uint64_t start, uint64_t end)
{
	return seL4_ARM_VSpace_CleanInvalidate_Data(service, start, end);
}

/* ---- The driver ---- */

static void driver_start(void)
{
	struct block_link_config config = virt_config.driver;
	memset(&chain.driver, 0, sizeof(chain.driver));
	if (!block_link_start(&chain.driver, &config, true))
		fail("the driver does not start");
	microkit_notify(VIRT_CHANNEL);
}

static void driver_do(const struct block_request *request)
{
	uint8_t *where = (uint8_t *)(uintptr_t)request->where;
	size_t bytes = (size_t)request->count * BLOCK_BYTES;
	bool info = request->operation == BLOCK_INFO;
	if (request->operation <= BLOCK_WRITE &&
		(request->block > BLOCKS || request->count > BLOCKS - request->block))
		fail("a request outside the disk");
	if (request->operation == BLOCK_READ)
		memcpy(where, disk[request->block], bytes);
	if (request->operation == BLOCK_WRITE)
		memcpy(disk[request->block], where, bytes);
	block_put_response(&chain.driver, &(struct block_response){ .id = request->id,
						  .blocks = info ? BLOCKS : 0 });
}

static void driver_notified(void)
{
	struct signal_link signals[] = { { &chain.driver.requests, VIRT_CHANNEL, true },
		{ &chain.driver.responses, VIRT_CHANNEL, false } };
	do {
		(void)block_link_restarted(&chain.driver);
		while (block_left(&chain.driver) != 0 && block_room(&chain.driver) != 0) {
			struct block_request request = block_peek_request(&chain.driver);
			queue_advance(&chain.driver.requests, 1);
			driver_do(&request);
		}
		signals[0].awaited = block_left(&chain.driver) == 0;
		signals[1].awaited = !signals[0].awaited;
	} while (signal_round(signals, 2));
}

/* ---- Lives ---- */

static void start(enum who who)
{
	if (who == DRIVER) {
		driver_start();
	} else {
		memset(&virt, 0, sizeof(virt));
		init();
	}
}

/* One entry point of who is not the server: what it was notified of, or a new life. */
static void enter(enum who who, bool anew)
{
	enum who before = chain.who;
	chain.begun[who] = true;
	if (setjmp(chain.life[who]) != 0) {
		chain.killed[who]++;
		anew = true;
	}
	chain.who = who;
	chain.dead[who] = false;
	chain.pending[who] = false;
	if (anew)
		start(who);
	else if (who == DRIVER)
		driver_notified();
	else
		notified(0);
	chain.begun[who] = false;
	chain.who = before;
}

/* Kills one; who waits starts anew at once. */
static void kill(enum who victim)
{
	if (victim == chain.who)
		longjmp(chain.life[victim], 1);
	chain.dead[victim] = true;
	if (victim > chain.who) {
		chain.killed[victim]++;
		enter(victim, true);
	}
}

/* Who is signalled and above all others that are. */
static enum who first(void)
{
	enum who who = DRIVER;
	while (who > chain.who && !chain.pending[who])
		who--;
	return who;
}

/* Between any two accesses to shared memory. */
void hook(void)
{
	if (chain.kills_in != 0 && draw(chain.kills_in) == 0)
		kill((enum who)draw(DOMAINS));
	for (enum who who; (who = first()) > chain.who;)
		enter(who, false);
	if (chain.dead[chain.who]) /* by one above */
		longjmp(chain.life[chain.who], 1);
}

/* ---- The server ---- */

void program_wait(void)
{
	static uint32_t rounds; /* without sleep */
	if (disk_round()) {
		if (++rounds > ROUNDS)
			fail("the server goes round without end");
		return;
	}
	/* It sleeps. Those above have run to their ends: nobody else can wake it. */
	rounds = 0;
	hook();
	if (!chain.pending[SERVER])
		fail("the server waits, and nobody is to wake it");
	if (chain.kills_in != 0 && draw(8) == 0)
		kill((enum who)draw(DOMAINS));
	if (++chain.sleeps > SLEEPS)
		fail("a request has no end");
	chain.pending[SERVER] = false;
}

void cache_start(uint64_t disk_blocks, uint64_t data_bytes)
{
	if (disk_blocks != BLOCKS - FIRST || data_bytes != DATA_BYTES)
		fail("a disk of another size");
}

static void check(uint64_t block, uint64_t where, uint8_t known)
{
	for (uint32_t i = 0; i < BLOCK_BYTES; i++)
		if (disk_data(where)[i] != known || disk[FIRST + block][i] != known)
			fail("a block has what was not written");
}

/* Reads a block twice, both reads under way at a time, and perhaps another request too. */
static void read_ahead(uint64_t block, uint8_t fill)
{
	bool begun[2];
	for (uint32_t i = 0; i < 2; i++)
		begun[i] = disk_begin(i, false, block, 1, i * BLOCK_BYTES);
	if (draw(2) == 0)
		(void)disk_transfer(false, draw(BLOCKS - FIRST), 1, 2 * BLOCK_BYTES);
	for (uint32_t i = 2; i-- > 0;)
		if (begun[i] && disk_end(i) == FS_OK) {
			check(block, i * BLOCK_BYTES, fill);
			chain.read_ahead++;
		}
}

/* Writes a block; sometimes it is begun first, and done again if that fails, as the cache does. */
static enum fs_status write_one(uint64_t block, uint64_t where)
{
	if (draw(2) == 0 && disk_begin(2, true, block, 1, where)) {
		if (draw(2) == 0)
			(void)disk_transfer(false, draw(BLOCKS - FIRST), 1,
				where == 0 ? BLOCK_BYTES : 0);
		chain.written_behind++;
		if (disk_end(2) == FS_OK)
			return FS_OK;
	}
	return disk_transfer(true, block, 1, where);
}

/* Writes a block and reads it back, to other memory, for ever. */
static void serve(uint32_t requests)
{
	static volatile uint32_t left;
	left = requests;
	(void)setjmp(chain.life[SERVER]);
	chain.killed[SERVER] += chain.dead[SERVER];
	chain.dead[SERVER] = false;
	chain.who = SERVER;
	if (!disk_start())
		fail("the server does not start");
	(void)disk_initialize(0);
	for (; left != 0; left--, chain.sleeps = 0) {
		uint64_t block = draw(BLOCKS - FIRST);
		uint64_t where = draw(DATA_BYTES / BLOCK_BYTES) * BLOCK_BYTES;
		uint8_t fill = (uint8_t)draw(256);
		memset(disk_data(where), fill, BLOCK_BYTES);
		enum fs_status status = write_one(block, where);
		where = where == 0 ? BLOCK_BYTES : 0;
		if (status == FS_OK)
			status = disk_flush();
		if (status == FS_OK)
			status = disk_transfer(false, block, 1, where);
		if (status == FS_OK)
			check(block, where, fill);
		if (status == FS_OK && draw(4) == 0)
			read_ahead(block, fill);
	}
	if (chain.read_ahead == 0 || chain.written_behind == 0)
		fail("nothing is read ahead, or nothing written behind");
}

static struct block_link_config link_config(uint32_t number, uint32_t channel)
{
	return (struct block_link_config){
		.requests = (uint64_t)(uintptr_t)rings[number][0],
		.responses = (uint64_t)(uintptr_t)rings[number][1],
		.capacity = number == 0 ? BLOCK_DRIVER_CAPACITY : CAPACITY,
		.channel = channel
	};
}

static void configure(void)
{
	virt_config = (struct block_virt_config){ .magic = BLOCK_VIRT_MAGIC,
		.num_clients = 1,
		.coherent = 1,
		.table_vaddr = (uint64_t)(uintptr_t)table,
		.table_paddr = (uint64_t)(uintptr_t)table,
		.counters = (uint64_t)(uintptr_t)&virt_counters,
		.driver = link_config(0, DRIVER_CHANNEL) };
	virt_config.clients[0] = (struct block_virt_client){ .link = link_config(
								     1, SERVER_CHANNEL),
		.data_paddr = (uint64_t)(uintptr_t)data,
		.data_bytes = DATA_BYTES };
	client_config = (struct block_client_config){ .magic = BLOCK_CLIENT_MAGIC,
		.data_vaddr = (uint64_t)(uintptr_t)data,
		.data_bytes = DATA_BYTES,
		.virt = link_config(1, VIRT_CHANNEL) };
	block_config = &client_config;
	block_virt_config = &virt_config;
	server.counters = &counters;
	disk[0][446 + 4] = 12; /* an entry of the table, and its end */
	disk[0][446 + 8] = FIRST;
	disk[0][446 + 12] = BLOCKS - FIRST;
	disk[0][510] = 0x55;
	disk[0][511] = 0xaa;
}

int main(int count, char **arguments)
{
	static const uint32_t kills_in[] = { 0, 50, 200, 1000 };
	const char *text = getenv("TEST_SEED");
	uint32_t requests = count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 0) : 20000;
	chain.seed = text != NULL ? strtoull(text, NULL, 0) : 1;
	configure();
	enter(DRIVER, true);
	enter(VIRT, true);
	for (uint32_t i = 0; i < sizeof(kills_in) / sizeof(kills_in[0]); i++) {
		chain.kills_in = kills_in[i];
		serve(requests);
	}
	printf("ok - the disk's chain goes on after kills of server %lu, virt %lu, "
	       "driver "
	       "%lu\n",
		(unsigned long)chain.killed[SERVER], (unsigned long)chain.killed[VIRT],
		(unsigned long)chain.killed[DRIVER]);
	return 0;
}
