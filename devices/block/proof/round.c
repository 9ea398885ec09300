/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtualiser of a disk: `notified` and what it does with disk, table and signals, from
 * any state of its rest, whatever the driver and the clients hand over, and whoever starts
 * anew (block_rounds.py has how the source is read). The way of one request is in request.c.
 *
 * Each part is one step from any state that `valid` admits. What is said of one arbitrary
 * client (`some_client`) holds of all.
 */

/* PART: what is proved. */
#define CLIENTS 0 /* work_clients; serve takes one request, or its client must wait */
#define TABLE 1   /* answered: the response to the virtualiser's own request */
#define DISK 2    /* disk_work, whatever take_responses and put_again do */
#define ROUND 3   /* notified, whatever disk_work and work_clients do */

#include "rounds.h"

/* What was, before the step. */
static uint64_t free_then, again_then;
static uint32_t own_then, tries_then, phase_then;
static _Bool known_then;

static void any_state(void)
{
	any_rest();
	known_then = virt.table_known;
	free_then = virt.free;
	again_then = virt.again;
	own_then = virt.own;
	tries_then = virt.tries;
	phase_then = virt.phase;
}

/* ---- All clients ---- */

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
	uint64_t restarts = counters.restarts, requests = counters.requests;
	disk_work();
	assert(counters.restarts == restarts + restarted_then);
	assert(counters.requests == requests + puts);
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
