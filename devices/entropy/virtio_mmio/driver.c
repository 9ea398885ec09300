/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The driver of virtio entropy devices behind MMIO (virtio 1.2, section 5.4).
 *
 *     device -- used -->  finish --> the reserve of one client --> draw --> that client
 *            <- available --  refill
 *
 * The device has one request at a time: to fill what one client's reserve lacks, in a
 * buffer of the driver's own memory, which is copied out and wiped. Clients take turns.
 *
 * A reserve is judged when it is full and before anything of it is given. One in which two
 * neighbouring words of eight bytes are the same, or that looks like the one before, is
 * not random: a true source would give that once in 2^32 reserves. That is the repetition
 * count test of NIST SP 800-90B, 4.4.1; it finds devices that are stuck, not those that
 * count or know more than they should. The device is trusted to be random.
 *
 * A device that lies is reset; after RESETS_MAX resets without a good reserve in between
 * it is given up, and each client is told.
 */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include <devices/lib/mmio.h>

#include "../../virtio/device.h"
#include "../config.h"
#include "../protocol.h"
#include "../wipe.h"

#define QUEUE 0u /* 5.4.2 */
#define WORDS (ENTROPY_BYTES_MAX / 8u)
#define RESETS_MAX 8u
#define ROUNDS_MAX (ENTROPY_CLIENTS_MAX * ENTROPY_BYTES_MAX) /* to fill everything */

/* What the device reaches: the region of entropy_driver_config. */
struct shared {
	struct virtqueue_memory queue;
	uint8_t bytes[ENTROPY_BYTES_MAX]; /* untrusted */
};

_Static_assert((int)VIRTIO_NO_DEVICE == (int)ENTROPY_DRIVER_NO_DEVICE &&
		       (int)VIRTIO_REFUSED == (int)ENTROPY_DRIVER_REFUSED &&
		       (int)VIRTIO_BROKEN == (int)ENTROPY_DRIVER_BROKEN,
	"a state is a result");

/* Of a client. Given as a whole, and wiped. */
struct reserve {
	_Alignas(8) uint8_t bytes[ENTROPY_BYTES_MAX];
	uint32_t count; /* of bytes; all: it has been judged */
	bool waits;     /* its client was told ENTROPY_EMPTY */
};

static struct {
	const struct entropy_driver_config *config;
	struct entropy_driver_counters *counters;
	struct shared *shared;
	struct virtio_device device;
	struct virtqueue ring;
	struct virtqueue_ids ids;
	struct reserve reserves[ENTROPY_CLIENTS_MAX];
	uint32_t turn; /* the client whose reserve the device fills, or will fill first */
	uint32_t print;  /* of the reserve that was judged last */
	uint32_t resets; /* in a row */
} driver;

extern const struct entropy_driver_config *entropy_driver_config;
__attribute__((used, section(".data")))
const struct entropy_driver_config *entropy_driver_config; /* set by the system file */

static bool running(void)
{
	return driver.counters->state == ENTROPY_DRIVER_RUNNING;
}

/* ---- The device's life ---- */

static enum virtio_result start_queue(void)
{
	struct shared *shared = driver.shared;
	uint64_t paddr = driver.config->dma_paddr;
	enum virtio_result result = virtio_negotiate(&driver.device, 0, 0);
	if (result == VIRTIO_OK)
		result = virtqueue_start(&driver.device, &driver.ring, QUEUE, &driver.ids,
			&shared->queue, paddr + offsetof(struct shared, queue), 1);
	if (result == VIRTIO_OK)
		virtio_run(&driver.device);
	return result;
}

/* Who was told to wait is told to look again. */
static void notify_waiting(uint32_t client)
{
	if (!driver.reserves[client].waits)
		return;
	driver.reserves[client].waits = false;
	microkit_notify(driver.config->channels[client]);
}

/* The device has lied, or asks for it. What it had for a reserve is asked for again. */
static void reset_for_fault(void)
{
	driver.counters->resets++;
	driver.resets++;
	enum virtio_result result = virtio_reset(&driver.device);
	if (result == VIRTIO_OK)
		result = driver.resets > RESETS_MAX ? VIRTIO_BROKEN : start_queue();
	driver.counters->state = result;
	if (result == VIRTIO_OK)
		return;
	driver.ring = (struct virtqueue){ .slots = 0 };
	microkit_dbg_puts("entropy driver: the device is given up\n");
	for (uint32_t i = 0; i < driver.config->num_clients; i++)
		notify_waiting(i);
}

/* ---- Reserves ---- */

/* Whether a full reserve may be random. */
static bool judge(const struct reserve *reserve)
{
	uint64_t words[WORDS], sum = 0;
	bool good = true;
	memcpy(words, reserve->bytes, sizeof(words));
	for (uint32_t i = 0; i < WORDS; i++) {
		good = good && (i == 0 || words[i] != words[i - 1]);
		sum = (sum << 5 | sum >> 59) ^ words[i];
	}
	entropy_wipe(words, sizeof(words));
	uint32_t print = (uint32_t)(sum ^ sum >> 32);
	good = good && print != driver.print;
	driver.print = print;
	return good;
}

static void take_turn(void)
{
	driver.turn = driver.turn + 1u < driver.config->num_clients ? driver.turn + 1u
								    : 0;
}

/* The device has put `bytes` of what was wanted into its buffer. False if it lies. */
static bool fill(uint32_t wanted, uint32_t bytes)
{
	struct reserve *reserve = &driver.reserves[driver.turn];
	if (bytes == 0 || bytes > wanted) /* 5.4.6.2: at least one */
		return false;
	memcpy(reserve->bytes + reserve->count, driver.shared->bytes, bytes);
	entropy_wipe(driver.shared->bytes, sizeof(driver.shared->bytes));
	driver.counters->bytes += bytes;
	if (reserve->count + bytes < ENTROPY_BYTES_MAX) {
		reserve->count += bytes;
		return true;
	}
	if (!judge(reserve)) {
		driver.counters->repeated++;
		entropy_wipe(reserve->bytes, sizeof(reserve->bytes));
		reserve->count = 0;
		return false;
	}
	reserve->count = ENTROPY_BYTES_MAX;
	driver.resets = 0;
	notify_waiting(driver.turn);
	take_turn();
	return true;
}

/* Takes what the device has finished. False if it lies. */
static bool finish(void)
{
	uint32_t count = virtqueue_finished(&driver.ring);
	if (count == 0)
		return true;
	if (count > virtqueue_out(&driver.ring))
		return false;
	uint32_t bytes = virtqueue_bytes(&driver.ring, 0);
	uint64_t wanted = virtqueue_take(&driver.ring, 0);
	if (wanted == 0)
		return false;
	virtqueue_took(&driver.ring, 1);
	return fill((uint32_t)wanted, bytes);
}

/* Gives the device its request, if it has none and a reserve is not full. */
static void refill(void)
{
	uint32_t clients = driver.config->num_clients;
	if (virtqueue_out(&driver.ring) != 0)
		return;
	for (uint32_t i = 0; i < clients; i++, take_turn()) {
		uint32_t wanted = ENTROPY_BYTES_MAX - driver.reserves[driver.turn].count;
		if (wanted == 0)
			continue;
		uint32_t id = virtqueue_give(&driver.ring, 0, wanted);
		driver.shared->queue.descriptors[id] = (struct virtqueue_descriptor){
			.address = driver.config->dma_paddr +
				   offsetof(struct shared, bytes),
			.bytes = wanted,
			.flags = VIRTQ_DESC_F_WRITE,
		};
		virtqueue_publish(&driver.ring, 1);
		return;
	}
}

/* All that there is to do. Each round fills something or is one of a few resets. */
static void work(void)
{
	for (uint32_t i = 0; i < ROUNDS_MAX && running(); i++) {
		if (!finish()) {
			reset_for_fault();
			continue;
		}
		refill();
		virtqueue_ask(&driver.ring, 0);
		shared_fence(); /* with the device's between its index and its look */
		if (virtqueue_wanted(&driver.ring))
			mmio_write(
				driver.device.registers, VIRTIO_MMIO_QUEUE_NOTIFY, QUEUE);
		if (virtqueue_finished(&driver.ring) == 0)
			return;
	}
}

/* ---- Entry points ---- */

static enum virtio_result start_device(void)
{
	const struct entropy_driver_config *config = driver.config;
	enum virtio_result result = virtio_find(
		&driver.device, (uintptr_t)config->registers, VIRTIO_ID_ENTROPY);
	if (result == VIRTIO_OK)
		result = virtio_reset(&driver.device);
	if (result == VIRTIO_OK && config->dma_bytes < sizeof(struct shared))
		result = VIRTIO_REFUSED;
	return result == VIRTIO_OK ? start_queue() : result;
}

void init(void)
{
	const struct entropy_driver_config *config = entropy_driver_config;
	if (config == NULL || config->magic != ENTROPY_DRIVER_MAGIC ||
		config->num_clients > ENTROPY_CLIENTS_MAX)
		__builtin_trap();
	driver.config = config;
	driver.counters = (struct entropy_driver_counters *)(uintptr_t)config->counters;
	driver.shared = (struct shared *)(uintptr_t)config->dma_vaddr;
	*driver.counters = (struct entropy_driver_counters){ .state = start_device() };
	if (!running()) {
		driver.ring = (struct virtqueue){ .slots = 0 };
		microkit_dbg_puts("entropy driver: ");
		microkit_dbg_puts(
			virtio_complaint((enum virtio_result)driver.counters->state));
	}
	work();
	/* Who was told to wait in a life before looks again. */
	for (uint32_t i = 0; i < config->num_clients; i++)
		microkit_notify(config->channels[i]);
}

/* The client of a channel; num_clients if there is none. */
static uint32_t client_of(microkit_channel ch)
{
	uint32_t i = 0;
	while (i < driver.config->num_clients && driver.config->channels[i] != ch)
		i++;
	return i;
}

static microkit_msginfo answer(enum entropy_status status, uint32_t words)
{
	return microkit_msginfo_new(status, (uint16_t)words);
}

/* A request of a client that there is, for so many bytes. */
static microkit_msginfo draw(struct reserve *reserve, uint32_t bytes)
{
	uint32_t words = (bytes + 7u) / 8u;
	uint64_t word;
	if (!running())
		return answer(ENTROPY_NO_DEVICE, 0);
	if (reserve->count < ENTROPY_BYTES_MAX) {
		driver.counters->empty++;
		reserve->waits = true;
		return answer(ENTROPY_EMPTY, 0);
	}
	/* What is beyond the count is part of the last word, and thrown away with it. */
	for (uint32_t i = 0; i < words; i++) {
		memcpy(&word, reserve->bytes + 8u * i, sizeof(word));
		microkit_mr_set((uint8_t)i, word);
	}
	entropy_wipe(&word, sizeof(word));
	entropy_wipe(reserve->bytes, sizeof(reserve->bytes));
	reserve->count = 0;
	driver.counters->draws++;
	return answer(ENTROPY_OK, words);
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint32_t client = client_of(ch);
	uint64_t bytes = microkit_mr_get(0); /* untrusted: copied once */
	if (client == driver.config->num_clients ||
		microkit_msginfo_get_label(msginfo) != ENTROPY_DRAW ||
		microkit_msginfo_get_count(msginfo) < 1 || bytes == 0 ||
		bytes > ENTROPY_BYTES_MAX) {
		driver.counters->bad_requests++;
		return answer(ENTROPY_BAD_REQUEST, 0);
	}
	work(); /* the device may have finished just now */
	microkit_msginfo reply = draw(&driver.reserves[client], (uint32_t)bytes);
	work();
	return reply;
}

void notified(microkit_channel ch)
{
	if (ch != driver.config->irq)
		return;
	driver.counters->interrupts++;
	if (virtio_acknowledge(&driver.device) == VIRTIO_EVENT_NEEDS_RESET && running())
		reset_for_fault();
	for (uint8_t i = 0; i < WORDS; i++)
		microkit_mr_set(i, 0); /* what the last draw has left there */
	work();
	microkit_deferred_irq_ack(ch);
}
