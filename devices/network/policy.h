/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What virt_tx asks of its policy: who sends the next frame, and who must wait. A policy is
 * one file, policy_NAME.c, linked into network_virt_tx_NAME.elf; policy="NAME" in the system
 * file chooses it. The driver never has more than a few frames (virt_tx.c), so a frame that
 * a policy prefers waits for these few only. Who limits nobody includes policy_unlimited.h,
 * which costs no instruction.
 */
#pragma once

#include <stdint.h>

#include <microkit.h>

#include "config.h"

/* Clients are numbered from 0; `clients`: what the system file says of each. */
void policy_start(const struct network_virt_tx_client *clients, uint32_t count);

/* Any notification of the PD, before anything else: it may be the policy's own. */
void policy_notified(microkit_channel channel);

/* Which of the clients in `ready` (bit i: client i) may not send now, maybe others too. */
uint64_t policy_held(uint64_t ready);

/*
 * Which of the clients in `ready`, not empty and none of them held, is next. It may turn out
 * that what it offers is no frame; then it has had its turn nevertheless.
 * Ensures: a member of `ready`.
 */
uint32_t policy_next(uint64_t ready);

/* Whose turn it is, of `ready`, not empty, after that of `last`: the next number, in a ring. */
static inline uint32_t policy_turn(uint64_t ready, uint32_t last)
{
	uint64_t after = ready & (~1ull << last);
	return (uint32_t)__builtin_ctzll(after != 0 ? after : ready);
}

/* The client has sent a frame: its bit if it may send no more now, else 0. */
uint64_t policy_sent(uint32_t client, uint32_t bytes);

/*
 * These have frames and are held. Ensures: if there are any, the PD is notified when the
 * first of them may send again.
 */
void policy_wait(uint64_t held);
