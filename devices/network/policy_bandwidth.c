/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A limit of bytes per second for each client that has one (parameter; 0: none), and those
 * that may send, in turn.
 *
 * A bucket per client holds what it may send now: it fills with `rate` bytes per second up
 * to `burst`, and a frame takes its bytes out. Who has less in it than the longest frame
 * waits, so it never goes below 0 and nobody is held that could not be let go: the tool
 * gives a burst of a frame at least. Since a bucket starts empty, a client sends from a look
 * at the clock on in a time t no more than burst + rate * t, also if this component starts
 * anew meanwhile; from another moment on, what came into its bucket since the last look as well.
 *
 * What is in a bucket is counted in bytes * counter_hz, below 2^32 * 2^30: exact, no
 * division, nothing lost to rounding however often it is looked at.
 */
#include "../timer/client.h"
#include "policy.h"
#include "queue.h"

#define TIMEOUT 0u

static struct bucket {
	uint64_t rate;   /* bytes per second; 0: no limit */
	uint64_t burst;  /* bytes * hz */
	uint64_t ticks;  /* from empty to full */
	uint64_t credit; /* bytes * hz, <= burst */
	uint64_t seen;   /* when credit was right */
} buckets[NETWORK_CLIENTS_MAX];

static uint64_t limited; /* clients that have a limit */
static uint64_t frame;   /* the longest, in bytes * hz */
static uint32_t last;

void policy_start(const struct network_virt_tx_client *clients, uint32_t count)
{
	timer_init();
	uint64_t hz = timer_config->counter_hz;
	uint64_t now = timer_ticks();
	frame = NETWORK_FRAME_MAX * hz;
	limited = 0;
	last = count - 1u;
	for (uint32_t i = 0; i < count; i++) {
		struct bucket *bucket = &buckets[i];
		*bucket = (struct bucket){ .rate = clients[i].parameter,
			.burst = clients[i].burst * hz,
			.seen = now };
		if (bucket->rate == 0)
			continue;
		bucket->ticks = bucket->burst / bucket->rate + 1u;
		limited |= 1ull << i;
	}
}

void policy_notified(microkit_channel channel)
{
	if (channel == timer_channel())
		(void)timer_expired();
}

static void fill(struct bucket *bucket, uint64_t now)
{
	uint64_t ticks = now - bucket->seen;
	uint64_t room = bucket->burst - bucket->credit;
	bucket->seen = now;
	if (ticks >= bucket->ticks || ticks * bucket->rate >= room)
		bucket->credit = bucket->burst;
	else
		bucket->credit += ticks * bucket->rate;
}

uint64_t policy_held(uint64_t ready)
{
	uint64_t held = 0;
	uint64_t now = (ready & limited) != 0 ? timer_ticks() : 0;
	for (uint64_t left = ready & limited; left != 0; left &= left - 1u) {
		struct bucket *bucket = &buckets[__builtin_ctzll(left)];
		fill(bucket, now);
		if (bucket->credit < frame)
			held |= left & -left;
	}
	return held;
}

uint32_t policy_next(uint64_t ready)
{
	last = policy_turn(ready, last);
	return last;
}

uint64_t policy_sent(uint32_t client, uint32_t bytes)
{
	struct bucket *bucket = &buckets[client];
	if (bucket->rate == 0)
		return 0;
	bucket->credit -= bytes * timer_config->counter_hz;
	return bucket->credit < frame ? 1ull << client : 0;
}

void policy_wait(uint64_t held)
{
	uint64_t first = TIMER_NEVER;
	for (uint64_t left = held; left != 0; left &= left - 1u) {
		const struct bucket *bucket = &buckets[__builtin_ctzll(left)];
		uint64_t need = frame - bucket->credit + bucket->rate - 1u;
		uint64_t due = bucket->seen + need / bucket->rate;
		first = due < first ? due : first;
	}
	if (held != 0)
		timer_set(TIMEOUT, ticks_to_ns(first, timer_config->counter_hz));
}
