/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request of a client, a copy, with anything in it: what is judged good and passed on
 * to the driver reads and writes blocks of this client's partition and bytes of this
 * client's data region only, and writes nothing where it may only read.
 */
#include "any.h"

/* The lowest slot that is free: SLOT, so that the prover need not follow an index. */
static inline uint32_t lowest(uint64_t set)
{
	assert((set & (2ull << SLOT) - 1u) == 1ull << SLOT);
	return SLOT;
}
#define __builtin_ctzll lowest

#include "../block/virt.c"

#undef __builtin_ctzll

static struct block_virt_config config;
static struct block_virt_counters counters;
static struct block_virt_client client_config;
static struct block_request request; /* any */
static uint32_t puts, cleaned;

void disk_work(void)
{
}

void disk_clean(const struct virt_client *client, uint64_t where, uint32_t count)
{
	uint64_t at = where - client->config->data_paddr;
	cleaned++;
	assert(at <= client->config->data_bytes);
	assert((uint64_t)count * BLOCK_BYTES <= client->config->data_bytes - at);
}

void disk_put(uint32_t slot)
{
	const struct block_request *r = &virt.slots[SLOT].request;
	const struct virt_client *client = &virt.clients[NUMBER];
	const struct mbr_partition *partition = &client->partition;
	uint64_t at = r->where - client_config.data_paddr;
	puts++;
	assert(slot == SLOT && r->id == SLOT);
	assert(virt.slots[SLOT].client == NUMBER);
	assert((virt.free >> SLOT & 1u) == 0); /* it is taken now, and was free */
	assert(partition->status == BLOCK_OK);
	assert(r->operation == BLOCK_READ || r->operation == BLOCK_WRITE ||
		r->operation == BLOCK_FLUSH);
	assert(r->operation == request.operation);
	assert(virt.slots[SLOT].id == request.id);
	if (r->operation == BLOCK_FLUSH)
		return;
	assert(cleaned == 1);
	assert(r->count == request.count && at == request.where);
	assert(r->block - partition->first == request.block);
	assert(r->operation != BLOCK_WRITE ||
		(client_config.read_only == 0 && !virt.read_only));
	assert(r->count >= 1 && r->count <= BLOCK_COUNT_MAX);
	assert(r->block >= partition->first);
	assert(r->block - partition->first <= partition->blocks);
	assert(r->count <= partition->blocks - (r->block - partition->first));
	assert(at % BLOCK_ALIGN_BYTES == 0 && at <= client_config.data_bytes);
	assert((uint64_t)r->count * BLOCK_BYTES <= client_config.data_bytes - at);
}

/* What a request deserves, said a second time, in numbers that do not overflow. */
static enum block_status expected(const struct mbr_partition *partition)
{
	const struct block_request *r = &request;
	unsigned __int128 data_end = (unsigned __int128)r->where + r->count * 512ull;
	unsigned __int128 end = (unsigned __int128)r->block + r->count;
	if (r->operation == BLOCK_BARRIER)
		return BLOCK_OK;
	if (r->operation > BLOCK_BARRIER && r->operation != BLOCK_INFO)
		return BLOCK_BAD_REQUEST;
	if (partition->status != BLOCK_OK || r->operation == BLOCK_FLUSH)
		return partition->status;
	if (r->count < 1 || r->count > BLOCK_COUNT_MAX || r->where % 64u != 0 ||
		data_end > client_config.data_bytes)
		return BLOCK_BAD_REQUEST;
	if (end > partition->blocks)
		return BLOCK_OUT_OF_RANGE;
	if (r->operation == BLOCK_WRITE &&
		(client_config.read_only != 0 || virt.read_only))
		return BLOCK_READ_ONLY;
	return BLOCK_OK;
}

int main(void)
{
	struct virt_client *client = &virt.clients[NUMBER];
	uint32_t outstanding = client->outstanding;
	uint64_t free = virt.free;
	virt.config = &config;
	virt.counters = &counters;
	client->config = &client_config;
	puts = cleaned = 0;
	/* As mbr_parse and start leave it; a slot is free for each (virt.h, Fairness). */
	__CPROVER_assume(
		client->partition.blocks <= UINT64_MAX - client->partition.first);
	__CPROVER_assume(client_config.data_paddr < 1ull << 48);
	__CPROVER_assume(client_config.data_paddr % BLOCK_ALIGN_BYTES == 0);
	__CPROVER_assume(client_config.data_bytes < 1ull << 48);
	__CPROVER_assume((free & (2ull << SLOT) - 1u) == 1ull << SLOT);
	enum block_status status = judge(client, &request);
	assert(status == expected(&client->partition));
	if (status == BLOCK_OK && request.operation != BLOCK_INFO &&
		request.operation != BLOCK_BARRIER) {
		pass_on(NUMBER, &request);
		assert(puts == 1 && client->outstanding == outstanding + 1u);
		assert((virt.free & ~free) == 0); /* nothing becomes free */
	}
	END();
	return 0;
}
