/* SPDX-License-Identifier: BSD-2-Clause */
/* Systems made by hand, piece by piece. */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#include <kernel/image.h>

#include "list.h"

#define RAM_BASE 0x40000000ull
#define RAM_BYTES 0x80000000ull

void fixture_begin(struct fixture *fixture, const char *file)
{
	memset(fixture, 0, sizeof(*fixture));
	fixture->system.file = file;
	fixture->options.system_file = file;
	fixture->options.output = "loader.img";
	fixture->options.report = "report.txt";
	fixture->options.picture = "report.svg";
	fixture->board.name = "some_board";
	fixture->board.config = "debug";
	fixture->board.arch = "aarch64";
	fixture->board.num_cores = 1;
	fixture->board.num_irqs = 288;
	fixture->board.counter_hz = 62500000;
	fixture->board.gic_version = 2;
	fixture->board.image_base = 0x70000000;
	fixture->board.ram[0].base = RAM_BASE;
	fixture->board.ram[0].bytes = RAM_BYTES;
	fixture->board.num_ram = 1;
}

size_t fixture_pd(struct fixture *fixture, const char *name, uint32_t priority)
{
	struct pd *pd = LIST_ADD(fixture->system.pds, fixture->system.num_pds);

	pd->name = name;
	pd->priority = priority;
	pd->budget_us = 1000;
	pd->period_us = 1000;
	pd->stack_bytes = 0x2000;
	pd->fpu = true;
	pd->counter = true;
	pd->domain = NONE;
	pd->parent = NONE;
	pd->image_path = "program.elf";
	return fixture->system.num_pds - 1;
}

size_t fixture_region(struct fixture *fixture, const char *name, uint64_t bytes)
{
	struct region *region = LIST_ADD(
		fixture->system.regions, fixture->system.num_regions);

	region->name = name;
	region->bytes = bytes;
	region->page_bytes = PAGE_BYTES;
	region->paddr = 0x80000000ull + (fixture->system.num_regions << 24);
	return fixture->system.num_regions - 1;
}

size_t fixture_device(struct fixture *fixture, const char *name, uint64_t paddr)
{
	size_t index = fixture_region(fixture, name, PAGE_BYTES);

	fixture->system.regions[index].fixed = true;
	fixture->system.regions[index].paddr = paddr;
	return index;
}

void fixture_map(struct fixture *fixture, size_t pd, size_t region, unsigned perms)
{
	struct pd *owner = &fixture->system.pds[pd];
	struct map *map = LIST_ADD(owner->maps, owner->num_maps);

	map->region = region;
	map->region_name = fixture->system.regions[region].name;
	map->vaddr = 0x10000000ull + ((uint64_t)owner->num_maps << 24);
	map->perms = perms;
	map->cached = fixture->system.regions[region].paddr >= RAM_BASE;
}

void fixture_irq(struct fixture *fixture, size_t pd, uint32_t number, uint32_t id)
{
	struct pd *owner = &fixture->system.pds[pd];
	struct irq *irq = LIST_ADD(owner->irqs, owner->num_irqs);

	irq->number = number;
	irq->id = id;
}

static uint32_t next_id(const struct fixture *fixture, size_t pd)
{
	uint32_t id = 0;

	for (size_t i = 0; i < fixture->system.num_channels; i++) {
		for (size_t e = 0; e < 2; e++) {
			const struct channel_end *end =
				&fixture->system.channels[i].end[e];

			if (end->pd == pd && end->pd_name != NULL && end->id >= id)
				id = end->id + 1;
		}
	}
	return id;
}

struct channel *fixture_channel(struct fixture *fixture, size_t a, size_t b)
{
	struct channel *channel = LIST_ADD(
		fixture->system.channels, fixture->system.num_channels);
	size_t pds[2] = { a, b };

	for (size_t e = 0; e < 2; e++) {
		channel->end[e].id = next_id(fixture, pds[e]);
		channel->end[e].pd = pds[e];
		channel->end[e].pd_name = fixture->system.pds[pds[e]].name;
		channel->end[e].notify = true;
	}
	return channel;
}

void fixture_call(struct fixture *fixture, size_t caller, size_t callee)
{
	fixture_channel(fixture, caller, callee)->end[0].pp = true;
}

void fixture_child(struct fixture *fixture, size_t parent, size_t child, uint32_t id)
{
	fixture->system.pds[child].parent = parent;
	fixture->system.pds[child].child_id = id;
}

size_t fixture_domain(struct fixture *fixture, const char *name)
{
	struct domain *domain = LIST_ADD(
		fixture->system.domains, fixture->system.num_domains);
	struct schedule_slot *slot = LIST_ADD(
		fixture->system.schedule, fixture->system.num_schedule);

	domain->name = name;
	domain->number = (uint32_t)fixture->system.num_domains - 1;
	slot->domain = fixture->system.num_domains - 1;
	slot->duration = 5000;
	return fixture->system.num_domains - 1;
}

struct virtual_machine *fixture_vm(
	struct fixture *fixture, size_t pd, const char *name, uint32_t priority)
{
	struct virtual_machine *vm = list_allocate(sizeof(*vm));
	struct vcpu *vcpu = LIST_ADD(vm->vcpus, vm->num_vcpus);

	vm->name = name;
	vm->priority = priority;
	vm->budget_us = 1000;
	vm->period_us = 1000;
	vcpu->id = 0;
	fixture->system.pds[pd].vm = vm;
	return vm;
}

static void add_segment(struct pd_layout *pd, uint64_t vaddr, uint64_t bytes,
	uint64_t paddr, unsigned perms)
{
	*LIST_ADD(pd->segments, pd->num_segments) = (struct segment_layout){ vaddr, bytes,
		paddr, perms };
}

void fixture_end(struct fixture *fixture)
{
	struct layout *layout = &fixture->layout;

	layout->image_file_bytes = 123456;
	layout->image_memory_bytes = 0x100000;
	*LIST_ADD(layout->kernel.pieces,
		layout->kernel.num_pieces) = (struct region_piece){ 0x70002000, 0x8000 };
	*LIST_ADD(layout->kernel.pieces,
		layout->kernel.num_pieces) = (struct region_piece){ 0x70010000, 0x3000 };
	layout->tables_paddr = 0x7000a000;
	layout->tables_bytes = 0x6000;
	for (size_t i = 0; i < fixture->system.num_pds; i++) {
		struct pd_layout *pd = LIST_ADD(layout->pds, layout->num_pds);
		uint64_t paddr = 0x70100000ull + ((uint64_t)i << 16);

		pd->pd = i;
		pd->id = (uint32_t)i;
		pd->start_vaddr = PD_VA_TOP - 0x10000;
		pd->memory_bytes = 0x6000 + (i % 3) * 0x1000;
		add_segment(pd, 0x200000, 0x2000, paddr, PERM_R | PERM_X);
		add_segment(pd, STACK_TOP_VADDR - 0x2000, 0x2000, paddr + 0x2000,
			PERM_R | PERM_W);
		add_segment(
			pd, IPC_BUFFER_VADDR, 0x1000, paddr + 0x4000, PERM_R | PERM_W);
	}
}
