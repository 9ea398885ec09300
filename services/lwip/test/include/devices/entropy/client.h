/* SPDX-License-Identifier: BSD-2-Clause */
/* The entropy class for tests: the test says what there is (wire.c). */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef unsigned int microkit_channel;

enum entropy_status { ENTROPY_OK, ENTROPY_EMPTY = 2, ENTROPY_NO_DEVICE, ENTROPY_ABSENT };

microkit_channel entropy_channel(void);
enum entropy_status entropy_draw(void *data, size_t bytes);
