/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How full the memory is that lwIP works with. All of it is of fixed size: a pool that is
 * full means frames dropped, connections refused, or an application that waits; never more.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct pools_pool {
	/* "connections", "segments", "pbufs", "heap_bytes", "rx_buffers" */
	const char *name;
	uint32_t size;
	uint32_t used;
	uint32_t max;    /* of used, ever; of rx_buffers: that is 0, nobody counts */
	uint32_t errors; /* how often it was full; of rx_buffers: 0 */
};

/*
 * The pool of that number, from 0 upwards; false if there is none, or if this program has
 * not started the network. A connection in use may be one that is over: the last end of
 * it that both sides have waits two minutes for stray segments (RFC 9293, section 3.6.1).
 */
bool pools_get(unsigned int number, struct pools_pool *pool);
