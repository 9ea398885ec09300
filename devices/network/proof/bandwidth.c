/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The policy of bandwidth, from any buckets that are `valid`. OP 0: it starts with empty
 * ones. OP 1: at a look at the clock a bucket of who is ready has filled by rate * time, up
 * to its burst, and just who has less than a frame then is held. OP 2: a frame takes its
 * bytes out, of one bucket, and there is enough in it. OP 3: a timeout is set if and only if
 * somebody is held, to when the first of them has a frame in his bucket.
 *
 * Products and quotients are unknown functions here, of which only this is known:
 *   D  q = n / b means q * b <= n < q * b + b
 *   M  a <= c means a * b <= c * b
 */
#include "any.h"

#include "../timer/client.h"

#define SIZE NETWORK_CLIENTS_MAX
#define TIME_END (1ull << 62)
#define BURST_END (1ull << 62) /* 32 bits of bytes, and hz <= TICKS_HZ_MAX */

uint64_t __CPROVER_uninterpreted_product(uint64_t a, uint64_t b);
uint64_t __CPROVER_uninterpreted_quotient(uint64_t n, uint64_t b);

static struct timer_client_config timer_is;
const struct timer_client_config *timer_config;
static uint64_t clock_said, set_to;
static uint32_t sets;

static uint64_t now_ticks(void)
{
	uint64_t now = nondet_u64();
	__CPROVER_assume(now >= clock_said && now < TIME_END);
	clock_said = now;
	return now;
}

static void set(uint32_t number, uint64_t ticks)
{
	assert(number == 0);
	set_to = ticks;
	sets++;
}

static uint64_t product(uint64_t a, uint64_t b);

static uint64_t quotient(uint64_t n, uint64_t b)
{
	uint64_t q = __CPROVER_uninterpreted_quotient(n, b);
	uint64_t p = __CPROVER_uninterpreted_product(q, b);
	assert(b != 0);
	__CPROVER_assume(q <= n && p <= n && n - p < b); /* D */
	return q;
}

#define timer_init() ((void)0)
#define timer_ticks now_ticks
#define timer_expired nondet_u32
#define timer_set set
#define ticks_to_ns(ticks, hz) (ticks)

#include "../network/policy_bandwidth.c"

static uint64_t product(uint64_t a, uint64_t b)
{
	uint64_t p = __CPROVER_uninterpreted_product(a, b);
	if (b == timer_is.counter_hz) /* M, beside a frame */
		__CPROVER_assume(p < BURST_END && (a > NETWORK_FRAME_MAX || p <= frame) &&
				 (a < NETWORK_FRAME_MAX || p >= frame));
	for (uint32_t i = 0; i < SIZE; i++) { /* M and D, beside a burst */
		uint64_t q = __CPROVER_uninterpreted_quotient(
			buckets[i].burst, buckets[i].rate);
		if (b == buckets[i].rate && a <= q)
			__CPROVER_assume(p <= buckets[i].burst);
	}
	return p;
}

static _Bool valid(uint32_t client)
{
	const struct bucket *bucket = &buckets[client];
	if (bucket->rate == 0)
		return (limited >> client & 1u) == 0;
	return (limited >> client & 1u) != 0 && bucket->rate <= UINT32_MAX &&
	       bucket->burst < BURST_END && bucket->burst >= frame &&
	       bucket->ticks == quotient(bucket->burst, bucket->rate) + 1u &&
	       bucket->credit <= bucket->burst && bucket->seen <= clock_said;
}

static _Bool same(const struct bucket *a, const struct bucket *b)
{
	return a->rate == b->rate && a->burst == b->burst && a->ticks == b->ticks &&
	       a->credit == b->credit && a->seen == b->seen;
}

static void starts(uint32_t clients, uint32_t some)
{
	struct network_virt_tx_client parameters[SIZE];
	for (uint32_t i = 0; i < SIZE; i++)
		__CPROVER_assume(parameters[i].burst >= NETWORK_FRAME_MAX);
	policy_start(parameters, clients);
	assert(buckets[some].rate == parameters[some].parameter);
	assert(buckets[some].credit == 0 && buckets[some].seen == clock_said);
	assert(limited < 1ull << clients && last < clients);
}

static void looks(uint32_t some)
{
	struct bucket *bucket = &buckets[some];
	const struct bucket was = *bucket;
	uint64_t ready = nondet_u64();
	__CPROVER_assume(ready < 1ull << SIZE);
	uint64_t held = policy_held(ready);
	assert((held & ~(ready & limited)) == 0);
	if ((ready & limited) >> some & 1u) {
		uint64_t time = clock_said - was.seen, room = was.burst - was.credit;
		uint64_t grown = time < was.ticks ? product(time, was.rate) : room;
		assert(bucket->seen == clock_said);
		assert(bucket->credit == was.credit + (grown < room ? grown : room));
		assert((held >> some & 1u) == (bucket->credit < frame));
	} else {
		assert(same(bucket, &was));
	}
}

static void sends(uint32_t some)
{
	struct bucket *bucket = &buckets[some];
	const struct bucket was = *bucket;
	uint32_t who = nondet_u32(), bytes = nondet_u32();
	__CPROVER_assume(who < SIZE && bytes <= NETWORK_FRAME_MAX);
	__CPROVER_assume(buckets[who].rate == 0 || buckets[who].credit >= frame);
	uint64_t held = policy_sent(who, bytes);
	if (who != some || was.rate == 0) {
		assert(same(bucket, &was));
		assert((held >> some & 1u) == 0);
		return;
	}
	assert(bucket->credit == was.credit - product(bytes, timer_is.counter_hz));
	assert(bucket->credit <= was.credit);
	assert(held == (bucket->credit < frame ? 1ull << some : 0));
}

static void waits(uint32_t some)
{
	struct bucket *bucket = &buckets[some];
	const struct bucket was = *bucket;
	uint64_t held = nondet_u64();
	_Bool first = 0;
	__CPROVER_assume((held & ~limited) == 0);
	for (uint32_t i = 0; i < SIZE; i++)
		__CPROVER_assume((held >> i & 1u) == 0 || buckets[i].credit < frame);
	sets = 0;
	policy_wait(held);
	assert(sets == (held != 0));
	assert(same(bucket, &was));
	for (uint32_t i = 0; i < SIZE; i++) {
		uint64_t time = set_to - buckets[i].seen;
		if ((held >> i & 1u) != 0 && set_to >= buckets[i].seen &&
			__CPROVER_uninterpreted_product(time, buckets[i].rate) >=
				frame - buckets[i].credit)
			first = 1;
	}
	assert(held == 0 || first);
	if (held >> some & 1u)
		assert(set_to <= was.seen + quotient(frame - was.credit + was.rate - 1u,
						    was.rate));
}

int main(void)
{
	uint32_t clients = nondet_u32(), some = nondet_u32();
	uint64_t hz = nondet_u64();
	__CPROVER_assume(clients >= 1 && clients <= SIZE && some < clients);
	__CPROVER_assume(hz >= 1 && hz <= TICKS_HZ_MAX);
	timer_is.counter_hz = hz;
	timer_config = &timer_is;
	__CPROVER_assume(clock_said < TIME_END);
	if (OP != 0) {
		__CPROVER_assume(frame == NETWORK_FRAME_MAX * hz);
		__CPROVER_assume(limited < 1ull << SIZE);
		for (uint32_t i = 0; i < SIZE; i++)
			__CPROVER_assume(valid(i));
	}
	if (OP == 0)
		starts(clients, some);
	else if (OP == 1)
		looks(some);
	else if (OP == 2)
		sends(some);
	else
		waits(some);
	assert(valid(some));
	END();
	return 0;
}
