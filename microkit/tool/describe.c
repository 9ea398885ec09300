/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for what the report and the picture both show. */
#include "describe.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

bool describe_is_device(const struct board *board, const struct region *region)
{
	if (!region->fixed)
		return false;
	for (size_t i = 0; i < board->num_ram; i++) {
		uint64_t base = board->ram[i].base;
		uint64_t bytes = board->ram[i].bytes;

		if (region->paddr >= base && region->paddr - base < bytes &&
			region->bytes <= bytes - (region->paddr - base))
			return false;
	}
	return true;
}

bool describe_dma(const struct board *board, const struct system *system,
	const struct map *maps, size_t num_maps, enum device_dma dma)
{
	for (size_t i = 0; i < num_maps; i++) {
		size_t region = maps[i].region;

		if (region < system->num_regions && (maps[i].perms & PERM_W) != 0 &&
			system->regions[region].dma == dma &&
			describe_is_device(board, &system->regions[region]))
			return true;
	}
	return false;
}

void describe_bytes(char out[DESCRIBE_BYTES], uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	size_t unit = 0;
	uint64_t divisor = 1;
	uint64_t whole;
	uint64_t tenths;

	while (unit + 1 < sizeof(units) / sizeof(units[0]) && bytes / divisor >= 1024) {
		divisor *= 1024;
		unit++;
	}
	whole = bytes / divisor;
	/* The remainder is below 2^40: no overflow. */
	tenths = bytes % divisor * 10 / divisor;
	if (tenths == 0)
		snprintf(out, DESCRIBE_BYTES, "%" PRIu64 " %s", whole, units[unit]);
	else
		snprintf(out, DESCRIBE_BYTES, "%" PRIu64 ".%" PRIu64 " %s", whole, tenths,
			units[unit]);
}

void describe_perms(char out[4], unsigned perms)
{
	out[0] = (perms & PERM_R) != 0 ? 'r' : '-';
	out[1] = (perms & PERM_W) != 0 ? 'w' : '-';
	out[2] = (perms & PERM_X) != 0 ? 'x' : '-';
	out[3] = '\0';
}

const char *describe_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? path : slash + 1;
}

bool describe_el0_timer(const struct pd *pd)
{
	for (size_t i = 0; i < pd->num_irqs; i++) {
		if (pd->irqs[i].number == DESCRIBE_EL0_TIMER_IRQ)
			return true;
	}
	return false;
}

void describe_count(FILE *out, size_t count, const char *noun)
{
	fprintf(out, "%zu %s%s", count, noun, count == 1 ? "" : "s");
}

const struct pd_layout *describe_layout_of(const struct layout *layout, size_t pd)
{
	if (layout == NULL)
		return NULL;
	for (size_t i = 0; i < layout->num_pds; i++) {
		if (layout->pds[i].pd == pd)
			return &layout->pds[i];
	}
	return NULL;
}
