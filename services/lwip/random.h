/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers that a peer cannot guess from those that it has seen: SipHash-2-4 of a counter
 * under a secret key.
 *
 * The key is as good as what it is made from: first the time of the start to a tick of the
 * system counter, and names; then, in a system with <entropy/>, random bytes too, as soon
 * as there are some. Without, whoever knows that time can guess. These are no keys for
 * cryptography in any case.
 */
#pragma once

#include <stdint.h>

/* Mixes two words into the key. Called at least once before the others. */
void random_seed(uint64_t first, uint64_t second);

/* SipHash-2-4 of two words under the key. */
uint64_t random_hash(uint64_t first, uint64_t second);

uint32_t random_next(void);
