/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The start, or one turn of the event loop: what came is given to the PD just once,
 * and the next system calls are just those that it asks for. Every receive returns to
 * the same place of the loop, and leaves nothing behind in the library: so what holds
 * of one turn holds of all. PART is what the turn is about.
 */
#include "any.h"

#include "library.h"

enum part { START, NOTIFICATIONS, CALL, FAULT };

#define RECEIVES (PART == START ? 1u : 2u) /* the last ends the turn */

static unsigned int receives;
static bool started;       /* init() has run */
static uint64_t to_open;   /* interrupts that are still to be let come */
static uint64_t to_notify; /* what came and has not been given to the PD */
static bool to_call, to_fault;
static unsigned int id;
static uint64_t info;
static bool to_reply; /* the PD has said what */
static uint64_t reply;
static bool to_signal, to_ack; /* the PD has deferred a signal, an acknowledgement */
static uint64_t signal_slot, ack_slot;

/* The PD may defer a signal, or that of an interrupt, or both, whenever it runs (calls.c). */
static void pd_runs(void)
{
	unsigned int ch = nondet_unsigned(), irq = nondet_unsigned();

	__CPROVER_assume(ch < CHANNEL_MAX && irq < CHANNEL_MAX);
	if (nondet_bool()) {
		signal_slot = microkit_signal_cap = SLOT_NOTIFY + ch;
		microkit_have_signal = seL4_True;
		to_signal = true;
	}
	if (nondet_bool()) {
		ack_slot = microkit_ack_cap = SLOT_IRQ + irq;
		microkit_have_ack = seL4_True;
		to_ack = true;
	}
}

void init(void)
{
	assert(!started);
	started = true;
	to_open = microkit_irqs & ((1ull << CHANNEL_MAX) - 1u);
	pd_runs();
}

void notified(microkit_channel ch)
{
	assert(ch < CHANNEL_MAX && to_notify != 0 && !to_call && !to_fault);
	assert((to_notify >> ch & 1u) != 0);
	assert((to_notify & ((1ull << ch) - 1u)) == 0); /* the lowest of them */
	to_notify &= to_notify - 1u;
	pd_runs();
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	assert(to_call && ch == id && msginfo.words[0] == info);
	to_call = false;
	to_reply = true;
	reply = nondet_u64();
	pd_runs();
	return (microkit_msginfo){ { reply } };
}

seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *out)
{
	assert(to_fault && child == id && msginfo.words[0] == info);
	to_fault = false;
	to_reply = nondet_bool();
	reply = nondet_bool() ? nondet_u64() : out->words[0];
	if (to_reply && reply == 0)
		assert(out->words[0] == 0); /* label 0 unless the PD says otherwise */
	out->words[0] = reply;
	pd_runs();
	return to_reply;
}

/* What the kernel gives: kernel/abi.h, event word. */
static struct microkit_svc_result event(void)
{
	uint64_t set = nondet_u64() & ((1ull << CHANNEL_MAX) - 1u);

	id = nondet_unsigned();
	info = nondet_u64();
	to_call = to_fault = to_reply = false;
	to_notify = 0;
	__CPROVER_assume(id < CHANNEL_MAX);
	if (PART == NOTIFICATIONS) {
		__CPROVER_assume(set != 0);
		to_notify = set;
		return (struct microkit_svc_result){ set, 0 };
	}
	if (PART == CALL) {
		to_call = true;
		return (struct microkit_svc_result){ EVENT_CALL | id, info };
	}
	to_fault = true;
	return (struct microkit_svc_result){ EVENT_FAULT | id, info };
}

static struct microkit_svc_result receive_any(struct asked call)
{
	/* All that came was given to the PD, and its interrupts may come. */
	assert(started && to_open == 0 && to_notify == 0 && !to_call && !to_fault);
	if (to_reply)
		assert(call.number == SYS_REPLY_RECEIVE && call.x[1] == reply);
	else
		assert(call.number != SYS_REPLY_RECEIVE);
	if (call.number == SYS_ACK_SIGNAL_RECEIVE) {
		assert(to_signal && call.x[0] == signal_slot);
		assert(to_ack && call.x[1] == ack_slot);
		to_signal = to_ack = false;
	} else if (call.number == SYS_SIGNAL_RECEIVE) {
		assert(to_signal != to_ack);
		assert(call.x[0] == (to_ack ? ack_slot : signal_slot));
		to_signal = to_ack = false;
	}
	assert(!to_signal && !microkit_have_signal && !to_ack && !microkit_have_ack);
	if (++receives == RECEIVES) {
		END();
		__CPROVER_assume(false);
	}
	return event();
}

struct microkit_svc_result kernel(struct asked call)
{
	struct microkit_svc_result any = { nondet_u64(), nondet_u64() };

	if (call.number == SYS_IRQ_ACK && to_open != 0) {
		uint64_t bit = 1ull << (call.x[0] - SLOT_IRQ);

		assert(started && receives == 0 && call.x[0] - SLOT_IRQ < CHANNEL_MAX);
		assert((to_open & bit) != 0);
		to_open &= ~bit;
		return any;
	}
	/* What is deferred alone, before a reply. */
	if (call.number == SYS_IRQ_ACK) {
		assert(to_ack && call.x[0] == ack_slot && to_reply);
		to_ack = false;
		return any;
	}
	if (call.number == SYS_NOTIFY) {
		assert(to_signal && call.x[0] == signal_slot && to_reply);
		to_signal = false;
		return any;
	}
	return receive_any(call);
}

int main(void)
{
	receives = 0;
	started = false;
	to_open = to_notify = 0;
	to_call = to_fault = to_reply = to_signal = to_ack = false;
	microkit_have_signal = microkit_have_ack = seL4_False;
	__CPROVER_assume(PART == START || microkit_irqs == 0);
	microkit_main();
}
