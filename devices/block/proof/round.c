/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtualiser of a disk: `notified` and what it does with disk, table and signals, from
 * any state of its rest, whatever the driver and the clients hand over, and whoever starts
 * anew (block_rounds.py has how the source is read). The way of one request is in request.c.
 *
 * Each part is one step from any state that `valid` admits. What is said of one arbitrary
 * client (`some_client`) holds of all.
 */
#include <stddef.h>

#include "any.h"

#include "../block/virt.h"

/* PART: what is proved. */
#define CLIENTS 0 /* work_clients; serve takes one request, or its client must wait */
#define TABLE 1   /* answered: the response to the virtualiser's own request */
#define DISK 2    /* disk_work, whatever take_responses and put_again do */
#define ROUND 3   /* notified, whatever disk_work and work_clients do */

#define DRIVER_LINK BLOCK_CLIENTS_MAX
#define LINKS (BLOCK_CLIENTS_MAX + 1u)

static struct block_virt_config config;
static struct block_virt_counters counters;

/* The arrays of the state stand by themselves. */
static struct block_virt_client config_clients[BLOCK_CLIENTS_MAX];
static struct {
	uint64_t requests, blocks_read, blocks_written, refused, dropped, faults;
} counters_clients[BLOCK_CLIENTS_MAX];
static struct virt_slot virt_slots[VIRT_SLOTS];
static struct virt_client virt_clients[BLOCK_CLIENTS_MAX];
static struct {
	_Bool awaited;
} virt_signals[2 + 2 * BLOCK_CLIENTS_MAX];
static uint8_t virt_piece[BLOCK_TABLE_BYTES];

/* ---- Links: any other end, which may meddle ---- */

static uint32_t left[LINKS], room[LINKS];
static struct block_request request;   /* a client's next one, any */
static struct block_response response; /* the driver's next one, any */
static struct block_request put;       /* to the driver, the latest */
static uint32_t puts, answers;
static _Bool driver_new; /* it has started anew, and this has not been seen */

static bool seen_restarted(uint32_t link)
{
	bool is_new = link == DRIVER_LINK && driver_new;
	if (link == DRIVER_LINK)
		driver_new = 0;
	return is_new;
}

static uint32_t seen_faults(uint32_t link)
{
	(void)link;
	return nondet_u32();
}

static uint32_t seen_left(uint32_t link)
{
	return left[link];
}

static uint32_t seen_room(uint32_t link)
{
	return room[link];
}

static struct block_request seen_request(uint32_t link)
{
	assert(link < BLOCK_CLIENTS_MAX && left[link] != 0);
	return request;
}

static void seen_advance(uint32_t link)
{
	assert(left[link] != 0);
	left[link]--;
}

static void seen_answer(uint32_t link, struct block_response given)
{
	assert(link < config.num_clients && room[link] != 0);
	room[link]--;
	answers++;
	(void)given;
}

static void seen_put(struct block_request given)
{
	assert(room[DRIVER_LINK] != 0);
	room[DRIVER_LINK]--;
	puts++;
	put = given;
}

static struct block_response seen_response(uint32_t link)
{
	assert(link == DRIVER_LINK && left[link] != 0);
	left[link]--;
	return response;
}

static bool seen_signals(uint32_t count);

#define block_link_restarted seen_restarted
#define block_left seen_left
#define block_room seen_room
#define block_peek_request seen_request
#define block_take_response seen_response
#define signal_round(links, count) seen_signals(count)

/* ---- The table: what `mbr` and `gpt` say of it ---- */

static struct mbr_partition judged[BLOCK_PARTITIONS]; /* any */
static _Bool parsed;

void mbr_parse(const uint8_t *table, uint64_t blocks, struct mbr_partition *partitions)
{
	assert(table == virt_piece && blocks == counters.blocks);
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		partitions[i] = judged[i];
	parsed = 1;
}

bool gpt_is_protective(const uint8_t *table)
{
	assert(table == virt_piece);
	return nondet_u32() & 1u;
}

void gpt_start(struct gpt *gpt, uint64_t blocks)
{
	assert(blocks == counters.blocks);
	gpt->step = GPT_HEADER;
}

void gpt_take(struct gpt *gpt, const uint8_t *bytes)
{
	assert(bytes == virt_piece || bytes == NULL);
	gpt->step = nondet_u32() % 3u;
	if (gpt->step != GPT_DONE)
		return;
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		gpt->partitions[i] = judged[i];
	parsed = 1;
}

bool gpt_next(const struct gpt *gpt, uint64_t *block, uint32_t *count)
{
	assert(gpt == &virt.gpt);
	*block = nondet_u64();
	*count = nondet_u32();
	__CPROVER_assume(*count >= 1 && *count <= GPT_PIECE_BLOCKS);
	return true;
}

static void seen_piece(uint64_t vaddr)
{
	assert(vaddr == config.table_vaddr);
}

/* ---- Caches ---- */

int seL4_ARM_VSpace_CleanInvalidate_Data(uint64_t service, uint64_t start, uint64_t end)
{
	(void)service;
	(void)start;
	(void)end;
	return 0;
}

int seL4_ARM_VSpace_Invalidate_Data(uint64_t service, uint64_t start, uint64_t end)
{
	(void)service;
	assert(start == config.table_vaddr && end == start + BLOCK_TABLE_BYTES);
	return 0;
}

#include "../block/virt.c"

#include "../block/disk.c"

/* ---- What is true at rest ---- */

static uint32_t some_client;

static _Bool table_valid(uint32_t i)
{
	return virt.table[i].first == judged[i].first &&
	       virt.table[i].blocks == judged[i].blocks &&
	       virt.table[i].status == judged[i].status;
}

static _Bool valid(void)
{
	uint32_t i = config_clients[some_client].partition;
	return (virt.again & virt.free) == 0 && virt.phase <= SERVING &&
	       (!virt.asked || (virt.phase != SERVING && (virt.own & VIRT_OWN) != 0)) &&
	       (virt.phase != SERVING || counters.disk != BLOCK_OK || virt.table_known) &&
	       (!virt.table_known || table_valid(i)) && virt.turn < config.num_clients;
}

/* What was, before the step. */
static uint64_t free_then, again_then;
static uint32_t own_then, tries_then, phase_then;
static _Bool known_then;

static void any_state(void)
{
	virt.phase = nondet_u32() % 3u;
	virt.asked = nondet_u32() & 1u;
	virt.table_known = known_then = nondet_u32() & 1u;
	virt.read_only = nondet_u32() & 1u;
	virt.gpt.step = nondet_u32() % 3u;
	driver_new = nondet_u32() & 1u;
	parsed = 0;
	puts = answers = 0;
	some_client = nondet_u32();
	/* As start leaves it (share), and the tool the configuration. */
	__CPROVER_assume(
		config.num_clients >= 1 && config.num_clients <= BLOCK_CLIENTS_MAX);
	__CPROVER_assume(virt.share >= 1 && virt.share <= VIRT_SLOTS);
	__CPROVER_assume(virt.share * config.num_clients <= VIRT_SLOTS);
	__CPROVER_assume(some_client < config.num_clients);
	__CPROVER_assume(config_clients[some_client].partition < BLOCK_PARTITIONS);
	for (uint32_t i = 0; i < BLOCK_PARTITIONS; i++)
		__CPROVER_assume(judged[i].blocks <= UINT64_MAX - judged[i].first &&
				 (judged[i].status == BLOCK_OK || judged[i].blocks == 0));
	__CPROVER_assume(valid());
	free_then = virt.free;
	again_then = virt.again;
	own_then = virt.own;
	tries_then = virt.tries;
	phase_then = virt.phase;
}

/* ---- All clients ---- */

static _Bool is_blocked(uint32_t number, _Bool ordered)
{
	uint32_t outstanding = virt_clients[number].outstanding;
	return left[number] == 0 || outstanding >= virt.share ||
	       room[number] <= outstanding || room[DRIVER_LINK] == 0 ||
	       (ordered && outstanding != 0);
}

static _Bool ordered[LINKS];

#if PART == CLIENTS
static bool serve(uint32_t number)
{
	assert(number < config.num_clients);
	if (is_blocked(number, ordered[number]))
		return false;
	left[number]--;
	if (nondet_u32() & 1u) {
		room[number]--;
	} else {
		room[DRIVER_LINK]--;
		virt_clients[number].outstanding++;
	}
	ordered[number] = nondet_u32() & 1u;
	return true;
}
#endif

static void part_clients(void)
{
	for (uint32_t i = 0; i < BLOCK_CLIENTS_MAX; i++) {
		ordered[i] = nondet_u32() & 1u;
		__CPROVER_assume(left[i] <= 2);
		__CPROVER_assume(virt_clients[i].outstanding <= virt.share);
	}
	work_clients();
	for (uint32_t i = 0; i < config.num_clients; i++) {
		bool requests = virt_signals[2 + 2 * i].awaited;
		bool answers_taken = virt_signals[3 + 2 * i].awaited;
		/* Nobody is forgotten: he has nothing, and is awaited; or waits for a response
		 * of the driver, for room there (`notified`), or for his own room. */
		assert(is_blocked(i, ordered[i]));
		assert(left[i] != 0 || requests);
		assert(left[i] == 0 || virt_clients[i].outstanding != 0 ||
			room[DRIVER_LINK] == 0 || (room[i] == 0 && answers_taken));
	}
}

/* ---- The disk and its table ---- */

static void part_table(void)
{
	uint32_t i = config_clients[some_client].partition;
	uint32_t reads = virt.reads;
	for (uint32_t k = 0; k < BLOCK_CLIENTS_MAX; k++) /* start refuses others */
		__CPROVER_assume(config_clients[k].partition < BLOCK_PARTITIONS);
	__CPROVER_assume(virt.asked);
	response.id = virt.own;
	answered(&response);
	const struct mbr_partition *p = &virt_clients[some_client].partition;
	assert(!virt.asked && puts == 0 && answers == 0);
	assert(virt.table_known == (known_then || parsed));
	assert(!parsed || (phase_then == READING && virt.phase == SERVING));
	if (virt.phase != SERVING) {
		assert(response.status == BLOCK_LOST || response.status == BLOCK_OK ||
			(phase_then == READING && reads != 0));
		assert(response.status != BLOCK_LOST || virt.tries == tries_then + 1u ||
			phase_then == READING);
	} else if (counters.disk == BLOCK_OK) {
		assert(virt.table_known && p->first == judged[i].first &&
			p->blocks == judged[i].blocks && p->status == judged[i].status);
	} else {
		assert(p->status == counters.disk && p->blocks == 0);
	}
	assert(virt.phase != SERVING || response.status != BLOCK_NO_DEVICE ||
		counters.disk == BLOCK_NO_DEVICE);
	if (phase_then == ASKING && response.status == BLOCK_OK)
		assert(counters.blocks == response.blocks &&
			virt.read_only == ((response.flags & BLOCK_FLAG_READ_ONLY) != 0));
}

static _Bool restarted_then;
static uint32_t takes, agains, phase_taken;

#if PART == DISK
static void take_responses(void)
{
	takes++;
	/* Nothing that was with a driver before is answered for, all of it is lost. */
	assert(!restarted_then || (virt.phase == ASKING && !virt.asked));
	assert(virt.again == (restarted_then ? ~free_then : again_then));
	virt.phase = phase_taken = nondet_u32() % 3u;
	virt.asked = virt.phase != SERVING && virt.asked;
	__CPROVER_assume(valid()); /* TABLE */
}

static void put_again(void)
{
	assert(virt.phase == SERVING);
	agains++;
}
#endif

static void part_disk(void)
{
	uint64_t table = config.table_paddr;
	restarted_then = driver_new;
	takes = agains = 0;
	_Bool there = room[DRIVER_LINK] != 0;
	disk_work();
	assert(takes == 1 && agains == (virt.phase == SERVING));
	assert(virt.phase == phase_taken && virt.free == free_then);
	assert(virt.phase == SERVING || virt.asked || !there);
	if (puts == 0)
		return;
	assert(puts == 1 && virt.asked && virt.own != own_then);
	assert(put.id == virt.own && put.id >= VIRT_SLOTS);
	if (virt.phase == ASKING)
		assert(put.operation == BLOCK_INFO);
	else
		assert(put.operation == BLOCK_READ && put.where == table &&
			put.count >= 1 && put.count * BLOCK_BYTES <= BLOCK_TABLE_BYTES);
}

/* ---- The round ---- */

static uint32_t rounds, disks, clients_worked;

static bool seen_signals(uint32_t count)
{
	assert(count == 2 + 2 * config.num_clients);
	rounds++;
	/* In the order that it must be: the driver, the clients, room of the driver. */
	assert(disks == rounds);
	assert(virt_signals[1].awaited == (room[DRIVER_LINK] == 0));
	assert(virt.phase != SERVING || clients_worked == rounds);
	return rounds < 2 && (nondet_u32() & 1u);
}

#if PART == ROUND
void disk_work(void)
{
	assert(disks == rounds);
	disks++;
	virt.phase = nondet_u32() % 3u;
	room[DRIVER_LINK] = nondet_u32();
}

static void work_clients(void)
{
	assert(virt.phase == SERVING && disks == rounds + 1u);
	clients_worked = disks;
	room[DRIVER_LINK] = nondet_u32();
}
#endif

int main(void)
{
	any_state();
	if (PART == CLIENTS)
		part_clients();
	else if (PART == TABLE)
		part_table();
	else if (PART == DISK)
		part_disk();
	else {
		rounds = disks = clients_worked = 0;
		notified(nondet_u32());
		assert(rounds >= 1);
	}
	if (PART != ROUND) /* which has no more of the state than phase and room */
		assert(valid());
	END();
	return 0;
}
