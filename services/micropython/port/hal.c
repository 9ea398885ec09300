/* SPDX-License-Identifier: BSD-2-Clause */
/* MicroPython's machine: terminal, time, waiting. */
#include <services/posix/posix.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "py/mphal.h"
#include "py/mpstate.h"
#include "py/runtime.h"
#include "py/stream.h"
#include "shared/runtime/interrupt_char.h"

#define NS_PER_MS 1000000u

void hal_wait(intptr_t timeout_ms)
{
	posix_wait(timeout_ms < 0 ? UINT64_MAX
				  : posix_now_ns() + (uint64_t)timeout_ms * NS_PER_MS);
}

void hal_poll(void)
{
	if (posix_type_ahead(mp_interrupt_char))
		mp_sched_keyboard_interrupt();
}

int mp_hal_stdin_rx_chr(void)
{
	for (;;) {
		unsigned char c;

		mp_event_handle_nowait();
		if (posix_typed(&c, 1) == 1)
			return c;
		posix_flush();
		posix_wait(UINT64_MAX);
	}
}

mp_uint_t mp_hal_stdout_tx_strn(const char *text, size_t bytes)
{
	ssize_t written = write(STDOUT_FILENO, text, bytes);

	return written < 0 ? 0 : (mp_uint_t)written;
}

void mp_hal_delay_us(mp_uint_t us)
{
	uint64_t deadline = posix_now_ns() + us * 1000u;

	while (posix_now_ns() < deadline) {
		mp_event_handle_nowait();
		posix_wait(deadline);
	}
}

void mp_hal_delay_ms(mp_uint_t ms)
{
	mp_hal_delay_us(ms * 1000u);
}

mp_uint_t mp_hal_ticks_ms(void)
{
	return (mp_uint_t)(posix_now_ns() / NS_PER_MS);
}

mp_uint_t mp_hal_ticks_us(void)
{
	return (mp_uint_t)(posix_now_ns() / 1000u);
}

mp_uint_t mp_hal_ticks_cpu(void)
{
	return (mp_uint_t)posix_now_ns();
}

/* The time of day as FatFs packs it (R0.13, doc/en/fattime.html): for vfs.VfsFat. */
uint32_t get_fattime(void)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	return (uint32_t)(tm.tm_year - 80) << 25 | (uint32_t)(tm.tm_mon + 1) << 21 |
	       (uint32_t)tm.tm_mday << 16 | (uint32_t)tm.tm_hour << 11 |
	       (uint32_t)tm.tm_min << 5 | (uint32_t)tm.tm_sec / 2;
}

/* Of module random: without <entropy/> the time of its import, which can be guessed. */
unsigned long hal_random_seed(void)
{
	unsigned long seed;

	if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
		seed = posix_now_ns();
	return seed;
}

uint64_t mp_hal_time_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}
