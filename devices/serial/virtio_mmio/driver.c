/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of virtio console devices behind MMIO (virtio 1.2, section 5.3).
 *
 *     virt_tx --> queue --> transmit -- available -->  device
 *                           reclaim  <-- used --
 *     virt_rx <-- queue <-- receive  <-- used --       device
 *                           refill   -- available -->
 *
 * One port: no feature of the class is agreed on, so queue 0 receives and queue 1
 * transmits, and the configuration is not read. Bytes are copied between the class's
 * queues and buffers of the driver's own, which the device reads or writes: descriptor i
 * of a virtqueue has buffer i.
 *
 * A received buffer whose bytes find no room in virt_rx's queue is held, and no further
 * one is taken from the device: what comes then waits where the device takes it from.
 *
 * A device that lies is reset; after RESETS_MAX resets without a byte received or a buffer
 * sent in between it is given up. What it had is lost, as at each restart.
 */
#include <stddef.h>

#include <microkit.h>

#include <devices/lib/mmio.h>

#include "../../lib/signal.h"
#include "../../virtio/device.h"
#include "../counters.h"
#include "../queue.h"

#define RECEIVE_QUEUE 0u /* 5.3.2 */
#define TRANSMIT_QUEUE 1u

#define BUFFERS 8u /* of each direction; a power of two */
#define RECEIVE_BYTES 256u
#define TRANSMIT_BYTES 512u

#define NAME "serial driver: "
#define RESETS_MAX 8u /* in a row */

/* What the device reaches: the region of serial_driver_config. */
struct shared {
	struct virtqueue_memory receive;
	struct virtqueue_memory transmit;
	uint8_t received[BUFFERS][RECEIVE_BYTES]; /* untrusted */
	uint8_t sent[BUFFERS][TRANSMIT_BYTES];
};

enum { TX, RX, SIGNALS };

/* One direction. */
struct side {
	struct serial_queue queue;
	struct virtqueue ring;
	struct virtqueue_ids ids;
};

/* A received buffer whose bytes are being handed over. */
struct held {
	const volatile uint8_t *bytes; /* untrusted: the next one */
	uint32_t left;                 /* 0: nothing is held */
};

static struct {
	const struct serial_driver_config *config;
	struct serial_driver_counters *counters;
	struct shared *shared;
	struct virtio_device device;
	struct side tx;
	struct side rx;
	struct held held;
	struct signal_link signals[SIGNALS];
	uint32_t resets; /* in a row */
	bool tx_waits;   /* bytes wait for a buffer */
} driver;

__attribute__((used, section(".data")))
const struct serial_driver_config *serial_driver_config; /* set by the system file */

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static bool running(void)
{
	return driver.counters->state == SERIAL_DRIVER_RUNNING;
}

/* ---- The device's life ---- */

/* Starts a virtqueue of which no more than BUFFERS requests are used: ids 0 to slots - 1. */
static enum virtio_result start_ring(
	struct side *side, uint32_t number, struct virtqueue_memory *memory)
{
	uint64_t offset = (uintptr_t)memory - (uintptr_t)driver.shared;
	enum virtio_result result = virtqueue_start(&driver.device, &side->ring, number,
		&side->ids, memory, driver.config->dma_paddr + offset, 1);
	side->ring.slots = min(side->ring.slots, BUFFERS);
	return result;
}

static void give_buffers(void)
{
	uint64_t paddr = driver.config->dma_paddr;
	struct shared *shared = driver.shared;
	for (uint32_t i = 0; i < BUFFERS; i++) {
		shared->receive.descriptors[i] = (struct virtqueue_descriptor){
			.address = paddr + offsetof(struct shared, received[i]),
			.bytes = RECEIVE_BYTES,
			.flags = VIRTQ_DESC_F_WRITE,
		};
		shared->transmit.descriptors[i].address = paddr + offsetof(struct shared,
									  sent[i]);
	}
}

static enum virtio_result start_queues(void)
{
	struct shared *shared = driver.shared;
	enum virtio_result result = virtio_negotiate(&driver.device, 0, 0);
	if (result == VIRTIO_OK)
		result = start_ring(&driver.rx, RECEIVE_QUEUE, &shared->receive);
	if (result == VIRTIO_OK)
		result = start_ring(&driver.tx, TRANSMIT_QUEUE, &shared->transmit);
	if (result != VIRTIO_OK)
		return result;
	driver.held.left = 0;
	give_buffers();
	virtio_run(&driver.device);
	return VIRTIO_OK;
}

static enum serial_driver_state state_of(enum virtio_result result)
{
	static const enum serial_driver_state states[] = {
		[VIRTIO_OK] = SERIAL_DRIVER_RUNNING,
		[VIRTIO_NO_DEVICE] = SERIAL_DRIVER_NO_DEVICE,
		[VIRTIO_REFUSED] = SERIAL_DRIVER_NO_DEVICE,
		[VIRTIO_BROKEN] = SERIAL_DRIVER_BROKEN,
	};
	return states[result];
}

/* The device has lied, or asks for it. */
static void reset_for_fault(void)
{
	driver.counters->overruns++; /* what it had is lost */
	driver.resets++;
	enum virtio_result result = virtio_reset(&driver.device);
	if (result == VIRTIO_OK)
		result = driver.resets > RESETS_MAX ? VIRTIO_BROKEN : start_queues();
	driver.counters->state = state_of(result);
	if (result != VIRTIO_OK)
		microkit_dbg_puts(NAME "the device is given up\n");
}

/* ---- Sending ---- */

/* Takes back the buffers that the device has sent. False if it lies. */
static bool reclaim(void)
{
	struct virtqueue *ring = &driver.tx.ring;
	uint32_t count = virtqueue_finished(ring);
	if (count > virtqueue_out(ring))
		return false;
	for (; count != 0; count--) {
		if (virtqueue_take(ring, 0) == 0)
			return false;
		virtqueue_took(ring, 1);
		driver.resets = 0;
	}
	return true;
}

/* Gives the device what is in the queue, as far as there are buffers. */
static void transmit(void)
{
	struct serial_queue *queue = &driver.tx.queue;
	struct virtqueue *ring = &driver.tx.ring;
	uint32_t count = queue_refresh(&queue->queue);
	while (count != 0 && virtqueue_out(ring) < ring->slots) {
		uint32_t bytes = min(count, TRANSMIT_BYTES);
		uint32_t id = virtqueue_give(ring, 0, 1);
		uint8_t *buffer = driver.shared->sent[id];
		for (uint32_t i = 0; i < bytes; i++)
			buffer[i] = queue->bytes[queue_slot(&queue->queue, i)];
		driver.shared->transmit.descriptors[id].bytes = bytes;
		queue_advance(&queue->queue, bytes);
		virtqueue_publish(ring, 1);
		driver.counters->tx_bytes += bytes;
		count -= bytes;
	}
	driver.tx_waits = count != 0;
}

/* ---- Receiving ---- */

/* Gives the device each buffer that it does not have. Requires: none is held. */
static void refill(void)
{
	struct virtqueue *ring = &driver.rx.ring;
	uint32_t count = ring->slots - virtqueue_out(ring);
	for (uint32_t i = 0; i < count; i++)
		(void)virtqueue_give(ring, i, i + 1u);
	virtqueue_publish(ring, count);
}

/* Holds the next buffer that the device has filled, if there is one. False if it lies. */
static bool take_buffer(void)
{
	struct virtqueue *ring = &driver.rx.ring;
	uint32_t count = virtqueue_finished(ring);
	if (count == 0)
		return true;
	if (count > virtqueue_out(ring))
		return false;
	uint32_t bytes = virtqueue_bytes(ring, 0);
	if (bytes - 1u >= RECEIVE_BYTES || virtqueue_take(ring, 0) == 0)
		return false; /* a buffer is used when there is input: 5.3.6 */
	uint32_t id = ring->ids->free[ring->seen & (ring->slots - 1u)];
	virtqueue_took(ring, 1);
	driver.held = (struct held){ driver.shared->received[id], bytes };
	driver.resets = 0;
	return true;
}

/* Hands the bytes that are held over to virt_rx, as far as there is room. */
static void hand_over(void)
{
	struct serial_queue *queue = &driver.rx.queue;
	uint32_t bytes = min(driver.held.left, queue_refresh(&queue->queue));
	if (bytes == 0)
		return;
	for (uint32_t i = 0; i < bytes; i++)
		queue->bytes[queue_slot(&queue->queue, i)] = *driver.held.bytes++;
	queue_advance(&queue->queue, bytes);
	driver.held.left -= bytes;
	driver.counters->rx_bytes += bytes;
}

/* At most all buffers once: what comes meanwhile is seen by device_round. */
static bool receive(void)
{
	bool truth = true;
	for (uint32_t i = 0; i <= BUFFERS && truth; i++) {
		hand_over();
		if (driver.held.left != 0)
			break;
		refill();
		truth = i == BUFFERS || take_buffer();
	}
	return truth;
}

/* ---- Entry points ---- */

/* Does all that there is to do. False if the device had to be reset: there is more. */
static bool work(void)
{
	if (!running())
		return true;
	bool truth = reclaim();
	if (truth) {
		transmit();
		truth = receive();
	}
	if (!truth)
		reset_for_fault();
	/* Interrupts: of sent buffers while bytes wait for one, of input unless some is held. */
	uint32_t never = BUFFERS;
	virtqueue_ask(&driver.tx.ring, driver.tx_waits ? 0 : never);
	virtqueue_ask(&driver.rx.ring, driver.held.left != 0 ? never : 0);
	driver.signals[TX].awaited = !driver.tx_waits;
	driver.signals[RX].awaited = driver.held.left != 0;
	return truth;
}

static void notify_device(struct virtqueue *ring, uint32_t number)
{
	if (virtqueue_wanted(ring))
		mmio_write(driver.device.registers, VIRTIO_MMIO_QUEUE_NOTIFY, number);
}

/* After a fence: notifies the device; whether it has finished something of use meanwhile. */
static bool device_round(void)
{
	if (!running())
		return false;
	notify_device(&driver.tx.ring, TRANSMIT_QUEUE);
	notify_device(&driver.rx.ring, RECEIVE_QUEUE);
	return (driver.tx_waits && virtqueue_finished(&driver.tx.ring) != 0) ||
	       (driver.held.left == 0 && virtqueue_finished(&driver.rx.ring) != 0);
}

/* Ends: each round needs a neighbour or device that has gone on, or is one of few resets. */
static void serve(void)
{
	bool more = true;
	while (more) {
		more = !work();
		more = signal_round(driver.signals, SIGNALS) || more;
		more = device_round() || more;
	}
	driver.counters->peer_faults = driver.tx.queue.queue.faults +
				       driver.rx.queue.queue.faults;
}

static enum virtio_result start_device(void)
{
	const struct serial_driver_config *config = driver.config;
	enum virtio_result result = virtio_find(
		&driver.device, (uintptr_t)config->registers, VIRTIO_ID_CONSOLE);
	if (result == VIRTIO_OK)
		result = virtio_reset(&driver.device);
	if (result == VIRTIO_OK && config->dma_bytes < sizeof(struct shared))
		result = VIRTIO_REFUSED;
	return result == VIRTIO_OK ? start_queues() : result;
}

void init(void)
{
	const struct serial_driver_config *config = serial_driver_config;
	if (config == NULL || config->magic != SERIAL_DRIVER_MAGIC)
		__builtin_trap();
	driver.config = config;
	driver.counters = (struct serial_driver_counters *)(uintptr_t)config->counters;
	driver.shared = (struct shared *)(uintptr_t)config->dma_vaddr;
	enum virtio_result result = start_device();
	driver.counters->state = state_of(result);
	if (result != VIRTIO_OK) {
		microkit_dbg_puts(NAME);
		microkit_dbg_puts(virtio_complaint(result));
		return;
	}
	if (!serial_consume(&driver.tx.queue, &config->tx) ||
		!serial_produce(&driver.rx.queue, &config->rx))
		__builtin_trap();
	driver.signals[TX] = (struct signal_link){ &driver.tx.queue.queue,
		config->tx.channel, true };
	driver.signals[RX] = (struct signal_link){ &driver.rx.queue.queue,
		config->rx.channel, false };
	signal_start(driver.signals, SIGNALS);
	serve(); /* the device gets its buffers */
}

void notified(microkit_channel ch)
{
	bool interrupt = ch == driver.config->irq;
	if (!running())
		return;
	if (interrupt) {
		driver.counters->interrupts++;
		if (virtio_acknowledge(&driver.device) == VIRTIO_EVENT_NEEDS_RESET)
			reset_for_fault();
	}
	serve();
	if (interrupt)
		microkit_deferred_irq_ack(ch);
}
