/* SPDX-License-Identifier: BSD-2-Clause */
/* The model device; model.h says what it does. */
#include "model.h"

#include <stddef.h>
#include <string.h>

#include <devices/lib/mmio.h>

#include "../../lib/shared.h"

#define LIES_IN 32u /* of a hostile device */

struct model model;

static struct model_queue *selected(void)
{
	return &model.queues[model.queue_select % MODEL_QUEUES];
}

static void forget(void)
{
	for (uint32_t i = 0; i < MODEL_QUEUES; i++)
		model.queues[i] = (struct model_queue){
			.number_max = model.queues[i].number_max
		};
	model.status = model.interrupts = 0;
	model.agreed = 0;
	test_reset();
}

void model_plug(uint32_t id, uint32_t num_queues, uint64_t features, uint32_t number_max)
{
	struct model_memory dma = model.dma;
	model = (struct model){ .magic = VIRTIO_MMIO_MAGIC,
		.version = VIRTIO_MMIO_VERSION_2,
		.id = id,
		.num_queues = num_queues,
		.features = features,
		.dma = dma };
	for (uint32_t i = 0; i < num_queues; i++)
		model.queues[i].number_max = number_max;
}

const struct model_defect *model_spoil(uint32_t defect)
{
	static const struct model_defect defects[MODEL_DEFECTS] = {
		{ "no device at the registers", VIRTIO_NO_DEVICE },
		{ "a legacy device", VIRTIO_NO_DEVICE },
		{ "a device of another kind", VIRTIO_NO_DEVICE },
		{ "a device without version 1", VIRTIO_REFUSED },
		{ "a device that refuses the features", VIRTIO_REFUSED },
		{ "a device without a queue", VIRTIO_REFUSED },
		{ "a queue whose size is no power of two", VIRTIO_REFUSED },
		{ "a device that does not reset", VIRTIO_BROKEN },
	};
	struct model_queue *last = &model.queues[model.num_queues - 1u];
	model.magic -= defect == 0;
	model.version -= defect == 1;
	model.id += defect == 2;
	model.features &= defect == 3 ? ~VIRTIO_F_VERSION_1 : UINT64_MAX;
	model.refuses = defect == 4;
	last->number_max = defect == 5 ? 0 : last->number_max;
	last->number_max = defect == 6 ? 48 : last->number_max;
	model.never_reset = defect == 7;
	model.status = defect == 7 ? VIRTIO_STATUS_ACKNOWLEDGE : 0;
	return &defects[defect];
}

void model_set_hostile(bool hostile)
{
	model.hostile = hostile;
	model.lies_in = hostile ? LIES_IN : 0;
}

/* ---- Memory ---- */

void *model_place(const struct model_memory *memory, uint64_t address, uint64_t bytes)
{
	uint64_t host = address - MODEL_DEVICE;
	bool there = host >= memory->low && host < memory->high &&
		     bytes <= memory->high - host;
	MODEL_CHECK(there);
	return there ? (void *)(uintptr_t)host : NULL;
}

static struct virtqueue_available *available(const struct model_queue *q)
{
	return model_place(&model.dma, q->available, sizeof(struct virtqueue_available));
}

static struct virtqueue_used *used(const struct model_queue *q)
{
	return model_place(&model.dma, q->used, sizeof(struct virtqueue_used));
}

/* ---- Registers ---- */

static bool lies(void)
{
	return model.lies_in != 0 && test_draw(model.lies_in) == 0;
}

/* Each field is read as wide as it is, or in halves of 32 bits: 2.5.1, 4.2.2.2. */
static uint32_t read_config(uint32_t offset, uint32_t bytes)
{
	uint32_t at = offset - VIRTIO_MMIO_CONFIG, value = 0;
	MODEL_CHECK((model.status & VIRTIO_STATUS_FEATURES_OK) != 0);
	if (at % bytes == 0 && at + bytes <= model.config_bytes)
		memcpy(&value, model.config + at, bytes);
	else
		test_fault(__FILE__, __LINE__, "reads no register");
	return value;
}

uint16_t mmio_read_16(uintptr_t registers, uint32_t offset)
{
	(void)registers;
	test_access();
	return (uint16_t)(lies() ? test_random() : read_config(offset, 2));
}

static uint32_t read_generation(void)
{
	model.generation += model.restless;
	return model.generation;
}

uint32_t mmio_read(uintptr_t registers, uint32_t offset)
{
	(void)registers;
	test_access();
	if (lies())
		return (uint32_t)test_random();
	switch (offset) {
	case VIRTIO_MMIO_MAGIC_VALUE:
		return model.magic;
	case VIRTIO_MMIO_VERSION:
		return model.version;
	case VIRTIO_MMIO_DEVICE_ID:
		return model.id;
	case VIRTIO_MMIO_DEVICE_FEATURES:
		return model.device_select < 2
			       ? (uint32_t)(model.features >> 32 * model.device_select)
			       : 0;
	case VIRTIO_MMIO_QUEUE_NUM_MAX:
		return selected()->number_max;
	case VIRTIO_MMIO_QUEUE_READY:
		return selected()->ready;
	case VIRTIO_MMIO_INTERRUPT_STATUS:
		return model.interrupts;
	case VIRTIO_MMIO_STATUS:
		return model.status;
	case VIRTIO_MMIO_CONFIG_GENERATION:
		return read_generation();
	default:
		return read_config(offset, 4);
	}
}

/* What status may follow upon what: 3.1.1. */
static void write_status(uint32_t value)
{
	uint32_t added = value & ~model.status;
	if (value == 0) {
		if (!model.never_reset) {
			model.resets++;
			forget();
		}
		return;
	}
	MODEL_CHECK((model.status & ~value) == 0);
	if ((added & VIRTIO_STATUS_DRIVER) != 0)
		MODEL_CHECK((value & VIRTIO_STATUS_ACKNOWLEDGE) != 0);
	if ((added & VIRTIO_STATUS_FEATURES_OK) != 0) {
		MODEL_CHECK((model.status & VIRTIO_STATUS_DRIVER) != 0);
		MODEL_CHECK((model.agreed & VIRTIO_F_VERSION_1) != 0);
		MODEL_CHECK((model.agreed & ~model.features) == 0);
	}
	if ((added & VIRTIO_STATUS_DRIVER_OK) != 0)
		MODEL_CHECK((model.status & VIRTIO_STATUS_FEATURES_OK) != 0);
	model.status = model.refuses ? value & ~VIRTIO_STATUS_FEATURES_OK : value;
	/* It may look at once, or not before it is notified. */
	for (uint32_t i = 0; (added & VIRTIO_STATUS_DRIVER_OK) != 0 && i < MODEL_QUEUES;
		i++)
		model.queues[i].awake = test_draw(2) == 0;
}

static void set_half(uint64_t *word, uint32_t offset, uint32_t value)
{
	uint32_t shift = offset % 16u == 4u ? 32 : 0;
	*word = (*word & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

static void write_address(struct model_queue *q, uint32_t offset, uint32_t value)
{
	MODEL_CHECK(q->ready == 0 && (model.status & VIRTIO_STATUS_FEATURES_OK) != 0);
	if (offset / 16 == VIRTIO_MMIO_QUEUE_DESC_LOW / 16)
		set_half(&q->descriptors, offset, value);
	else if (offset / 16 == VIRTIO_MMIO_QUEUE_DRIVER_LOW / 16)
		set_half(&q->available, offset, value);
	else if (offset / 16 == VIRTIO_MMIO_QUEUE_DEVICE_LOW / 16)
		set_half(&q->used, offset, value);
	else
		test_fault(__FILE__, __LINE__, "writes no register");
}

static void notify(uint32_t queue)
{
	MODEL_CHECK(queue < model.num_queues &&
		    (model.status & VIRTIO_STATUS_DRIVER_OK) != 0);
	model.queues[queue % MODEL_QUEUES].awake = true;
	model.notifications++;
}

static void write_ready(struct model_queue *q, uint32_t value)
{
	MODEL_CHECK(value == 1 && q->number != 0 && q->descriptors % 16 == 0 &&
		    q->available % 2 == 0 && q->used % 4 == 0);
	q->ready = value;
}

static void write_number(struct model_queue *q, uint32_t value)
{
	MODEL_CHECK(q->ready == 0 && (model.status & VIRTIO_STATUS_FEATURES_OK) != 0);
	MODEL_CHECK(value != 0 && value <= q->number_max && (value & (value - 1u)) == 0);
	q->number = value;
}

void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value)
{
	(void)registers;
	test_access();
	switch (offset) {
	case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
		model.device_select = value;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
		model.driver_select = value;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		MODEL_CHECK((model.status & VIRTIO_STATUS_FEATURES_OK) == 0);
		set_half(&model.agreed, model.driver_select != 0 ? 4 : 0, value);
		break;
	case VIRTIO_MMIO_QUEUE_SEL:
		MODEL_CHECK(value < model.num_queues);
		model.queue_select = value;
		break;
	case VIRTIO_MMIO_QUEUE_NUM:
		write_number(selected(), value);
		break;
	case VIRTIO_MMIO_QUEUE_READY:
		write_ready(selected(), value);
		break;
	case VIRTIO_MMIO_QUEUE_NOTIFY:
		notify(value);
		break;
	case VIRTIO_MMIO_INTERRUPT_ACK:
		MODEL_CHECK(value != 0 && (value & ~VIRTIO_INTERRUPTS) == 0);
		model.interrupts &= ~value;
		break;
	case VIRTIO_MMIO_STATUS:
		write_status(value);
		break;
	default:
		write_address(selected(), offset, value);
	}
	test_access();
}

/* ---- Queues ---- */

bool model_runs(uint32_t queue)
{
	return model.queues[queue].ready == 1 &&
	       (model.status & VIRTIO_STATUS_DRIVER_OK) != 0;
}

bool model_awake(uint32_t queue)
{
	return model_runs(queue) && model.queues[queue].awake;
}

void model_fetch(uint32_t queue)
{
	struct model_queue *q = &model.queues[queue];
	if (!model_awake(queue))
		return;
	const struct virtqueue_available *ring = available(q);
	struct virtqueue_used *back = used(q);
	if (ring == NULL || back == NULL)
		return;
	MODEL_CHECK(ring->flags == 0);
	uint16_t index = __atomic_load_n(&ring->index, __ATOMIC_ACQUIRE);
	MODEL_CHECK((uint16_t)(index - q->seen) + q->num_held <= q->number);
	while (q->seen != index && q->num_held < q->number) {
		uint16_t id = ring->ring[q->seen++ % q->number];
		MODEL_CHECK(id < q->number);
		for (uint32_t i = 0; i < q->num_held; i++)
			MODEL_CHECK(q->held[i] != id);
		q->held[q->num_held++] = id;
	}
	/* avail_event: asks to be notified of the next, and looks once more; 2.7.10 */
	*(uint16_t *)(void *)&back->ring[q->number].id = q->seen;
	shared_fence();
	q->awake = __atomic_load_n(&ring->index, __ATOMIC_ACQUIRE) != q->seen;
}

struct virtqueue_descriptor model_descriptor(uint32_t queue, uint32_t id)
{
	const struct model_queue *q = &model.queues[queue];
	const struct virtqueue_descriptor *table = model_place(
		&model.dma, q->descriptors, sizeof(*table) * q->number);
	MODEL_CHECK(id < q->number);
	return table != NULL && id < q->number ? table[id]
					       : (struct virtqueue_descriptor){ 0 };
}

/* Readable ones come first: 2.7.4.2. */
uint32_t model_chain(
	uint32_t queue, uint32_t id, struct virtqueue_descriptor *chain, uint32_t most)
{
	uint32_t count = 0;
	uint16_t flags = 0;
	do {
		chain[count] = model_descriptor(queue, id);
		MODEL_CHECK((flags & ~chain[count].flags & VIRTQ_DESC_F_WRITE) == 0);
		flags = chain[count].flags;
		id = chain[count].next;
		count++;
	} while ((flags & VIRTQ_DESC_F_NEXT) != 0 && count < most);
	MODEL_CHECK((flags & VIRTQ_DESC_F_NEXT) == 0 /* the chain ends */);
	return count;
}

/* The line is an edge. */
static void interrupt(uint32_t why)
{
	bool raised = model.interrupts != 0;
	model.interrupts |= why;
	if (raised && !model.hostile)
		return;
	model.raised++;
	test_interrupt();
}

void model_use(uint32_t queue, uint32_t id, uint32_t bytes, uint16_t skip)
{
	struct model_queue *q = &model.queues[queue];
	uint16_t old = q->used_index;
	if (!model_runs(queue))
		return;
	struct virtqueue_used *ring = used(q);
	const struct virtqueue_available *wish = available(q);
	if (ring == NULL || wish == NULL)
		return;
	ring->ring[old % q->number] = (struct virtqueue_used_element){ id, bytes };
	q->used_index = (uint16_t)(old + 1u + skip);
	__atomic_store_n(&ring->index, q->used_index, __ATOMIC_RELEASE);
	shared_fence();
	uint16_t event = wish->ring[q->number];
	if ((model.agreed & VIRTIO_F_EVENT_IDX) == 0 ||
		(uint16_t)(q->used_index - event - 1u) < (uint16_t)(q->used_index - old))
		interrupt(VIRTIO_INTERRUPT_USED);
}

void model_finish(uint32_t queue, uint32_t which, uint32_t bytes)
{
	struct model_queue *q = &model.queues[queue];
	uint16_t id = q->held[which];
	q->num_held--;
	memmove(&q->held[which], &q->held[which + 1],
		(q->num_held - which) * sizeof(q->held[0]));
	model_use(queue, id, bytes, 0);
}

void model_configure(uint32_t at, const void *config, uint32_t bytes)
{
	memcpy(model.config + at, config, bytes);
	model.generation++;
	if ((model.status & VIRTIO_STATUS_DRIVER_OK) != 0)
		interrupt(VIRTIO_INTERRUPT_CONFIGURATION);
}

void model_needs_reset(void)
{
	if ((model.status & VIRTIO_STATUS_DRIVER_OK) == 0)
		return;
	model.status |= VIRTIO_STATUS_NEEDS_RESET;
	interrupt(VIRTIO_INTERRUPT_CONFIGURATION);
}

/* Half of the lies pass the first check. */
void model_lie(uint32_t step, uint32_t most)
{
	uint32_t any = (uint32_t)test_draw(UINT32_MAX);
	uint32_t queue = (uint32_t)test_draw(model.num_queues);
	const struct model_queue *q = &model.queues[queue];
	uint8_t *memory = (uint8_t *)(uintptr_t)model.dma.low;
	if (!model_runs(queue))
		return;
	uint32_t held = q->num_held != 0 ? q->held[test_draw(q->num_held)] : any;
	switch (test_draw(8)) {
	case 0:
		model_use(queue, any, 1, 0);
		break;
	case 1:
		model_use(queue, any % VIRTQUEUE_SIZE_MAX, (uint32_t)test_draw(most), 0);
		break;
	case 2:
		model_use(queue, held, 1, (uint16_t)test_draw(300));
		break;
	case 3:
		model_needs_reset();
		break;
	case 4:
		memory[test_draw(model.dma.high - model.dma.low)] = (uint8_t)any;
		break;
	case 5:
		model_use(queue, held, any % 2 ? 0 : most + 1, 0);
		break;
	case 6:
		model_use(queue, held, 1, 0);
		break;
	default:
		model_use(queue, held, 1 + step * (uint32_t)test_draw(most / step), 0);
	}
}
