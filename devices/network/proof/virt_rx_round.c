/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The receiving virtualiser, all of `notified`, from any state of its rest, whatever the
 * driver and the clients hand over. Who has a buffer is kept here by what passes the links
 * alone (`given`), and must be what virt_rx takes it for, after each round.
 *
 * Three parts, each from any state that `valid` admits: `collect`; `receive`, in which
 * `collect` is what it was proved to be; `notified`, in which both are.
 */
#define SLOTS 2u /* of a link in a look, at most */

#include "rounds.h"

/* PART: what is proved; of the others it takes what was proved of them. */
#define COLLECT 0
#define RECEIVE 1
#define ROUND 2

#ifndef FIRST
#define FIRST 0ull /* the client that has signalled, a bit; 0: the driver */
#endif
#ifndef NUMBER
#define NUMBER 0u /* the client that is looked at */
#endif

static void fewer(uint32_t held);
static struct network_virt_rx_config config;
static struct network_virt_rx_counters counters;

static uint64_t read_frame(uint64_t address, uint32_t bytes);
#define __atomic_load_n(address, order)     \
	(__typeof__(*(address)))read_frame( \
		(uint64_t)(uintptr_t)(address), sizeof(*(address)))
#include "../network/virt_rx.c"

#define BUFFERS NETWORK_BUFFERS_MAX
#define CLIENTS NETWORK_CLIENTS_MAX

static uint64_t given[BUFFERS]; /* to whom, and not yet taken back: a bit of each */
static uint32_t current;        /* the buffer whose frame is being given out, or NONE */
static uint32_t bytes;          /* of its frame */
static uint64_t mac;            /* as it was read */
static uint32_t parts;          /* that were read */
static uint64_t tried;          /* clients that it was offered to */
static _Bool clean;             /* it is not in the caches */

/* `--*held`, of a client or the driver. */
static void fewer(uint32_t held)
{
	if (held == DRIVER_LINK)
		--virt.with_driver;
	else
		--virt.clients[held].held;
}

static uint64_t bit_of(uint32_t link)
{
	return link == DRIVER_LINK ? DRIVER : 1ull << link;
}

static uint32_t count_of(uint32_t link)
{
	uint32_t count = current != NONE && link == DRIVER_LINK;
	for (uint32_t i = 0; i < BUFFERS; i++)
		count += (given[i] & bit_of(link)) != 0;
	return count;
}

static _Bool valid(void)
{
	uint32_t idle = 0;
	for (uint32_t b = 0; b < BUFFERS; b++) {
		uint32_t places = 0;
		uint64_t has = b == current ? DRIVER : given[b];
		if (virt.holders[b] != has)
			return 0;
		if (given[b] != DRIVER && given[b] >> config.num_clients != 0)
			return 0;
		for (uint32_t i = 0; i < BUFFERS; i++)
			places += i < virt.idle && virt.stack[i] == b;
		if (places != (has == 0))
			return 0;
		idle += has == 0;
	}
	for (uint32_t i = 0; i < CLIENTS; i++)
		if (virt.clients[i].held != count_of(i) ||
			virt.clients[i].held > virt.clients[i].quota)
			return 0;
	return virt.idle == idle && virt.with_driver == count_of(DRIVER_LINK);
}

/* What was filled is handed over before: nothing is lost but by a restart. */
static void on_look(uint32_t link)
{
	assert(filled[link] == 0);
}

static void on_restart(uint32_t link)
{
	for (uint32_t i = 0; i < BUFFERS; i++)
		given[i] &= ~bit_of(link);
}

/* The number of the buffer that is at `where`, or NONE. */
static uint32_t buffer_at(uint64_t where)
{
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (where == (uint64_t)i * NETWORK_BUFFER_BYTES)
			return i;
	return NONE;
}

/* Each client that the frame is for was offered it, or has all that it may have. */
static void frame_ends(void)
{
	uint64_t mine = 0, done = tried;
	for (uint32_t i = 0; i < CLIENTS; i++) {
		if ((mac & GROUP) != 0 || virt.clients[i].mac == mac)
			mine |= 1ull << i;
		if (looked[i] && count_of(i) >= virt.clients[i].quota)
			done |= 1ull << i;
	}
	if (current != NONE && network_frame_possible(bytes)) {
		assert(parts == 2);
		assert((mac & GROUP) != 0 ? (mine & ~done) == 0
					  : mine == 0 || (mine & done) != 0);
		if ((mac & GROUP) == 0 && mine == 0)
			tally[DRIVER_LINK].unknown++;
	}
	current = NONE;
}

static uint64_t on_take(uint32_t link)
{
	uint64_t slot = nondet_u64(), where = slot & 0xffffffffffffull;
	if (link != DRIVER_LINK) {
		uint32_t buffer = buffer_at(where);
		if (buffer == NONE || (given[buffer] & bit_of(link)) == 0)
			tally[link].bad_slots++;
		if (buffer != NONE)
			given[buffer] &= ~bit_of(link);
		return slot;
	}
	frame_ends();
	uint32_t buffer = where < config.data_paddr
				  ? NONE
				  : buffer_at(where - config.data_paddr);
	if (buffer != NONE && given[buffer] == DRIVER) {
		current = buffer;
		given[buffer] = 0;
		bytes = (uint32_t)(slot >> 48);
		parts = clean = 0;
		tried = 0;
		if (network_frame_possible(bytes))
			tally_frame(DRIVER_LINK, bytes);
		else
			tally[DRIVER_LINK].bad_frames++;
	} else {
		tally[DRIVER_LINK].bad_slots++;
	}
	return slot;
}

static void in_frame(uint64_t address, uint32_t size)
{
	uint64_t at = address - config.data_vaddr;
	assert(current != NONE && network_frame_possible(bytes));
	assert(at >= (uint64_t)current * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET);
	assert(at + size <=
		(uint64_t)current * NETWORK_BUFFER_BYTES + NETWORK_FRAME_OFFSET + bytes);
}

/* The frame may change at any time: each part is read once. */
static uint64_t read_frame(uint64_t address, uint32_t size)
{
	uint64_t value = nondet_u64() & (size == 2 ? 0xffffu : 0xffffffffu);
	in_frame(address, size);
	assert(address % size == 0 && parts < 2 && (clean || config.coherent != 0));
	mac = parts++ == 0 ? value : mac | value << 16;
	return value;
}

void cache_invalidate(uint64_t address, uint32_t count)
{
	in_frame(address, count);
	assert(count == bytes && parts == 0);
	clean = 1;
}

static void on_give(uint32_t link, uint64_t slot)
{
	uint64_t where = slot & 0xffffffffffffull;
	if (link == DRIVER_LINK) {
		uint32_t buffer = buffer_at(where - config.data_paddr);
		frame_ends();
		assert(slot == where && buffer != NONE && given[buffer] == 0);
		given[buffer] = DRIVER;
		return;
	}
	assert(link < config.num_clients && current != NONE && parts == 2);
	assert(network_frame_possible(bytes) && slot >> 48 == bytes);
	assert(buffer_at(where) == current && (given[current] & bit_of(link)) == 0);
	assert((mac & GROUP) != 0 || mac == virt.clients[link].mac);
	given[current] |= bit_of(link);
	tally_frame(link, bytes);
	assert(count_of(link) <= virt.clients[link].quota);
}

static void on_offer(uint32_t link, uint64_t slot)
{
	(void)slot;
	assert(virt.clients[link].held < virt.clients[link].quota);
	tried |= bit_of(link);
}

static uint32_t *driver_filled(void)
{
	return &virt.driver.filled;
}

static void on_round(uint64_t used, struct network_awaits awaits)
{
	uint64_t all = (1ull << config.num_clients) - 1u;
	uint32_t with_driver = count_of(DRIVER_LINK);
	frame_ends();
	assert(valid());
	assert((used & ~all) == 0 && awaits.driver_take);
	assert(rounds != 0 || (FIRST & ~used) == 0); /* who signalled is served */
	for (uint32_t i = 0; i < CLIENTS; i++)
		assert(!looked[i] || (used >> i & 1u) != 0);
	/* If the driver has few, all clients are asked; if some cannot be given, the driver. */
	if (with_driver < (config.buffers + 1u) / 2u) {
		assert(awaits.clients_take && used == all);
		assert(awaits.driver_give == (virt.idle != 0));
	}
}

/* What the links alone say becomes what virt_rx says. */
static void any_valid(void)
{
	virt.idle = nondet_u32();
	virt.with_driver = count_of(DRIVER_LINK);
	for (uint32_t i = 0; i < BUFFERS; i++) {
		virt.holders[i] = i == current ? DRIVER : given[i];
		virt.stack[i] = (uint16_t)nondet_u32();
	}
	for (uint32_t i = 0; i < CLIENTS; i++)
		virt.clients[i].held = count_of(i);
	__CPROVER_assume(valid());
}

#if PART != COLLECT
/* As proved of it: takes back some of this client's buffers, or none. */
static void collect(struct virt *v, uint32_t number)
{
	assert(v == &virt && number < CLIENTS);
	if (current != NONE && virt.holders[current] != DRIVER)
		frame_ends();
	assert(valid() && (current == NONE || (given[current] & bit_of(number)) == 0));
	v->used |= bit_of(number);
	looked[number] = 1;
	filled[number] = 0;
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (nondet_bool())
			given[i] &= ~bit_of(number);
	any_valid();
}
#endif

#if PART == ROUND
/* As proved of it: some of the driver's buffers go to clients, or to nobody. */
static void receive(struct virt *v)
{
	assert(v == &virt && valid() && looked[DRIVER_LINK] && current == NONE);
	__CPROVER_assume(rounds == 0);
	left[DRIVER_LINK] = 0;
	for (uint32_t i = 0; i < BUFFERS; i++)
		if (given[i] == DRIVER && nondet_bool()) {
			given[i] = nondet_u64() & ((1ull << CLIENTS) - 1u);
			v->used |= given[i];
		}
	any_valid();
	for (uint32_t i = 0; i < CLIENTS; i++)
		if (nondet_bool()) {
			v->used |= bit_of(i);
			looked[i] = filled[i] = 1;
		}
}
#endif

static void any_rest(void)
{
	current = NONE;
	config.buffers = BUFFERS;
	config.num_clients = CLIENTS;
	__CPROVER_assume(
		config.data_paddr < 1ull << 47 && config.data_vaddr < 1ull << 38);
	__CPROVER_assume(config.data_paddr % NETWORK_BUFFER_BYTES == 0);
	__CPROVER_assume(config.data_vaddr % NETWORK_BUFFER_BYTES == 0);
	virt.config = &config;
	virt.counters = &counters;
	counters = (struct network_virt_rx_counters){ 0 };
	tally_start();
	for (uint32_t i = 0; i < LINKS; i++)
		left[i] = peeked[i] = taken[i] = filled[i] = looked[i] = 0;
	room = pokes = rounds = virt.driver.filled = no_room = 0;
}

static _Bool counted(void)
{
	const struct tally *driver = &tally[DRIVER_LINK];
	_Bool good = counters.frames == driver->frames &&
		     counters.bytes == driver->bytes &&
		     counters.bad_slots == driver->bad_slots &&
		     counters.bad_frames == driver->bad_frames &&
		     counters.unknown == driver->unknown;
	for (uint32_t i = 0; i < CLIENTS; i++)
		good = good && counters.clients[i].frames == tally[i].frames &&
		       counters.clients[i].bytes == tally[i].bytes &&
		       counters.clients[i].bad_slots == tally[i].bad_slots;
	return good;
}

static void part_collect(void)
{
	uint32_t buffer = nondet_u32() % BUFFERS;
	current = nondet_u32();
	__CPROVER_assume(
		current == NONE || (current < BUFFERS && given[current] >> CLIENTS == 0 &&
					   (given[current] & bit_of(NUMBER)) == 0));
	__CPROVER_assume(valid());
	uint64_t before = given[buffer], used = virt.used;
	filled[NUMBER] = nondet_u32();
	collect(&virt, NUMBER);
	assert(valid() && looked[NUMBER] && filled[NUMBER] == 0);
	assert(peeked[NUMBER] == taken[NUMBER] && taken[NUMBER] == left[NUMBER]);
	assert(virt.used == (used | bit_of(NUMBER)) && counted());
	assert(given[buffer] == before || given[buffer] == (before & ~bit_of(NUMBER)));
}

static void part_receive(void)
{
	uint32_t buffer = nondet_u32() % BUFFERS;
	__CPROVER_assume(valid() && virt.used >> CLIENTS == 0);
	uint64_t before = given[buffer];
	for (uint32_t i = 0; i < CLIENTS; i++)
		looked[i] = virt.used >> i & 1u;
	(void)seen_restarted(DRIVER_LINK);
	__CPROVER_assume(valid());
	receive(&virt);
	frame_ends();
	assert(counted());
	hand_over(DRIVER_LINK);
	assert(valid() && left[DRIVER_LINK] == 0 && virt.used >> CLIENTS == 0);
	assert(given[buffer] == before || before == DRIVER ||
		(given[buffer] & ~before) == 0);
	for (uint32_t i = 0; i < CLIENTS; i++)
		assert((!looked[i] && filled[i] == 0) || (virt.used >> i & 1u) != 0);
}

static void part_round(void)
{
	_Bool configured = nondet_bool();
	__CPROVER_assume(valid());
	if (!configured)
		virt.config = NULL;
	virt.by_channel[5] = FIRST;
	notified(NETWORK_CHANNELS + 5u);
	assert((rounds != 0) == configured);
}

int main(void)
{
	any_rest();
	if (PART == COLLECT)
		part_collect();
	else if (PART == RECEIVE)
		part_receive();
	else
		part_round();
	END();
	return 0;
}
