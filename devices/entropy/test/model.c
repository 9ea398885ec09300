/* SPDX-License-Identifier: BSD-2-Clause */
/* The model device; model.h says what it does. */
#include "model.h"

#include <string.h>

#include <devices/lib/mmio.h>

struct model model;
uint8_t model_stream[MODEL_STREAM];

void model_plug(uint64_t features, uint32_t number_max)
{
	uint64_t low = model.dma_low, high = model.dma_high;
	model = (struct model){ .magic = VIRTIO_MMIO_MAGIC,
		.version = 2,
		.id = 4,
		.features = features,
		.number_max = number_max,
		.dma_low = low,
		.dma_high = high };
	for (uint32_t i = 0; i < MODEL_STREAM; i++)
		model_stream[i] = (uint8_t)test_draw(256);
}

/* A place of the driver's memory by its device address; NULL, a mistake, if it is not. */
static void *place(uint64_t address, uint64_t bytes)
{
	uint64_t host = address - MODEL_DEVICE;
	if (host >= model.dma_low && host < model.dma_high &&
		bytes <= model.dma_high - host)
		return (void *)(uintptr_t)host;
	test_fault(__LINE__, "an address of the driver's");
	return NULL;
}

/* ---- Registers ---- */

static void reset(void)
{
	if (model.never_reset)
		return;
	model.resets++;
	model.status = model.ready = model.interrupts = 0;
	model.agreed = 0;
	model.seen = model.used_index = 0;
	model.awake = false;
}

uint32_t mmio_read(uintptr_t registers, uint32_t offset)
{
	uint64_t half = model.features >> 32 * (model.device_select & 1u);
	(void)registers;
	if (model.hostile && offset > VIRTIO_MMIO_DEVICE_ID && test_draw(64) == 0)
		return (uint32_t)test_draw(UINT32_MAX);
	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE:
		return model.magic;
	case VIRTIO_MMIO_VERSION:
		return model.version;
	case VIRTIO_MMIO_DEVICE_ID:
		return model.id;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return model.device_select < 2 ? (uint32_t)half : 0;
	case VIRTIO_MMIO_QUEUE_NUM_MAX:
		return model.number_max;
	case VIRTIO_MMIO_QUEUE_READY:
		return model.ready;
	case VIRTIO_MMIO_INTERRUPT_STATUS:
		return model.interrupts;
	case VIRTIO_MMIO_STATUS:
		return model.status;
	default:
		test_fault(__LINE__, "a register to be read");
		return 0;
	}
}

static void set_half(uint64_t *word, uint32_t shift, uint32_t value)
{
	*word = (*word & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

static void write_address(uint32_t offset, uint32_t value)
{
	uint32_t shift = offset % 16u == 4u ? 32 : 0;
	if (offset / 16 == VIRTIO_MMIO_QUEUE_DESC_LOW / 16)
		set_half(&model.descriptors, shift, value);
	else if (offset / 16 == VIRTIO_MMIO_QUEUE_DRIVER_LOW / 16)
		set_half(&model.available, shift, value);
	else if (offset / 16 == VIRTIO_MMIO_QUEUE_DEVICE_LOW / 16)
		set_half(&model.used, shift, value);
	else
		test_fault(__LINE__, "a register to be written");
}

void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value)
{
	(void)registers;
	if (offset == VIRTIO_MMIO_DEVICE_FEATURES_SEL)
		model.device_select = value;
	else if (offset == VIRTIO_MMIO_DRIVER_FEATURES_SEL)
		model.driver_select = value;
	else if (offset == VIRTIO_MMIO_DRIVER_FEATURES)
		set_half(&model.agreed, model.driver_select != 0 ? 32 : 0, value);
	else if (offset == VIRTIO_MMIO_QUEUE_SEL)
		MODEL_EXPECT(value == 0);
	else if (offset == VIRTIO_MMIO_QUEUE_NUM)
		model.number = value;
	else if (offset == VIRTIO_MMIO_QUEUE_READY)
		model.ready = value;
	else if (offset == VIRTIO_MMIO_QUEUE_NOTIFY)
		model.awake = true;
	else if (offset == VIRTIO_MMIO_INTERRUPT_ACK)
		model.interrupts &= ~value;
	else if (offset != VIRTIO_MMIO_STATUS)
		write_address(offset, value);
	else if (value == 0)
		reset();
	else
		model.status = model.refuses ? value & ~VIRTIO_STATUS_FEATURES_OK : value;
}

/* ---- Requests ---- */

bool model_busy(void)
{
	const struct virtqueue_available *ring;
	if (!model.awake || (model.status & VIRTIO_STATUS_DRIVER_OK) == 0)
		return false;
	ring = place(model.available, sizeof(*ring));
	return ring != NULL && ring->index != model.seen;
}

/* The request that the device has. */
static struct virtqueue_descriptor fetch(uint32_t *id)
{
	const struct virtqueue_available *ring = place(model.available, sizeof(*ring));
	const struct virtqueue_descriptor *table = place(
		model.descriptors, sizeof(*table) * model.number);
	struct virtqueue_descriptor none = { 0 };
	if (ring == NULL || table == NULL)
		return none;
	MODEL_EXPECT((uint16_t)(ring->index - model.seen) == 1); /* one at a time */
	*id = ring->ring[model.seen++ % model.number];
	MODEL_EXPECT(*id < model.number);
	MODEL_EXPECT(table[*id].flags == VIRTQ_DESC_F_WRITE && table[*id].bytes != 0);
	return table[*id];
}

static void use(uint32_t id, uint32_t bytes, uint16_t skip)
{
	struct virtqueue_used *ring = place(model.used, sizeof(*ring));
	if (ring == NULL)
		return;
	ring->ring[model.used_index % model.number] = (struct virtqueue_used_element){ id,
		bytes };
	model.used_index = (uint16_t)(model.used_index + 1u + skip);
	ring->index = model.used_index;
	/* avail_event: wake me for the next one */
	*(uint16_t *)(void *)&ring->ring[model.number].id = model.seen;
	model.answers++;
	model.interrupts |= 1u;
	test_interrupt();
}

void model_run(void)
{
	uint32_t id = 0, bytes;
	if (!model_busy())
		return;
	struct virtqueue_descriptor buffer = fetch(&id);
	uint8_t *to = place(buffer.address, buffer.bytes);
	bytes = model.lavish ? buffer.bytes : 1 + (uint32_t)test_draw(buffer.bytes);
	if (to == NULL)
		return;
	for (uint32_t i = 0; i < bytes; i++)
		to[i] = model_stream[model.given++ % MODEL_STREAM];
	use(id, bytes, 0);
}

void model_lie(const uint8_t *pattern, uint32_t said, uint32_t wrong_id, uint16_t skip)
{
	uint32_t id = 0;
	if (!model_busy())
		return;
	struct virtqueue_descriptor buffer = fetch(&id);
	uint8_t *to = place(buffer.address, buffer.bytes);
	if (to != NULL && pattern != NULL)
		memcpy(to, pattern, buffer.bytes);
	use(id + wrong_id, said, skip);
}
