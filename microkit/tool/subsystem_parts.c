/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the subsystems are made of: PDs, regions, maps, channels, blobs.
 *
 * Adding to an array of the struct system may move it, so all refer by index.
 */
#include <devices/lib/config.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <kernel/image.h>
#include <kernel/limits.h>

#include "list.h"
#include "subsystem.h"

/* At the end of the image's bank, for QEMU's device tree; see place.c. */
#define DEVICE_TREE_ROOM (4ull << 20)

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

char *subsystem_text(const char *format, ...)
{
	va_list arguments, again;
	char *text;
	int length;

	va_start(arguments, format);
	va_copy(again, arguments);
	length = vsnprintf(NULL, 0, format, arguments);
	text = list_allocate((size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	va_end(arguments);
	return text;
}

size_t subsystem_pd(struct expansion *x, const struct subsystem *subsystem,
	const char *name, const char *program, uint32_t priority)
{
	struct pd *pd = LIST_ADD(x->system->pds, x->system->num_pds);

	*pd = (struct pd){ .at = subsystem->at,
		.name = subsystem_text("%s", name),
		.priority = priority,
		.budget_us = PD_BUDGET_US,
		.period_us = PD_BUDGET_US,
		.stack_bytes = PD_STACK_BYTES,
		.core = subsystem->core,
		.generated = true,
		.counter = true,
		.domain_name = subsystem->domain_name,
		.domain = NONE,
		.parent = NONE,
		.child_id = NUMBER_NONE,
		.image_at = subsystem->at,
		.image_path = subsystem_text("%s", program) };
	return x->system->num_pds - 1;
}

size_t subsystem_region(
	struct expansion *x, const struct position *at, const char *name, uint64_t bytes)
{
	struct region *region = LIST_ADD(x->system->regions, x->system->num_regions);

	region->at = *at;
	region->name = subsystem_text("%s", name);
	region->bytes = round_up(bytes, PAGE_BYTES);
	return x->system->num_regions - 1;
}

/* ---- Physical addresses of what devices read and write ---- */

static bool overlaps(const struct region *region, uint64_t paddr, uint64_t bytes)
{
	return region->fixed && region->bytes && region->paddr < paddr + bytes &&
	       (region->paddr >= paddr || paddr - region->paddr < region->bytes);
}

/* The lowest place from `base` up to `end` that no region has. */
static bool find_room(const struct expansion *x, uint64_t base, uint64_t end,
	uint64_t bytes, uint64_t *paddr)
{
	const struct system *system = x->system;
	uint64_t unit = bytes % LARGE_PAGE_BYTES ? PAGE_BYTES : LARGE_PAGE_BYTES;
	bool moved = true;

	base = round_up(base, unit);
	while (moved && base < end && bytes <= end - base) {
		moved = false;
		for (size_t i = 0; i < system->num_regions; i++) {
			const struct region *region = &system->regions[i];

			if (!overlaps(region, base, bytes))
				continue;
			if (region->bytes > end || region->paddr > end - region->bytes)
				return false;
			base = round_up(region->paddr + region->bytes, unit);
			moved = true;
		}
	}
	*paddr = base;
	return base < end && bytes <= end - base;
}

/*
 * RAM before the image first; else the upper half of what is behind it, since the
 * image and its other memory grow upwards from image_base.
 */
static bool choose_paddr(const struct expansion *x, uint64_t bytes, uint64_t *paddr)
{
	const struct board *board = x->board;
	uint64_t image = board->image_base;

	for (int behind = 0; behind < 2; behind++)
		for (size_t i = 0; i < board->num_ram; i++) {
			uint64_t base = board->ram[i].base;
			uint64_t end = base + board->ram[i].bytes;
			bool with_image = image >= base && image < end;

			if (with_image && behind) {
				base = image + (end - image) / 2;
				end -= DEVICE_TREE_ROOM;
			} else if (with_image) {
				end = image;
			} else if (behind) {
				continue;
			}
			if (find_room(x, base, end, bytes, paddr))
				return true;
		}
	return false;
}

size_t subsystem_dma_region(
	struct expansion *x, const struct position *at, const char *name, uint64_t bytes)
{
	struct region *region;
	uint64_t paddr = 0;
	size_t index;

	bytes = round_up(bytes, PAGE_BYTES);
	if (!choose_paddr(x, bytes, &paddr)) {
		SUBSYSTEM_ERROR(x, at,
			"subsystem_ram: buffers of devices have room in RAM beside the "
			"image",
			"use fewer buffers or regions with phys_addr",
			"there is no room for the 0x%" PRIx64 " bytes of '%s'", bytes,
			name);
		return NONE;
	}
	index = subsystem_region(x, at, name, bytes);
	region = &x->system->regions[index];
	region->fixed = true;
	region->needs_paddr = true;
	region->paddr = paddr;
	return index;
}

/* ---- Maps, ids, channels ---- */

uint64_t subsystem_map(
	struct expansion *x, size_t pd_index, size_t region, unsigned perms, bool cached)
{
	struct pd *pd = &x->system->pds[pd_index];
	const struct region *regions = x->system->regions;
	uint64_t vaddr = SUBSYSTEM_VADDR;
	uint64_t unit = regions[region].bytes < LARGE_PAGE_BYTES ? PAGE_BYTES
								 : LARGE_PAGE_BYTES;
	struct map *map;

	/* Those that were made here know their region. */
	for (size_t i = 0; i < pd->num_maps; i++)
		if (pd->maps[i].region != NONE)
			vaddr = pd->maps[i].vaddr + regions[pd->maps[i].region].bytes +
				PAGE_BYTES;
	vaddr = round_up(vaddr, unit);
	map = LIST_ADD(pd->maps, pd->num_maps);
	*map = (struct map){ .at = regions[region].at,
		.region_name = regions[region].name,
		.region = region,
		.vaddr = vaddr,
		.perms = perms,
		.cached = cached };
	return vaddr;
}

/* One bit per id that a PD uses. */
static uint64_t used_ids(const struct system *system, const struct pd *pd)
{
	uint64_t used = 0;

	for (size_t i = 0; i < pd->num_irqs; i++)
		if (pd->irqs[i].id < CHANNEL_MAX)
			used |= 1ull << pd->irqs[i].id;
	for (size_t i = 0; i < 2 * system->num_channels; i++) {
		const struct channel_end *end = &system->channels[i / 2].end[i % 2];

		if (end->id < CHANNEL_MAX && strcmp(end->pd_name, pd->name) == 0)
			used |= 1ull << end->id;
	}
	return used;
}

bool subsystem_id(
	struct expansion *x, const struct position *at, size_t pd_index, uint32_t *id)
{
	const struct pd *pd = &x->system->pds[pd_index];
	uint64_t used = used_ids(x->system, pd);

	for (uint32_t i = 0; i < CHANNEL_MAX; i++) {
		*id = pd->generated ? i : CHANNEL_MAX - 1u - i;
		if (!(used >> *id & 1u))
			return true;
	}
	SUBSYSTEM_ERROR(x, at, "client_ids: a client has ids left for its subsystems",
		"use fewer channels and interrupts in the PD", "'%s' uses all its 62 ids",
		pd->name);
	return false;
}

bool subsystem_channel(struct expansion *x, const struct position *at,
	const size_t pds[2], uint32_t ids[2])
{
	struct channel *channel;

	if (!subsystem_id(x, at, pds[0], &ids[0]) ||
		!subsystem_id(x, at, pds[1], &ids[1]))
		return false;
	channel = LIST_ADD(x->system->channels, x->system->num_channels);
	channel->at = *at;
	for (int i = 0; i < 2; i++)
		channel->end[i] = (struct channel_end){ .at = *at,
			.pd_name = x->system->pds[pds[i]].name,
			.pd = NONE,
			.id = ids[i],
			.notify = true };
	return true;
}

bool subsystem_call_channel(struct expansion *x, const struct position *at,
	const size_t pds[2], bool answers, uint32_t ids[2])
{
	struct channel_end *end;

	if (!subsystem_channel(x, at, pds, ids))
		return false;
	end = x->system->channels[x->system->num_channels - 1].end;
	end[0].pp = true;
	end[0].notify = false;
	end[1].notify = answers;
	return true;
}

uint64_t subsystem_counters(struct expansion *x, size_t pd_index)
{
	const struct pd *pd = &x->system->pds[pd_index];
	size_t region = subsystem_region(
		x, &pd->at, subsystem_text("%s_counters", pd->name), PAGE_BYTES);

	x->system->regions[region].counters = true;
	return subsystem_map(x, pd_index, region, PERM_R | PERM_W, true);
}

void subsystem_blob(struct expansion *x, const struct position *at, size_t pd_index,
	const char *name, const char *symbol, const void *data, size_t bytes)
{
	size_t index = subsystem_region(x, at, name, CONFIG_BYTES_MAX);
	struct region *region = &x->system->regions[index];
	struct pd *pd = &x->system->pds[pd_index];
	uint8_t *copy = list_allocate(bytes);
	struct setvar *setvar;

	memcpy(copy, data, bytes);
	region->prefill_data = copy;
	region->prefill_bytes = bytes;
	region->prefill_path = subsystem_text("%s.bin", name);
	subsystem_map(x, pd_index, index, PERM_R, true);
	setvar = LIST_ADD(pd->setvars, pd->num_setvars);
	*setvar = (struct setvar){ .at = *at,
		.symbol = symbol,
		.kind = SETVAR_VADDR,
		.index = pd->num_maps - 1 };
}

/* ---- Drivers ---- */

static void map_registers(struct expansion *x, struct driver *driver)
{
	const struct device *device = &driver->device;
	const struct pd *pd = &x->system->pds[driver->pd];
	uint64_t offset = device->registers_paddr % PAGE_BYTES;
	size_t index = subsystem_region(x, &pd->at,
		subsystem_text("%s_registers", pd->name),
		offset + device->registers_bytes);
	struct region *region = &x->system->regions[index];

	region->fixed = true;
	region->needs_paddr = true;
	region->paddr = device->registers_paddr - offset;
	region->dma = device->dma_bytes ? DMA_YES : DMA_NO;
	driver->registers = offset +
			    subsystem_map(x, driver->pd, index, PERM_R | PERM_W, false);
}

static bool add_irq(struct expansion *x, const struct position *at, struct driver *driver)
{
	struct irq *irq;
	struct pd *pd;

	if (!subsystem_id(x, at, driver->pd, &driver->irq))
		return false;
	pd = &x->system->pds[driver->pd];
	irq = LIST_ADD(pd->irqs, pd->num_irqs);
	*irq = (struct irq){ .at = *at,
		.number = driver->device.irq,
		.id = driver->irq,
		.edge = driver->device.edge };
	return true;
}

bool subsystem_driver(struct expansion *x, const struct subsystem *subsystem,
	const char *class_name, struct driver *driver)
{
	const struct device *device = &driver->device;
	char *name = subsystem_text("%s_driver", class_name);

	*driver = (struct driver){ .registers = CONFIG_NOT_MAPPED };
	if (!drivers_find(x->options, x->board, x->system->file, &subsystem->at,
		    class_name, subsystem->device ? subsystem->device : class_name,
		    &driver->device))
		return false;
	driver->pd = subsystem_pd(
		x, subsystem, name, device->program, subsystem->driver_priority);
	if (device->has_registers)
		map_registers(x, driver);
	if (device->has_irq && !add_irq(x, &subsystem->at, driver))
		return false;
	if (device->dma_bytes) {
		size_t region = subsystem_dma_region(x, &subsystem->at,
			subsystem_text("%s_dma", name), device->dma_bytes);
		if (region == NONE)
			return false;
		driver->dma_vaddr = subsystem_map(
			x, driver->pd, region, PERM_R | PERM_W, device->coherent);
		driver->dma_paddr = x->system->regions[region].paddr;
	}
	return true;
}
