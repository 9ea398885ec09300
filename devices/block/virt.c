/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtualiser's side to the clients, and its entry points; virt.h has the idea. */
#include <stddef.h>
#include <string.h>

#include <microkit.h>

#include "virt.h"

struct virt virt;

__attribute__((used, section(".data")))
const struct block_virt_config *block_virt_config; /* set by the system file */

/* ---- Responses to clients ---- */

void virt_respond(uint32_t number, uint32_t id, enum block_status status)
{
	struct virt_client *client = &virt.clients[number];
	struct block_response response = { .id = id, .status = (uint16_t)status };
	if (block_room(&client->link) == 0)
		virt.counters->clients[number].dropped++;
	else
		block_put_response(&client->link, &response);
}

static void respond_info(uint32_t number, uint32_t id)
{
	struct virt_client *client = &virt.clients[number];
	bool read_only = client->config->read_only != 0 || virt.read_only;
	struct block_response response = { .id = id,
		.status = (uint16_t)client->partition.status,
		.blocks = client->partition.blocks,
		.flags = read_only ? BLOCK_FLAG_READ_ONLY : 0 };
	block_put_response(&client->link, &response);
}

/* ---- Requests of clients ---- */

/* BLOCK_OK if the request, a copy, is one that the client may make. */
static enum block_status judge(
	const struct virt_client *client, const struct block_request *r)
{
	const struct mbr_partition *partition = &client->partition;
	uint64_t bytes = (uint64_t)r->count * BLOCK_BYTES;
	if (r->operation >= BLOCK_OPERATIONS)
		return BLOCK_BAD_REQUEST;
	if (r->operation == BLOCK_BARRIER || partition->status != BLOCK_OK)
		return r->operation == BLOCK_BARRIER ? BLOCK_OK : partition->status;
	if (r->operation == BLOCK_FLUSH)
		return BLOCK_OK;
	if (r->count - 1u >= BLOCK_COUNT_MAX || r->where % BLOCK_ALIGN_BYTES != 0 ||
		r->where > client->config->data_bytes ||
		bytes > client->config->data_bytes - r->where)
		return BLOCK_BAD_REQUEST;
	if (r->block > partition->blocks || r->count > partition->blocks - r->block)
		return BLOCK_OUT_OF_RANGE;
	if (r->operation == BLOCK_WRITE &&
		(client->config->read_only != 0 || virt.read_only))
		return BLOCK_READ_ONLY;
	return BLOCK_OK;
}

/* Translates a good request, gives it a slot and puts it to the driver. */
static void pass_on(uint32_t number, const struct block_request *request)
{
	struct virt_client *client = &virt.clients[number];
	uint32_t free = (uint32_t)__builtin_ctzll(virt.free);
	struct virt_slot *slot = &virt.slots[free];
	*slot = (struct virt_slot){ .client = number, .id = request->id };
	slot->request = (struct block_request){ .operation = request->operation,
		.id = free };
	if (request->operation != BLOCK_FLUSH) {
		slot->request.block = client->partition.first + request->block;
		slot->request.where = client->config->data_paddr + request->where;
		slot->request.count = request->count;
		disk_clean(client, slot->request.where, request->count);
	}
	virt.free &= virt.free - 1u;
	client->outstanding++;
	disk_put(free);
}

/* Serves one request of a client; false if it has none, or must wait. */
static bool serve(uint32_t number)
{
	struct virt_client *client = &virt.clients[number];
	if (block_left(&client->link) == 0 || client->outstanding >= virt.share ||
		block_room(&client->link) <= client->outstanding ||
		block_room(&virt.driver) == 0)
		return false;
	struct block_request request = block_peek_request(&client->link);
	bool ordered = request.operation >= BLOCK_FLUSH;
	if (ordered && client->outstanding != 0)
		return false;
	queue_advance(&client->link.requests, 1);
	virt.counters->clients[number].requests++;
	enum block_status status = judge(client, &request);
	bool nothing = request.operation == BLOCK_BARRIER ||
		       (request.operation == BLOCK_FLUSH &&
			       (client->config->read_only != 0 || virt.read_only));
	if (request.operation == BLOCK_INFO) {
		respond_info(number, request.id);
	} else if (status != BLOCK_OK || nothing) {
		virt.counters->clients[number].refused += status != BLOCK_OK;
		virt_respond(number, request.id, status);
	} else {
		if (request.operation == BLOCK_READ)
			virt.counters->clients[number].blocks_read += request.count;
		if (request.operation == BLOCK_WRITE)
			virt.counters->clients[number].blocks_written += request.count;
		pass_on(number, &request);
	}
	return true;
}

static void work_clients(void)
{
	uint32_t clients = virt.config->num_clients;
	for (uint32_t i = 0; i < clients; i++) {
		struct block_link *link = &virt.clients[i].link;
		(void)block_link_restarted(link);
		virt.counters->clients[i].faults = link->requests.faults +
						   link->responses.faults;
	}
	/* Ends: no client has more requests in this round than its link's capacity. */
	for (bool more = true; more;) {
		more = false;
		for (uint32_t i = 0; i < clients; i++)
			more = serve((virt.turn + i) % clients) || more;
		virt.turn = virt.turn + 1u < clients ? virt.turn + 1u : 0;
	}
	/* Those who wait for a response of the driver need not be awaited. */
	for (uint32_t i = 0; i < clients; i++) {
		const struct virt_client *client = &virt.clients[i];
		bool empty = block_left(&client->link) == 0;
		virt.signals[2 + 2 * i].awaited = empty;
		virt.signals[3 + 2 * i].awaited = !empty && client->outstanding == 0;
	}
}

/* ---- Entry points ---- */

static bool start(void)
{
	const struct block_virt_config *config = virt.config;
	if (config->num_clients == 0 || config->num_clients > BLOCK_CLIENTS_MAX ||
		!block_link_start(&virt.driver, &config->driver, false))
		return false;
	uint32_t channel = config->driver.channel;
	virt.signals[0] = (struct signal_link){ &virt.driver.responses, channel, true };
	virt.signals[1] = (struct signal_link){ &virt.driver.requests, channel, true };
	for (uint32_t i = 0; i < config->num_clients; i++) {
		struct virt_client *client = &virt.clients[i];
		client->config = &config->clients[i];
		if (client->config->partition >= BLOCK_PARTITIONS ||
			!block_link_start(&client->link, &client->config->link, true))
			return false;
		channel = client->config->link.channel;
		virt.signals[2 + 2 * i] = (struct signal_link){ &client->link.requests,
			channel, false };
		virt.signals[3 + 2 * i] = (struct signal_link){ &client->link.responses,
			channel, false };
	}
	/* Not the ids of the life before, of which nothing else is left. */
	virt.own = (uint32_t)virt.driver.requests.generation << 12;
	virt.share = VIRT_SLOTS / config->num_clients;
	virt.free = ~0ull;
	return true;
}

void init(void)
{
	virt.config = block_virt_config;
	if (virt.config->magic == BLOCK_VIRT_MAGIC) {
		virt.counters = (struct block_virt_counters *)(uintptr_t)
					virt.config->counters;
		memset(virt.counters, 0, sizeof(*virt.counters));
		virt.counters->disk = BLOCK_NO_DEVICE;
	}
	if (virt.counters == NULL || !start()) {
		microkit_dbg_puts("block virt: a configuration of another version\n");
		virt.counters = NULL;
		return;
	}
	signal_start(virt.signals, 2 + 2 * virt.config->num_clients);
}

void notified(microkit_channel ch)
{
	(void)ch;
	if (virt.counters == NULL)
		return;
	do {
		disk_work();
		if (virt.phase == SERVING)
			work_clients();
		/* Only if there is no room: else each request would cost a signal more. */
		virt.signals[1].awaited = block_room(&virt.driver) == 0;
	} while (signal_round(virt.signals, 2 + 2 * virt.config->num_clients));
}
