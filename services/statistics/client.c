/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader's side of the snapshot. */
#include "client.h"

#include <microkit.h>
#include <stddef.h>

#define TRIES 16u /* one is enough unless the service runs on another core */

__attribute__((used, section(".data")))
const struct statistics_client_config *statistics_config; /* set by the system file */

const struct statistics_facts *statistics_start(void)
{
	const struct statistics_client_config *config = statistics_config;
	const struct statistics_facts *facts;

	if (config == NULL || config->magic != STATISTICS_CLIENT_MAGIC)
		return NULL;
	facts = (const struct statistics_facts *)(uintptr_t)config->facts;
	if (facts->magic != STATISTICS_FACTS_MAGIC ||
		statistics_words(facts) > STATISTICS_WORDS_MAX)
		return NULL;
	return facts;
}

void statistics_refresh(void)
{
	/* What it answers does not matter: the snapshot says how old it is. */
	(void)microkit_ppcall(
		(microkit_channel)statistics_config->channel, microkit_msginfo_new(0, 0));
}

uint32_t statistics_words(const struct statistics_facts *facts)
{
	uint32_t words = (uint32_t)STATISTICS_HEAD_WORDS +
			 facts->num_pds * STATISTICS_PD_WORDS;

	for (uint32_t i = 0; i < facts->num_pages; i++)
		words += facts->pages[i].words;
	return words;
}

uint32_t statistics_read(uint64_t *words, uint32_t most)
{
	const struct statistics_facts *facts = statistics_start();
	const uint64_t *shared;
	uint32_t count;

	if (facts == NULL)
		return 0;
	shared = (const uint64_t *)(uintptr_t)statistics_config->snapshot;
	count = statistics_words(facts);
	for (uint32_t try = 0; try < TRIES && count <= most; try++) {
		uint64_t sequence = __atomic_load_n(&shared[0], __ATOMIC_ACQUIRE);

		for (uint32_t i = 1; i < count; i++)
			words[i] = __atomic_load_n(&shared[i], __ATOMIC_RELAXED);
		/* The words are read before the sequence again; partner: refresh. */
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		words[0] = __atomic_load_n(&shared[0], __ATOMIC_RELAXED);
		if (sequence != 0 && sequence % 2u == 0 && words[0] == sequence)
			return count;
	}
	return 0;
}
