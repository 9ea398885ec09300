/* SPDX-License-Identifier: BSD-2-Clause */
/* See virtio.h. */
#include "virtio.h"

#define VIRTIO_BASE 0x0a003e00u /* virtio-mmio-bus.31 of QEMU's virt machine */
#define VIRTIO_INTERRUPT 79u    /* of the GIC: SPI 16 + 31 */

/* "Arm Generic Interrupt Controller Architecture Specification, version 2", chapter 4 */
#define GICD_BASE 0x08000000u
#define GICC_BASE 0x08010000u
enum { GICD_CTLR = 0x000, GICD_ISENABLER = 0x100, GICC_CTLR = 0x000, GICC_PMR = 0x004 };

/* 4.2.2, MMIO device register layout */
enum {
	VIRTIO_MAGIC = 0x000,
	VIRTIO_VERSION = 0x004,
	VIRTIO_DEVICE_ID = 0x008,
	VIRTIO_DRIVER_FEATURES = 0x020,
	VIRTIO_DRIVER_FEATURES_SEL = 0x024,
	VIRTIO_QUEUE_SEL = 0x030,
	VIRTIO_QUEUE_NUM = 0x038,
	VIRTIO_QUEUE_READY = 0x044,
	VIRTIO_QUEUE_NOTIFY = 0x050,
	VIRTIO_INTERRUPT_ACK = 0x064,
	VIRTIO_STATUS = 0x070,
	VIRTIO_QUEUE_DESC = 0x080,
	VIRTIO_QUEUE_DRIVER = 0x090,
	VIRTIO_QUEUE_DEVICE = 0x0a0,
	VIRTIO_CONFIG = 0x100,
};

#define VIRTIO_MAGIC_VALUE 0x74726976u
#define VIRTIO_NETWORK_DEVICE 1u
#define VIRTIO_F_VERSION_1_HIGH 1u /* bit 32, section 6 */

/* 2.1, device status */
enum { ACKNOWLEDGE = 1, DRIVER = 2, DRIVER_OK = 4, FEATURES_OK = 8 };

#define DESC_F_WRITE 2u         /* 2.6.5: the device writes */
#define AVAIL_F_NO_INTERRUPT 1u /* 2.6.6 */
#define USED_F_NO_NOTIFY 1u     /* 2.6.8 */

/* 2.6.5, 2.6.6, 2.6.8 */
struct queue {
	_Alignas(4096) struct {
		uint64_t addr;
		uint32_t len;
		uint16_t flags, next;
	} desc[VIRTIO_BUFFERS];
	struct {
		uint16_t flags, idx, ring[VIRTIO_BUFFERS];
	} avail;
	_Alignas(4096) struct {
		uint16_t flags, idx;
		struct {
			uint32_t id, len;
		} ring[VIRTIO_BUFFERS];
	} used;
	uint16_t given; /* what avail.idx will be */
	uint16_t taken; /* how far used has been read */
};

uint8_t virtio_buffers[VIRTIO_BUFFERS][VIRTIO_BUFFER_BYTES];
static struct queue queues[VIRTIO_QUEUES];

static volatile uint32_t *word(uint32_t address)
{
	return (volatile uint32_t *)(uintptr_t)address;
}

static volatile uint32_t *reg(uint32_t offset)
{
	return word(VIRTIO_BASE + offset);
}

static void set_address(uint32_t offset, const void *address)
{
	*reg(offset) = (uint32_t)(uintptr_t)address;
	*reg(offset + 4) = 0;
}

static void start_queue(unsigned int number)
{
	struct queue *q = &queues[number];

	for (uint32_t i = 0; i < VIRTIO_BUFFERS; i++) {
		q->desc[i].addr = (uintptr_t)virtio_buffers[i];
		q->desc[i].len = VIRTIO_BUFFER_BYTES;
		q->desc[i].flags = number == VIRTIO_RX ? DESC_F_WRITE : 0;
	}
	q->avail.flags = AVAIL_F_NO_INTERRUPT;
	*reg(VIRTIO_QUEUE_SEL) = number;
	*reg(VIRTIO_QUEUE_NUM) = VIRTIO_BUFFERS;
	set_address(VIRTIO_QUEUE_DESC, q->desc);
	set_address(VIRTIO_QUEUE_DRIVER, &q->avail);
	set_address(VIRTIO_QUEUE_DEVICE, &q->used);
	*reg(VIRTIO_QUEUE_READY) = 1;
}

/* An interrupt wakes the processor from WFI; it is masked there and never taken. */
static void enable_interrupt(void)
{
	*word(GICD_BASE + GICD_ISENABLER +
		VIRTIO_INTERRUPT / 32 * 4) = 1u << VIRTIO_INTERRUPT % 32;
	*word(GICC_BASE + GICC_PMR) = 0xff;
	*word(GICC_BASE + GICC_CTLR) = 1;
	*word(GICD_BASE + GICD_CTLR) = 1;
}

bool virtio_start(uint8_t mac[6])
{
	if (*reg(VIRTIO_MAGIC) != VIRTIO_MAGIC_VALUE || *reg(VIRTIO_VERSION) != 2 ||
		*reg(VIRTIO_DEVICE_ID) != VIRTIO_NETWORK_DEVICE)
		return false;
	*reg(VIRTIO_STATUS) = 0;
	*reg(VIRTIO_STATUS) = ACKNOWLEDGE | DRIVER;
	*reg(VIRTIO_DRIVER_FEATURES_SEL) = 0;
	*reg(VIRTIO_DRIVER_FEATURES) = 1u
				       << 5; /* 5.1.3: MAC, the device has an address */
	*reg(VIRTIO_DRIVER_FEATURES_SEL) = 1;
	*reg(VIRTIO_DRIVER_FEATURES) = VIRTIO_F_VERSION_1_HIGH;
	*reg(VIRTIO_STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK;
	for (unsigned int i = 0; i < VIRTIO_QUEUES; i++)
		start_queue(i);
	enable_interrupt();
	*reg(VIRTIO_STATUS) = ACKNOWLEDGE | DRIVER | FEATURES_OK | DRIVER_OK;
	for (unsigned int i = 0; i < 6; i++)
		mac[i] = ((volatile uint8_t *)reg(VIRTIO_CONFIG))[i];
	return true;
}

bool virtio_take(unsigned int queue, uint32_t *buffer, uint32_t *bytes)
{
	struct queue *q = &queues[queue];

	/* Acquire, with the device's writing of the buffer before its index. */
	if (__atomic_load_n(&q->used.idx, __ATOMIC_ACQUIRE) == q->taken)
		return false;
	*buffer = q->used.ring[q->taken % VIRTIO_BUFFERS].id % VIRTIO_BUFFERS;
	*bytes = q->used.ring[q->taken % VIRTIO_BUFFERS].len;
	q->taken++;
	return true;
}

void virtio_give(unsigned int queue, uint32_t buffer, uint32_t bytes)
{
	struct queue *q = &queues[queue];

	if (queue == VIRTIO_TX)
		q->desc[buffer].len = VIRTIO_HEADER_BYTES + bytes;
	q->avail.ring[q->given++ % VIRTIO_BUFFERS] = (uint16_t)buffer;
}

void virtio_publish(unsigned int queue)
{
	struct queue *q = &queues[queue];

	if (q->avail.idx == q->given)
		return;
	/* Release, with the device's reading of the index before the slots. */
	__atomic_store_n(&q->avail.idx, q->given, __ATOMIC_RELEASE);
	/* The index is visible before the flag is read (2.6.13.4.1). */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if ((__atomic_load_n(&q->used.flags, __ATOMIC_RELAXED) & USED_F_NO_NOTIFY) == 0)
		*reg(VIRTIO_QUEUE_NOTIFY) = queue;
}

void virtio_wait(void)
{
	struct queue *q = &queues[VIRTIO_RX];

	__atomic_store_n(&q->avail.flags, 0, __ATOMIC_RELAXED);
	/* The wish is visible before the queue is looked at again (2.6.8.3). */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (__atomic_load_n(&q->used.idx, __ATOMIC_ACQUIRE) == q->taken)
		__asm__ volatile("wfi" ::: "memory");
	__atomic_store_n(&q->avail.flags, AVAIL_F_NO_INTERRUPT, __ATOMIC_RELAXED);
	*reg(VIRTIO_INTERRUPT_ACK) = 3; /* for used buffers, for the configuration */
}
