/* SPDX-License-Identifier: BSD-2-Clause */
/* The rare paths of a virtio device; device.h says what and in which order. */
#include <stddef.h>
#include <string.h>

#include <devices/lib/mmio.h>

#include "device.h"

/* Status as it grows; nothing of it is taken from what the device says. */
#define KNOWN (VIRTIO_STATUS_ACKNOWLEDGE | VIRTIO_STATUS_DRIVER)
#define AGREED (KNOWN | VIRTIO_STATUS_FEATURES_OK)

/* One that always has a reason to interrupt loses the next interrupt. */
#define ACKNOWLEDGEMENTS_MAX 8u

const char *virtio_complaint(enum virtio_result result)
{
	static const char *const complaints[] = {
		[VIRTIO_OK] = "",
		[VIRTIO_NO_DEVICE] = "no virtio 1 device of this kind at its registers\n",
		[VIRTIO_REFUSED] = "the device does not offer what is needed\n",
		[VIRTIO_BROKEN] = "the device does not end its reset\n",
	};
	return complaints[result];
}

static uint32_t get(const struct virtio_device *device, uint32_t offset)
{
	return mmio_read(device->registers, offset);
}

static void set(const struct virtio_device *device, uint32_t offset, uint32_t value)
{
	mmio_write(device->registers, offset, value);
}

static void set_address(
	const struct virtio_device *device, uint32_t offset, uint64_t address)
{
	set(device, offset, (uint32_t)address);
	set(device, offset + 4u, (uint32_t)(address >> 32));
}

enum virtio_result virtio_find(
	struct virtio_device *device, uintptr_t registers, uint32_t id)
{
	device->registers = registers;
	bool found = get(device, VIRTIO_MMIO_MAGIC_VALUE) == VIRTIO_MMIO_MAGIC &&
		     get(device, VIRTIO_MMIO_VERSION) == VIRTIO_MMIO_VERSION_2 &&
		     get(device, VIRTIO_MMIO_DEVICE_ID) == id;
	return found ? VIRTIO_OK : VIRTIO_NO_DEVICE;
}

enum virtio_result virtio_reset(const struct virtio_device *device)
{
	set(device, VIRTIO_MMIO_STATUS, 0);
	for (uint32_t i = 0; i < VIRTIO_RESET_READS; i++)
		if (get(device, VIRTIO_MMIO_STATUS) == 0)
			return VIRTIO_OK;
	return VIRTIO_BROKEN;
}

enum virtio_result virtio_negotiate(
	struct virtio_device *device, uint64_t needed, uint64_t wanted)
{
	needed |= VIRTIO_F_VERSION_1;
	set(device, VIRTIO_MMIO_STATUS, VIRTIO_STATUS_ACKNOWLEDGE);
	set(device, VIRTIO_MMIO_STATUS, KNOWN);
	uint64_t offered = 0;
	for (uint32_t half = 0; half < 2; half++) {
		set(device, VIRTIO_MMIO_DEVICE_FEATURES_SEL, half);
		offered |= (uint64_t)get(device, VIRTIO_MMIO_DEVICE_FEATURES)
			   << 32 * half;
	}
	if ((offered & needed) != needed)
		return VIRTIO_REFUSED;
	uint64_t features = offered & (needed | wanted | VIRTIO_F_EVENT_IDX);
	for (uint32_t half = 0; half < 2; half++) {
		set(device, VIRTIO_MMIO_DRIVER_FEATURES_SEL, half);
		set(device, VIRTIO_MMIO_DRIVER_FEATURES,
			(uint32_t)(features >> 32 * half));
	}
	device->features = features;
	device->events = (features & VIRTIO_F_EVENT_IDX) != 0;
	set(device, VIRTIO_MMIO_STATUS, AGREED);
	bool agreed = (get(device, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_FEATURES_OK) != 0;
	return agreed ? VIRTIO_OK : VIRTIO_REFUSED;
}

enum virtio_result virtqueue_start(const struct virtio_device *device,
	struct virtqueue *queue, uint32_t number, struct virtqueue_ids *ids,
	struct virtqueue_memory *memory, uint64_t paddr, uint32_t chain)
{
	set(device, VIRTIO_MMIO_QUEUE_SEL, number);
	uint32_t size = get(device, VIRTIO_MMIO_QUEUE_NUM_MAX); /* untrusted */
	size = size < VIRTQUEUE_SIZE_MAX ? size : VIRTQUEUE_SIZE_MAX;
	if (get(device, VIRTIO_MMIO_QUEUE_READY) != 0 || size < chain ||
		(size & (size - 1u)) != 0)
		return VIRTIO_REFUSED;
	memset(memory, 0, sizeof(*memory));
	memset(ids, 0, sizeof(*ids));
	*queue = (struct virtqueue){
		.memory = memory,
		.ids = ids,
		.used_event = &memory->available.ring[size],
		.available_event = (uint16_t *)&memory->used.ring[size],
		.size = size,
		.slots = size / chain,
		.events = device->events,
	};
	for (uint32_t i = 0; i < queue->slots; i++)
		ids->free[i] = (uint16_t)(i * chain);
	for (uint32_t i = 0; i < size; i++)
		memory->descriptors[i].next = (uint16_t)(i + 1u);
	set(device, VIRTIO_MMIO_QUEUE_NUM, size);
	set_address(device, VIRTIO_MMIO_QUEUE_DESC_LOW, paddr);
	set_address(device, VIRTIO_MMIO_QUEUE_DRIVER_LOW,
		paddr + offsetof(struct virtqueue_memory, available));
	set_address(device, VIRTIO_MMIO_QUEUE_DEVICE_LOW,
		paddr + offsetof(struct virtqueue_memory, used));
	set(device, VIRTIO_MMIO_QUEUE_READY, 1);
	return VIRTIO_OK;
}

void virtio_run(const struct virtio_device *device)
{
	shared_fence(); /* what the queues hold, before the device may look */
	set(device, VIRTIO_MMIO_STATUS, AGREED | VIRTIO_STATUS_DRIVER_OK);
}

/*
 * The interrupt is an edge, so the status must have been 0 before it is waited for again:
 * what comes between a read and an acknowledgement is seen by the next read.
 */
enum virtio_event virtio_acknowledge(const struct virtio_device *device)
{
	uint32_t why, seen = 0;
	set(device, VIRTIO_MMIO_INTERRUPT_ACK, VIRTIO_INTERRUPT_USED);
	for (uint32_t i = 0; i < ACKNOWLEDGEMENTS_MAX; i++) {
		why = get(device, VIRTIO_MMIO_INTERRUPT_STATUS) & VIRTIO_INTERRUPTS;
		if (why == 0)
			break;
		seen |= why;
		set(device, VIRTIO_MMIO_INTERRUPT_ACK, why);
	}
	if ((seen & VIRTIO_INTERRUPT_CONFIGURATION) == 0)
		return VIRTIO_EVENT_NONE;
	return (get(device, VIRTIO_MMIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET) != 0
		       ? VIRTIO_EVENT_NEEDS_RESET
		       : VIRTIO_EVENT_CHANGED;
}
