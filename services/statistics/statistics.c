/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The statistics service: copies the kernel's and the components' counters into a page that
 * others may read.
 *
 * It is the only domain that may read the kernel's statistics, so its clients need not. It
 * runs when a client calls, at most STATISTICS_REFRESHES_PER_S times a second, in time that
 * grows with the size of the system alone.
 */
#include "config.h"

#include <devices/timer/counter.h>
#include <microkit.h>
#include <stddef.h>

static struct {
	const struct statistics_server_config *config;
	uint64_t *snapshot;
	uint64_t sequence; /* even */
	uint64_t ticks;    /* of the last refresh */
	uint64_t ignored;
} server;

__attribute__((used, section(".data"))) const struct statistics_server_config
	*statistics_server_config; /* set by the system file */

static void put(uint64_t word, uint64_t value)
{
	__atomic_store_n(&server.snapshot[word], value, __ATOMIC_RELAXED);
}

/* The word after those of the PDs. */
static uint64_t put_pds(uint64_t word)
{
	_Static_assert(
		sizeof(struct pd_statistics) >= STATISTICS_PD_WORDS * 8u, "as said");

	for (uint32_t pd = 0; pd < server.config->num_pds; pd++) {
		struct pd_statistics counted = { 0 };

		(void)microkit_statistics_read(pd, &counted);
		put(word++, counted.ticks);
		put(word++, counted.calls);
		put(word++, counted.notifications);
		put(word++, counted.faults);
		put(word++, counted.restarts);
		put(word++, counted.overruns);
		put(word++, counted.switches);
		put(word++, counted.now_ticks);
	}
	return word;
}

static void put_pages(uint64_t word)
{
	for (uint32_t i = 0; i < server.config->num_pages; i++) {
		const struct statistics_source *source = &server.config->pages[i];
		/* untrusted: other components' words; copied, never used */
		const uint64_t *page = (const uint64_t *)(uintptr_t)source->page;

		for (uint32_t n = 0; n < source->words; n++)
			put(word++, __atomic_load_n(&page[n], __ATOMIC_RELAXED));
	}
}

static void refresh(uint64_t now)
{
	server.ticks = now;
	/* An odd sequence is visible before any word; partner: statistics_read. */
	__atomic_store_n(&server.snapshot[0], server.sequence + 1u, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_RELEASE);
	put(1, now);
	put(2, server.ignored);
	put_pages(put_pds(STATISTICS_HEAD_WORDS));
	server.sequence += 2u;
	__atomic_store_n(&server.snapshot[0], server.sequence, __ATOMIC_RELEASE);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint64_t now = counter_read();

	(void)ch, (void)msginfo;
	if (now - server.ticks >= server.config->interval_ticks)
		refresh(now);
	else
		server.ignored++;
	return microkit_msginfo_new(0, 0);
}

void notified(microkit_channel ch)
{
	(void)ch;
}

void init(void)
{
	const struct statistics_server_config *config = statistics_server_config;

	if (config == NULL || config->magic != STATISTICS_SERVER_MAGIC ||
		config->num_pages > STATISTICS_PAGES_MAX)
		__builtin_trap();
	server.config = config;
	server.snapshot = (uint64_t *)(uintptr_t)config->snapshot;
	/* After a restart a reader must not take what follows for what was. */
	server.sequence = (server.snapshot[0] + 1u) & ~1ull;
	refresh(counter_read());
}
