/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer class: what a client and the driver say to each other.
 *
 *     client --PPC--> driver:    set my deadline; what time is it?
 *     client <--notification--   your deadline has passed (or: look again)
 *
 * Time is ticks of the system counter, a 64-bit number that starts near 0 at reset. A
 * client has one deadline at the driver: a deadline that is set replaces the one before.
 * When the counter has reached it, the driver forgets it and notifies the client once.
 * One in the past is passed at once. More than one deadline per client is the business
 * of the client's library (client.h), and so are nanoseconds (ticks.h).
 *
 * A notification is a hint, not a proof: the driver also sends one to each client when
 * it starts, because it then knows no deadlines. So a client that is notified looks at
 * the time itself and sets again what it still waits for. Thus a restart of the driver
 * loses nothing, and a restarted client gets at most one notification too many.
 */
#pragma once

/* Labels of calls. */
enum timer_request {
	TIMER_SET = 1, /* word 0: deadline in ticks; TIMER_NEVER: none. No reply words. */
	TIMER_NOW = 2, /* no words. Reply word 0: the counter */
};

/* Labels of replies. A driver that stops or restarts: MICROKIT_PPC_ABORTED. */
enum timer_status {
	TIMER_OK = 0,
	TIMER_BAD_REQUEST = 1, /* unknown label, or too few words; nothing was done */
};

#define TIMER_NEVER UINT64_MAX /* as a deadline, in ticks or in nanoseconds */
