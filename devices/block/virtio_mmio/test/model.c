/* SPDX-License-Identifier: BSD-2-Clause */
/* The model device; model.h says what it does. */
#include <string.h>

#include <devices/lib/mmio.h>

#include "../../../lib/shared.h"
#include "model.h"

#define READ_ONLY (1ull << 5)
#define FLUSH (1ull << 9)
#define CONFIG_END (VIRTIO_MMIO_CONFIG + 8u)

struct model model;

static bool events(void)
{
	return (model.agreed & VIRTIO_F_EVENT_IDX) != 0;
}

void model_plug(uint64_t features, uint32_t number_max)
{
	uint8_t disk[MODEL_BLOCKS][MODEL_BLOCK_BYTES];
	uint64_t bounds[] = { model.dma_low, model.dma_high, model.data_low,
		model.data_high };
	memcpy(disk, model.disk, sizeof(disk));
	model = (struct model){ .magic = VIRTIO_MMIO_MAGIC,
		.version = 2,
		.id = 2,
		.features = features,
		.capacity = MODEL_BLOCKS,
		.number_max = number_max,
		.dma_low = bounds[0],
		.dma_high = bounds[1],
		.data_low = bounds[2],
		.data_high = bounds[3] };
	memcpy(model.disk, disk, sizeof(disk));
}

/* ---- Memory ---- */

/* A place of `bytes` in [low, high), by its device address; NULL, a mistake, if not. */
static void *place(uint64_t address, uint64_t bytes, uint64_t low, uint64_t high)
{
	uint64_t host = address - MODEL_DEVICE;
	if (host >= low && host < high && bytes <= high - host)
		return (void *)(uintptr_t)host;
	if (!model.hostile)
		test_fault(__LINE__, "address of the driver's or of data");
	return NULL;
}

static void *own(uint64_t address, uint64_t bytes)
{
	return place(address, bytes, model.dma_low, model.dma_high);
}

static struct virtqueue_available *available(void)
{
	return own(model.available, sizeof(struct virtqueue_available));
}

static struct virtqueue_used *used(void)
{
	return own(model.used, sizeof(struct virtqueue_used));
}

/* ---- Registers ---- */

static void reset(void)
{
	if (model.never_reset)
		return;
	model.resets++;
	model.status = 0;
	model.agreed = 0;
	model.ready = 0;
	model.interrupts = 0;
	model.seen = 0;
	model.used_index = 0;
	model.num_held = 0;
	model.awake = false;
}

uint32_t mmio_read(uintptr_t registers, uint32_t offset)
{
	uint64_t half = model.features >> 32 * (model.device_select & 1u);
	(void)registers;
	MODEL_EXPECT(offset % 4 == 0 && offset < CONFIG_END);
	if (model.hostile && offset > VIRTIO_MMIO_DEVICE_ID && test_draw(32) == 0)
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
	case VIRTIO_MMIO_CONFIG_GENERATION:
		model.generation += model.restless;
		return model.generation;
	case VIRTIO_MMIO_CONFIG:
		return (uint32_t)model.capacity;
	case VIRTIO_MMIO_CONFIG + 4u:
		return (uint32_t)(model.capacity >> 32);
	default:
		test_fault(__LINE__, "a register to be read");
		return 0;
	}
}

static void write_status(uint32_t value)
{
	if (value == 0) {
		reset();
		return;
	}
	model.status = value;
	if (model.refuses)
		model.status &= ~VIRTIO_STATUS_FEATURES_OK;
	if ((value & VIRTIO_STATUS_FEATURES_OK) != 0 && !model.hostile)
		MODEL_EXPECT((model.agreed & ~model.features) == 0 &&
			     (model.agreed & VIRTIO_F_VERSION_1) != 0);
}

static void set_half(uint64_t *word, uint32_t offset, uint32_t value)
{
	uint32_t shift = offset % 16u == 4u ? 32 : 0;
	*word = (*word & ~(0xffffffffull << shift)) | (uint64_t)value << shift;
}

void mmio_write(uintptr_t registers, uint32_t offset, uint32_t value)
{
	(void)registers;
	switch (offset) {
	case VIRTIO_MMIO_DEVICE_FEATURES_SEL:
		model.device_select = value;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES_SEL:
		model.driver_select = value;
		break;
	case VIRTIO_MMIO_DRIVER_FEATURES:
		set_half(&model.agreed, model.driver_select != 0 ? 4 : 0, value);
		break;
	case VIRTIO_MMIO_QUEUE_SEL:
		MODEL_EXPECT(value == 0);
		break;
	case VIRTIO_MMIO_QUEUE_NUM:
		MODEL_EXPECT(model.hostile || value <= model.number_max);
		model.number = value;
		break;
	case VIRTIO_MMIO_QUEUE_READY:
		model.ready = value;
		break;
	case VIRTIO_MMIO_QUEUE_NOTIFY:
		MODEL_EXPECT(value == 0);
		model.notifications++;
		model.awake = true;
		break;
	case VIRTIO_MMIO_INTERRUPT_ACK:
		model.interrupts &= ~value;
		break;
	case VIRTIO_MMIO_STATUS:
		write_status(value);
		break;
	default:
		if (offset / 16 == VIRTIO_MMIO_QUEUE_DESC_LOW / 16)
			set_half(&model.descriptors, offset, value);
		else if (offset / 16 == VIRTIO_MMIO_QUEUE_DRIVER_LOW / 16)
			set_half(&model.available, offset, value);
		else if (offset / 16 == VIRTIO_MMIO_QUEUE_DEVICE_LOW / 16)
			set_half(&model.used, offset, value);
		else
			test_fault(__LINE__, "a register to be written");
	}
}

/* ---- Requests ---- */

/* Takes what is available; sleeps if there is nothing, and says from where on it wants to know. */
static void fetch(void)
{
	struct virtqueue_available *ring = available();
	struct virtqueue_used *back = used();
	if (ring == NULL || back == NULL)
		return;
	uint16_t count = (uint16_t)(__atomic_load_n(&ring->index, __ATOMIC_ACQUIRE) -
				    model.seen);
	MODEL_EXPECT(model.hostile || count + model.num_held <= model.number / 3);
	while (count-- != 0 && model.num_held < VIRTQUEUE_SIZE_MAX)
		model.held[model.num_held++] = ring->ring[model.seen++ % model.number];
	*(uint16_t *)(void *)&back->ring[model.number].id = model.seen;
	shared_fence();
	model.awake = __atomic_load_n(&ring->index, __ATOMIC_ACQUIRE) != model.seen;
}

static void interrupt(uint32_t why)
{
	model.interrupts |= why;
	model.raised++;
	test_interrupt();
}

/* Writes a used element, and interrupts if the driver wants that. */
void model_use(uint32_t id, uint32_t bytes)
{
	struct virtqueue_used *ring = used();
	struct virtqueue_available *wish = available();
	if (ring == NULL || wish == NULL)
		return;
	ring->ring[model.used_index % model.number] = (struct virtqueue_used_element){ id,
		bytes };
	model.used_index++;
	__atomic_store_n(&ring->index, model.used_index, __ATOMIC_RELEASE);
	shared_fence();
	uint16_t event = wish->ring[model.number];
	if (!events() || (uint16_t)(model.used_index - event - 1u) < 1u)
		interrupt(1);
}

/* Reads or writes; whether it can. */
static bool transfer(
	const struct virtqueue_descriptor *data, uint32_t type, uint64_t sector)
{
	uint8_t *bytes = place(
		data->address, data->bytes, model.data_low, model.data_high);
	bool reads = type == 0;
	MODEL_EXPECT(model.hostile || data->bytes % MODEL_BLOCK_BYTES == 0);
	MODEL_EXPECT(model.hostile || (data->flags & VIRTQ_DESC_F_WRITE) ==
					      (reads ? VIRTQ_DESC_F_WRITE : 0u));
	if (sector > MODEL_BLOCKS ||
		data->bytes / MODEL_BLOCK_BYTES > MODEL_BLOCKS - sector) {
		MODEL_EXPECT(model.hostile);
		return false;
	}
	MODEL_EXPECT(model.hostile || reads || (model.features & READ_ONLY) == 0);
	if (bytes == NULL || model.broken_disk)
		return false;
	if (reads)
		memcpy(bytes, model.disk[sector], data->bytes);
	else
		memcpy(model.disk[sector], bytes, data->bytes);
	return true;
}

/* A copy of a descriptor of the driver's; all 0 if there is none. */
static struct virtqueue_descriptor descriptor(uint32_t id)
{
	struct virtqueue_descriptor none = { 0 }, *at = NULL;
	if (id < model.number)
		at = own(model.descriptors + id * sizeof(*at), sizeof(*at));
	return at != NULL ? *at : none;
}

/* Finishes the request `which`, in fact. */
static void finish(uint32_t which)
{
	uint32_t id = model.held[which];
	model.held[which] = model.held[--model.num_held];
	struct virtqueue_descriptor head = descriptor(id);
	const uint8_t *header = own(head.address, 16);
	uint32_t type = UINT32_MAX, written = 1;
	uint64_t sector = 0;
	if (header != NULL) {
		memcpy(&type, header, 4);
		memcpy(&sector, header + 8, 8);
	}
	MODEL_EXPECT(
		model.hostile || (head.bytes == 16 && head.flags == VIRTQ_DESC_F_NEXT));
	struct virtqueue_descriptor data = { 0 }, last = descriptor(head.next);
	uint8_t status = 0;
	if (type == 4) {
		MODEL_EXPECT(model.hostile || (model.agreed & FLUSH) != 0);
		model.flushes++;
	} else {
		data = last;
		MODEL_EXPECT(model.hostile || (data.flags & VIRTQ_DESC_F_NEXT) != 0);
		last = descriptor(data.next);
		MODEL_EXPECT(model.hostile || type <= 1);
		status = transfer(&data, type, sector) ? 0 : 1;
		written += type == 0 && status == 0 ? data.bytes : 0;
	}
	MODEL_EXPECT(
		model.hostile || (last.bytes == 1 && last.flags == VIRTQ_DESC_F_WRITE));
	uint8_t *answer = own(last.address, 1);
	if (answer != NULL)
		*answer = status;
	model.done++;
	model_use(id, written);
}

bool model_run(void)
{
	if (model.ready == 0 || (model.status & VIRTIO_STATUS_DRIVER_OK) == 0)
		return false;
	if (model.awake)
		fetch();
	else if (model.num_held != 0)
		finish((uint32_t)test_draw(model.num_held));
	else
		return false;
	return true;
}

/* Half of the lies pass the first check. */
void model_lie(void)
{
	uint32_t any = (uint32_t)test_draw(UINT32_MAX);
	uint8_t *memory = (uint8_t *)(uintptr_t)model.dma_low;
	if (model.ready == 0 || (model.status & VIRTIO_STATUS_DRIVER_OK) == 0)
		return;
	uint32_t held = model.num_held != 0 ? model.held[test_draw(model.num_held)] : any;
	switch (test_draw(8)) {
	case 0:
		model_use(any, 1);
		break;
	case 1:
		model_use(any % VIRTQUEUE_SIZE_MAX, (uint32_t)test_draw(1000));
		break;
	case 2:
		model.used_index = (uint16_t)(model.used_index + test_draw(300));
		model_use(held, 1);
		break;
	case 3:
		model.status |= VIRTIO_STATUS_NEEDS_RESET;
		interrupt(VIRTIO_INTERRUPT_CONFIGURATION);
		break;
	case 4:
		memory[test_draw(model.dma_high - model.dma_low)] = (uint8_t)any;
		break;
	default:
		model_use(held,
			any % 2 ? 1 : (uint32_t)test_draw(5) * MODEL_BLOCK_BYTES + 1);
	}
}
