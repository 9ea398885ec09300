/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <devices/lib/mmio.h>

#include "model.h"
#include "world.h"

struct model model;

#define EXPECT(condition)                                  \
	do {                                               \
		if (!(condition) && !model.lenient) {      \
			model.mistakes++;                  \
			world_fault(__LINE__, #condition); \
		}                                          \
	} while (0)

static void forget(void)
{
	for (uint32_t i = 0; i < MODEL_QUEUES; i++) {
		uint32_t number_max = model.queues[i].number_max;
		memset(&model.queues[i], 0, sizeof(model.queues[i]));
		model.queues[i].number_max = number_max;
	}
	model.status = 0;
	model.interrupts = 0;
	model.agreed = 0;
	world_device_was_reset();
}

void model_init(uint64_t features, uint32_t number_max)
{
	model = (struct model){ .magic = VIRTIO_MMIO_MAGIC,
		.version = VIRTIO_MMIO_VERSION_2,
		.id = 1,
		.features = features };
	for (uint32_t i = 0; i < MODEL_QUEUES; i++)
		model.queues[i].number_max = number_max;
	forget();
}

static struct virtqueue_available *available(const struct model_queue *q)
{
	return (struct virtqueue_available *)(uintptr_t)q->available;
}

static struct virtqueue_used *used(const struct model_queue *q)
{
	return (struct virtqueue_used *)(uintptr_t)q->used;
}

static bool by_index(void)
{
	return (model.agreed & VIRTIO_F_EVENT_IDX) != 0;
}

/* ---- Registers ---- */

uint32_t mmio_read(uintptr_t registers, uint32_t offset)
{
	(void)registers;
	hook();
	struct model_queue *q = &model.queues[model.queue_select % MODEL_QUEUES];
	if (model.lies && world_draw(4) == 0)
		return (uint32_t)world_draw(UINT32_MAX);
	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE:
		return model.magic;
	case VIRTIO_MMIO_VERSION:
		return model.version;
	case VIRTIO_MMIO_DEVICE_ID:
		return model.id;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return (uint32_t)(model.features >> 32 * (model.features_select & 1));
	case VIRTIO_MMIO_QUEUE_NUM_MAX:
		return q->number_max;
	case VIRTIO_MMIO_QUEUE_READY:
		return q->ready;
	case VIRTIO_MMIO_INTERRUPT_STATUS:
		return model.interrupts;
	case VIRTIO_MMIO_STATUS:
		return model.status;
	default:
		EXPECT(offset == VIRTIO_MMIO_STATUS); /* reads nothing else */
		return 0;
	}
}

/* The link status of 5.1.4; the bits beside it have no meaning, so they may be anything. */
uint16_t mmio_read_16(uintptr_t registers, uint32_t offset)
{
	(void)registers;
	hook();
	EXPECT(offset == VIRTIO_MMIO_CONFIG + 6 && (model.agreed & MODEL_F_STATUS) != 0);
	if (model.lies)
		return (uint16_t)world_draw(65536);
	return (uint16_t)((world_draw(65536) & ~1ull) | !model.no_carrier);
}

/* What status may follow upon what: 3.1.1. */
static void write_status(uint32_t value)
{
	if (value == 0) {
		if (!model.never_reset)
			forget();
		return;
	}
	EXPECT((model.status & ~value) == 0);
	if ((value & VIRTIO_STATUS_DRIVER) != 0)
		EXPECT((value & VIRTIO_STATUS_ACKNOWLEDGE) != 0);
	if ((value & ~model.status & VIRTIO_STATUS_FEATURES_OK) != 0) {
		EXPECT((model.status & VIRTIO_STATUS_DRIVER) != 0);
		EXPECT((model.agreed & VIRTIO_F_VERSION_1) != 0);
		EXPECT((model.agreed & ~model.features) == 0);
		if (model.refuses)
			value &= ~VIRTIO_STATUS_FEATURES_OK;
	}
	if ((value & VIRTIO_STATUS_DRIVER_OK) != 0)
		EXPECT((model.status & VIRTIO_STATUS_FEATURES_OK) != 0);
	model.status = value;
	for (uint32_t i = 0; i < MODEL_QUEUES; i++)
		model.queues[i].awake = (value & VIRTIO_STATUS_DRIVER_OK) != 0;
}

static void write_queue(struct model_queue *q, uint32_t offset, uint32_t value)
{
	uint64_t *address = offset < VIRTIO_MMIO_QUEUE_DRIVER_LOW   ? &q->descriptors
			    : offset < VIRTIO_MMIO_QUEUE_DEVICE_LOW ? &q->available
								    : &q->used;
	EXPECT(q->ready == 0 && (model.status & VIRTIO_STATUS_FEATURES_OK) != 0);
	switch (offset) {
	case VIRTIO_MMIO_QUEUE_NUM:
		EXPECT(value != 0 && value <= q->number_max &&
			(value & (value - 1)) == 0);
		q->number = value;
		break;
	case VIRTIO_MMIO_QUEUE_READY:
		EXPECT(value == 1 && q->number != 0);
		EXPECT(q->descriptors % 16 == 0 && q->available % 2 == 0 &&
			q->used % 4 == 0);
		q->ready = value;
		break;
	default:
		if ((offset & 4) == 0)
			*address = (*address & ~0xffffffffull) | value;
		else
			*address = (*address & 0xffffffffull) | (uint64_t)value << 32;
		break;
	}
}

void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value)
{
	(void)registers;
	uint32_t half = 32 * (model.driver_features_select & 1);
	hook();
	switch (offset) {
	case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
		model.features_select = value;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
		model.driver_features_select = value;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		EXPECT((model.status & VIRTIO_STATUS_FEATURES_OK) == 0);
		model.agreed &= ~(0xffffffffull << half);
		model.agreed |= (uint64_t)value << half;
		break;
	case VIRTIO_MMIO_QUEUE_SEL:
		EXPECT(value < MODEL_QUEUES);
		model.queue_select = value;
		break;
	case VIRTIO_MMIO_QUEUE_NOTIFY:
		EXPECT(value < MODEL_QUEUES);
		EXPECT((model.status & VIRTIO_STATUS_DRIVER_OK) != 0);
		model.queues[value % MODEL_QUEUES].awake = true;
		model.notifications++;
		break;
	case VIRTIO_MMIO_INTERRUPT_ACK:
		EXPECT(value != 0 && (value & ~VIRTIO_INTERRUPTS) == 0);
		model.interrupts &= ~value;
		break;
	case VIRTIO_MMIO_STATUS:
		write_status(value);
		break;
	default:
		write_queue(
			&model.queues[model.queue_select % MODEL_QUEUES], offset, value);
		break;
	}
	hook();
}

/* ---- Queues ---- */

static bool runs(const struct model_queue *q)
{
	return q->ready == 1 && (model.status & VIRTIO_STATUS_DRIVER_OK) != 0;
}

void model_fetch(uint32_t queue)
{
	struct model_queue *q = &model.queues[queue];
	if (!runs(q) || !q->awake)
		return;
	EXPECT(available(q)->flags == 0);
	uint16_t index = __atomic_load_n(&available(q)->index, __ATOMIC_ACQUIRE);
	EXPECT((uint16_t)(index - q->seen_available) + q->num_held <= q->number);
	while (q->seen_available != index && q->num_held < q->number) {
		uint16_t id = available(q)->ring[q->seen_available++ % q->number];
		EXPECT(id < q->number);
		for (uint32_t i = 0; i < q->num_held; i++)
			EXPECT(q->held[i] != id);
		q->held[q->num_held++] = id;
	}
	/* Asks to be notified of the next, and looks once more: 2.7.10. */
	uint16_t *event = (uint16_t *)&used(q)->ring[q->number];
	*event = q->seen_available;
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	q->awake = __atomic_load_n(&available(q)->index, __ATOMIC_ACQUIRE) !=
		   q->seen_available;
}

struct virtqueue_descriptor model_descriptor(
	uint32_t queue, uint32_t which, uint32_t part)
{
	const struct model_queue *q = &model.queues[queue];
	const struct virtqueue_descriptor *all =
		(const struct virtqueue_descriptor *)(uintptr_t)q->descriptors;
	struct virtqueue_descriptor d = all[q->held[which] % q->number];
	if (part == 0)
		return d;
	EXPECT(d.flags == VIRTQ_DESC_F_NEXT && d.next < q->number);
	return all[d.next % q->number];
}

static void interrupt(uint32_t bits)
{
	bool raised = model.interrupts != 0;
	model.interrupts |= bits;
	model.interrupts_raised += !raised;
	if (!raised || model.lies) /* the line goes up: an edge */
		world_interrupt();
}

static void publish(struct model_queue *q, uint16_t count)
{
	uint16_t old = q->used_index;
	q->used_index = (uint16_t)(q->used_index + count);
	__atomic_store_n(&used(q)->index, q->used_index, __ATOMIC_RELEASE);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	uint16_t event = available(q)->ring[q->number];
	if (!by_index() ||
		(uint16_t)(q->used_index - event - 1) < (uint16_t)(q->used_index - old))
		interrupt(1);
}

void model_finish(uint32_t queue, uint32_t which, uint32_t bytes)
{
	struct model_queue *q = &model.queues[queue];
	struct virtqueue_used_element *element =
		&used(q)->ring[q->used_index % q->number];
	element->id = q->held[which];
	element->bytes = bytes;
	q->held[which] = q->held[--q->num_held];
	publish(q, 1);
}

void model_lie(uint32_t queue, uint32_t id, uint32_t bytes, uint16_t more)
{
	struct model_queue *q = &model.queues[queue];
	if (!runs(q))
		return;
	struct virtqueue_used_element *element =
		&used(q)->ring[q->used_index % q->number];
	element->id = id;
	element->bytes = bytes;
	publish(q, more);
}

void model_needs_reset(void)
{
	if ((model.status & VIRTIO_STATUS_DRIVER_OK) == 0)
		return;
	model.status |= VIRTIO_STATUS_NEEDS_RESET;
	interrupt(VIRTIO_INTERRUPT_CONFIGURATION);
}

void model_change_carrier(void)
{
	model.no_carrier = !model.no_carrier;
	if ((model.status & VIRTIO_STATUS_DRIVER_OK) != 0 &&
		(model.agreed & MODEL_F_STATUS) != 0)
		interrupt(VIRTIO_INTERRUPT_CONFIGURATION);
}
