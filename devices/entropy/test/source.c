/* SPDX-License-Identifier: BSD-2-Clause */
/* The entropy device; source.h says what it does. */
#include "source.h"

#include <string.h>

#define QUEUE 0u

struct source source;

void source_plug(uint64_t features, uint32_t number_max)
{
	model_plug(VIRTIO_ID_ENTROPY, 1, features, number_max);
	source.lavish = false;
	source.given = 0;
	source.answers = 0;
	for (uint32_t i = 0; i < SOURCE_STREAM; i++)
		source.stream[i] = (uint8_t)test_draw(256);
}

bool source_busy(void)
{
	const struct virtqueue_available *ring = NULL;
	const struct model_queue *q = &model.queues[QUEUE];
	if (model_awake(QUEUE))
		ring = model_place(&model.dma, q->available, sizeof(*ring));
	return (ring != NULL && ring->index != q->seen) ||
	       (model_runs(QUEUE) && q->num_held != 0);
}

/* The buffer of the request that the device has; NULL if there is none. */
static uint8_t *fetch(uint32_t *bytes)
{
	struct virtqueue_descriptor buffer;
	model_fetch(QUEUE);
	if (!model_runs(QUEUE) || model.queues[QUEUE].num_held == 0)
		return NULL;
	MODEL_CHECK(model.queues[QUEUE].num_held == 1); /* one at a time */
	uint32_t count = model_chain(QUEUE, model.queues[QUEUE].held[0], &buffer, 1);
	MODEL_CHECK(
		count == 1 && buffer.flags == VIRTQ_DESC_F_WRITE && buffer.bytes != 0);
	*bytes = buffer.bytes;
	return model_place(&model.dma, buffer.address, buffer.bytes);
}

void source_run(void)
{
	uint32_t room = 0;
	uint8_t *to = fetch(&room);
	if (to == NULL || room == 0)
		return;
	uint32_t bytes = source.lavish ? room : 1 + (uint32_t)test_draw(room);
	for (uint32_t i = 0; i < bytes; i++)
		to[i] = source.stream[source.given++ % SOURCE_STREAM];
	source.answers++;
	model_finish(QUEUE, 0, bytes);
}

void source_lie(const uint8_t *pattern, uint32_t said, uint32_t wrong_id, uint16_t skip)
{
	uint32_t room = 0;
	uint8_t *to = fetch(&room);
	struct model_queue *q = &model.queues[QUEUE];
	if (to == NULL)
		return;
	if (pattern != NULL)
		memcpy(to, pattern, room);
	source.answers++;
	uint16_t id = q->held[0];
	q->num_held = 0;
	model_use(QUEUE, id + wrong_id, said, skip);
}
