/* SPDX-License-Identifier: BSD-2-Clause */
/* The network device; card.h says what it does. */
#include "card.h"

#include <string.h>

#include "world.h"

#define RECEIVE 0u
#define TRANSMIT 1u
#define HEADER 12u
#define STATUS 6u /* offset of the 16 bits whose lowest is the carrier: 5.1.4 */

struct card card;

/* The bits beside it have no meaning, so they may be anything. */
static void tell_carrier(void)
{
	uint16_t status = (uint16_t)((test_random() & ~1ull) | !card.no_carrier);
	model_configure(STATUS, &status, sizeof(status));
}

void card_plug(uint64_t features, uint32_t number_max)
{
	bool tells = (features & CARD_F_STATUS) != 0;
	model_plug(VIRTIO_ID_NETWORK, 2, features, number_max);
	card = (struct card){ .no_carrier = false };
	model.config_bytes = tells ? STATUS + 2u : STATUS;
	if (tells)
		tell_carrier();
}

void card_change_carrier(void)
{
	card.no_carrier = !card.no_carrier;
	tell_carrier();
}

/* The buffer of a device address; `capacity` or more if it is none. */
static uint64_t buffer_of(const struct world_end *end, uint64_t address)
{
	uint64_t offset = address - world_where(end, 0);
	return offset % NETWORK_BUFFER_BYTES == 0 ? offset / NETWORK_BUFFER_BYTES
						  : UINT64_MAX;
}

static void *place(struct world_end *end, uint64_t address, uint64_t bytes)
{
	uint64_t low = (uint64_t)(uintptr_t)end->data;
	struct model_memory memory = { low,
		low + world.capacity * (uint64_t)NETWORK_BUFFER_BYTES };
	return model_place(&memory, address, bytes);
}

static bool receive(void)
{
	model_fetch(RECEIVE);
	uint32_t held = model.queues[RECEIVE].num_held;
	struct virtqueue_descriptor d;
	if (held == 0 || world.arriving == 0 || card.no_carrier)
		return false;
	uint32_t which = (uint32_t)test_draw(held);
	uint32_t count = model_chain(RECEIVE, model.queues[RECEIVE].held[which], &d, 1);
	uint8_t *at = place(&world.rx, d.address, d.bytes);
	bool good = count == 1 && d.flags == VIRTQ_DESC_F_WRITE &&
		    d.bytes == HEADER + NETWORK_FRAME_MAX &&
		    buffer_of(&world.rx, d.address + HEADER - NETWORK_FRAME_OFFSET) <
			    world.capacity;
	MODEL_CHECK(good);
	if (!good || at == NULL)
		return false;
	uint32_t number = world.delivered + 1;
	uint32_t bytes = world_frame_bytes(number);
	world.arriving--;
	memset(at, 0x5a, HEADER);
	if (test_draw(32) == 0) { /* a frame too short to be one */
		model_finish(
			RECEIVE, which, HEADER + (uint32_t)test_draw(NETWORK_FRAME_MIN));
		return true;
	}
	world.delivered++;
	world_write_frame(at + HEADER, number, bytes);
	model_finish(RECEIVE, which, HEADER + bytes);
	return true;
}

/* Judges what is to be sent: chain[0] its header, chain[1] the frame. */
static void judge(const struct virtqueue_descriptor *chain)
{
	static const uint8_t zeros[HEADER];
	const void *header = model_place(&model.dma, chain[0].address, HEADER);
	const void *frame = place(&world.tx, chain[1].address, chain[1].bytes);
	uint64_t buffer = buffer_of(&world.tx, chain[1].address - NETWORK_FRAME_OFFSET);
	CHECK(chain[0].bytes == HEADER && chain[0].flags == VIRTQ_DESC_F_NEXT);
	CHECK(header != NULL && memcmp(header, zeros, HEADER) == 0);
	CHECK(buffer < world.capacity && chain[1].flags == 0);
	if (world.anew || frame == NULL || buffer >= world.capacity)
		return;
	uint32_t number = world.tx.frame[buffer];
	CHECK(number != 0 && !world.tx.home[buffer]);
	CHECK(chain[1].bytes == world_frame_bytes(number));
	CHECK(memcmp(&number, frame, sizeof(number)) == 0);
	world.tx.frame[buffer] = 0;
}

static bool transmit(void)
{
	struct virtqueue_descriptor chain[2] = { 0 };
	model_fetch(TRANSMIT);
	uint32_t held = model.queues[TRANSMIT].num_held;
	if (held == 0)
		return false;
	uint32_t which = (uint32_t)test_draw(held);
	uint32_t count = model_chain(
		TRANSMIT, model.queues[TRANSMIT].held[which], chain, 2);
	MODEL_CHECK(count == 2);
	if (!model.hostile)
		judge(chain);
	world.sent++;
	model_finish(TRANSMIT, which, 0);
	return true;
}

/* More than one lie in eight is credible. */
static void lie(void)
{
	uint32_t queue = (uint32_t)test_draw(2);
	const struct model_queue *q = &model.queues[queue];
	uint32_t ids = q->number != 0 ? q->number : 1;
	uint32_t any = (uint32_t)test_draw(test_draw(2) ? ids + 1u : UINT32_MAX);
	uint32_t id = test_draw(4) != 0 && q->num_held != 0
			      ? q->held[test_draw(q->num_held)]
			      : any;
	uint32_t bytes = HEADER + (uint32_t)test_draw(NETWORK_FRAME_MAX + 2);
	if (test_draw(4) == 0)
		bytes = (uint32_t)test_draw(test_draw(2) ? HEADER + 1u : UINT32_MAX);
	uint16_t more = (uint16_t)(test_draw(4) != 0 ? 1 : test_draw(65536));
	card.lies++;
	card.credible += more != 0 && more <= driver_has(queue == RECEIVE);
	model_use(queue, id, bytes, (uint16_t)(more - 1u));
	if (test_draw(512) == 0)
		model_needs_reset();
}

bool card_run(void)
{
	if (world.hostile && test_draw(2) == 0)
		lie();
	bool received = receive();
	return transmit() || received;
}
