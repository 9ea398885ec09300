/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The schedule of the domain test, in microseconds from the start of a cycle:
 *
 *   B 3000 | A 1000 | tester 1500 | A 2000
 *
 * The system file has an entry before it, which start_index skips, and one behind
 * an end marker. Neither ever runs.
 */
#pragma once

#define B_US 0u
#define B_LENGTH_US 3000u
#define A2_US 3000u
#define A2_LENGTH_US 1000u
#define TESTER_US 4000u
#define TESTER_LENGTH_US 1500u
#define A1_US 5500u
#define A1_LENGTH_US 2000u
#define CYCLE_US 7500u
