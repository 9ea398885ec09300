/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <filesystem>: a server, which is a client of <block>, and its clients.
 *
 *     block_virt <===> server <===> client
 *
 * The server is a PD of the system file of that name, or else one that is made here: of
 * the type that the element says, or the FAT server. Each client shares with it a region of
 * queues and one of data.
 */
#include <inttypes.h>
#include <services/fs/config.h>
#include <services/fs/queue.h>
#include <string.h>

#include "list.h"
#include "subsystem.h"

#define PAGE_BYTES 0x1000u
#define DATA_BYTES_MAX 0x4000000u
#define BUFFER_BYTES_MIN 0x1000u /* of a command: two paths, or a name */

static bool judge_client(struct expansion *x, const struct subsystem *element,
	const struct subsystem_client *client, uint32_t server_priority)
{
	const struct pd *pd = &x->system->pds[client->pd];
	bool good = true;

	if (!subsystem_is_capacity(client->capacity, 1, FS_CAPACITY_MAX)) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"filesystem_capacity: a queue's capacity is a power of two, at "
			"most 32",
			"write for example capacity=\"4\"", "'%s' has capacity %" PRIu64,
			client->pd_name, client->capacity);
	} else if (client->data_bytes / client->capacity < BUFFER_BYTES_MIN ||
		   client->data_bytes > DATA_BYTES_MAX ||
		   client->data_bytes % PAGE_BYTES != 0) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"filesystem_data: the data region has pages of 0x1000 bytes, one "
			"for each command at least, at most 64 MiB",
			"write for example data_size=\"0x40000\"",
			"the data region of '%s' has 0x%" PRIx64 " bytes",
			client->pd_name, client->data_bytes);
	}
	if (client->handles == 0 || client->handles > FS_HANDLES_MAX) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"filesystem_handles: a client has 1 to 64 handles",
			"write for example handles=\"16\"",
			"'%s' has %" PRIu64 " handles", client->pd_name, client->handles);
	}
	if (pd->priority >= server_priority) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_priority: a client has a lower priority than the server",
			"lower the PD's priority, or raise priority of <filesystem>",
			"'%s' has priority %" PRIu32 ", '%s' %" PRIu32, pd->name,
			pd->priority, element->server, server_priority);
	}
	if (pd->passive) {
		good = false;
		SUBSYSTEM_ERROR(x, &client->at,
			"client_passive: a client of network, block or filesystem is not "
			"passive",
			"remove passive=\"true\"", "'%s' is passive", pd->name);
	}
	return good;
}

/* Whether <block> gives the server a partition. */
static bool judge_partition(struct expansion *x, const struct subsystem *element)
{
	const struct subsystem *block = &x->system->subsystems[SUBSYSTEM_BLOCK];

	for (size_t i = 0; i < block->num_clients; i++)
		if (strcmp(block->clients[i].pd_name, element->server) == 0)
			return true;
	SUBSYSTEM_ERROR(x, &element->at,
		"filesystem_partition: a file system has a partition of a disk",
		"add <client pd=\"...\" partition=\"0\"/> of that name to <block>",
		"'%s' is no client of <block>", element->server);
	return false;
}

/* The server's PD: the file's own, or made. NONE after an error. */
static size_t make_server(struct expansion *x, const struct subsystem *element)
{
	size_t pd;

	if (!element->server) /* reported by the parser */
		return NONE;
	pd = subsystem_find_pd(x->system, element->server);
	if (pd == NONE)
		return judge_partition(x, element)
			       ? subsystem_pd(x, element, element->server,
					 subsystem_text("fs_%s.elf",
						 element->type ? element->type : "fat"),
					 element->driver_priority)
			       : NONE;
	if (element->type) {
		SUBSYSTEM_ERROR(x, &element->at,
			"filesystem_type: a server that is made has a type",
			"remove type, or the protection domain", "'%s' has a program",
			element->server);
		return NONE;
	}
	for (size_t i = 0; i < element->num_clients; i++)
		if (element->clients[i].pd == pd) {
			SUBSYSTEM_ERROR(x, &element->clients[i].at,
				"filesystem_self: a server is no client of its own",
				"name another server, or remove the client",
				"'%s' is the server", element->server);
			return NONE;
		}
	return subsystem_has_symbol(x, &element->at, pd, "fs_server_config") ? pd : NONE;
}

static bool make_client(struct expansion *x, size_t server,
	const struct subsystem_client *client, struct fs_server_client *theirs)
{
	const char *name = x->system->pds[client->pd].name;
	uint32_t capacity = (uint32_t)client->capacity;
	uint64_t commands = sizeof(struct fs_command_ring) +
			    capacity * sizeof(struct fs_command);
	uint64_t completions = sizeof(struct fs_completion_ring) +
			       capacity * sizeof(struct fs_completion);
	struct fs_client_config own = { .magic = FS_CLIENT_MAGIC,
		.read_only = client->read_only,
		.data_bytes = client->data_bytes };
	struct fs_link_config *ends[2] = { &own.server, &theirs->link };
	const size_t pds[2] = { client->pd, server };
	size_t queues = subsystem_region(x, &client->at,
		subsystem_text("%s_fs_queues", name), commands + completions);
	size_t data = subsystem_region(
		x, &client->at, subsystem_text("%s_fs_data", name), client->data_bytes);
	uint32_t ids[2];

	if (!subsystem_channel(x, &client->at, pds, ids))
		return false;
	x->system->regions[queues].link = x->system->num_channels;
	for (int i = 0; i < 2; i++) {
		uint64_t vaddr = subsystem_map(x, pds[i], queues, PERM_R | PERM_W, true);

		*ends[i] = (struct fs_link_config){ .commands = vaddr,
			.completions = vaddr + commands,
			.capacity = capacity,
			.channel = ids[i] };
	}
	own.data_vaddr = subsystem_map(x, client->pd, data, PERM_R | PERM_W, true);
	theirs->data_vaddr = subsystem_map(x, server, data, PERM_R | PERM_W, true);
	theirs->data_bytes = client->data_bytes;
	theirs->handles = (uint32_t)client->handles;
	theirs->read_only = client->read_only;
	subsystem_blob(x, &client->at, client->pd, subsystem_text("%s_fs_config", name),
		"fs_config", &own, sizeof(own));
	return true;
}

void subsystem_filesystem(struct expansion *x, struct subsystem *element)
{
	struct fs_server_config config = { .magic = FS_SERVER_MAGIC };
	size_t server = make_server(x, element);
	bool good = true;

	if (server == NONE)
		return;
	for (size_t i = 0; i < element->num_clients; i++)
		good = judge_client(x, element, &element->clients[i],
			       x->system->pds[server].priority) &&
		       good;
	if (!good)
		return;
	config.counters = subsystem_counters(x, server);
	for (size_t i = 0; i < element->num_clients; i++)
		if (!make_client(x, server, &element->clients[i],
			    &config.clients[config.num_clients++]))
			return;
	subsystem_blob(x, &element->at, server,
		subsystem_text("%s_server_config", element->server), "fs_server_config",
		&config, sizeof(config));
}
