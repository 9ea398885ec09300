/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the harnesses of the starts share: memory is as the loader leaves it, zero; the
 * configuration is any. A link starts, or is none; `link` proves what it does afterwards.
 */
#pragma once

#include "any.h"

#include "../network/link.h"

static bool links_good;         /* each that is started is one */
static uint32_t started, tried; /* links, in their order */
static uint32_t told;           /* notifications */
static uint64_t told_channels;  /* a bit each */

/* The harness: whether the nth link that is started is this one, by this configuration. */
static bool is_link(uint32_t n, const struct network_link *link,
	const struct network_link_config *from, bool takes_filled);

static bool seen_start(struct network_link *link, const struct network_link_config *from,
	bool takes_filled)
{
	bool good = links_good || nondet_bool();
	assert(started == tried && is_link(tried, link, from, takes_filled));
	tried++;
	started += good;
	__CPROVER_assume(from->channel < NETWORK_CHANNELS);
	link->channel = from->channel;
	return good;
}

#define network_link_start seen_start

void microkit_notify(microkit_channel ch)
{
	told++;
	told_channels |= 1ull << ch;
}

void microkit_dbg_puts(const char *text)
{
	(void)text;
}

uint64_t seen_peek(const struct network_queue *q, uint32_t ahead)
{
	(void)q, (void)ahead;
	assert(0 && "a start takes nothing");
	return 0;
}

void seen_poke(const struct network_queue *q, uint32_t ahead, uint64_t slot)
{
	(void)q, (void)ahead, (void)slot;
	assert(0 && "a start gives nothing");
}

/* Its other end is told that this one has started: which one, the channel says. */
static void check_told(const struct network_link *link)
{
	assert((told_channels >> link->channel & 1u) != 0);
}
