/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of virtio block devices behind MMIO (virtio 1.2, section 5.2).
 *
 *     virt  -- requests  -->  take     -- available -->  device
 *           <- responses --   finish   <-- used --
 *
 * A request is a chain of three descriptors (a header that says what and where, the data,
 * a byte of status) out of four: a fourth is never used, so that chains have fixed places.
 * Headers and status bytes are in the driver's own memory, one for each chain; the data
 * are the client's and are not mapped here.
 *
 * A request is taken from virt only if there is room for its response and for those of
 * all that the device has. INFO, BARRIER wait until the device has nothing.
 *
 * A device that lies is reset, and what it had is answered with BLOCK_LOST: virt puts it
 * again. A driver without device answers everything with BLOCK_NO_DEVICE.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "../../lib/signal.h"
#include "../../virtio/device.h"
#include "../queue.h"

#include <devices/lib/mmio.h>

#define F_READ_ONLY (1ull << 5) /* VIRTIO_BLK_F_RO, 5.2.3 */
#define F_FLUSH (1ull << 9)     /* VIRTIO_BLK_F_FLUSH */

#define CAPACITY VIRTIO_MMIO_CONFIG /* blocks of 512 bytes, 64 bits; 5.2.4 */
#define CAPACITY_READS 100u         /* until it did not change meanwhile */

#define QUEUE 0u /* 5.2.2 */
#define CHAIN 4u /* descriptors of a request */
#define SLOTS (VIRTQUEUE_SIZE_MAX / CHAIN)

#define RESETS_MAX 8u /* in a row, without a request finished in between */

/* struct virtio_blk_req, 5.2.6 */
#define TYPE_IN 0u
#define TYPE_OUT 1u
#define TYPE_FLUSH 4u
#define STATUS_OK 0u
#define STATUS_IOERR 1u
#define STATUS_UNSUPP 2u
#define STATUS_NONE 0xffu /* before the device has written one */

struct header {
	uint32_t type;
	uint32_t reserved;
	uint64_t sector;
};

/* What the device reaches: the region of block_driver_config. */
struct shared {
	struct virtqueue_memory queue;
	struct header headers[SLOTS];
	uint8_t status[SLOTS]; /* untrusted */
};

_Static_assert((int)VIRTIO_NO_DEVICE == (int)BLOCK_DRIVER_NO_DEVICE &&
		       (int)VIRTIO_REFUSED == (int)BLOCK_DRIVER_REFUSED &&
		       (int)VIRTIO_BROKEN == (int)BLOCK_DRIVER_BROKEN,
	"a state is a result");

enum { REQUESTS, RESPONSES, SIGNALS };

static struct {
	const struct block_driver_config *config;
	struct block_driver_counters *counters;
	struct shared *shared;
	struct virtio_device device;
	struct virtqueue ring;
	struct virtqueue_ids ids;
	struct block_link link;
	struct signal_link signals[SIGNALS];
	uint64_t blocks; /* of the disk */
	uint32_t resets; /* in a row */
} driver;

__attribute__((used, section(".data")))
const struct block_driver_config *block_driver_config; /* set by the system file */

static bool running(void)
{
	return driver.counters->state == BLOCK_DRIVER_RUNNING;
}

/* ---- The device's life ---- */

/* How many blocks the disk has; a device that does not keep still has none (4.2.2.2). */
static uint64_t read_capacity(void)
{
	uintptr_t registers = driver.device.registers;
	for (uint32_t i = 0; i < CAPACITY_READS; i++) {
		uint32_t before = mmio_read(registers, VIRTIO_MMIO_CONFIG_GENERATION);
		uint32_t low = mmio_read(registers, CAPACITY);
		uint32_t high = mmio_read(registers, CAPACITY + 4u);
		if (mmio_read(registers, VIRTIO_MMIO_CONFIG_GENERATION) == before)
			return (uint64_t)high << 32 | low;
	}
	return 0;
}

static enum virtio_result start_queue(void)
{
	struct shared *shared = driver.shared;
	uint64_t paddr = driver.config->dma_paddr;
	enum virtio_result result = virtio_negotiate(
		&driver.device, 0, F_READ_ONLY | F_FLUSH);
	if (result == VIRTIO_OK)
		result = virtqueue_start(&driver.device, &driver.ring, QUEUE, &driver.ids,
			&shared->queue, paddr + offsetof(struct shared, queue), CHAIN);
	if (result != VIRTIO_OK)
		return result;
	for (uint32_t i = 0; i < driver.ring.slots; i++) {
		struct virtqueue_descriptor *chain =
			&shared->queue.descriptors[i * CHAIN];
		chain[0].address = paddr + offsetof(struct shared, headers[i]);
		chain[0].bytes = sizeof(struct header);
		chain[0].flags = VIRTQ_DESC_F_NEXT;
		chain[2].address = paddr + offsetof(struct shared, status[i]);
		chain[2].bytes = 1;
		chain[2].flags = VIRTQ_DESC_F_WRITE;
	}
	driver.blocks = read_capacity();
	virtio_run(&driver.device);
	return VIRTIO_OK;
}

/* ---- What the device has finished ---- */

/*
 * What the driver remembers of a request that the device has, in one word: its id in bits
 * 0 to 31, how many bytes the device is to write (bits 32 to 61), and a bit that makes it
 * no 0.
 */
static uint64_t remember(uint32_t id, uint32_t bytes)
{
	return 1ull << 63 | (uint64_t)bytes << 32 | id;
}

static void respond(uint32_t id, enum block_status status)
{
	struct block_response response = { .id = id, .status = (uint16_t)status };
	if (block_room(&driver.link) != 0) /* else virt is about to start anew */
		block_put_response(&driver.link, &response);
}

static void reset_for_fault(void)
{
	driver.counters->resets++;
	driver.resets++;
	enum virtio_result result = virtio_reset(&driver.device);
	for (uint32_t id = 0; id < driver.ring.size; id++) {
		uint64_t request = virtqueue_recover(&driver.ring, id);
		if (request != 0) {
			driver.counters->lost++;
			respond((uint32_t)request, BLOCK_LOST);
		}
	}
	if (result == VIRTIO_OK)
		result = driver.resets > RESETS_MAX ? VIRTIO_BROKEN : start_queue();
	if (result != VIRTIO_OK)
		driver.ring = (struct virtqueue){ .slots = 0 };
	driver.counters->state = result;
}

/* One finished request, `id` of its first descriptor unknown. False if the device lies. */
static bool finish_one(uint64_t request, uint32_t chain, uint32_t bytes)
{
	uint32_t expected = (uint32_t)(request >> 32) & 0x3fffffffu;
	uint8_t status = *(const volatile uint8_t *)&driver.shared->status[chain];
	bool good = status == STATUS_OK;
	bool truth = good ? bytes == expected
			  : (status == STATUS_IOERR || status == STATUS_UNSUPP) &&
				     bytes <= expected;
	enum block_status answer = good ? BLOCK_OK : BLOCK_FAILED;
	if (!truth)
		driver.counters->lost++;
	else
		driver.counters->failed += !good;
	respond((uint32_t)request, truth ? answer : BLOCK_LOST);
	return truth;
}

/* Answers what the device has finished. False if the device lies. */
static bool finish(void)
{
	struct virtqueue *ring = &driver.ring;
	uint32_t count = virtqueue_finished(ring);
	bool truth = count <= virtqueue_out(ring);
	for (uint32_t i = 0; truth && count != 0; i++, count--) {
		uint32_t bytes = virtqueue_bytes(ring, 0);
		uint64_t request = virtqueue_take(ring, 0);
		if (request == 0)
			return false;
		uint32_t first = ring->ids->free[ring->seen & (ring->slots - 1u)];
		virtqueue_took(ring, 1);
		truth = finish_one(request, first / CHAIN, bytes);
		driver.resets = truth ? 0 : driver.resets;
	}
	return truth;
}

/* ---- What the device gets ---- */

/* Fills in a chain, and prepares the device's request. */
static void give(const struct block_request *request)
{
	static const uint32_t types[] = { TYPE_IN, TYPE_OUT, TYPE_FLUSH };
	uint32_t bytes = request->count * BLOCK_BYTES;
	bool reads = request->operation == BLOCK_READ;
	uint32_t first = virtqueue_give(
		&driver.ring, 0, remember(request->id, reads ? bytes + 1u : 1u));
	struct virtqueue_descriptor *chain = &driver.shared->queue.descriptors[first];
	driver.shared->headers[first / CHAIN] = (struct header){
		.type = types[request->operation], .sector = request->block
	};
	driver.shared->status[first / CHAIN] = STATUS_NONE;
	if (request->operation == BLOCK_FLUSH) {
		chain[0].next = (uint16_t)(first + 2u);
	} else {
		chain[0].next = (uint16_t)(first + 1u);
		chain[1].address = request->where;
		chain[1].bytes = bytes;
		chain[1].flags = VIRTQ_DESC_F_NEXT | (reads ? VIRTQ_DESC_F_WRITE : 0u);
	}
	virtqueue_publish(&driver.ring, 1);
	driver.counters->reads += reads;
	driver.counters->writes += request->operation == BLOCK_WRITE;
	driver.counters->flushes += request->operation == BLOCK_FLUSH;
}

/* BLOCK_OK if the device can be given the request. */
static enum block_status judge(const struct block_request *request)
{
	if (request->operation == BLOCK_FLUSH)
		return BLOCK_OK;
	if (request->operation > BLOCK_FLUSH || request->count - 1u >= BLOCK_COUNT_MAX)
		return BLOCK_BAD_REQUEST;
	if (request->block > driver.blocks ||
		request->count > driver.blocks - request->block)
		return BLOCK_OUT_OF_RANGE;
	if (request->operation == BLOCK_WRITE &&
		(driver.device.features & F_READ_ONLY) != 0)
		return BLOCK_READ_ONLY;
	return BLOCK_OK;
}

static void respond_info(uint32_t id)
{
	bool read_only = (driver.device.features & F_READ_ONLY) != 0;
	struct block_response response = { .id = id, .status = BLOCK_NO_DEVICE };
	if (running())
		response = (struct block_response){ .id = id,
			.blocks = driver.blocks,
			.flags = read_only ? BLOCK_FLAG_READ_ONLY : 0 };
	block_put_response(&driver.link, &response);
}

/* Takes one request; false if it must wait. Requires: there is one. */
static bool take_one(void)
{
	uint32_t out = virtqueue_out(&driver.ring);
	struct block_request request = block_peek_request(&driver.link);
	bool ordered = request.operation == BLOCK_INFO ||
		       request.operation == BLOCK_BARRIER;
	if (block_room(&driver.link) <= out || (ordered && out != 0) ||
		(running() && out >= driver.ring.slots))
		return false;
	queue_advance(&driver.link.requests, 1);
	enum block_status status = running() ? judge(&request) : BLOCK_NO_DEVICE;
	if (request.operation == BLOCK_INFO) {
		respond_info(request.id);
	} else if (request.operation == BLOCK_BARRIER) {
		respond(request.id, BLOCK_OK);
	} else if (status != BLOCK_OK) {
		driver.counters->bad_requests += status != BLOCK_NO_DEVICE;
		respond(request.id, status);
	} else if (request.operation == BLOCK_FLUSH &&
		   (driver.device.features & F_FLUSH) == 0) {
		respond(request.id, BLOCK_OK); /* the device has no cache to flush */
	} else {
		give(&request);
	}
	return true;
}

/* ---- Entry points ---- */

static void work(void)
{
	(void)block_link_restarted(&driver.link);
	if (running() && !finish())
		reset_for_fault();
	while (block_left(&driver.link) != 0 && take_one())
		; /* ends: at most what is left, without another look */
	bool empty = block_left(&driver.link) == 0;
	driver.signals[REQUESTS].awaited = empty;
	driver.signals[RESPONSES].awaited = !empty && virtqueue_out(&driver.ring) == 0;
	if (running())
		virtqueue_ask(&driver.ring, 0);
}

/* After a fence: notifies the device; whether it has finished something meanwhile. */
static bool device_round(void)
{
	if (!running())
		return false;
	if (virtqueue_wanted(&driver.ring))
		mmio_write(driver.device.registers, VIRTIO_MMIO_QUEUE_NOTIFY, QUEUE);
	return virtqueue_finished(&driver.ring) != 0;
}

static enum virtio_result start_device(void)
{
	const struct block_driver_config *config = driver.config;
	enum virtio_result result = virtio_find(
		&driver.device, (uintptr_t)config->registers, VIRTIO_ID_BLOCK);
	if (result == VIRTIO_OK)
		result = virtio_reset(&driver.device);
	if (result == VIRTIO_OK && config->dma_bytes < sizeof(struct shared))
		result = VIRTIO_REFUSED;
	return result == VIRTIO_OK ? start_queue() : result;
}

void init(void)
{
	driver.config = block_driver_config;
	if (driver.config->magic != BLOCK_DRIVER_MAGIC) {
		microkit_dbg_puts(
			"block driver: the configuration is of another version\n");
		return;
	}
	driver.counters = (struct block_driver_counters *)(uintptr_t)
				  driver.config->counters;
	driver.shared = (struct shared *)(uintptr_t)driver.config->dma_vaddr;
	/* The device is reset before the queues start: nothing of the old life is in it. */
	*driver.counters = (struct block_driver_counters){ .state = start_device() };
	if (!running()) {
		driver.ring = (struct virtqueue){ .slots = 0 };
		microkit_dbg_puts("block driver: ");
		microkit_dbg_puts(
			virtio_complaint((enum virtio_result)driver.counters->state));
	}
	uint32_t channel = driver.config->virt.channel;
	driver.signals[REQUESTS] = (struct signal_link){ &driver.link.requests, channel,
		true };
	driver.signals[RESPONSES] = (struct signal_link){ &driver.link.responses, channel,
		false };
	if (block_link_start(&driver.link, &driver.config->virt, true))
		signal_start(driver.signals, SIGNALS);
}

void notified(microkit_channel ch)
{
	if (driver.link.request_slots == NULL)
		return;
	if (ch == driver.config->irq) {
		driver.counters->interrupts++;
		driver.counters->peer_faults = driver.link.requests.faults +
					       driver.link.responses.faults;
		if (virtio_acknowledge(&driver.device) == VIRTIO_EVENT_NEEDS_RESET &&
			running())
			reset_for_fault();
		microkit_deferred_irq_ack(ch);
	}
	bool more = true;
	while (more) {
		work();
		more = signal_round(driver.signals, SIGNALS);
		more = device_round() || more;
	}
}
