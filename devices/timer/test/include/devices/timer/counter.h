/* SPDX-License-Identifier: BSD-2-Clause */
/* The counter of a test: what the test says. */
#pragma once

#include <stdint.h>

uint64_t counter_read(void);
