/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The round of a virtualiser, of any links: the driver's and those of just the clients in
 * `used` are handed over and asked for, then there is a fence, then they are looked at again;
 * each once, with what it awaits. Who wants a signal gets it, once all have been looked at;
 * the last may be deferred if and only if nobody has gone on, which is what is returned.
 *
 * Asking and looking of one link are replaced by what they are to do (`link`).
 */
#include "any.h"

#include "../lib/signal.h"

struct network_link;
static void seen_ask(struct network_link *link, bool await_take, bool await_give);
static bool seen_check(
	struct network_link *link, bool await_take, bool await_give, uint64_t *channels);
static void seen_notify(uint64_t channels, bool may_defer);
static void seen_fence(void);

#define signal_notify seen_notify
#define shared_fence seen_fence
#define network_link_ask seen_ask
#define network_link_check seen_check

#include "../network/link.h"

#include "hostile.h"

struct client {
	uint64_t before;
	struct network_link link;
	uint64_t after[2];
};

static struct network_link driver;
static struct client clients[NETWORK_CLIENTS_MAX];
static struct network_awaits awaits;
static uint32_t some; /* any client */
static uint32_t driver_asks, driver_checks, asks, checks, fences, notes;
static uint64_t used, wanted;
static _Bool went_on;

/* Whose link it is, if it is a client's. */
static uint32_t number_of(const struct network_link *link)
{
	uint64_t at = (uint64_t)(uintptr_t)link - (uint64_t)(uintptr_t)&clients[0].link;
	assert(at % sizeof(struct client) == 0);
	assert(at / sizeof(struct client) < NETWORK_CLIENTS_MAX);
	return (uint32_t)(at / sizeof(struct client));
}

static void seen_ask(struct network_link *link, bool await_take, bool await_give)
{
	assert(fences == 0 && notes == 0);
	if (link == &driver) {
		assert(await_take == awaits.driver_take);
		assert(await_give == awaits.driver_give);
		driver_asks++;
		return;
	}
	assert(await_take == awaits.clients_take && !await_give);
	asks += number_of(link) == some;
	assert((used >> number_of(link) & 1u) != 0);
}

static bool seen_check(
	struct network_link *link, bool await_take, bool await_give, uint64_t *channels)
{
	bool more = nondet_bool();
	uint64_t wants = nondet_u64();
	assert(fences == 1 && notes == 0);
	if (link == &driver) {
		assert(await_take == awaits.driver_take);
		assert(await_give == awaits.driver_give);
		driver_checks++;
	} else {
		assert(await_take == awaits.clients_take && !await_give);
		checks += number_of(link) == some;
	}
	wanted |= wants;
	*channels |= wants;
	went_on |= more;
	return more;
}

static void seen_fence(void)
{
	fences++;
}

static void seen_notify(uint64_t channels, bool may_defer)
{
	assert(fences == 1 && channels == wanted && may_defer == !went_on);
	notes++;
}

int main(void)
{
	used = nondet_u64();
	some = nondet_u32();
	driver_asks = driver_checks = asks = checks = fences = notes = 0;
	wanted = 0;
	went_on = 0;
	__CPROVER_assume(
		used < 1ull << NETWORK_CLIENTS_MAX && some < NETWORK_CLIENTS_MAX);
	bool more = network_link_round(
		&driver, &clients[0].link, sizeof(struct client), used, awaits);
	assert(more == went_on && notes == 1 && fences == 1);
	assert(driver_asks == 1 && driver_checks == 1);
	assert(asks == (used >> some & 1u) && checks == asks);
	END();
	return 0;
}
