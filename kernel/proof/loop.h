/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Loop contracts. In the copy that the prover reads, `for (unsigned i = 0; i < n; i++)`
 * over a table is `for (unsigned i = loop_begin(n); loop_turn(i, n); i++)`. With these,
 * one turn stands for all: what the loop has done to PD or entry `at` before turn i is
 * asserted for i = 0, assumed for any i up to n, and asserted again after turn i; what
 * follows the loop goes on with i = n. A harness says:
 *
 *   LOOP_HOLDS(i)   what is asserted, of `some`
 *   LOOP_ASSUME(i)  what is assumed: the same, of `some` and of whom turn i is about
 *   LOOP_HAVOC      what the loop writes becomes anything
 */
#pragma once

#include "harness.h"

static bool loop_turned;

unsigned loop_begin(unsigned n)
{
	unsigned i = nondet_unsigned();

	assert(LOOP_HOLDS(0));
	LOOP_HAVOC;
	__CPROVER_assume(i <= n);
	loop_turned = false;
	LOOP_ASSUME(i);
	return i;
}

bool loop_turn(unsigned i, unsigned n)
{
	if (loop_turned) {
		assert(LOOP_HOLDS(i));
		__CPROVER_assume(false);
	}
	loop_turned = i < n;
	return i < n;
}
