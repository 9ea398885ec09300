/* SPDX-License-Identifier: BSD-2-Clause */
/* A link of the chain: see scale.h. Its number is in its name, l001 to l253. */
#include <microkit.h>

#include "scale.h"

static struct shared *const shared = (struct shared *)SHARED_VADDR;
static uint64_t number;

static bool may_call(microkit_channel ch)
{
	return (microkit_pps >> ch & 1) != 0;
}

void init(void)
{
	number = (uint64_t)(microkit_name[1] - '0') * 100 +
		 (uint64_t)(microkit_name[2] - '0') * 10 +
		 (uint64_t)(microkit_name[3] - '0');
	shared->order[__atomic_fetch_add(&shared->started, 1, __ATOMIC_SEQ_CST) & 255] =
		(uint8_t)number;
}

/* The wave goes up to the hub, and comes back. */
void notified(microkit_channel ch)
{
	if (ch == NEXT) {
		__atomic_fetch_add(&shared->back, 1, __ATOMIC_SEQ_CST);
		microkit_notify(PREVIOUS);
		return;
	}
	__atomic_fetch_add(&shared->forward, 1, __ATOMIC_SEQ_CST);
	if (may_call(HUB)) {
		microkit_mr_set(0, number);
		(void)microkit_ppcall(HUB, microkit_msginfo_new(1, 1));
		if (microkit_mr_get(0) != number + 1000) {
			__atomic_fetch_add(&shared->star_wrong, 1, __ATOMIC_SEQ_CST);
		}
	}
	microkit_notify(may_call(NEXT) ? NEXT : PREVIOUS);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint64_t word = microkit_mr_get(0);

	if (ch != PREVIOUS) {
		shared->star_calls++;
		microkit_mr_set(0, word + 1000);
		return msginfo;
	}
	microkit_mr_set(0, word + 1);
	if (may_call(NEXT)) {
		return microkit_ppcall(NEXT, msginfo);
	}
	return msginfo;
}
