/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake of the message words: an ordinary array, in test/kernel.c. */
#pragma once

#include <stdint.h>

#include <kernel/abi.h>
#include <kernel/image.h>

extern volatile uint64_t kernel_message_words[MESSAGE_WORDS];

#define MICROKIT_MESSAGE_WORDS kernel_message_words
