/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of a PD: constructors, init(), then the event loop.
 *
 * One turn of the loop is one system call: it replies to the caller just served,
 * or sends what is deferred, and waits for what comes next. A reply and something
 * deferred together need more calls, the reply last.
 *
 *                 +-- reply pending --> SYS_REPLY_RECEIVE ------+
 *   entry point --+-- signal or ack --> SYS_SIGNAL_RECEIVE -----+--> next event
 *                 +-- both -----------> SYS_ACK_SIGNAL_RECEIVE -+
 *                 +-- neither --------> SYS_RECEIVE ------------+
 */
#include <microkit.h>

#include "library.h"

/* The builder writes these into the PD's ELF, so they are not in .bss. */
#define PATCHED __attribute__((section(".data")))

PATCHED char microkit_name[MICROKIT_PD_NAME_LENGTH];
PATCHED seL4_Bool microkit_passive;
PATCHED seL4_Word microkit_irqs;
PATCHED seL4_Word microkit_notifications;
PATCHED seL4_Word microkit_pps;

seL4_Bool microkit_have_signal;
seL4_CPtr microkit_signal_cap;
seL4_MessageInfo_t microkit_signal_msg;
seL4_Bool microkit_have_ack;
seL4_CPtr microkit_ack_cap;

/* From the linker script. */
typedef void (*constructor)(void);
extern const constructor __init_array_start[];
extern const constructor __init_array_end[];

static void run_constructors(void)
{
	for (const constructor *c = __init_array_start; c != __init_array_end; c++) {
		(*c)();
	}
}

/* Interrupts are masked at the start: let them come, now that init() is done. */
static void open_irqs(void)
{
	for (unsigned int id = 0; id < CHANNEL_MAX; id++) {
		if ((microkit_irqs >> id & 1) != 0) {
			microkit_svc_irq_ack(SLOT_IRQ + id);
		}
	}
}

static inline bool likely(bool condition)
{
	return __builtin_expect(condition, true);
}

/* Do what is deferred alone, before `reply`, which it hands through. */
__attribute__((noinline)) static microkit_msginfo flush(microkit_msginfo reply)
{
	if (microkit_have_ack) {
		microkit_svc_irq_ack(microkit_ack_cap);
	}
	if (microkit_have_signal) {
		microkit_svc_notify(microkit_signal_cap);
	}
	microkit_have_ack = seL4_False;
	microkit_have_signal = seL4_False;
	return reply;
}

static struct microkit_svc_result reply_receive(microkit_msginfo reply)
{
	if (!likely(!microkit_have_signal && !microkit_have_ack)) {
		reply = flush(reply);
	}
	return microkit_svc_reply_receive(reply.words[0]);
}

static struct microkit_svc_result receive(void)
{
	bool signal = microkit_have_signal;

	if (microkit_have_ack) {
		microkit_have_ack = seL4_False;
		microkit_have_signal = seL4_False;
		return signal ? microkit_svc_ack_signal_receive(
					microkit_signal_cap, microkit_ack_cap)
			      : microkit_svc_signal_receive(microkit_ack_cap);
	}
	if (!signal) {
		return microkit_svc_receive();
	}
	microkit_have_signal = seL4_False;
	return microkit_svc_signal_receive(microkit_signal_cap);
}

/* Deliver a set of notifications, lowest id first; the kernel never gives an empty one. */
static void deliver(uint64_t set)
{
	do {
		microkit_channel ch = (microkit_channel)__builtin_ctzll(set);

		set &= set - 1;
		notified(ch);
	} while (set != 0);
}

static unsigned int id_of(struct microkit_svc_result event)
{
	return (unsigned int)(event.first & EVENT_ID_MASK);
}

static microkit_msginfo info_of(struct microkit_svc_result event)
{
	return (microkit_msginfo){ { event.second } };
}

/* Let the PD judge a child's fault; the next event. */
static struct microkit_svc_result serve_fault(struct microkit_svc_result event)
{
	microkit_msginfo reply = { { 0 } };
	bool replies = fault(id_of(event), info_of(event), &reply);

	return replies ? reply_receive(reply) : receive();
}

_Noreturn void microkit_main(void)
{
	struct microkit_svc_result event;

	run_constructors();
	init();
	open_irqs();
	event = receive();
	for (;;) {
		/* The shortest way round is that of a server: nothing else in it. */
		while (likely((event.first & EVENT_CALL) != 0)) {
			event = reply_receive(protected(id_of(event), info_of(event)));
		}
		if (likely((event.first & EVENT_FAULT) == 0)) {
			deliver(event.first);
			event = receive();
		} else {
			event = serve_fault(event);
		}
	}
}
