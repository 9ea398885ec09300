/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * <statistics>: a PD that may read the kernel's statistics and every component's counters, and
 * keeps a snapshot of them for its clients.
 *
 * Its PD is made with the others; the counter pages are known when all classes have been
 * expanded; and the facts when the rules have judged the system.
 */
#include <devices/block/config.h>
#include <devices/entropy/config.h>
#include <devices/network/config.h>
#include <devices/serial/counters.h>
#include <inttypes.h>
#include <services/fs/config.h>
#include <services/statistics/client.h>
#include <services/supervisor/config.h>
#include <stdio.h>
#include <string.h>

#include <kernel/image.h>

#include "list.h"
#include "subsystem.h"

#define NAME "statistics"
#define COUNTERS "_counters"

#define BASE_BYTES(type) ((uint16_t)offsetof(struct type, clients))
#define CLIENT_BYTES(type) ((uint16_t)sizeof(((struct type *)0)->clients[0]))
#define WITH_CLIENTS(type) BASE_BYTES(type), CLIENT_BYTES(type)
#define ALONE(type) (uint16_t)sizeof(struct type), 0

/* The pages that are known, by the name of the PD whose they are; "x_*": begins with x_. */
static const struct page_class {
	const char *name; /* NULL: a server of <filesystem> */
	enum statistics_kind kind;
	enum subsystem_class class; /* whose clients are its clients */
	uint16_t base_bytes, client_bytes;
} page_classes[] = {
	{ "network_driver", STATISTICS_NETWORK_DRIVER, SUBSYSTEM_NETWORK,
		ALONE(network_driver_counters) },
	{ "network_virt_rx", STATISTICS_NETWORK_VIRT_RX, SUBSYSTEM_NETWORK,
		WITH_CLIENTS(network_virt_rx_counters) },
	{ "network_virt_tx", STATISTICS_NETWORK_VIRT_TX, SUBSYSTEM_NETWORK,
		WITH_CLIENTS(network_virt_tx_counters) },
	{ "network_copy_*", STATISTICS_NETWORK_COPY, SUBSYSTEM_NETWORK,
		ALONE(network_copy_counters) },
	{ "serial_driver", STATISTICS_SERIAL_DRIVER, SUBSYSTEM_SERIAL,
		ALONE(serial_driver_counters) },
	{ "serial_virt_tx", STATISTICS_SERIAL_VIRT_TX, SUBSYSTEM_SERIAL,
		ALONE(serial_virt_tx_counters) },
	{ "serial_virt_rx", STATISTICS_SERIAL_VIRT_RX, SUBSYSTEM_SERIAL,
		ALONE(serial_virt_rx_counters) },
	{ "block_driver", STATISTICS_BLOCK_DRIVER, SUBSYSTEM_BLOCK,
		ALONE(block_driver_counters) },
	{ "block_virt", STATISTICS_BLOCK_VIRT, SUBSYSTEM_BLOCK,
		WITH_CLIENTS(block_virt_counters) },
	{ "entropy_driver", STATISTICS_ENTROPY_DRIVER, SUBSYSTEM_ENTROPY,
		ALONE(entropy_driver_counters) },
	{ "supervisor", STATISTICS_SUPERVISOR, SUBSYSTEM_SUPERVISOR, 0,
		sizeof(struct supervisor_child) },
	{ NULL, STATISTICS_FS_SERVER, SUBSYSTEM_FILESYSTEM,
		WITH_CLIENTS(fs_server_counters) },
};

/* ---- The service's PD ---- */

static bool judge_client(struct expansion *x, const struct subsystem *element,
	const struct subsystem_client *client)
{
	const struct pd *pd = &x->system->pds[client->pd];

	if (pd->priority < element->driver_priority)
		return true;
	SUBSYSTEM_ERROR(x, &client->at,
		"client_priority: a client has a lower priority than the server",
		"lower the PD's priority, or raise priority of <statistics>",
		"'%s' has priority %" PRIu32 ", '%s' %" PRIu32, pd->name, pd->priority,
		NAME, element->driver_priority);
	return false;
}

void subsystem_statistics(struct expansion *x, struct subsystem *element)
{
	size_t pd;

	for (size_t i = 0; i < element->num_clients; i++)
		if (!judge_client(x, element, &element->clients[i]))
			return;
	pd = subsystem_pd(x, element, NAME, NAME ".elf", element->driver_priority);
	x->system->pds[pd].statistics = true;
	x->system->facts = list_allocate(sizeof(struct statistics_facts));
}

/* ---- The counter pages ---- */

static bool is_server(const struct system *system, const char *name)
{
	const char *server = system->subsystems[SUBSYSTEM_FILESYSTEM].server;

	return server && strcmp(server, name) == 0;
}

/* NULL if it is another's. */
static const struct page_class *class_of(const struct system *system, const char *pd_name)
{
	for (size_t i = 0; i < sizeof(page_classes) / sizeof(page_classes[0]); i++) {
		const char *name = page_classes[i].name;

		if (name ? subsystem_matches(pd_name, name) : is_server(system, pd_name))
			return &page_classes[i];
	}
	return NULL;
}

static void add_client(struct statistics_page_facts *page, size_t pd)
{
	if (page->num_clients < STATISTICS_PAGE_CLIENTS_MAX)
		page->clients[page->num_clients++] = (uint16_t)pd;
}

/* Who the page's client words are of, by their indices in system->pds. */
static void find_clients(const struct system *system, const struct page_class *class,
	struct statistics_page_facts *page)
{
	const struct subsystem *element = &system->subsystems[class->class];

	if (class->client_bytes == 0)
		return;
	if (class->kind != STATISTICS_SUPERVISOR) {
		for (size_t i = 0; i < element->num_clients; i++)
			add_client(page, element->clients[i].pd);
		return;
	}
	/* its children's ids are in this order */
	for (size_t i = 0; i < system->num_pds; i++) {
		size_t parent = system->pds[i].parent;

		if (parent != NONE && strcmp(system->pds[parent].name, class->name) == 0)
			add_client(page, i);
	}
}

static struct statistics_page_facts describe_page(const struct system *system, size_t pd)
{
	const struct page_class *class = class_of(system, system->pds[pd].name);
	struct statistics_page_facts page = { .pd = (uint16_t)pd };

	if (!class) {
		page.kind = STATISTICS_OTHER;
		page.base_words = 8; /* of a page that is not known, no more */
	} else {
		page.kind = (uint16_t) class->kind;
		page.base_words = class->base_bytes / 8u;
		page.client_words = class->client_bytes / 8u;
		find_clients(system, class, &page);
	}
	page.words = (uint16_t)(page.base_words + page.client_words * page.num_clients);
	return page;
}

/* The page of counters that the PD alone writes; NONE without. */
static size_t find_page(const struct system *system, const struct pd *pd)
{
	const char *name = subsystem_text("%s" COUNTERS, pd->name);

	for (size_t i = 0; i < system->num_regions; i++)
		if (system->regions[i].counters &&
			strcmp(system->regions[i].name, name) == 0)
			return i;
	return NONE;
}

/* All classes together have fewer pages than there is room for. */
static void add_pages(
	struct expansion *x, size_t server, struct statistics_server_config *config)
{
	struct statistics_facts *facts = x->system->facts;
	size_t first = STATISTICS_HEAD_WORDS + x->system->num_pds * STATISTICS_PD_WORDS;

	for (size_t i = 0; i < x->system->num_pds; i++) {
		size_t region = find_page(x->system, &x->system->pds[i]);
		struct statistics_page_facts page;

		if (region == NONE || config->num_pages == STATISTICS_PAGES_MAX)
			continue;
		page = describe_page(x->system, i);
		page.first = (uint16_t)first;
		first += page.words;
		facts->pages[config->num_pages] = page;
		config->pages[config->num_pages++] = (struct statistics_source){
			.page = subsystem_map(x, server, region, PERM_R, true),
			.words = page.words
		};
	}
	facts->num_pages = config->num_pages;
}

/* ---- Regions and blobs ---- */

static size_t make_facts(struct expansion *x, const struct subsystem *element)
{
	struct statistics_facts *facts = x->system->facts;
	size_t index = subsystem_region(x, &element->at, NAME "_facts", sizeof(*facts));
	struct region *region = &x->system->regions[index];

	region->prefill_data = (const uint8_t *)facts;
	region->prefill_bytes = sizeof(*facts);
	region->prefill_path = NAME "_facts.bin";
	facts->magic = STATISTICS_FACTS_MAGIC;
	facts->num_pds = (uint32_t)x->system->num_pds;
	facts->counter_hz = x->board->counter_hz;
	snprintf(facts->board, sizeof(facts->board), "%s", x->board->name);
	snprintf(facts->config, sizeof(facts->config), "%s", x->board->config);
	return index;
}

static bool make_client(struct expansion *x, const struct subsystem_client *client,
	size_t server, size_t facts, size_t snapshot)
{
	struct statistics_client_config own = { .magic = STATISTICS_CLIENT_MAGIC };
	uint32_t ids[2];

	if (!subsystem_call_channel(
		    x, &client->at, (size_t[2]){ client->pd, server }, false, ids))
		return false;
	if (x->system->subsystems[SUBSYSTEM_STATISTICS].num_clients == 1)
		x->system->regions[snapshot].link = x->system->num_channels;
	own.channel = ids[0];
	own.facts = subsystem_map(x, client->pd, facts, PERM_R, true);
	own.snapshot = subsystem_map(x, client->pd, snapshot, PERM_R, true);
	subsystem_blob(x, &client->at, client->pd,
		subsystem_text("%s_statistics_config", x->system->pds[client->pd].name),
		"statistics_config", &own, sizeof(own));
	return true;
}

void subsystem_statistics_connect(struct expansion *x, const struct subsystem *element)
{
	struct statistics_server_config config = { .magic = STATISTICS_SERVER_MAGIC,
		.num_pds = (uint32_t)x->system->num_pds,
		.interval_ticks = x->board->counter_hz / STATISTICS_REFRESHES_PER_S };
	size_t server = subsystem_find_pd(x->system, NAME);
	size_t facts, snapshot;

	if (x->system->num_pds > STATISTICS_PDS_MAX) {
		SUBSYSTEM_ERROR(x, &element->at,
			"statistics_pds: a system with <statistics> has at most 128 PDs",
			"use fewer PDs, or remove <statistics>", "there are %zu",
			x->system->num_pds);
		return;
	}
	add_pages(x, server, &config);
	facts = make_facts(x, element);
	snapshot = subsystem_region(
		x, &element->at, NAME "_snapshot", 8u * STATISTICS_WORDS_MAX);
	config.snapshot = subsystem_map(x, server, snapshot, PERM_R | PERM_W, true);
	for (size_t i = 0; i < element->num_clients; i++)
		if (!make_client(x, &element->clients[i], server, facts, snapshot))
			return;
	subsystem_blob(x, &element->at, server, NAME "_server_config",
		"statistics_server_config", &config, sizeof(config));
}
