/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The director of the puppets: the PD that runs above them all, writes their
 * scripts, stops, restarts and resumes them, and judges the trace.
 *
 * Its cases are straight-line code: the director receives by system call where a
 * case wants to wait, and never leaves its init. A PD of the lowest priority tells
 * it when all others wait for something, so nothing here depends on time, and a
 * PD that is stuck shows as an event missing from the trace.
 */
#pragma once

#include <stdint.h>

#include "puppet.h"
#include "raw.h"
#include "testing.h"

/* The puppets; each number is also the director's channel and child id for it. */
enum puppet {
	C1, /* callers, of rising priority: 10, 20, 30 */
	C2,
	C3,
	S, /* 50: active server, called by C1, C2, C3, K */
	P, /* 52: passive server, called by the same */
	T, /* 60: active server, called by C1, C2, C3, S, P */
	V, /* 62: passive server, called by C1, C2, C3, S, P, T */
	U, /* 70: active server, called by T, V */
	Q, /* 45: active server of C1 and K; K's parent */
	K, /* 15: child of Q */
	W, /* 47: passive server of C1 and X; parent of X and Y */
	X, /* 17: child of W */
	Y, /* 57: passive server of C1, C2; child of W */
	R, /* 55: active server without a parent, called by C1, C2, C3 */
	G, /* 56: passive server without a parent, called by C1, C2, C3 */
	PUPPETS,
	DIRECTOR = PUPPETS
};

/* Channels at callers to servers, and at servers from callers. */
#define TO(server) ((uint16_t)(10u + (unsigned)(server)))
#define FROM(caller) ((uint16_t)(30u + (unsigned)(caller)))
#define IDLE_CHANNEL 60u

/*
 * Open a case in the state where all puppets but the ones without a parent have
 * just been restarted, wait for something, and have empty scripts; the trace is
 * empty.
 */
void begin(const char *name);

/* Write a script; `steps` is an array of struct step. */
#define SCRIPT(puppet, entry, ...)                                   \
	script_write(control_of(puppet)->entry,                      \
		(const struct step[]){ __VA_ARGS__, { OP_END, 0 } }, \
		sizeof((const struct step[]){ __VA_ARGS__ }) / sizeof(struct step) + 1)

/* Empty a script; a puppet that is in the middle of it finishes it. */
#define CLEAR(puppet, entry) (control_of(puppet)->entry[0].op = OP_END)

/* Make a puppet run its `notified` script, as soon as the director waits. */
void kick(enum puppet puppet);

/* Run the puppets until all wait for something. Faults are left unanswered. */
void settle(void);

/* Run the puppets until this one is at a step POINT. */
void await(enum puppet puppet);

/* Run the puppets until this one has faulted; it stays the one being served. */
void await_fault(enum puppet puppet);

/* As await_fault(), and give the label of the fault. */
uint64_t await_fault_label(enum puppet puppet);

/* Reply to the fault that await_fault() has got, and run until all wait. */
void answer_and_settle(uint64_t label);

void stop(enum puppet puppet);
void restart(enum puppet puppet);
void resume(enum puppet puppet);
void skip(enum puppet puppet); /* the faulting instruction */

/* The trace must be just this, with puppets' names: "C1:n0 S:p30 C1:ok". */
void expect_trace(const char *expected);

/* Each event of this text, which is as above, must be somewhere in the trace. */
void expect_events(const char *expected);

/* Forget the trace. */
void forget(void);

volatile struct control *control_of(enum puppet puppet);
void script_write(volatile struct step *to, const struct step *from, unsigned count);
