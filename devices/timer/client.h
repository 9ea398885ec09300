/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The time, and timeouts, for a client of the timer class (libtimer.a).
 *
 *     void init(void)
 *     {
 *             timer_init();
 *             timer_set(0, timer_now() + 10 * TIMER_NS_PER_MS);
 *     }
 *
 *     void notified(microkit_channel ch)
 *     {
 *             if (ch == timer_channel()) {
 *                     uint32_t expired = timer_expired();
 *                     if (expired & 1u << 0)
 *                             ...
 *
 * A PD has TIMER_TIMEOUTS timeouts, named by number. A program counts from 0 upwards;
 * libraries take theirs from the end and say so in their headers. A timeout is set to
 * a deadline, fires once, and is then not set. One that shall fire every so often is
 * set again to its deadline plus the period, which does not drift.
 *
 * Cost. timer_now is read from the counter (a call only in a PD that may not read it:
 * counter="false"). timer_set calls the driver only if no earlier deadline stands
 * there; timer_cancel never does, so that a notification may come for a timeout that
 * is no more: timer_expired then returns 0.
 *
 * Functions that may call overwrite the message words: timer_set, timer_expired, and
 * timer_now in a PD without the counter.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <microkit.h>

#include <devices/timer/counter.h>

#include "config.h"
#include "protocol.h"
#include "ticks.h"

#define TIMER_TIMEOUTS 8u
#define TIMER_NS_PER_US ((uint64_t)1000)
#define TIMER_NS_PER_MS ((uint64_t)1000000)
#define TIMER_NS_PER_S ((uint64_t)1000000000)

extern const struct timer_client_config *timer_config; /* set by the system file */

/* Call it first, in init. Stops the PD if it was built with another version. */
void timer_init(void);

/* The channel on which notified() is told that timer_expired may have something. */
static inline microkit_channel timer_channel(void)
{
	return timer_config->channel;
}

/* Asks the driver for the counter; 0 if it does not answer. */
uint64_t timer_ask_ticks(void);

/* The system counter. */
static inline uint64_t timer_ticks(void)
{
	return timer_config->counter_direct ? counter_read() : timer_ask_ticks();
}

/* Nanoseconds since the counter started, which is near reset. Never goes back. */
static inline uint64_t timer_now(void)
{
	return ticks_to_ns(timer_ticks(), timer_config->counter_hz);
}

/*
 * Sets timeout `number` to fire when timer_now() reaches the deadline; a deadline in the
 * past fires soon. Replaces the one that it was set to. TIMER_NEVER cancels.
 * Requires: number < TIMER_TIMEOUTS; else nothing is done.
 */
void timer_set(uint32_t number, uint64_t deadline_ns);

/* Likewise, `after_ns` from now. */
void timer_set_after(uint32_t number, uint64_t after_ns);

/* Ensures: timer_expired does not report timeout `number` until it is set again. */
void timer_cancel(uint32_t number);

/*
 * To be called when timer_channel() was notified, once for the PD: one bit for each
 * timeout that has fired, and sets the alarm for what is left.
 */
uint32_t timer_expired(void);
