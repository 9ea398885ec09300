/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Puppets: PDs that do what the director writes into their script.
 *
 * All puppets are one program. Each has a page that it shares with the director:
 * one script for each of its entry points, carried out step by step when that
 * entry point is entered. All append to one trace, in the order in which things
 * happen; the director compares the trace with what must happen.
 *
 * An event of the trace is a short text:
 *   i       init was entered             n5      notified(5) was entered
 *   p10     protected(10) was entered    f1      fault(1) was entered
 *   ok      a call has returned with the right reply
 *   ab      a call has returned as aborted: its label, no words
 *   rf      a malformed call was refused
 *   ??      a call has returned with anything else
 *   l7      step LOG 7
 */
#pragma once

#include <stdint.h>

#define STEPS 12u

enum op {
	OP_END = 0,
	OP_LOG,       /* append l<arg> to the trace */
	OP_CALL,      /* call channel arg with 3 words, and judge the reply */
	OP_NOTIFY,    /* notify channel arg */
	OP_POINT,     /* notify the director: it runs at once, above all puppets */
	OP_READ_BAD,  /* read from address 8, which is mapped nowhere */
	OP_UNDEFINED, /* an undefined instruction */
	OP_WAIT_FLAG, /* spin until the control page's flag is not 0 */
	OP_BURN,      /* spin for arg * 100 microseconds */
	OP_RESTART,   /* restart, stop, resume child arg */
	OP_STOP,
	OP_RESUME,
	OP_SKIP,     /* set child arg's pc behind its present instruction */
	OP_REPLY,    /* fault: 0 no reply, 1 reply and resume, 2 reply with label 1 */
	OP_DEFER,    /* deferred notify of channel arg */
	OP_CALL_BAD, /* call channel arg with a count of 65 */
	OP_REPLY_BAD /* protected: reply with a count of 65 */
};

struct step {
	uint16_t op; /* enum op */
	uint16_t arg;
};

/* The page that a puppet shares with the director. */
struct control {
	uint64_t self; /* the puppet's index, written by the director before its init */
	uint64_t flag;
	struct step init[STEPS];
	struct step notified[STEPS]; /* only when notified by the director */
	struct step protected[STEPS];
	struct step fault[STEPS];
};

struct event {
	uint8_t puppet;
	char text[7];
};

#define EVENTS_MAX 500u

struct trace {
	uint64_t length; /* may exceed EVENTS_MAX: then the rest is not kept */
	struct event events[EVENTS_MAX];
};

#define CONTROL_VADDR 0x2000000u /* in each puppet: its own page */
#define TRACE_VADDR 0x2100000u   /* in all */

#define DIRECTOR_CHANNEL 0u /* of each puppet */
#define CALL_WORDS 3u
#define REPLY_LABEL 0x1000u /* added to the call's label by the server */

/* Append an event: text, and a number unless it is below 0. Atomic. */
void trace_add(uint64_t puppet, const char *text, int number);
