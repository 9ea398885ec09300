/* SPDX-License-Identifier: BSD-2-Clause */
/* The block device; disk.h says what it does. */
#include "disk.h"

#include <string.h>

#define READ_ONLY (1ull << 5) /* 5.2.3 */
#define FLUSH (1ull << 9)

#define QUEUE 0u
#define CHAIN 3u /* descriptors of a request at most: header, data, status; 5.2.6 */

#define TYPE_IN 0u
#define TYPE_OUT 1u
#define TYPE_FLUSH 4u

struct disk disk;

void disk_plug(uint64_t features, uint32_t number_max)
{
	const uint64_t capacity = DISK_BLOCKS;
	model_plug(VIRTIO_ID_BLOCK, 1, features, number_max);
	model.config_bytes = sizeof(capacity);
	model_configure(0, &capacity, sizeof(capacity));
	disk.broken = false;
	disk.done = 0;
	disk.flushes = 0;
}

/* Reads or writes; whether it can. */
static bool transfer(
	const struct virtqueue_descriptor *data, uint32_t type, uint64_t sector)
{
	uint8_t *bytes = model_place(&disk.data, data->address, data->bytes);
	bool reads = type == TYPE_IN;
	bool there = sector <= DISK_BLOCKS &&
		     data->bytes / DISK_BLOCK_BYTES <= DISK_BLOCKS - sector;
	MODEL_CHECK(type <= TYPE_OUT && data->bytes % DISK_BLOCK_BYTES == 0);
	MODEL_CHECK(
		(data->flags & VIRTQ_DESC_F_WRITE) == (reads ? VIRTQ_DESC_F_WRITE : 0u));
	MODEL_CHECK(there && (reads || (model.features & READ_ONLY) == 0));
	if (!there || bytes == NULL || disk.broken)
		return false;
	if (reads)
		memcpy(bytes, disk.blocks[sector], data->bytes);
	else
		memcpy(disk.blocks[sector], bytes, data->bytes);
	return true;
}

/* Finishes the request held[which], in fact. */
static void finish(uint32_t which)
{
	struct virtqueue_descriptor chain[CHAIN];
	uint32_t count = model_chain(
		QUEUE, model.queues[QUEUE].held[which], chain, CHAIN);
	const struct virtqueue_descriptor *last = &chain[count - 1u];
	const uint8_t *header = model_place(&model.dma, chain[0].address, 16);
	uint32_t type = UINT32_MAX, written = 1;
	uint64_t sector = 0;
	uint8_t status = 0;
	if (header != NULL) {
		memcpy(&type, header, 4);
		memcpy(&sector, header + 8, 8);
	}
	MODEL_CHECK(count == (type == TYPE_FLUSH ? 2u : 3u));
	MODEL_CHECK(chain[0].bytes == 16 && chain[0].flags == VIRTQ_DESC_F_NEXT);
	MODEL_CHECK(last->bytes == 1 && last->flags == VIRTQ_DESC_F_WRITE);
	if (type == TYPE_FLUSH) {
		MODEL_CHECK((model.agreed & FLUSH) != 0);
		disk.flushes++;
	} else if (count == CHAIN && transfer(&chain[1], type, sector)) {
		written += type == TYPE_IN ? chain[1].bytes : 0;
	} else {
		status = 1;
	}
	uint8_t *answer = model_place(&model.dma, last->address, 1);
	if (answer != NULL)
		*answer = status;
	disk.done++;
	model_finish(QUEUE, which, written);
}

bool disk_run(void)
{
	const struct model_queue *q = &model.queues[QUEUE];
	if (model_awake(QUEUE)) {
		model_fetch(QUEUE);
		MODEL_CHECK(q->num_held <= q->number / CHAIN);
	} else if (model_runs(QUEUE) && q->num_held != 0) {
		finish((uint32_t)test_draw(q->num_held));
	} else {
		return false;
	}
	return true;
}
