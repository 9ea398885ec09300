/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The core of a timer driver: one deadline per client, and the alarm that they need.
 *
 * Clients are named by their channel. The alarm is the time at which the device shall
 * interrupt; it is never later than the earliest deadline, and may be earlier when that
 * one was replaced by a later one: an interrupt too many is cheaper than a search.
 *
 * Knows no device and no system call. Bounds: one pass over the clients at an alarm,
 * none at a call.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "protocol.h"

#define DEADLINES_CHANNELS 62u

struct deadlines {
	uint64_t clients;                   /* bit n: channel n is a client's */
	uint64_t alarm;                     /* in ticks; TIMER_NEVER: none */
	uint64_t ticks[DEADLINES_CHANNELS]; /* by channel; TIMER_NEVER: none */
};

struct deadlines_reply {
	enum timer_status status; /* the label */
	uint32_t count;           /* 0, or 1 with `word` */
	uint64_t word;
};

/* No deadline is set. */
void deadlines_start(struct deadlines *d, uint64_t clients);

/*
 * A client's call: label and count of words are as they came, `word` is word 0 if
 * count > 0. `now` is the counter. untrusted: channel (of who is no client), label,
 * count, word. The device must be programmed if alarm differs afterwards.
 */
struct deadlines_reply deadlines_request(struct deadlines *d, uint32_t channel,
	uint64_t label, uint64_t count, uint64_t word, uint64_t now);

/*
 * The device has interrupted, or may have. Returns one bit for each client whose
 * deadline has passed, and forgets it. The device must be programmed to the alarm.
 */
uint64_t deadlines_expire(struct deadlines *d, uint64_t now);
