/* SPDX-License-Identifier: BSD-2-Clause */
/* What signal.h uses of libmicrokit; the test says what a signal does. */
#pragma once

#include <stdbool.h>

typedef unsigned int microkit_channel;

extern _Thread_local bool microkit_have_signal;

void microkit_notify(microkit_channel ch);
void microkit_deferred_notify(microkit_channel ch);
