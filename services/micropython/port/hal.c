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

/* What has been typed and not yet been read by Python. */
static struct {
	unsigned char bytes[256];
	size_t start, count;
} typed;

void hal_poll(void)
{
	unsigned char c;

	while (typed.count < sizeof typed.bytes && posix_typed(&c, 1) == 1) {
		if (c == mp_interrupt_char)
			mp_sched_keyboard_interrupt();
		else
			typed.bytes[(typed.start + typed.count++) % sizeof typed.bytes] =
				c;
	}
}

uintptr_t mp_hal_stdio_poll(uintptr_t flags)
{
	hal_poll();
	return flags & (MP_STREAM_POLL_WR | (typed.count != 0 ? MP_STREAM_POLL_RD : 0));
}

int mp_hal_stdin_rx_chr(void)
{
	for (;;) {
		mp_event_handle_nowait();
		if (typed.count != 0) {
			int c = typed.bytes[typed.start];

			typed.start = (typed.start + 1) % sizeof typed.bytes;
			typed.count--;
			return c;
		}
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
