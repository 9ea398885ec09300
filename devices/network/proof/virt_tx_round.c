/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sending virtualiser, all of `notified`, from any state of its rest, with any policy
 * (policy.h), whatever the driver and the clients hand over. What the driver has is kept
 * here by what passes the links alone (`sent`, `old`), and must be what virt_tx takes it
 * for, after each round.
 *
 * Four parts, each from any state that `valid` admits: `take_back`, `look`, `send`; and
 * `notified`, in which these three are what they were proved to be.
 */
#define SLOTS 2u /* of a link in a look, at most */

#include "rounds.h"

/* PART: what is proved; of the others it takes what was proved of them. */
#define BACK 0
#define LOOK 1
#define SEND 2
#define ROUND 3
#ifndef FIRST
#define FIRST 0ull /* the client that has signalled, a bit; 0: the driver */
#endif
#ifndef NUMBER
#define NUMBER 0u /* the client that is looked at */
#endif

static struct network_virt_tx_config config;
static struct network_virt_tx_counters counters;

#include "../network/virt_tx.c"

#define CLIENTS NETWORK_CLIENTS_MAX
#define BUFFERS 2u /* of a client */

static _Bool sent[CLIENTS][BUFFERS];   /* the driver has it, and will give it back */
static uint32_t old[CLIENTS][BUFFERS]; /* how often it has it of a life before */
static _Bool due[CLIENTS][BUFFERS];    /* is to be given back now */
static uint64_t expected; /* by the driver: the slot that was just taken, if good */
static uint32_t sender, sent_buffer;
static _Bool clean, policy_due;  /* the frame is in memory; the policy is to be told */
static uint64_t waits, holds;    /* clients that the policy holds */
static _Bool asked[CLIENTS];     /* will signal when it has more */
static _Bool asked_now[CLIENTS]; /* in this round: it may have more already */

static _Bool nothing_due(void)
{
	_Bool some = expected != 0 || policy_due;
	for (uint32_t i = 0; i < CLIENTS; i++)
		for (uint32_t k = 0; k < BUFFERS; k++)
			some = some || due[i][k];
	return !some;
}

static _Bool valid(void)
{
	uint32_t count = 0;
	_Bool good = virt.owner < CLIENTS;
	for (uint32_t i = 0; i < CLIENTS; i++) {
		for (uint32_t k = 0; k < BUFFERS; k++) {
			uint32_t times = sent[i][k] + 2u * old[i][k];
			good = good && old[i][k] <= IN_FLIGHT_MAX;
			good = good && virt.states[i * BUFFERS + k] == times;
			count += sent[i][k] + old[i][k];
		}
		good = good && (virt.ready >> i & 1u) == (seen_left(i) != 0);
	}
	return good && virt.in_flight + pokes - virt.driver.filled == count &&
	       count <= IN_FLIGHT_MAX && virt.ready >> CLIENTS == 0;
}

/* At rest nobody is forgotten. */
static _Bool rests(void)
{
	_Bool good = virt.full == (virt.in_flight == IN_FLIGHT_MAX);
	for (uint32_t i = 0; i < CLIENTS; i++)
		good = good && (asked[i] || left[i] != 0 || virt.full);
	return good && valid();
}

static void on_restart(uint32_t link)
{
	assert(nothing_due());
	for (uint32_t i = 0; i < CLIENTS; i++)
		for (uint32_t k = 0; k < BUFFERS; k++) {
			if (link == DRIVER_LINK) {
				due[i][k] = sent[i][k];
				sent[i][k] = 0;
				old[i][k] = 0;
			} else if (link == i) {
				old[i][k] += sent[i][k];
				sent[i][k] = 0;
			}
		}
}

static void on_look(uint32_t link)
{
	assert(nothing_due());
	if (link != DRIVER_LINK)
		asked[link] = 0;
}

/* The driver says that it has sent what is at `where`. */
static void sent_back(uint64_t where)
{
	tally[DRIVER_LINK].bad_slots++;
	for (uint32_t i = 0; i < CLIENTS; i++)
		for (uint32_t k = 0; k < BUFFERS; k++) {
			if (where != virt.clients[i].paddr + k * NETWORK_BUFFER_BYTES)
				continue;
			if (old[i][k] != 0 || sent[i][k])
				tally[DRIVER_LINK].bad_slots--;
			if (old[i][k] != 0) {
				old[i][k]--;
			} else if (sent[i][k]) {
				sent[i][k] = 0;
				due[i][k] = 1;
			}
		}
}

static uint64_t on_take(uint32_t link)
{
	uint64_t slot = nondet_u64(), where = slot & 0xffffffffffffull;
	uint32_t bytes = (uint32_t)(slot >> 48);
	assert(nothing_due());
	if (link == DRIVER_LINK) {
		sent_back(where);
		return slot;
	}
	tally[link].bad_slots++;
	for (uint32_t k = 0; k < BUFFERS; k++) {
		if (where != k * NETWORK_BUFFER_BYTES || sent[link][k])
			continue;
		tally[link].bad_slots--;
		clean = 0;
		sender = link;
		sent_buffer = k;
		if (bytes >= NETWORK_FRAME_MIN && bytes <= NETWORK_FRAME_MAX) {
			expected = virt.clients[link].paddr + slot;
			tally_frame(link, bytes);
		} else {
			due[link][k] = 1;
			tally[link].bad_frames++;
		}
	}
	return slot;
}

static void on_offer(uint32_t link, uint64_t slot)
{
	_Bool good = 0;
	for (uint32_t k = 0; k < BUFFERS; k++)
		if (slot == k * NETWORK_BUFFER_BYTES) {
			good = due[link][k];
			due[link][k] = 0;
		}
	assert(good);
}

static void on_give(uint32_t link, uint64_t slot)
{
	if (link != DRIVER_LINK)
		return;
	assert(slot == expected && slot != 0);
	assert(clean || virt.clients[sender].vaddr == CONFIG_NOT_MAPPED);
	assert((virt.ready >> sender & 1u) != 0 && (holds >> sender & 1u) == 0);
	expected = 0;
	tally_frame(DRIVER_LINK, slot >> 48);
	policy_due = 1;
	sent[sender][sent_buffer] = 1;
}

void cache_clean(uint64_t address, uint32_t count)
{
	uint64_t where = sent_buffer * NETWORK_BUFFER_BYTES;
	assert(expected != 0 && count == network_slot_bytes(expected));
	assert(address == virt.clients[sender].vaddr + where + NETWORK_FRAME_OFFSET);
	clean = 1;
}

/* ---- Any policy ---- */

void policy_notified(microkit_channel channel)
{
	(void)channel;
}

uint64_t policy_held(uint64_t ready)
{
	(void)ready;
	holds = nondet_u64();
	return holds;
}

uint32_t policy_next(uint64_t ready)
{
	uint32_t next = nondet_u32();
	assert(ready != 0 && ready >> CLIENTS == 0);
	__CPROVER_assume(next < CLIENTS && (ready >> next & 1u) != 0);
	return next;
}

uint64_t policy_sent(uint32_t client, uint32_t bytes)
{
	uint64_t held = nondet_bool() ? 1ull << client : 0;
	assert(policy_due && client == sender && bytes <= NETWORK_FRAME_MAX);
	policy_due = 0;
	holds |= held;
	return held;
}

void policy_wait(uint64_t held)
{
	assert(held == (virt.ready & holds));
	waits = held;
}

/* ---- The round ---- */

static uint32_t *driver_filled(void)
{
	return &virt.driver.filled;
}

static void on_round(uint64_t used, struct network_awaits awaits)
{
	_Bool full = virt.in_flight == IN_FLIGHT_MAX;
	assert(nothing_due() && used >> CLIENTS == 0);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		assert(!looked[i] || (used >> i & 1u) != 0);
		if (awaits.clients_take && (used >> i & 1u) != 0)
			asked[i] = asked_now[i] = 1;
		/* Whoever has a frame waits for the policy, for room, or for frames sent. */
		assert(left[i] == 0 || (waits >> i & 1u) != 0 || awaits.driver_give ||
			full);
		assert(rounds != 0 || (FIRST >> i & 1u) == 0 || looked[i]);
	}
	assert(awaits.driver_take == (virt.in_flight > NETWORK_TX_LAZY));
	assert(awaits.clients_take == !full);
	assert(rests());
}

/* ---- The parts, as proved ---- */

static void any_states(void)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < CLIENTS; i++)
		for (uint32_t k = 0; k < BUFFERS; k++) {
			virt.states[i * BUFFERS + k] = (uint8_t)(sent[i][k] +
								 2u * old[i][k]);
			count += sent[i][k] + old[i][k];
		}
	virt.in_flight = count;
	virt.owner = nondet_u32() % CLIENTS;
}

#if PART == ROUND
static void take_back(struct virt *v, uint64_t where)
{
	assert(v == &virt && where <= 0xffffffffffffull);
	for (uint32_t i = 0; i < CLIENTS; i++)
		for (uint32_t k = 0; k < BUFFERS; k++)
			if (due[i][k]) {
				v->used |= 1ull << i;
				filled[i] = nondet_bool();
				due[i][k] = 0;
			}
	any_states();
	assert(valid());
}

static void look(struct virt *v, uint32_t number)
{
	assert(v == &virt && number < CLIENTS && valid());
	(void)seen_restarted(number);
	any_states();
	v->used |= 1ull << number;
	v->ready = (v->ready & ~(1ull << number)) | (uint64_t)(left[number] != 0)
							    << number;
}

static bool send(struct virt *v)
{
	uint32_t before = virt.in_flight, now = before;
	assert(v == &virt && valid() && looked[DRIVER_LINK] &&
		left[DRIVER_LINK] == taken[DRIVER_LINK]);
	for (uint32_t i = 0; i < CLIENTS; i++) {
		assert(rounds == 0 || !asked_now[i] || looked[i]);
		uint32_t some = nondet_u32();
		if (some != 0 && some <= seen_left(i)) {
			taken[i] += some;
			peeked[i] += some;
			v->used |= 1ull << i;
		}
		if (seen_left(i) == 0)
			v->ready &= ~(1ull << i);
		for (uint32_t k = 0; k < BUFFERS; k++)
			if (some != 0 && !sent[i][k] && now < IN_FLIGHT_MAX &&
				nondet_bool()) {
				sent[i][k] = 1;
				now++;
			}
	}
	__CPROVER_assume(rounds == 0);
	any_states();
	pokes = v->driver.filled = now - before;
	waits = v->ready & nondet_u64();
	no_room = nondet_bool();
	__CPROVER_assume((v->ready & ~waits) == 0 || no_room || now == IN_FLIGHT_MAX);
	return (v->ready & ~waits) != 0;
}
#endif

static void any_client(uint32_t i)
{
	struct client *client = &virt.clients[i];
	client->first = i * BUFFERS;
	client->buffers = BUFFERS;
	asked[i] = nondet_bool();
	asked_now[i] = 0;
	for (uint32_t k = 0; k < BUFFERS; k++) {
		sent[i][k] = nondet_bool();
		due[i][k] = 0;
	}
	__CPROVER_assume(client->paddr % NETWORK_BUFFER_BYTES == 0);
	__CPROVER_assume(client->paddr != 0 && client->paddr < 1ull << 47);
	__CPROVER_assume(
		client->vaddr < 1ull << 38 || client->vaddr == CONFIG_NOT_MAPPED);
	for (uint32_t k = 0; k < i; k++)
		__CPROVER_assume(client->paddr - virt.clients[k].paddr >=
					 BUFFERS * NETWORK_BUFFER_BYTES &&
				 virt.clients[k].paddr - client->paddr >=
					 BUFFERS * NETWORK_BUFFER_BYTES);
}

static void any_state(void)
{
	virt.config = &config;
	virt.counters = &counters;
	config.num_clients = CLIENTS;
	counters = (struct network_virt_tx_counters){ 0 };
	tally_start();
	for (uint32_t i = 0; i < LINKS; i++) {
		peeked[i] = taken[i] = filled[i] = looked[i] = 0;
		__CPROVER_assume(left[i] <= SLOTS);
	}
	for (uint32_t i = 0; i < CLIENTS; i++)
		any_client(i);
	virt.full = nondet_bool();
	room = pokes = rounds = virt.driver.filled = no_room = 0;
	expected = policy_due = 0;
}

static _Bool counted(void)
{
	const struct tally *driver = &tally[DRIVER_LINK];
	_Bool good = counters.bad_slots == driver->bad_slots &&
		     counters.frames == driver->frames && counters.bytes == driver->bytes;
	for (uint32_t i = 0; i < CLIENTS; i++) {
		good = good && counters.clients[i].frames == tally[i].frames &&
		       counters.clients[i].bad_slots == tally[i].bad_slots &&
		       counters.clients[i].bad_frames == tally[i].bad_frames;
	}
	return good;
}

static void part_round(void)
{
	_Bool configured = nondet_bool();
	__CPROVER_assume(rests());
	if (!configured)
		virt.config = NULL;
	virt.by_channel[5] = FIRST;
	notified(NETWORK_CHANNELS + 5u);
	assert((rounds != 0) == configured);
}

static void part_back(uint64_t used)
{
	uint32_t other = nondet_u32() % CLIENTS;
	uint64_t where = network_slot_where(on_take(DRIVER_LINK));
	_Bool gets = due[other][0] || due[other][1];
	take_back(&virt, where);
	assert(gets ? virt.used >> other & 1u : ((virt.used ^ used) >> other & 1u) == 0);
}

static void part_look(uint64_t used)
{
	look(&virt, NUMBER);
	assert(virt.used == (used | 1ull << NUMBER) && looked[NUMBER]);
}

static void part_send(uint64_t used)
{
	uint64_t before = virt.ready;
	_Bool more = send(&virt);
	assert(pokes == virt.driver.filled);
	assert(more == ((virt.ready & ~waits) != 0) && (waits & ~virt.ready) == 0);
	assert(!more || no_room || virt.in_flight == IN_FLIGHT_MAX);
	assert((virt.ready & ~before) == 0 && (used & ~virt.used) == 0);
	for (uint32_t i = 0; i < CLIENTS; i++)
		assert(taken[i] == 0 || (virt.used >> i & 1u) != 0);
}

/* A part within a round: who was used, and with what is pending, is part of the state. */
static void part(void)
{
	uint64_t used = virt.used;
	__CPROVER_assume(valid() && used >> CLIENTS == 0);
	for (uint32_t i = 0; i < CLIENTS; i++)
		filled[i] = used >> i & nondet_u32() & 1u;
	if (PART == BACK)
		part_back(used);
	else if (PART == LOOK)
		part_look(used);
	else
		part_send(used);
	for (uint32_t i = 0; i < CLIENTS; i++)
		assert(filled[i] == 0 || (virt.used >> i & 1u) != 0);
	assert(nothing_due() && valid() && counted());
}

int main(void)
{
	any_state();
	if (PART == ROUND)
		part_round();
	else
		part();
	END();
	return 0;
}
