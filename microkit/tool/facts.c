/* SPDX-License-Identifier: BSD-2-Clause */
/* The facts of a system with <statistics>: what services/statistics/config.h says of them. */
#include <services/statistics/config.h>
#include <stdio.h>

#include <kernel/image.h>

#include "describe.h"
#include "list.h"

static uint64_t program_bytes(const struct pd *pd)
{
	uint64_t bytes = pd->stack_bytes;
	struct elf elf;

	if (!pd->image_file || !elf_load(pd->image_file, &elf))
		return 0;
	for (size_t i = 0; i < elf.num_segments; i++) {
		uint64_t end = elf.segments[i].vaddr + elf.segments[i].memory_bytes;

		bytes += (end + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES -
			 elf.segments[i].vaddr / PAGE_BYTES * PAGE_BYTES;
	}
	return bytes;
}

/* How many PDs map each region. */
static size_t *count_users(const struct system *system)
{
	size_t *users = list_allocate(system->num_regions * sizeof(*users));

	for (size_t i = 0; i < system->num_pds; i++)
		for (size_t m = 0; m < system->pds[i].num_maps; m++)
			users[system->pds[i].maps[m].region]++;
	return users;
}

static void describe_pd(const struct board *board, const struct system *system,
	const size_t *users, const struct pd *pd, struct statistics_pd_facts *facts)
{
	snprintf(facts->name, sizeof(facts->name), "%s", pd->name);
	facts->budget_us = pd->budget_us;
	facts->period_us = pd->period_us;
	facts->priority = pd->priority;
	facts->core = pd->core;
	facts->passive = pd->passive;
	facts->program_bytes = program_bytes(pd);
	for (size_t i = 0; i < pd->num_maps; i++) {
		size_t index = pd->maps[i].region;

		if (describe_is_device(board, &system->regions[index]))
			continue;
		*(users[index] > 1
				? &facts->shared_bytes
				: &facts->private_bytes) += system->regions[index].bytes;
	}
}

void facts_fill(const struct board *board, struct system *system)
{
	struct statistics_facts *facts = system->facts;
	size_t *order, *ids, *users;

	if (!facts || facts->magic != STATISTICS_FACTS_MAGIC || diag_errors())
		return;
	order = list_allocate(system->num_pds * sizeof(*order));
	ids = list_allocate(system->num_pds * sizeof(*ids));
	users = count_users(system);
	order_pds(system, order);
	for (size_t id = 0; id < system->num_pds; id++)
		ids[order[id]] = id;
	for (size_t id = 0; id < system->num_pds; id++) {
		const struct pd *pd = &system->pds[order[id]];

		describe_pd(board, system, users, pd, &facts->pds[id]);
		facts->pds[id].parent = pd->parent == NONE ? (uint16_t)STATISTICS_PD_NONE
							   : (uint16_t)ids[pd->parent];
	}
	for (size_t i = 0; i < facts->num_pages; i++) {
		struct statistics_page_facts *page = &facts->pages[i];

		page->pd = (uint16_t)ids[page->pd];
		for (size_t n = 0; n < page->num_clients; n++)
			page->clients[n] = (uint16_t)ids[page->clients[n]];
	}
}
