/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two queues of a link, whose other end starts anew at any moment: each of its lives
 * is reported once, before anything of it is taken, and nothing is given to a life before
 * that is reported. Inductive: from any state that `valid_pair` admits. With HOSTILE the
 * other end writes anything, and counts stay in bounds.
 */
#include "harness.h"

#include "lives.h"

static struct pair_seen seen;

static void start(uint32_t capacity)
{
	uint16_t before = nondet_u16();
	take_shared.consumer.word = (uint64_t)before << 32 | nondet_u32();
	stores = 0;
	reported = take_life; /* nothing before this start counts */
	assert(pair_start(
		&seen, &consumer, &take_shared, &producer, &give_shared, capacity));
	assert(stores == 2);
	assert(stored_at[0] == &take_shared.consumer.word);
	assert(stored_at[1] == &give_shared.producer.word);
	assert((uint16_t)(stored[0] >> 32) == (uint16_t)(before + 1u));
	assert((uint16_t)(stored[1] >> 48) == (uint16_t)(before + 1u));
	reported = consumer.peer_generation;
}

static void look(void)
{
	uint16_t t = consumer.peer_generation;
	calm = nondet_bool();
	_Bool new = pair_restarted(&seen, &consumer, &producer);
	if (HOSTILE)
		return;
	assert(new == (consumer.peer_generation != reported));
	assert(new || t == reported);
	reported = consumer.peer_generation;
	if (calm) /* it is seen where it is */
		assert(reported == take_life && producer.peer_generation == give_life);
}

int main(void)
{
	uint32_t capacity = any_capacity();
	any_pair(&consumer, &producer, capacity);
	calm = 0;
	__CPROVER_assume(valid_pair(&consumer, &producer, &seen));

	switch (OP < 4 ? OP : nondet_u32()) {
	case 0:
		start(capacity);
		break;
	case 1:
		look();
		break;
	case 2: /* anybody's look at one of the two */
		(void)queue_refresh(&consumer);
		break;
	default:
		(void)queue_refresh(&producer);
		break;
	}
	assert(valid_pair(&consumer, &producer, &seen));
	uint32_t left = pair_left(&seen, &consumer), room = pair_room(&seen, &producer);
	assert(left <= capacity && room <= capacity);
	if (!HOSTILE && left != 0)
		assert(consumer.peer_generation == reported);
	if (!HOSTILE && room != 0)
		assert(producer.peer_generation == reported);
	END();
	return 0;
}
