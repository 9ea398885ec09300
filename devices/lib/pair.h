/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two queues of a link, there and back, that start together: `take` is the one that
 * this end consumes, `give` the one that it produces.
 *
 * An end starts `take` first, then `give`, both in one generation. So who sees in his
 * `take` that the other end has started anew finds it in `give` too, and reports both at
 * once, before anything of the new life is taken: once for each start (pair_restarted).
 * The other end may stand between the two halves, or start again just while it is looked
 * at. Then `give` is of a later life than `take`, and has no room (pair_room) until that
 * life is reported. So nothing that was given to a life is reported as lost with the one
 * before.
 */
#pragma once

#include "queue.h"

/* As pair_restarted last saw; of one end, in private memory. */
struct pair_seen {
	uint32_t take_restarts;
	uint32_t give_restarts;
};

/* Notes which start was seen, both having just been looked at: take, then give. */
static inline void pair_settle(
	struct pair_seen *seen, const struct queue *take, const struct queue *give)
{
	seen->take_restarts = take->restarts;
	seen->give_restarts = give->restarts -
			      (give->peer_generation != take->peer_generation);
}

/* Starts both; signal_start must follow. False if the capacity is none (queue_consume). */
static inline bool pair_start(struct pair_seen *seen, struct queue *take,
	struct queue_shared *take_shared, struct queue *give,
	struct queue_shared *give_shared, uint32_t capacity)
{
	if (!queue_consume(take, take_shared, capacity) ||
		!queue_produce_with(give, give_shared, capacity, take->generation))
		return false;
	pair_settle(seen, take, give);
	return true;
}

/* Looks at both; whether the other end has started anew since the last call. */
static inline bool pair_restarted(
	struct pair_seen *seen, struct queue *take, struct queue *give)
{
	(void)queue_refresh(take);
	(void)queue_refresh(give);
	if (__builtin_expect(take->restarts == seen->take_restarts, 1))
		return false;
	pair_settle(seen, take, give);
	return true;
}

/* How many slots of take can be taken without another look: none of an unreported life. */
static inline uint32_t pair_left(const struct pair_seen *seen, const struct queue *take)
{
	return take->restarts == seen->take_restarts ? take->limit - take->index : 0;
}

/* How many slots of give can be put without another look. */
static inline uint32_t pair_room(const struct pair_seen *seen, const struct queue *give)
{
	return give->restarts == seen->give_restarts ? give->limit - give->index : 0;
}
