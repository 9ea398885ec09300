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
 *
 * The device says by an interrupt that its configuration is another: that its carrier is
 * lost, or back. All clients read that in a page, and are notified.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "../../lib/signal.h"
#include "../../virtio/device.h"
#include "../queue.h"

#include <devices/lib/mmio.h>

#define HEADER_BYTES 12u /* struct virtio_net_hdr, 5.1.6 */
#define RECEIVE_QUEUE 0u /* 5.1.2 */
#define TRANSMIT_QUEUE 1u
#define VIRTIO_NET_F_STATUS (1ull << 16)            /* 5.1.3 */
#define VIRTIO_NET_STATUS (VIRTIO_MMIO_CONFIG + 6u) /* 16 bits; struct in 5.1.4 */
#define VIRTIO_NET_S_LINK_UP 1u

#define NAME "network driver: "
#define RESETS_MAX 8u /* in a row, without frames received in between */

_Static_assert(NETWORK_FRAME_OFFSET >= HEADER_BYTES, "there is room in front of a frame");
_Static_assert((int)VIRTIO_BROKEN == (int)NETWORK_DRIVER_BROKEN, "results are states");

/* Made twice, once for each direction. */
#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* What the device reaches: the region of network_driver_config. */
struct shared {
	struct virtqueue_memory receive;
	struct virtqueue_memory transmit;
	uint8_t header[HEADER_BYTES]; /* of every frame sent: zeros */
};

/* What belongs to one direction. */
struct side {
	struct network_link link;
	struct virtqueue ring;
	struct virtqueue_ids ids;
	microkit_channel channel;
	uint32_t low;  /* with fewer buffers in the device, more are asked for */
	uint32_t lazy; /* as many finished buffers may wait in the device */
	bool open;     /* the device is given buffers */
};

static struct driver {
	const struct network_driver_config *config;
	struct network_driver_counters *counters;
	struct virtio_device device;
	struct side rx;
	struct side tx;
	uint32_t resets; /* in a row */
	bool both;       /* there may be work on both sides */
	bool no_carrier; /* what is to be sent is dropped */
	uint32_t state;  /* enum network_driver_state */
} driver = { .state = NETWORK_DRIVER_NO_DEVICE };

__attribute__((used, section(".data")))
const struct network_driver_config *network_driver_config; /* set by the system file */

static uint32_t min(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

/*
 * The state, at an address that the compiler does not know: it keeps it in a register,
 * where it would else compute the address of each member anew.
 */
static inline struct driver *state(void)
{
	struct driver *d = &driver;
	__asm__("" : "+r"(d));
	return d;
}

/* ---- The device's life ---- */

/* Who reads it is notified afterwards. */
static void set_carrier(struct driver *d, bool lost)
{
	struct network_carrier *carrier = (struct network_carrier *)(uintptr_t)
						  d->config->carrier;
	d->no_carrier = lost;
	d->both = true;
	d->tx.open = d->rx.open && !lost;
	d->counters->carrier_losses += lost;
	d->counters->no_carrier = lost;
	shared_store(&carrier->lost, lost);
	shared_fence(); /* with the kernel's, when it wakes them: network_client_carrier */
	signal_notify(d->config->listeners, false);
}

/* The device is believed: a lie costs frames, no memory. */
static bool carrier_lost(const struct driver *d)
{
	return (d->device.features & VIRTIO_NET_F_STATUS) != 0 &&
	       (mmio_read_16(d->device.registers, VIRTIO_NET_STATUS) &
		       VIRTIO_NET_S_LINK_UP) == 0;
}

static void follow_carrier(struct driver *d)
{
	bool lost = carrier_lost(d);
	if (lost != d->no_carrier)
		set_carrier(d, lost);
}

static enum virtio_result start_queues(struct driver *d)
{
	struct shared *shared = (struct shared *)(uintptr_t)d->config->dma_vaddr;
	uint64_t paddr = d->config->dma_paddr;
	enum virtio_result result = virtio_negotiate(&d->device, 0, VIRTIO_NET_F_STATUS);
	if (result == VIRTIO_OK)
		result = virtqueue_start(&d->device, &d->rx.ring, RECEIVE_QUEUE,
			&d->rx.ids, &shared->receive,
			paddr + offsetof(struct shared, receive), 1);
	if (result == VIRTIO_OK)
		result = virtqueue_start(&d->device, &d->tx.ring, TRANSMIT_QUEUE,
			&d->tx.ids, &shared->transmit,
			paddr + offsetof(struct shared, transmit), 2);
	if (result != VIRTIO_OK)
		return result;
	for (uint32_t i = 0; i < d->rx.ring.size; i++)
		shared->receive.descriptors[i].flags = VIRTQ_DESC_F_WRITE;
	for (uint32_t i = 0; i < d->tx.ring.size; i += 2) {
		shared->transmit.descriptors[i].address = paddr +
							  offsetof(struct shared, header);
		shared->transmit.descriptors[i].bytes = HEADER_BYTES;
		shared->transmit.descriptors[i].flags = VIRTQ_DESC_F_NEXT;
	}
	memset(shared->header, 0, HEADER_BYTES);
	d->rx.low = (min(d->rx.ring.slots, d->config->rx.capacity) + 1u) / 2u;
	d->tx.low = d->tx.ring.slots;
	d->tx.lazy = min(
		min(d->tx.ring.slots, d->config->tx.capacity) / 2u, NETWORK_TX_LAZY);
	virtio_run(&d->device);
	d->rx.open = true;
	d->tx.open = !d->no_carrier;
	return VIRTIO_OK;
}

/* Gives a buffer back without a frame. */
static void give_back(struct side *side, uint64_t slot)
{
	if (network_link_room(&side->link, 1) != 0)
		(void)network_put(&side->link.give, network_slot_where(slot));
}

/* Takes all requests back, and gives their buffers back unless they are at home anyway. */
static void recover(struct side *side, bool at_home)
{
	for (uint32_t id = 0; id < side->ring.size; id++) {
		uint64_t slot = virtqueue_recover(&side->ring, id);
		if (slot != 0 && !at_home)
			give_back(side, slot);
	}
}

/* If neither side's buffers are at home, the device has lied, or asks for it. */
static void reset(struct driver *d, bool rx_at_home, bool tx_at_home)
{
	bool fault = !rx_at_home && !tx_at_home;
	d->counters->resets += fault;
	d->resets += fault;
	d->both = true;
	d->rx.open = false;
	d->tx.open = false;
	d->state = virtio_reset(&d->device);
	if (d->state == NETWORK_DRIVER_RUNNING) {
		recover(&d->rx, rx_at_home);
		recover(&d->tx, tx_at_home);
		d->state = d->resets > RESETS_MAX ? NETWORK_DRIVER_BROKEN
						  : start_queues(d);
	}
	if (d->state == NETWORK_DRIVER_RUNNING)
		follow_carrier(d);
	d->counters->state = d->state;
}

/* ---- Moving frames ---- */

/*
 * Gives what the device has finished back to the virtualiser: frames received, or
 * buffers sent. False if the device has lied.
 */
ALWAYS_INLINE bool finish(struct driver *d, bool receives)
{
	struct side *side = receives ? &d->rx : &d->tx;
	uint32_t count = virtqueue_finished(&side->ring);
	if (count <= side->lazy / 2u)
		return true;
	if (count > virtqueue_out(&side->ring))
		return false;
	bool room = network_link_room(&side->link, count) >= count;
	const struct network_queue give = side->link.give; /* copies: see virtqueue.h */
	const struct virtqueue ring = side->ring;
	uint32_t i = 0;
	for (; i < count; i++) {
		uint32_t bytes = receives ? virtqueue_bytes(&ring, i) - HEADER_BYTES : 0;
		uint64_t slot = bytes <= NETWORK_FRAME_MAX ? virtqueue_take(&ring, i) : 0;
		if (slot == 0)
			break; /* the device has lied */
		network_poke(&give, i, network_slot(network_slot_where(slot), bytes));
	}
	virtqueue_took(&side->ring, i);
	if (room && i != 0)
		queue_advance(&side->link.give.queue, i);
	if (receives) {
		d->counters->rx_frames += i;
		d->counters->rx_dropped += room ? 0 : i;
		d->resets = i == count ? 0 : d->resets;
	}
	return i == count;
}

/* Gives the device buffers to receive into, or frames to send. */
ALWAYS_INLINE void start(struct driver *d, bool receives)
{
	struct side *side = receives ? &d->rx : &d->tx;
	const struct network_queue take = side->link.take;
	const struct virtqueue ring = side->ring;
	uint32_t count = min(network_left(&take), ring.slots - virtqueue_out(&ring));
	uint32_t good = 0;
	if (count == 0)
		return;
	for (uint32_t i = 0; i < count; i++) {
		uint64_t slot = network_peek(&take, i);
		uint64_t where = network_slot_where(slot);
		uint32_t bytes = receives ? NETWORK_FRAME_MAX : network_slot_bytes(slot);
		if (bytes - NETWORK_FRAME_MIN > NETWORK_FRAME_MAX - NETWORK_FRAME_MIN) {
			d->counters->bad_slots++;
			give_back(side, slot);
			continue;
		}
		uint32_t id = virtqueue_give(&ring, good++, network_slot(where, bytes));
		struct virtqueue_descriptor *frame =
			&ring.memory->descriptors[receives ? id : id + 1u];
		uint32_t header = receives ? HEADER_BYTES : 0;
		frame->address = where + NETWORK_FRAME_OFFSET - header;
		frame->bytes = bytes + header;
	}
	virtqueue_publish(&side->ring, good);
	queue_advance(&side->link.take.queue, count);
	if (!receives)
		d->counters->tx_frames += good;
}

/* Without a carrier frames are lost as on a cable that leads nowhere. */
__attribute__((noinline, cold)) static void drop(struct driver *d)
{
	struct side *side = &d->tx;
	uint32_t count = network_left(&side->link.take);
	for (uint32_t i = 0; i < count; i++)
		give_back(side, network_peek(&side->link.take, i));
	queue_advance(&side->link.take.queue, count);
	d->counters->tx_dropped += count;
}

/* Does what there is to do in one direction, and says whether there may be more. */
ALWAYS_INLINE bool serve(struct driver *d, bool receives)
{
	struct side *side = receives ? &d->rx : &d->tx;
	uint32_t number = receives ? RECEIVE_QUEUE : TRANSMIT_QUEUE;
	struct virtqueue *ring = &side->ring;
	if (network_link_restarted(&side->link) && virtqueue_out(ring) != 0)
		reset(d, receives, !receives);
	if (!finish(d, receives))
		reset(d, false, false);
	if (virtqueue_out(ring) < side->low && side->open)
		start(d, receives);
	else if (!receives && d->no_carrier)
		drop(d);
	virtqueue_ask(ring, side->lazy);
	bool awaits = virtqueue_out(ring) < side->low;
	uint64_t channels = 0;
	if (awaits)
		queue_ask(&side->link.take.queue);
	shared_fence();
	bool more = signal_check(
		&side->link.take.queue, side->channel, awaits, &channels);
	/* Never awaited: there is always room. */
	(void)signal_check(&side->link.give.queue, side->channel, false, &channels);
	signal_notify(channels, !more);
	if (virtqueue_wanted(ring))
		mmio_write(d->device.registers, VIRTIO_MMIO_QUEUE_NOTIFY, number);
	return more || virtqueue_finished(ring) > side->lazy;
}

/* ---- Entry points ---- */

static enum virtio_result start_all(struct driver *d)
{
	const struct network_driver_config *config = d->config;
	enum virtio_result result = virtio_find(
		&d->device, (uintptr_t)config->registers, VIRTIO_ID_NETWORK);
	if (result == VIRTIO_OK)
		result = virtio_reset(&d->device);
	if (result == VIRTIO_OK &&
		(config->dma_bytes < sizeof(struct shared) ||
			!network_link_start(&d->rx.link, &config->rx, false) ||
			!network_link_start(&d->tx.link, &config->tx, true)))
		result = VIRTIO_REFUSED;
	return result == VIRTIO_OK ? start_queues(d) : result;
}

void init(void)
{
	struct driver *d = state();
	const struct network_driver_config *config = network_driver_config;
	if (config->magic != NETWORK_DRIVER_MAGIC) {
		microkit_dbg_puts(NAME "configured for another version\n");
		return;
	}
	d->config = config;
	d->counters = (struct network_driver_counters *)(uintptr_t)config->counters;
	d->state = start_all(d);
	*d->counters = (struct network_driver_counters){ .state = d->state };
	if (d->state != NETWORK_DRIVER_RUNNING) {
		microkit_dbg_puts(NAME);
		microkit_dbg_puts(virtio_complaint((enum virtio_result)d->state));
		return;
	}
	d->rx.channel = config->rx.channel;
	d->tx.channel = config->tx.channel;
	/* In an earlier life nobody may have been told what it had become. */
	set_carrier(d, carrier_lost(d));
	microkit_notify(d->rx.channel);
	microkit_notify(d->tx.channel);
}

static void interrupted(struct driver *d, microkit_channel irq)
{
	const struct network_link *rx = &d->rx.link;
	const struct network_link *tx = &d->tx.link;
	d->counters->interrupts++;
	d->counters->peer_faults = rx->take.queue.faults + rx->give.queue.faults +
				   tx->take.queue.faults + tx->give.queue.faults;
	enum virtio_event event = virtio_acknowledge(&d->device);
	if (event == VIRTIO_EVENT_NEEDS_RESET)
		reset(d, false, false);
	else if (event == VIRTIO_EVENT_CHANGED)
		follow_carrier(d);
	microkit_deferred_irq_ack(irq);
}

void notified(microkit_channel ch)
{
	struct driver *d = state();
	if (d->state != NETWORK_DRIVER_RUNNING)
		return;
	bool tx = ch == d->tx.channel;
	bool rx = !tx;
	if (rx && ch != d->rx.channel) {
		interrupted(d, ch);
		tx = virtqueue_finished(&d->tx.ring) > d->tx.lazy;
	}
	while (rx || tx) {
		rx = rx && serve(d, true);
		tx = tx && serve(d, false);
		if (d->both) {
			d->both = false;
			rx = tx = d->state == NETWORK_DRIVER_RUNNING;
		}
	}
}
