/* SPDX-License-Identifier: BSD-2-Clause */
/* What MicroPython asks of the machine; hal.c. */
#pragma once

#include <errno.h>
#include <stdint.h>

#include "py/mpconfig.h"

#define CHAR_CTRL_C (3)

/* Waits for any notification, or for that long; a negative time is for ever. */
void hal_wait(intptr_t timeout_ms);
/* Once in a while: takes what was typed, so that Ctrl-C is seen. */
void hal_poll(void);

#define MICROPY_INTERNAL_WFE(TIMEOUT_MS) hal_wait((intptr_t)(TIMEOUT_MS))
#define MICROPY_INTERNAL_EVENT_HOOK hal_poll()

#define MP_HAL_RETRY_SYSCALL(ret, syscall, raise) \
	do {                                      \
		ret = syscall;                    \
		if (ret == -1) {                  \
			int err = errno;          \
			raise;                    \
		}                                 \
	} while (0)

#define RAISE_ERRNO(err_flag, error_val)             \
	do {                                         \
		if (err_flag == -1)                  \
			mp_raise_OSError(error_val); \
	} while (0)

void mp_hal_set_interrupt_char(int c);
mp_uint_t mp_hal_ticks_cpu(void);
uint32_t get_fattime(void);
