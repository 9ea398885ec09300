/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What virt_tx asks of its policy: who sends the next frame. A policy is one file,
 * policy_NAME.c, linked into network_virt_tx_NAME.elf; policy="NAME" in the system file
 * chooses it. The driver never has more than a few frames (virt_tx.c), so a frame that a
 * policy prefers waits for these few only.
 */
#pragma once

#include <stdint.h>

/* Clients are numbered from 0. `parameters`: of each client, from the system file. */
void policy_start(const uint32_t *parameters, uint32_t clients);

/*
 * Which of the clients in `ready` (bit i: client i), not empty, is next. It may turn out
 * that what it offers is no frame; then it has had its turn nevertheless.
 * Ensures: a member of `ready`.
 */
uint32_t policy_next(uint64_t ready);
