/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtualiser's side to the driver: the disk, its table, and what is in flight. */
#include <string.h>

#include <microkit.h>
#include <sel4/sel4.h>

#include "virt.h"

/* ---- Caches: what the device reads is in memory, what it has written is seen ---- */

void disk_clean(const struct virt_client *client, uint64_t where, uint32_t count)
{
	uint64_t start = client->config->data_vaddr +
			 (where - client->config->data_paddr);
	if (virt.config->coherent == 0)
		(void)seL4_ARM_VSpace_CleanInvalidate_Data(
			0, start, start + (uint64_t)count * BLOCK_BYTES);
}

/* ---- The driver ---- */

/* Puts a slot's request to the driver. Requires: block_room. */
void disk_put(uint32_t number)
{
	struct virt_slot *slot = &virt.slots[number];
	slot->tries++;
	block_put_request(&virt.driver, &slot->request);
	virt.counters->requests++;
}

static void finish(uint32_t number, enum block_status status)
{
	struct virt_slot *slot = &virt.slots[number];
	struct virt_client *client = &virt.clients[slot->client];
	if (slot->request.operation == BLOCK_READ)
		disk_clean(client, slot->request.where, slot->request.count);
	client->outstanding--;
	virt.free |= 1ull << number;
	virt_respond(slot->client, slot->id, status);
}

/*
 * Puts again what was lost, or gives it up. While SERVING only: INFO has shown that the
 * driver has nothing of it left, so that nobody writes to data that are given up.
 */
static void put_again(void)
{
	while (virt.again != 0 && block_room(&virt.driver) != 0) {
		uint32_t number = (uint32_t)__builtin_ctzll(virt.again);
		virt.again &= virt.again - 1u;
		if (virt.slots[number].tries >= BLOCK_TRIES) {
			finish(number, BLOCK_LOST);
		} else {
			disk_put(number);
			virt.counters->retries++;
		}
	}
}

/* The disk is known; or there is none, for the reason `status`. */
static void serve_from_now(enum block_status status)
{
	virt.phase = SERVING;
	virt.counters->disk = status;
	for (uint32_t i = 0; i < virt.config->num_clients; i++) {
		struct virt_client *client = &virt.clients[i];
		client->partition = virt.table[client->config->partition];
		if (status != BLOCK_OK)
			client->partition = (struct mbr_partition){ .status = status };
	}
}

/* A piece of the table was read; or, NULL, could not be. */
static void take_table(const uint8_t *bytes)
{
	uint64_t blocks = virt.counters->blocks;
	if (virt.reads++ != 0) {
		gpt_take(&virt.gpt, bytes);
	} else if (bytes == NULL) {
		serve_from_now(BLOCK_FAILED);
		return;
	} else if (gpt_is_protective(bytes)) {
		gpt_start(&virt.gpt, blocks);
	} else {
		mbr_parse(bytes, blocks, virt.gpt.partitions);
		virt.gpt.step = GPT_DONE;
	}
	if (virt.gpt.step != GPT_DONE)
		return; /* the next piece */
	memcpy(virt.table, virt.gpt.partitions, sizeof(virt.table));
	virt.table_known = true;
	serve_from_now(BLOCK_OK);
}

/* untrusted: a copy, which the device does not change any more */
static void read_table(void)
{
	uint8_t *bytes = virt.piece;
	uint64_t vaddr = virt.config->table_vaddr;
	if (virt.config->coherent == 0)
		(void)seL4_ARM_VSpace_Invalidate_Data(
			0, vaddr, vaddr + sizeof(virt.piece));
	memcpy(bytes, (const void *)(uintptr_t)vaddr, sizeof(virt.piece));
	take_table(bytes);
}

/* The response to the virtualiser's own request of this phase. */
static void answered(const struct block_response *response)
{
	enum virt_phase phase = virt.phase;
	virt.asked = false;
	if (response->status == BLOCK_LOST && ++virt.tries < BLOCK_TRIES) {
		virt.phase = ASKING;
	} else if (response->status == BLOCK_NO_DEVICE) {
		serve_from_now(BLOCK_NO_DEVICE);
	} else if (phase == READING) {
		if (response->status == BLOCK_OK)
			read_table();
		else
			take_table(NULL);
	} else if (response->status != BLOCK_OK) {
		serve_from_now(BLOCK_FAILED);
	} else {
		virt.read_only = (response->flags & BLOCK_FLAG_READ_ONLY) != 0;
		virt.counters->blocks = response->blocks;
		virt.phase = READING;
		virt.reads = 0;
		if (virt.table_known)
			serve_from_now(BLOCK_OK);
	}
}

/* Puts the phase's own request, if there is room. */
static void ask(void)
{
	struct block_request request = { .operation = BLOCK_INFO };
	if (virt.asked || virt.phase == SERVING || block_room(&virt.driver) == 0)
		return;
	if (virt.phase == READING) {
		request = (struct block_request){ .operation = BLOCK_READ,
			.where = virt.config->table_paddr,
			.count = 1 };
		if (virt.reads != 0)
			(void)gpt_next(&virt.gpt, &request.block, &request.count);
	}
	virt.own = VIRT_OWN | (virt.own + 1u);
	virt.asked = true;
	request.id = virt.own;
	block_put_request(&virt.driver, &request);
	virt.counters->requests++;
}

static void take_responses(void)
{
	uint32_t count = block_left(&virt.driver);
	for (uint32_t i = 0; i < count; i++) {
		struct block_response response = block_take_response(&virt.driver);
		uint32_t id = response.id;
		if (virt.asked && id == virt.own)
			answered(&response);
		else if (virt.phase != SERVING)
			continue; /* of the driver's life before, or of this PD's */
		else if (id >= VIRT_SLOTS || ((virt.free | virt.again) >> id & 1u) != 0)
			virt.counters->bad_responses++;
		else if (response.status == BLOCK_LOST)
			virt.again |= 1ull << id;
		else
			finish(id, response.status < BLOCK_STATUSES ? response.status
								    : BLOCK_FAILED);
	}
}

void disk_work(void)
{
	if (block_link_restarted(&virt.driver)) {
		virt.counters->restarts++;
		virt.phase = ASKING;
		virt.asked = false;
		virt.again = ~virt.free; /* all that it had is lost */
	}
	take_responses();
	ask();
	if (virt.phase == SERVING)
		put_again();
}
