/* SPDX-License-Identifier: BSD-2-Clause */
#include "pools.h"

#include <lwip/memp.h>
#include <lwip/stats.h>

#include "net.h"

static const struct {
	const char *name;
	memp_t pool;
	uint32_t size;
} kept[] = {
	{ "connections", MEMP_TCP_PCB, MEMP_NUM_TCP_PCB },
	{ "segments", MEMP_TCP_SEG, MEMP_NUM_TCP_SEG },
	{ "pbufs", MEMP_PBUF, MEMP_NUM_PBUF },
};
#define KEPT (sizeof(kept) / sizeof(kept[0]))

static void take(struct pools_pool *pool, const struct stats_mem *counted)
{
	pool->used = (uint32_t)counted->used;
	pool->max = (uint32_t)counted->max;
	pool->errors = (uint32_t)counted->err;
}

bool pools_get(unsigned int number, struct pools_pool *pool)
{
	*pool = (struct pools_pool){ 0 };
	if (number > KEPT + 1 || lwip_stats.memp[MEMP_TCP_PCB] == NULL)
		return false;
	if (number < KEPT) {
		pool->name = kept[number].name;
		pool->size = kept[number].size;
		take(pool, lwip_stats.memp[kept[number].pool]);
	} else if (number == KEPT) {
		pool->name = "heap_bytes";
		pool->size = MEM_SIZE;
		take(pool, &lwip_stats.mem);
	} else {
		pool->name = "rx_buffers";
		pool->used = net_rx_held(&pool->size);
	}
	return true;
}
