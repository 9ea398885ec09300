/* SPDX-License-Identifier: BSD-2-Clause */
/* The copier's start: what its rounds begin from. */
#include "start.h"

static struct network_copy_config config; /* any */
static struct network_copy_counters counters;

static struct network_copy_counters *seen_counters(uint64_t vaddr)
{
	assert(vaddr == config.counters);
	return &counters;
}

#include "../network/copy.c"

static bool is_link(uint32_t n, const struct network_link *link,
	const struct network_link_config *from, bool takes_filled)
{
	return n == 0 ? link == &copy.virt && from == &config.virt && takes_filled
		      : link == &copy.client && from == &config.client && !takes_filled;
}

int main(void)
{
	__CPROVER_havoc_object(&config);
	__CPROVER_havoc_object(&counters);
	network_copy_config = &config;
	links_good = nondet_bool();
	bool good = config.magic == NETWORK_COPY_MAGIC &&
		    config.device_buffers <= NETWORK_BUFFERS_MAX &&
		    config.client_buffers <= NETWORK_BUFFERS_MAX;
	init();
	if (copy.config != NULL) {
		assert(good && copy.config == &config && started == 2 && told == 2);
		assert(copy.counters == &counters && counters.frames == 0);
		check_told(&copy.virt);
		check_told(&copy.client);
	} else {
		assert(!good || !links_good);
		assert(told == 0);
		notified(nondet_u32());
		assert(told == 0);
	}
	END();
	return 0;
}
