/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What time it is, for a client of the rtc class (librtc.a).
 *
 * The library asks the driver at the first call and then once in RTC_ASK_S seconds; in
 * between it counts on by the system counter. All clients count from the driver's one
 * reading of the device, so they agree with each other.
 */
#pragma once

#include <stdint.h>

#include <microkit.h>

#include "config.h"
#include "protocol.h"

#define RTC_ASK_S 60u
#define RTC_NS_PER_S ((uint64_t)1000000000)

/* Set by the system file; NULL in a system without <rtc/>. */
extern const struct rtc_client_config *rtc_config;

/*
 * Nanoseconds since 1 January 1970 UTC; 0: nobody knows. May go back, if the clock was
 * set. A call that asks the driver overwrites the message words. Stops the PD if it was
 * built with another version of the class.
 */
uint64_t rtc_now(void);
