/* SPDX-License-Identifier: BSD-2-Clause */
/* The other end of a link, which writes anything at each access. */
#pragma once

static struct queue_shared take_shared,
	give_shared; /* what this end takes from, gives to */

void peer(void)
{
	take_shared.producer.word = nondet_u64();
	give_shared.consumer.word = nondet_u64();
}

void published(const uint64_t *word, uint64_t value)
{
	(void)word;
	(void)value;
}
