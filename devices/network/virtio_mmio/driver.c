/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of virtio network devices behind MMIO (virtio 1.2, section 5.1).
 *
 *     virt_rx  <-- filled --   receive   <-- used --        device
 *              --  free  -->   refill    -- available -->
 *     virt_tx  -- filled -->   send      -- available -->
 *              <-- free  --    reclaim   <-- used --
 *
 * A received frame and the 12 bytes that the device writes in front of it are in one
 * buffer, one descriptor. To a frame that is sent belong two: 12 bytes of zeros in the
 * driver's own memory, since what stands in front of the frame is the client's word, and
 * the frame. No feature is agreed on that would give these 12 bytes a meaning.
 *
 * Invariant: a buffer that was taken from a virtualiser and not yet given back is in
 * `requests` of one of the two virtqueues. A device that lies is reset, and all that it
 * had goes back: `bytes` 0. If there is no room in a queue that gives back, its other end
 * is cut off or about to start anew, and will then have all its buffers at home.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "../../lib/signal.h"
#include "../../virtio/device.h"
#include "../queue.h"

#include <devices/virtio/mmio.h>

#define HEADER_BYTES 12u /* struct virtio_net_hdr, 5.1.6 */
#define RECEIVE_QUEUE 0u /* 5.1.2 */
#define TRANSMIT_QUEUE 1u

#define RESETS_MAX 8u /* in a row, without frames received in between */

_Static_assert(NETWORK_FRAME_OFFSET >= HEADER_BYTES, "there is room in front of a frame");
_Static_assert((int)VIRTIO_NO_DEVICE == (int)NETWORK_DRIVER_NO_DEVICE &&
		       (int)VIRTIO_REFUSED == (int)NETWORK_DRIVER_REFUSED &&
		       (int)VIRTIO_BROKEN == (int)NETWORK_DRIVER_BROKEN,
	"a state is a result");

/* What the device reaches: the region of network_driver_config. */
struct shared {
	struct virtqueue_memory receive;
	struct virtqueue_memory transmit;
	uint8_t header[HEADER_BYTES]; /* of every frame sent: zeros */
};

enum { RX_TAKE, RX_GIVE, TX_TAKE, TX_GIVE, SIGNALS };

static struct {
	const struct network_driver_config *config;
	struct network_driver_counters *counters;
	struct virtio_device device;
	struct virtqueue receive;
	struct virtqueue transmit;
	struct network_link rx;
	struct network_link tx;
	struct signal_link signals[SIGNALS];
	uint32_t rx_low;  /* with fewer buffers in the device, more are asked for */
	uint32_t tx_lazy; /* as many sent frames may wait in the device */
	uint32_t resets;  /* in a row */
} driver;

__attribute__((used, section(".data")))
const struct network_driver_config *network_driver_config; /* set by the system file */

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/* ---- The device's life ---- */

static enum virtio_result start_queues(void)
{
	struct shared *shared = (struct shared *)(uintptr_t)driver.config->dma_vaddr;
	uint64_t paddr = driver.config->dma_paddr;
	enum virtio_result result = virtio_negotiate(&driver.device, 0);
	if (result == VIRTIO_OK)
		result = virtqueue_start(&driver.device, &driver.receive, RECEIVE_QUEUE,
			&shared->receive, paddr + offsetof(struct shared, receive), 1);
	if (result == VIRTIO_OK)
		result = virtqueue_start(&driver.device, &driver.transmit, TRANSMIT_QUEUE,
			&shared->transmit, paddr + offsetof(struct shared, transmit), 2);
	if (result != VIRTIO_OK)
		return result;
	for (uint32_t i = 0; i < driver.receive.size; i++) {
		shared->receive.descriptors[i].flags = VIRTQ_DESC_F_WRITE;
		shared->receive.descriptors[i].bytes = HEADER_BYTES + NETWORK_FRAME_MAX;
	}
	memset(shared->header, 0, HEADER_BYTES);
	for (uint32_t i = 0; i < driver.transmit.size; i += 2) {
		shared->transmit.descriptors[i].flags = VIRTQ_DESC_F_NEXT;
		shared->transmit.descriptors[i].bytes = HEADER_BYTES;
		shared->transmit.descriptors[i].address = paddr +
							  offsetof(struct shared, header);
	}
	driver.rx_low = min(driver.receive.slots, driver.config->rx.capacity) / 2u;
	driver.tx_lazy = min(driver.transmit.slots / 2u, NETWORK_TX_LAZY);
	virtqueue_ask(&driver.receive, 0);
	virtqueue_ask(&driver.transmit, driver.tx_lazy);
	virtio_run(&driver.device);
	return VIRTIO_OK;
}

/* Takes all requests back, and gives their buffers back unless they are at home anyway. */
static void recover(struct virtqueue *ring, struct network_queue *give, bool at_home)
{
	for (uint32_t id = 0; id < ring->size; id++) {
		uint64_t request = virtqueue_recover(ring, id);
		if (request != 0 && !at_home)
			(void)network_put(give, network_slot_where(request));
	}
}

static void reset(bool rx_at_home, bool tx_at_home)
{
	enum virtio_result result = virtio_reset(&driver.device);
	if (result == VIRTIO_OK) {
		recover(&driver.receive, &driver.rx.give, rx_at_home);
		recover(&driver.transmit, &driver.tx.give, tx_at_home);
		result = driver.resets > RESETS_MAX ? VIRTIO_BROKEN : start_queues();
	}
	driver.counters->state = result;
}

/* The device has lied, or asks for it. */
static void reset_for_fault(void)
{
	driver.counters->resets++;
	driver.resets++;
	reset(false, false);
}

/* ---- Moving frames ---- */

/*
 * Gives what the device has finished back to the virtualiser, frames received or buffers
 * sent, if it is more than `lazy`. False if the device has lied.
 */
static inline bool finish(
	struct virtqueue *ring, struct network_queue *give, uint32_t lazy, bool receives)
{
	uint32_t count = virtqueue_finished(ring);
	if (count <= lazy)
		return true;
	if (count == VIRTQUEUE_LIE)
		return false;
	uint32_t room = network_room(give, count);
	uint32_t put = 0;
	bool truth = true;
	for (uint32_t i = 0; i < count && truth; i++) {
		uint32_t bytes;
		uint64_t slot = virtqueue_take(ring, &bytes);
		truth = slot != 0;
		if (receives && truth) {
			bytes -= HEADER_BYTES;
			truth = bytes <= NETWORK_FRAME_MAX;
			slot = network_slot(slot, truth ? bytes : 0);
		}
		if (slot != 0 && put < room)
			network_poke(give, put++, slot);
	}
	if (put != 0)
		queue_advance(&give->queue, put);
	if (receives) {
		driver.counters->rx_frames += put;
		driver.counters->rx_dropped += count - put;
		driver.resets = truth ? 0 : driver.resets;
	}
	return truth;
}

/* Gives the device buffers to receive into. */
static void refill(void)
{
	struct virtqueue *ring = &driver.receive;
	struct network_queue *take = &driver.rx.take;
	uint32_t count = min(network_left(take), ring->slots - virtqueue_out(ring));
	if (count == 0)
		return;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t where = network_slot_where(network_peek(take, i));
		if (where == 0) {
			driver.counters->bad_slots++;
			continue;
		}
		uint32_t id = virtqueue_give(ring, where);
		ring->memory->descriptors[id].address = where + NETWORK_FRAME_OFFSET -
							HEADER_BYTES;
	}
	virtqueue_publish(ring);
	queue_advance(&take->queue, count);
}

/* Gives the device frames to send. */
static void send(void)
{
	struct virtqueue *ring = &driver.transmit;
	struct network_queue *take = &driver.tx.take;
	uint32_t count = min(network_left(take), ring->slots - virtqueue_out(ring));
	if (count == 0)
		return;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t slot = network_peek(take, i);
		uint64_t where = network_slot_where(slot);
		uint32_t bytes = network_slot_bytes(slot);
		if (where == 0 || bytes - NETWORK_FRAME_MIN >
					  NETWORK_FRAME_MAX - NETWORK_FRAME_MIN) {
			driver.counters->bad_slots++;
			(void)network_put(&driver.tx.give, where);
			continue;
		}
		uint32_t id = virtqueue_give(ring, where);
		struct virtqueue_descriptor *frame = &ring->memory->descriptors[id + 1u];
		frame->address = where + NETWORK_FRAME_OFFSET;
		frame->bytes = bytes;
	}
	driver.counters->tx_frames += count;
	virtqueue_publish(ring);
	queue_advance(&take->queue, count);
}

/* Uses every queue as far as it can go. `rx`: virt_rx has signalled. */
static void work(bool rx)
{
	rx = rx || virtqueue_out(&driver.receive) < driver.rx_low;
	bool tx_new = network_link_restarted(&driver.tx);
	bool rx_new = rx && network_link_restarted(&driver.rx);
	if ((rx_new && virtqueue_out(&driver.receive) != 0) ||
		(tx_new && virtqueue_out(&driver.transmit) != 0))
		reset(rx_new, tx_new);
	if (!finish(&driver.receive, &driver.rx.give, 0, true) ||
		!finish(&driver.transmit, &driver.tx.give, driver.tx_lazy / 2u, false))
		reset_for_fault();
	if (driver.counters->state != NETWORK_DRIVER_RUNNING)
		return;
	send();
	if (rx || virtqueue_out(&driver.receive) < driver.rx_low)
		refill();
	virtqueue_ask(&driver.receive, 0);
	virtqueue_ask(&driver.transmit, driver.tx_lazy);
	driver.signals[RX_TAKE].awaited = virtqueue_out(&driver.receive) < driver.rx_low;
	driver.signals[TX_TAKE].awaited = virtqueue_out(&driver.transmit) <
					  driver.transmit.slots;
}

/* After a fence: notifies the device; whether it has finished something meanwhile. */
static bool device_round(void)
{
	if (virtqueue_wanted(&driver.transmit))
		mmio_write(driver.device.registers, VIRTIO_MMIO_QUEUE_NOTIFY,
			TRANSMIT_QUEUE);
	if (virtqueue_wanted(&driver.receive))
		mmio_write(
			driver.device.registers, VIRTIO_MMIO_QUEUE_NOTIFY, RECEIVE_QUEUE);
	return virtqueue_finished(&driver.receive) != 0 ||
	       virtqueue_finished(&driver.transmit) > driver.tx_lazy;
}

/* ---- Entry points ---- */

static enum virtio_result start(void)
{
	const struct network_driver_config *config = driver.config;
	enum virtio_result result = virtio_find(
		&driver.device, (uintptr_t)config->registers, VIRTIO_ID_NETWORK);
	if (result == VIRTIO_OK)
		result = virtio_reset(&driver.device);
	if (result == VIRTIO_OK &&
		(config->dma_bytes < sizeof(struct shared) ||
			!network_link_start(&driver.rx, &config->rx, false) ||
			!network_link_start(&driver.tx, &config->tx, true)))
		result = VIRTIO_REFUSED;
	return result == VIRTIO_OK ? start_queues() : result;
}

void init(void)
{
	static const char *const messages[] = {
		[VIRTIO_NO_DEVICE] = "no virtio 1 network device at its registers\n",
		[VIRTIO_REFUSED] = "the device does not offer what is needed\n",
		[VIRTIO_BROKEN] = "the device does not end its reset\n",
	};
	driver.config = network_driver_config;
	if (driver.config->magic != NETWORK_DRIVER_MAGIC) {
		microkit_dbg_puts(
			"network driver: the configuration is of another version\n");
		return;
	}
	driver.counters = (struct network_driver_counters *)(uintptr_t)
				  driver.config->counters;
	*driver.counters = (struct network_driver_counters){ .state = start() };
	if (driver.counters->state != NETWORK_DRIVER_RUNNING) {
		microkit_dbg_puts("network driver: ");
		microkit_dbg_puts(messages[driver.counters->state]);
		return;
	}
	uint32_t rx = driver.config->rx.channel;
	uint32_t tx = driver.config->tx.channel;
	driver.signals[RX_TAKE] = (struct signal_link){ &driver.rx.take.queue, rx, true };
	driver.signals[RX_GIVE] = (struct signal_link){ &driver.rx.give.queue, rx,
		false };
	driver.signals[TX_TAKE] = (struct signal_link){ &driver.tx.take.queue, tx, true };
	driver.signals[TX_GIVE] = (struct signal_link){ &driver.tx.give.queue, tx,
		false };
	signal_start(driver.signals, SIGNALS);
}

void notified(microkit_channel ch)
{
	if (driver.counters == NULL || driver.counters->state != NETWORK_DRIVER_RUNNING)
		return;
	if (ch == driver.config->irq) {
		driver.counters->interrupts++;
		driver.counters->peer_faults = driver.rx.take.queue.faults +
					       driver.rx.give.queue.faults +
					       driver.tx.take.queue.faults +
					       driver.tx.give.queue.faults;
		if (virtio_acknowledge(&driver.device))
			reset_for_fault();
		if (microkit_have_signal) /* of notified() just before */
			microkit_irq_ack(ch);
		else
			microkit_deferred_irq_ack(ch);
	}
	bool more = true;
	while (more) {
		work(ch == driver.config->rx.channel);
		more = signal_round(driver.signals, SIGNALS);
		more = device_round() || more;
		more = more && driver.counters->state == NETWORK_DRIVER_RUNNING;
	}
}
