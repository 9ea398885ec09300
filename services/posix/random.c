/* SPDX-License-Identifier: BSD-2-Clause */
/* Random bytes; see random.h. */
#include "random.h"

#include <devices/entropy/client.h>
#include <errno.h>
#include <stdint.h>

#include "posix.h"

/* Draws until there is something, or the deadline is over. */
static enum entropy_status draw(void *data, size_t bytes, uint64_t deadline_ns)
{
	enum entropy_status status = entropy_draw(data, bytes);

	while (status == ENTROPY_EMPTY && posix_now_ns() < deadline_ns) {
		posix_wait(deadline_ns);
		status = entropy_draw(data, bytes);
	}
	return status;
}

long random_fill(void *data, size_t bytes, bool wait)
{
	uint64_t deadline_ns = wait ? posix_now_ns() + RANDOM_WAIT_NS : 0;

	for (size_t done = 0; done < bytes;) {
		size_t count = bytes - done;

		count = count < ENTROPY_BYTES_MAX ? count : ENTROPY_BYTES_MAX;
		switch (draw((char *)data + done, count, deadline_ns)) {
		case ENTROPY_OK:
			done += count;
			break;
		case ENTROPY_ABSENT:
			return -ENOSYS;
		case ENTROPY_EMPTY:
			if (!wait)
				return done > 0 ? (long)done : -EAGAIN;
			return -EIO;
		default:
			return -EIO;
		}
	}
	return (long)bytes;
}

void random_start(void *data, size_t bytes)
{
	if (random_fill(data, bytes, true) == (long)bytes)
		return;
	/* Weak: splitmix64 of the time. Each word differs; none is a secret. */
	for (size_t i = 0; i < bytes; i++) {
		uint64_t z = posix_now_ns() + (i + 1) * 0x9e3779b97f4a7c15u;

		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		((unsigned char *)data)[i] = (unsigned char)(z ^ z >> 31);
	}
}
