/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtualiser of a disk as its harnesses read it (block_rounds.py), with links, table,
 * caches and signals that are any, and what is true of it at rest.
 */
#pragma once

#include <stddef.h>

#include "any.h"

#include "../block/virt.h"

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
static struct block_response answer;   /* to a client, the latest */
static uint32_t puts, answers, answer_to;
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
	answer_to = link;
	answer = given;
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

static uint32_t cleans;
static uint64_t clean_start, clean_end;

int seL4_ARM_VSpace_CleanInvalidate_Data(uint64_t service, uint64_t start, uint64_t end)
{
	(void)service;
	assert(answers == 0 && puts == 0);
	cleans++;
	clean_start = start;
	clean_end = end;
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

/* As start leaves it (share), and the tool the configuration. */
static void any_rest(void)
{
	virt.phase = nondet_u32() % 3u;
	virt.asked = nondet_u32() & 1u;
	virt.table_known = nondet_u32() & 1u;
	virt.read_only = nondet_u32() & 1u;
	virt.gpt.step = nondet_u32() % 3u;
	driver_new = nondet_u32() & 1u;
	parsed = 0;
	puts = answers = 0;
	some_client = nondet_u32();
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
}

static _Bool is_blocked(uint32_t number, _Bool ordered)
{
	uint32_t outstanding = virt_clients[number].outstanding;
	return left[number] == 0 || outstanding >= virt.share ||
	       room[number] <= outstanding || room[DRIVER_LINK] == 0 ||
	       (ordered && outstanding != 0);
}
