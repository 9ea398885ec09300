/* SPDX-License-Identifier: BSD-2-Clause */
/* A puppet carries out the scripts that the director writes: see puppet.h. */
#include <stdbool.h>
#include <microkit.h>

#include "puppet.h"
#include "raw.h"
#include "testing.h"

static volatile struct control *const control = (volatile struct control *)CONTROL_VADDR;

static struct {
	uint64_t calls;  /* made since the start: makes each call's words different */
	uint16_t answer; /* to the present fault: argument of OP_REPLY */
	bool malformed;  /* the present call gets a reply that is none */
} me;

static void log_event(const char *text, int number)
{
	trace_add(control->self, text, number);
}

static void call(microkit_channel ch)
{
	uint64_t label = control->self << 4 | (++me.calls & 15);
	microkit_msginfo reply;
	bool right;

	for (unsigned i = 0; i < CALL_WORDS; i++) {
		microkit_mr_set((seL4_Uint8)i, label * 100 + i);
	}
	reply = microkit_ppcall(ch, microkit_msginfo_new(label, CALL_WORDS));
	if (microkit_msginfo_get_label(reply) == PPC_ABORTED_LABEL &&
		microkit_msginfo_get_count(reply) == 0) {
		log_event("ab", -1);
		return;
	}
	right = microkit_msginfo_get_label(reply) == label + REPLY_LABEL &&
		microkit_msginfo_get_count(reply) == CALL_WORDS;
	for (unsigned i = 0; i < CALL_WORDS; i++) {
		right = right && microkit_mr_get((seL4_Uint8)i) == label * 100 + i + 1;
	}
	log_event(right ? "ok" : "??", -1);
}

static void call_malformed(microkit_channel ch)
{
	struct raw_result result = raw_call(
		SLOT_CALL + ch, raw_info(0, MESSAGE_WORDS + 1), 0, 0);

	log_event(result.x0 == STATUS_REFUSED && result.x1 == 0 ? "rf" : "??", -1);
}

static void control_child(uint16_t op, uint16_t child)
{
	switch (op) {
	case OP_RESTART:
		microkit_pd_restart(child, 0);
		break;
	case OP_STOP:
		microkit_pd_stop(child);
		break;
	case OP_RESUME:
		microkit_pd_resume(child);
		break;
	case OP_SKIP:
		if (raw_skip_instruction(child) != STATUS_OK) {
			log_event("e", OP_SKIP);
		}
		break;
	default:
		break;
	}
}

static void carry_out(uint16_t op, uint16_t arg)
{
	switch (op) {
	case OP_LOG:
		log_event("l", arg);
		break;
	case OP_CALL:
		call(arg);
		break;
	case OP_NOTIFY:
		microkit_notify(arg);
		break;
	case OP_POINT:
		microkit_notify(DIRECTOR_CHANNEL);
		break;
	case OP_READ_BAD:
		__asm__ volatile("ldr xzr, [%0]" : : "r"(8ul) : "memory");
		break;
	case OP_UNDEFINED:
		__asm__ volatile("udf #0");
		break;
	case OP_WAIT_FLAG:
		while (control->flag == 0) {
		}
		break;
	case OP_BURN:
		burn(us_to_ticks(arg * 100ul));
		break;
	case OP_REPLY:
		me.answer = arg;
		break;
	case OP_CALL_BAD:
		call_malformed(arg);
		break;
	case OP_REPLY_BAD:
		me.malformed = true;
		break;
	case OP_DEFER:
		microkit_deferred_notify(arg);
		break;
	default:
		control_child(op, arg);
		break;
	}
}

static void carry_out_script(volatile const struct step *script)
{
	for (unsigned i = 0; i < STEPS && script[i].op != OP_END; i++) {
		carry_out(script[i].op, script[i].arg);
	}
}

void init(void)
{
	log_event("i", -1);
	carry_out_script(control->init);
}

void notified(microkit_channel ch)
{
	log_event("n", (int)ch);
	if (ch == DIRECTOR_CHANNEL) {
		carry_out_script(control->notified);
	}
}

/* The reply: label, and each word plus one. */
microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint64_t label = microkit_msginfo_get_label(msginfo);
	uint64_t words[CALL_WORDS];

	for (unsigned i = 0; i < CALL_WORDS; i++) {
		words[i] = microkit_mr_get((seL4_Uint8)i);
	}
	me.malformed = false;
	log_event("p", (int)ch);
	carry_out_script(control->protected);
	for (unsigned i = 0; i < CALL_WORDS; i++) {
		microkit_mr_set((seL4_Uint8)i, words[i] + 1);
	}
	if (me.malformed) {
		return microkit_msginfo_new(label, MESSAGE_WORDS + 1);
	}
	return microkit_msginfo_new(
		label + REPLY_LABEL, (seL4_Uint16)microkit_msginfo_get_count(msginfo));
}

seL4_Bool fault(microkit_child child, microkit_msginfo msginfo, microkit_msginfo *reply)
{
	(void)msginfo;
	log_event("f", (int)child);
	me.answer = 0;
	carry_out_script(control->fault);
	*reply = microkit_msginfo_new(me.answer == 2, 0);
	return me.answer != 0;
}
