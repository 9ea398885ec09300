/* SPDX-License-Identifier: BSD-2-Clause */
/* The timer class for tests: the test says what time it is (wire.c). */
#pragma once

#include <microkit.h>
#include <stdint.h>

#define TIMER_TIMEOUTS 8u
#define TIMER_NS_PER_MS 1000000u
#define TIMER_NEVER UINT64_MAX

void timer_init(void);
microkit_channel timer_channel(void);
uint64_t timer_now(void);
void timer_set(uint32_t number, uint64_t deadline_ns);
uint32_t timer_expired(void);
