/* SPDX-License-Identifier: BSD-2-Clause */
#include "deadlines.h"

#include <stddef.h>

void deadlines_start(struct deadlines *d, uint64_t clients)
{
	d->clients = clients & ((1ull << DEADLINES_CHANNELS) - 1u);
	d->alarm = TIMER_NEVER;
	for (size_t i = 0; i < DEADLINES_CHANNELS; i++)
		d->ticks[i] = TIMER_NEVER;
}

struct deadlines_reply deadlines_request(struct deadlines *d, uint32_t channel,
	uint64_t label, uint64_t count, uint64_t word, uint64_t now)
{
	if (channel >= DEADLINES_CHANNELS || !(d->clients >> channel & 1u))
		return (struct deadlines_reply){ .status = TIMER_BAD_REQUEST };
	if (label == TIMER_NOW)
		return (struct deadlines_reply){ TIMER_OK, 1, now };
	if (label != TIMER_SET || count < 1)
		return (struct deadlines_reply){ .status = TIMER_BAD_REQUEST };
	d->ticks[channel] = word;
	if (word < d->alarm)
		d->alarm = word;
	return (struct deadlines_reply){ .status = TIMER_OK };
}

uint64_t deadlines_expire(struct deadlines *d, uint64_t now)
{
	uint64_t expired = 0;

	d->alarm = TIMER_NEVER;
	for (uint64_t left = d->clients; left != 0; left &= left - 1u) {
		uint32_t channel = (uint32_t)__builtin_ctzll(left);
		uint64_t deadline = d->ticks[channel];

		if (deadline == TIMER_NEVER)
			continue;
		if (deadline <= now) {
			d->ticks[channel] = TIMER_NEVER;
			expired |= 1ull << channel;
		} else if (deadline < d->alarm) {
			d->alarm = deadline;
		}
	}
	return expired;
}
