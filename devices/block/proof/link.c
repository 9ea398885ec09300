/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One step of one end of a link, the virtualiser's or another's, while the other end starts
 * anew at any moment. Inductive: from any state that `valid_pair` admits. With HOSTILE the
 * other end writes anything.
 *
 *     What is put stands whole in its slot before that is handed over, and no other slot is
 *     written. What is taken was read from its slot before that is given back. Both are within
 *     what was seen, and of a life that was reported.
 *
 * SERVES: the end takes requests; else it makes them. SIDE: take or give.
 */
#include "any.h"

#ifndef SIDE
#define SIDE take
#endif

_Bool nondet_bool(void);

#include "../block/queue.h"

#define published lives_published
#include "../lib/proof/lives.h"
#undef published

static struct block_link end;
static struct block_request requests[BLOCK_CAPACITY_MAX]; /* any */
static struct block_response responses[BLOCK_CAPACITY_MAX];
static struct queue *const take = SERVES ? &end.requests : &end.responses;
static struct queue *const give = SERVES ? &end.responses : &end.requests;
static struct block_request request; /* what is put, or was taken; at first any */
static struct block_response response;
static uint32_t turn; /* the slot that is to be put, or taken */
static enum { LOOKS, PUTS, TAKES } doing;

static _Bool same_request(struct block_request a, struct block_request b)
{
	return a.block == b.block && a.where == b.where && a.count == b.count &&
	       a.operation == b.operation && a.id == b.id;
}

static _Bool same_response(struct block_response a, struct block_response b)
{
	return a.blocks == b.blocks && a.id == b.id && a.status == b.status &&
	       a.flags == b.flags;
}

/* From here on the slot is the other end's. */
void published(const uint64_t *word, uint64_t value)
{
	lives_published(word, value);
	if (doing == PUTS && SERVES)
		assert(same_response(responses[turn], response));
	else if (doing == PUTS)
		assert(same_request(requests[turn], request));
	else if (doing == TAKES)
		responses[turn] = (struct block_response){ .id = nondet_u32(),
			.status = (uint16_t)nondet_u32(),
			.blocks = nondet_u64() };
}

static void look(void)
{
	uint16_t before = take->peer_generation;
	calm = nondet_bool();
	bool is_new = block_link_restarted(&end);
	if (HOSTILE)
		return;
	assert(is_new == (take->peer_generation != reported));
	assert(is_new || before == reported);
	reported = take->peer_generation;
	if (calm)
		assert(reported == take_life && give->peer_generation == give_life);
}

static void put(void)
{
	uint32_t room = block_room(&end), index = give->index, left = block_left(&end);
	uint32_t other = nondet_u32() % BLOCK_CAPACITY_MAX;
	struct block_request r = requests[other];
	struct block_response a = responses[other];
	__CPROVER_assume(room != 0);
	assert(HOSTILE || give->peer_generation == reported);
	turn = index & (give->capacity - 1u);
	doing = PUTS;
	if (SERVES)
		block_put_response(&end, &response);
	else
		block_put_request(&end, &request);
	assert(stores == 1 && stored_at[0] == &give->own->word);
	assert(stored[0] == (give->session << 32 | (uint32_t)(index + 1u)));
	assert(block_room(&end) == room - 1u && block_left(&end) == left);
	assert((other == turn && !SERVES) || same_request(requests[other], r));
	assert((other == turn && SERVES) || same_response(responses[other], a));
}

static void take_one(void)
{
	uint32_t left = block_left(&end), index = take->index, room = block_room(&end);
	__CPROVER_assume(left != 0);
	assert(HOSTILE || take->peer_generation == reported);
	turn = index & (take->capacity - 1u);
	if (SERVES) {
		request = block_peek_request(&end);
		assert(same_request(request, requests[turn]));
		assert(stores == 0 && take->index == index);
		queue_advance(&end.requests, 1);
	} else {
		struct block_response there = responses[turn];
		doing = TAKES;
		response = block_take_response(&end);
		assert(same_response(response, there));
	}
	assert(stores == 1 && stored_at[0] == &take->own->word);
	assert(stored[0] == (take->session << 32 | (uint32_t)(index + 1u)));
	assert(block_left(&end) == left - 1u && block_room(&end) == room);
}

static union {
	struct block_request_ring ring;
	uint8_t bytes[sizeof(struct block_request_ring) + sizeof(requests)];
} request_ring; /* any */
static union {
	struct block_response_ring ring;
	uint8_t bytes[sizeof(struct block_response_ring) + sizeof(responses)];
} response_ring;

static void start(void)
{
	uint32_t capacity = nondet_u32();
	const struct block_link_config config = {
		.requests = (uint64_t)(uintptr_t)&request_ring,
		.responses = (uint64_t)(uintptr_t)&response_ring,
		.capacity = capacity,
	};
	bool good = capacity != 0 && (capacity & (capacity - 1u)) == 0 &&
		    capacity <= BLOCK_CAPACITY_MAX;
	end.serves = !SERVES;
	assert(block_link_start(&end, &config, SERVES) == good);
	if (!good)
		return;
	assert(end.serves == SERVES && take->capacity == capacity);
	assert(end.request_slots == request_ring.ring.slots);
	assert(end.response_slots == response_ring.ring.slots);
	/* What it takes from first, then what it gives to, in one life (devices/lib/pair.h). */
	assert(stores == 2 && stored_at[0] == &take->own->word);
	assert(stored_at[1] == &give->own->word && take->generation == give->generation);
	assert(take->index == 0 && give->index == 0);
	assert(block_left(&end) == 0 && block_room(&end) == 0);
}

int main(void)
{
	uint32_t capacity = nondet_u32();
	__CPROVER_assume(capacity != 0 && (capacity & (capacity - 1u)) == 0);
	__CPROVER_assume(capacity <= BLOCK_CAPACITY_MAX);
	any_pair(take, give, capacity);
	end.serves = SERVES;
	end.request_slots = requests;
	end.response_slots = responses;
	calm = stores = 0;
	doing = LOOKS;
	__CPROVER_assume(valid_pair(take, give, &end.seen));
	switch (OP) {
	case 0:
		look();
		break;
	case 1:
		put();
		break;
	case 2:
		take_one();
		break;
	case 3: /* signal_round looks at one of the two */
		(void)queue_refresh(SIDE);
		break;
	default:
		start();
		END();
		return 0;
	}
	assert(valid_pair(take, give, &end.seen));
	uint32_t left = block_left(&end), room = block_room(&end);
	assert(left <= capacity && room <= capacity);
	assert(HOSTILE || left == 0 || take->peer_generation == reported);
	assert(HOSTILE || room == 0 || give->peer_generation == reported);
	END();
	return 0;
}
