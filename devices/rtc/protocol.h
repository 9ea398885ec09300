/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rtc class: what a client asks the driver.
 *
 *     client --PPC--> driver:    what time is it?
 *
 * The answer is a moment in both times: the wall clock's, in nanoseconds since 1 January
 * 1970 UTC, leap seconds not counted, and the system counter's, in ticks. A client that
 * can read the counter needs to ask only now and then.
 */
#pragma once

/* Labels of calls. */
enum rtc_request {
	/* No words. Reply word 0: wall clock in ns, word 1: counter in ticks. */
	RTC_NOW = 1,
};

/* Labels of replies. A driver that stops or restarts: MICROKIT_PPC_ABORTED. */
enum rtc_status {
	RTC_OK = 0,
	RTC_BAD_REQUEST = 1, /* unknown label */
	RTC_UNKNOWN = 2,     /* no clock, or one that nobody has set */
};
