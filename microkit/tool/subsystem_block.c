/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <block>: a driver and a virtualiser, which gives each client a partition.
 *
 *     driver <===> virt <===> client
 *
 * Who maps which data, besides the device:
 *
 *     block_table          virt                                    r
 *     <client>_block_data  the client                              rw
 *                          virt, if it must clean the caches       r
 */
#include <devices/block/config.h>
#include <devices/block/queue.h>
#include <inttypes.h>

#include "list.h"
#include "subsystem.h"

#define DATA_BYTES_MAX 0x4000000u
#define PAGE_BYTES 0x1000u

/* What the shared components are told; one struct, for it is large. */
struct block {
	const struct subsystem *element;
	struct driver device;
	size_t virt; /* PD */
	struct block_driver_config driver;
	struct block_virt_config config;
};

/* ---- What a <block> says ---- */

/* A partition belongs to one client, or to several who only read. */
static bool judge_partition(
	struct expansion *x, const struct subsystem *block, size_t index)
{
	const struct subsystem_client *client = &block->clients[index];

	if (client->partition >= BLOCK_PARTITIONS) {
		SUBSYSTEM_ERROR(x, &client->at,
			"block_partition: a partition is 0 to 3, an entry of the MBR",
			"write for example partition=\"0\"",
			"'%s' has partition %" PRIu64, client->pd_name,
			client->partition);
		return false;
	}
	for (size_t i = 0; i < index; i++) {
		const struct subsystem_client *other = &block->clients[i];

		if (other->partition != client->partition ||
			(other->read_only && client->read_only))
			continue;
		SUBSYSTEM_ERROR(x, &client->at,
			"block_shared: a partition that is written to has one client",
			"choose another partition, or make both read_only=\"true\"",
			"'%s' and '%s' share partition %" PRIu64, other->pd_name,
			client->pd_name, client->partition);
		return false;
	}
	return true;
}

static bool judge_numbers(struct expansion *x, const struct subsystem_client *client)
{
	bool good = true;

	if (!subsystem_is_capacity(client->capacity, 1, BLOCK_CAPACITY_MAX)) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"block_capacity: a queue's capacity is a power of two, at most "
			"256",
			"write for example capacity=\"32\"", "'%s' has capacity %" PRIu64,
			client->pd_name, client->capacity);
	}
	if (client->data_bytes == 0 || client->data_bytes > DATA_BYTES_MAX ||
		client->data_bytes % PAGE_BYTES != 0) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"block_data: the data region has pages of 0x1000 bytes, at most "
			"64 MiB",
			"write for example data_size=\"0x40000\"",
			"the data region of '%s' has 0x%" PRIx64 " bytes",
			client->pd_name, client->data_bytes);
	}
	return good;
}

static bool judge_client(struct expansion *x, const struct subsystem *block, size_t index)
{
	const struct subsystem_client *client = &block->clients[index];
	const struct pd *pd = &x->system->pds[client->pd];
	bool good = judge_partition(x, block, index);

	good = judge_numbers(x, client) && good;
	if (pd->priority >= block->virt_rx_priority) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_priority: a client has a lower priority than the "
			"virtualisers",
			"lower the PD's priority, or raise virt_priority",
			"'%s' has priority %" PRIu32 ", the virtualiser %" PRIu32,
			pd->name, pd->priority, block->virt_rx_priority);
	}
	if (pd->passive) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_passive: a client of network or block is not passive",
			"remove passive=\"true\"", "'%s' is passive", pd->name);
	}
	return good;
}

/* ---- What it means ---- */

/* Both queues in one region; and a channel. The maker of requests first. */
static bool make_link(struct expansion *x, const struct position *at, const char *name,
	const size_t pds[2], struct block_link_config *const ends[2], uint32_t capacity)
{
	uint64_t requests = sizeof(struct block_request_ring) +
			    capacity * sizeof(struct block_request);
	uint64_t responses = sizeof(struct block_response_ring) +
			     capacity * sizeof(struct block_response);
	size_t region;
	uint32_t ids[2];

	requests = (requests + 63u) / 64u * 64u; /* a cache line has one writer */
	region = subsystem_region(x, at, name, requests + responses);
	if (!subsystem_channel(x, at, pds, ids))
		return false;
	x->system->regions[region].link = x->system->num_channels;
	for (int i = 0; i < 2; i++) {
		uint64_t vaddr = subsystem_map(x, pds[i], region, PERM_R | PERM_W, true);

		*ends[i] = (struct block_link_config){ .requests = vaddr,
			.responses = vaddr + requests,
			.capacity = capacity,
			.channel = ids[i] };
	}
	return true;
}

static bool make_components(struct expansion *x, struct block *block)
{
	const struct subsystem *element = block->element;
	struct driver *device = &block->device;
	size_t table;

	if (!subsystem_driver(x, element, "block", device))
		return false;
	block->virt = subsystem_pd(
		x, element, "block_virt", "block_virt.elf", element->virt_rx_priority);
	table = subsystem_dma_region(x, &element->at, "block_table", BLOCK_TABLE_BYTES);
	if (table == NONE)
		return false;
	block->driver.magic = BLOCK_DRIVER_MAGIC;
	block->driver.irq = device->irq;
	block->driver.registers = device->registers;
	block->driver.dma_vaddr = device->dma_vaddr;
	block->driver.dma_paddr = device->dma_paddr;
	block->driver.dma_bytes = device->device.dma_bytes;
	block->driver.counters = subsystem_counters(x, device->pd);
	block->config.magic = BLOCK_VIRT_MAGIC;
	block->config.coherent = device->device.coherent;
	block->config.table_vaddr = subsystem_map(x, block->virt, table, PERM_R, true);
	block->config.table_paddr = x->system->regions[table].paddr;
	block->config.counters = subsystem_counters(x, block->virt);
	return make_link(x, &element->at, "block_driver_queues",
		(size_t[2]){ block->virt, device->pd },
		(struct block_link_config *[2]){
			&block->config.driver, &block->driver.virt },
		BLOCK_DRIVER_CAPACITY);
}

static bool make_client(
	struct expansion *x, struct block *block, const struct subsystem_client *client)
{
	const char *name = x->system->pds[client->pd].name;
	struct block_virt_client *virt =
		&block->config.clients[block->config.num_clients++];
	struct block_client_config own = { .magic = BLOCK_CLIENT_MAGIC,
		.data_bytes = client->data_bytes };
	size_t data = subsystem_dma_region(x, &client->at,
		subsystem_text("%s_block_data", name), client->data_bytes);

	if (data == NONE)
		return false;
	own.data_vaddr = subsystem_map(x, client->pd, data, PERM_R | PERM_W, true);
	virt->data_vaddr = CONFIG_NOT_MAPPED;
	if (!block->config.coherent)
		virt->data_vaddr = subsystem_map(x, block->virt, data, PERM_R, true);
	virt->data_paddr = x->system->regions[data].paddr;
	virt->data_bytes = client->data_bytes;
	virt->partition = (uint32_t)client->partition;
	virt->read_only = client->read_only;
	if (!make_link(x, &client->at, subsystem_text("%s_block_queues", name),
		    (size_t[2]){ client->pd, block->virt },
		    (struct block_link_config *[2]){ &own.virt, &virt->link },
		    (uint32_t)client->capacity))
		return false;
	subsystem_blob(x, &client->at, client->pd,
		subsystem_text("%s_block_config", name), "block_config", &own,
		sizeof(own));
	return true;
}

void subsystem_block(struct expansion *x, struct subsystem *element)
{
	struct block *block = list_allocate(sizeof(*block));
	bool good = true;

	block->element = element;
	for (size_t i = 0; i < element->num_clients; i++)
		good = judge_client(x, element, i) && good;
	if (!good || !make_components(x, block))
		return;
	for (size_t i = 0; i < element->num_clients; i++)
		if (!make_client(x, block, &element->clients[i]))
			return;
	subsystem_blob(x, &element->at, block->device.pd, "block_driver_config",
		"block_driver_config", &block->driver, sizeof(block->driver));
	subsystem_blob(x, &element->at, block->virt, "block_virt_config",
		"block_virt_config", &block->config, sizeof(block->config));
}
