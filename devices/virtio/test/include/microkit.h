/* SPDX-License-Identifier: BSD-2-Clause */
/* What the driver and its neighbours use of libmicrokit; the test says what it does. */
#pragma once

#include <stdbool.h>

typedef unsigned int microkit_channel;

extern bool microkit_have_signal;

void init(void);
void notified(microkit_channel ch);
void microkit_notify(microkit_channel ch);
void microkit_deferred_notify(microkit_channel ch);
void microkit_irq_ack(microkit_channel ch);
void microkit_deferred_irq_ack(microkit_channel ch);
void microkit_dbg_puts(const char *s);
