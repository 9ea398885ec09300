/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop between a component and its neighbours: work, ask, look again, signal.
 *
 * A component has one link for each queue end. Its entry points say
 *
 *     init:      start every queue end, then signal_start(links, count)
 *     notified:  do { work(); } while (signal_round(links, count));
 *
 * where work() uses every queue as far as it can go. A round publishes, for each
 * awaited link, what has been seen of the peer (`wake`); fences; signals each peer
 * that had asked and got something; and looks at the awaited peers again. If one of
 * them has gone on, there is work. If none has, each will see `wake` before it sleeps,
 * and signal. Both sides store, fence, then load; so at least one of them sees the
 * other (store buffering), and no signal is lost. The fence's partner is the fence in
 * the neighbour's signal_round.
 *
 * Each further round needs a neighbour that has gone on. One on another core that
 * never rests keeps this component awake, but gets no more than its share of a round.
 */
#pragma once

#include <microkit.h>

#include "queue.h"

struct signal_link {
	struct queue *queue;
	microkit_channel channel; /* to the queue's other end */
	bool awaited; /* wake up when the peer goes on; may change at any time */
};

/* Notifies each channel whose bit is set; lowest first, the last deferred if may_defer. */
static inline void signal_notify(uint64_t channels, bool may_defer)
{
	while (channels != 0) {
		microkit_channel channel = (microkit_channel)__builtin_ctzll(channels);
		channels &= channels - 1u;
		if (channels == 0 && may_defer && !microkit_have_signal)
			microkit_deferred_notify(channel);
		else
			microkit_notify(channel);
	}
}

/* Signals every neighbour, so that it sees that the queues' ends have been started. */
static inline void signal_start(const struct signal_link *links, uint32_t count)
{
	uint64_t channels = 0;
	for (uint32_t i = 0; i < count; i++)
		channels |= 1ull << links[i].channel;
	signal_notify(channels, true);
}

/*
 * One round, after work. Returns whether there may be more work; if not, a neighbour that
 * goes on will signal. Only then a last signal is deferred: nothing that is deferred later
 * in the same entry point may replace it.
 */
static inline bool signal_round(struct signal_link *links, uint32_t count)
{
	uint64_t channels = 0;
	bool more = false;
	for (uint32_t i = 0; i < count; i++)
		if (links[i].awaited)
			queue_ask(links[i].queue);
	shared_fence();
	for (uint32_t i = 0; i < count; i++) {
		if (queue_wanted(links[i].queue))
			channels |= 1ull << links[i].channel;
		if (links[i].awaited && queue_moved(links[i].queue))
			more = true;
	}
	signal_notify(channels, !more);
	return more;
}

/*
 * The same round in steps, for a component that knows which of its queues it has looked at
 * or used since its last round: the others may be left out, since what was asked of their
 * peers still holds, and nothing was handed over.
 *
 *     queue_ask for each awaited queue; shared_fence; signal_check for each queue;
 *     signal_notify(channels, !more); if more, there may be more work.
 *
 * Adds the queue's channel to `channels` if its peer wants a signal; whether it is awaited
 * and has gone on. The fence's partner is that in the neighbour's round.
 */
static inline bool signal_check(
	struct queue *queue, uint32_t channel, bool awaited, uint64_t *channels)
{
	if (queue->index != queue->told && queue_wanted(queue))
		*channels |= 1ull << channel;
	return awaited && queue_moved(queue);
}
