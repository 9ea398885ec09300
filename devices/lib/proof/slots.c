/* SPDX-License-Identifier: BSD-2-Clause */
/* Positions that are less than a capacity apart are in different slots, all in bounds. */
#include "harness.h"

void peer(void)
{
}

void published(const uint64_t *word, uint64_t value)
{
	(void)word;
	(void)value;
}

int main(void)
{
	uint32_t capacity = any_capacity(), a = nondet_u32(), b = nondet_u32();
	any_end(&producer, capacity, nondet_u32(), 1);
	uint32_t slot = queue_slot(&producer, a);
	assert(slot < capacity && slot == (producer.index + a) % capacity);
	if (a - b < capacity && a != b)
		assert(queue_slot(&producer, b) != slot);
	END();
	return 0;
}
