/* SPDX-License-Identifier: BSD-2-Clause */
/* What components of this class use of libmicrokit; world.c says what a signal does. */
#pragma once

#include <stdbool.h>

typedef unsigned int microkit_channel;

extern bool microkit_have_signal;

void microkit_notify(microkit_channel ch);
void microkit_deferred_notify(microkit_channel ch);
void microkit_dbg_puts(const char *text);
