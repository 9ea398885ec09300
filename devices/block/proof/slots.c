/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way of one request and of its slot: from the client to the driver, back, and to the
 * driver again if it was lost, from any state of rest, whatever either hands over.
 *
 * Each part is one step, of any client and slot. That a slot belongs to the client that it
 * names, and a client has as many as it has outstanding, is said of an arbitrary client
 * and slot: `owned` has the slots of each client, which the state does not keep.
 */

/* SLOT_PART: what is proved. */
#define SERVE 0     /* serve: a client's next request */
#define RESPONSES 1 /* take_responses: the driver's next response, but its own */
#define AGAIN 2     /* put_again: the next slot that was lost */

#include <stdint.h>

static uint32_t lowest(uint64_t set);

/* The lowest slot of a set: SLOT, so that the prover need not follow an index. */
#define __builtin_ctzll lowest

#include "rounds.h"

#undef __builtin_ctzll

static uint64_t owned[BLOCK_CLIENTS_MAX];
static uint32_t some_slot;

static _Bool is_lowest(uint64_t set)
{
	return (set & (2ull << SLOT) - 1u) == 1ull << SLOT;
}

static _Bool has(uint64_t set, uint32_t slot)
{
	return set >> slot & 1u;
}

/* Of a client and a slot. */
static _Bool slot_valid(uint32_t client, uint32_t slot)
{
	const struct virt_slot *s = &virt_slots[slot];
	_Bool used = !has(virt.free, slot);
	return (owned[client] & virt.free) == 0 &&
	       virt_clients[client].outstanding ==
		       (uint32_t)__builtin_popcountll(owned[client]) &&
	       virt_clients[client].outstanding <= virt.share &&
	       has(owned[client], slot) == (used && s->client == client) &&
	       (!used || (s->client < config.num_clients && s->request.id == slot &&
				 s->request.operation <= BLOCK_FLUSH));
}

static void assume_slot(uint32_t client, uint32_t slot)
{
	__CPROVER_assume(client < config.num_clients && slot < VIRT_SLOTS);
	__CPROVER_assume(slot_valid(client, slot));
}

/* What was, before the step, of the client and the slot that it is about. */
static uint64_t free_then, again_then;
static uint32_t left_then, room_then, outstanding_then;
static struct virt_slot slot_then;

static void before(void)
{
	free_then = virt.free;
	again_then = virt.again;
	left_then = left[NUMBER];
	room_then = room[NUMBER];
	outstanding_then = virt_clients[NUMBER].outstanding;
	slot_then = virt_slots[SLOT];
	cleans = 0;
}

/* The data of a request of the client, if need be, were dropped from the caches before. */
static _Bool is_clean(const struct block_request *r)
{
	const struct block_virt_client *c = &config_clients[NUMBER];
	uint64_t start = c->data_vaddr + (r->where - c->data_paddr);
	return config.coherent != 0 ||
	       (cleans == 1 && clean_start == start &&
		       clean_end == start + (uint64_t)r->count * BLOCK_BYTES);
}

static _Bool same_slot(const struct virt_slot *slot)
{
	return slot->client == slot_then.client && slot->id == slot_then.id &&
	       slot->request.operation == slot_then.request.operation &&
	       slot->request.block == slot_then.request.block &&
	       slot->request.where == slot_then.request.where &&
	       slot->request.count == slot_then.request.count &&
	       slot->request.id == slot_then.request.id;
}

static _Bool is_put(const struct block_request *r)
{
	return puts == 1 && put.operation == r->operation && put.block == r->block &&
	       put.where == r->where && put.count == r->count && put.id == r->id;
}

/* What is true before a step is true after it. */
static void assert_rest(void)
{
	assert(valid());
	assert(slot_valid(some_client, some_slot));
	assert(SLOT_PART == SERVE || has(virt.free, SLOT) ||
		same_slot(&virt_slots[SLOT]));
}

/* ---- A client's request ---- */

#if SLOT_PART == SERVE
/* That one is free if one is needed: of its client's share and the others' one is left. */
static uint32_t lowest(uint64_t set)
{
	assert(is_lowest(set));
	return SLOT;
}

static enum block_status judged_as; /* any: what it is to be is in request.c */
static uint32_t judgements;

static enum block_status judge(uint32_t client, const struct block_request *r)
{
	assert(client == NUMBER && r->operation == request.operation);
	judgements++;
	return judged_as;
}

/* It went to the driver, in a slot that was free. */
static void passed_on(void)
{
	assert(put.id == SLOT && virt.free == (free_then & ~(1ull << SLOT)));
	owned[NUMBER] |= 1ull << SLOT;
	assert(is_put(&virt_slots[SLOT].request) && virt_slots[SLOT].tries == 1);
	assert(virt_slots[SLOT].client == NUMBER && virt_slots[SLOT].id == request.id);
	assert(virt_clients[NUMBER].outstanding == outstanding_then + 1u);
	assert(put.operation == request.operation);
	if (put.operation == BLOCK_FLUSH)
		return;
	assert(put.block == virt_clients[NUMBER].partition.first + request.block);
	assert(put.where == config_clients[NUMBER].data_paddr + request.where);
	assert(put.count == request.count && is_clean(&put));
}

static void answered_at_once(bool no_writes)
{
	const struct mbr_partition *partition = &virt_clients[NUMBER].partition;
	assert(puts == 0 && virt.free == free_then);
	assert(virt_clients[NUMBER].outstanding == outstanding_then);
	assert(answer_to == NUMBER && answer.id == request.id);
	if (request.operation == BLOCK_INFO)
		assert(answer.status == partition->status &&
			answer.blocks == partition->blocks &&
			answer.flags == (no_writes ? BLOCK_FLAG_READ_ONLY : 0));
	else
		assert(answer.status == judged_as && answer.blocks == 0 &&
			answer.flags == 0);
}

/* What is counted of the client's request. */
static void counted(uint64_t blocks_read, uint64_t blocks_written, uint64_t refused)
{
	bool read = puts != 0 && request.operation == BLOCK_READ;
	bool written = puts != 0 && request.operation == BLOCK_WRITE;
	bool bad = answers != 0 && request.operation != BLOCK_INFO &&
		   judged_as != BLOCK_OK;
	assert(counters_clients[NUMBER].blocks_read ==
		blocks_read + (read ? request.count : 0));
	assert(counters_clients[NUMBER].blocks_written ==
		blocks_written + (written ? request.count : 0));
	assert(counters_clients[NUMBER].refused == refused + bad);
}

static void part(void)
{
	uint64_t requests = counters_clients[NUMBER].requests;
	uint64_t blocks_read = counters_clients[NUMBER].blocks_read;
	uint64_t blocks_written = counters_clients[NUMBER].blocks_written;
	uint64_t refused = counters_clients[NUMBER].refused;
	uint32_t used = (uint32_t)__builtin_popcountll(~virt.free);
	bool no_writes = config_clients[NUMBER].read_only != 0 || virt.read_only;
	bool blocked = is_blocked(NUMBER, request.operation >= BLOCK_FLUSH);
	bool nothing = request.operation == BLOCK_BARRIER ||
		       request.operation == BLOCK_INFO ||
		       (request.operation == BLOCK_FLUSH && no_writes);
	/* The other clients have no more than their shares. */
	__CPROVER_assume(
		used - outstanding_then <= virt.share * (config.num_clients - 1u));
	__CPROVER_assume(
		(uint32_t)virt_clients[NUMBER].partition.status < BLOCK_STATUSES);
	__CPROVER_assume((uint32_t)judged_as < BLOCK_STATUSES);
	/* As `judge` does: what it calls good is an operation. */
	__CPROVER_assume(judged_as != BLOCK_OK || request.operation < BLOCK_OPERATIONS);
	judgements = 0;
	assert(serve(NUMBER) == !blocked);
	assert(left[NUMBER] == left_then - !blocked && virt.again == again_then);
	if (blocked)
		assert(puts == 0 && answers == 0 && virt.free == free_then);
	else if (judged_as != BLOCK_OK || nothing)
		answered_at_once(no_writes);
	else
		passed_on();
	assert(blocked || puts + answers == 1);
	assert(judgements == !blocked);
	assert(counters_clients[NUMBER].requests == requests + !blocked);
	counted(blocks_read, blocks_written, refused);
}
#endif

/* ---- The end of a request ---- */

/* The slot is free, the client has one response, its own, unless he has left no room. */
static void finished(uint32_t status, uint64_t dropped)
{
	assert(puts == 0 && virt.free == (free_then | 1ull << SLOT));
	owned[NUMBER] &= ~(1ull << SLOT);
	assert(virt_clients[NUMBER].outstanding == outstanding_then - 1u);
	assert(answers == (room_then != 0));
	assert(counters_clients[NUMBER].dropped == dropped + (room_then == 0));
	if (answers != 0)
		assert(answer_to == NUMBER && answer.id == slot_then.id &&
			answer.status == status && answer.blocks == 0 &&
			answer.flags == 0);
	assert(slot_then.request.operation != BLOCK_READ || is_clean(&slot_then.request));
}

static void unfinished(void)
{
	assert(answers == 0 && virt.free == free_then);
	assert(virt_clients[NUMBER].outstanding == outstanding_then);
}

#if SLOT_PART == RESPONSES
static uint32_t own_answers;

static void answered(const struct block_response *given)
{
	assert(virt.asked && given->id == virt.own); /* TABLE, in round.c */
	own_answers++;
	virt.asked = false;
	virt.phase = nondet_u32() % 3u;
	__CPROVER_assume(valid());
}

static void part(void)
{
	uint64_t bad = counters.bad_responses;
	uint64_t dropped = counters_clients[NUMBER].dropped;
	_Bool own = virt.asked && response.id == virt.own;
	_Bool serving = virt.phase == SERVING;
	_Bool known = response.id < VIRT_SLOTS &&
		      !has(virt.free | virt.again, response.id);
	_Bool lost = response.status == BLOCK_LOST;
	uint32_t status = response.status < BLOCK_STATUSES ? response.status
							   : BLOCK_FAILED;
	__CPROVER_assume(left[DRIVER_LINK] == 1);
	__CPROVER_assume(!known || response.id == SLOT);
	own_answers = 0;
	take_responses();
	assert(left[DRIVER_LINK] == 0 && puts == 0 && own_answers == own);
	assert(own || virt.phase == SERVING || !serving);
	assert(counters.bad_responses == bad + (!own && serving && !known));
	assert(virt.again ==
		(again_then | (!own && serving && known && lost ? 1ull << SLOT : 0)));
	if (!own && serving && known && !lost)
		finished(status, dropped);
	else
		unfinished();
}
#endif

#if SLOT_PART == AGAIN
static uint64_t dropped_then;
static _Bool none;
static uint32_t turns;

/* What is true after a turn, or none. */
static void turned(void)
{
	assert(virt.again == (none ? again_then : again_then & ~(1ull << SLOT)));
	if (none) {
		assert(puts == 0);
		unfinished();
	} else if (slot_then.tries >= BLOCK_TRIES) {
		finished(BLOCK_LOST, dropped_then);
	} else {
		unfinished();
		assert(is_put(&slot_then.request));
		assert(virt_slots[SLOT].tries == slot_then.tries + 1u);
	}
}

/* The proof is cut where a second turn begins: from such a state as the first. */
static uint32_t lowest(uint64_t set)
{
	if (turns++ != 0) {
		turned();
		assert_rest();
		__CPROVER_assume(false);
	}
	assert(is_lowest(set));
	return SLOT;
}

static void part(void)
{
	turns = 0;
	dropped_then = counters_clients[NUMBER].dropped;
	none = virt.again == 0 || room[DRIVER_LINK] == 0;
	__CPROVER_assume(none || is_lowest(virt.again));
	put_again();
	assert(virt.again == 0 || room[DRIVER_LINK] == 0);
	turned();
}
#endif

int main(void)
{
	any_rest();
	some_slot = nondet_u32();
	__CPROVER_assume(NUMBER < config.num_clients);
	assume_slot(some_client, some_slot);
	assume_slot(some_client, SLOT);
	assume_slot(NUMBER, some_slot);
	assume_slot(NUMBER, SLOT);
	/* Whose slot it is; or which is the first free one, if one is. */
	__CPROVER_assume(SLOT_PART == SERVE ? virt.free == 0 || is_lowest(virt.free)
					    : has(virt.free | owned[NUMBER], SLOT));
	before();
	part();
	assert_rest();
	END();
	return 0;
}
