/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The message words of the calling PD: where a protected procedure call, a fault
 * and some system calls leave their payload (kernel/abi.h, IPC_MESSAGE_OFFSET).
 *
 * volatile: the kernel and the other side read and write them between two
 * system calls of ours.
 */
#pragma once

#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/image.h>

#define MICROKIT_MESSAGE_WORDS \
	((volatile uint64_t *)(uintptr_t)(IPC_BUFFER_VADDR + IPC_MESSAGE_OFFSET))
