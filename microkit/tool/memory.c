/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The board's RAM while things are placed in it: a sorted list of what is free.
 */
#include <string.h>

#include "build.h"

static void insert(struct memory *memory, size_t place, struct span span)
{
	memory->free = build_grow(
		memory->free, memory->count, &memory->capacity, sizeof(*memory->free));
	memmove(memory->free + place + 1, memory->free + place,
		(memory->count - place) * sizeof(*memory->free));
	memory->free[place] = span;
	memory->count++;
}

static void erase(struct memory *memory, size_t place)
{
	memory->count--;
	memmove(memory->free + place, memory->free + place + 1,
		(memory->count - place) * sizeof(*memory->free));
}

/* The range must not be free already. */
void memory_add(struct memory *memory, uint64_t base, uint64_t bytes)
{
	size_t place = 0;

	while (place < memory->count && memory->free[place].base < base)
		place++;
	insert(memory, place, (struct span){ base, bytes });
	if (place + 1 < memory->count && base + bytes == memory->free[place + 1].base) {
		memory->free[place].bytes += memory->free[place + 1].bytes;
		erase(memory, place + 1);
	}
	if (place > 0 &&
		memory->free[place - 1].base + memory->free[place - 1].bytes == base) {
		memory->free[place - 1].bytes += memory->free[place].bytes;
		erase(memory, place);
	}
}

void memory_reserve(struct memory *memory, uint64_t base, uint64_t bytes)
{
	uint64_t end = base + bytes;

	for (size_t i = memory->count; i-- > 0;) {
		struct span was = memory->free[i];
		uint64_t was_end = was.base + was.bytes;
		if (was_end <= base || was.base >= end)
			continue;
		erase(memory, i);
		if (was_end > end)
			insert(memory, i, (struct span){ end, was_end - end });
		if (was.base < base)
			insert(memory, i, (struct span){ was.base, base - was.base });
	}
}

/* The part of a free range that is in the zone, aligned; empty if there is none. */
static struct span usable(
	const struct memory *memory, size_t place, unsigned zone, uint64_t alignment)
{
	const struct span *free = &memory->free[place], *within = &memory->zones[zone];
	uint64_t base = free->base > within->base ? free->base : within->base;
	uint64_t end = free->base + free->bytes;
	if (end > within->base + within->bytes)
		end = within->base + within->bytes;
	base = align_up(base, alignment);
	return (struct span){ base, base < end ? end - base : 0 };
}

bool memory_take(
	struct memory *memory, uint64_t bytes, uint64_t alignment, uint64_t *base)
{
	for (unsigned zone = 0; zone < MEMORY_ZONES; zone++) {
		for (size_t i = 0; i < memory->count; i++) {
			struct span span = usable(memory, i, zone, alignment);
			if (span.bytes < bytes)
				continue;
			*base = span.base;
			memory_reserve(memory, span.base, bytes);
			return true;
		}
	}
	return false;
}

bool memory_take_part(
	struct memory *memory, uint64_t bytes, uint64_t page, struct span *part)
{
	struct span best = { 0, 0 };

	for (unsigned zone = 0; zone < MEMORY_ZONES; zone++) {
		/* "Anywhere" only when there is nothing elsewhere. */
		if (zone == MEMORY_ZONES - 1 && best.bytes > 0)
			break;
		for (size_t i = 0; i < memory->count; i++) {
			struct span span = usable(memory, i, zone, page);
			if (align_down(span.bytes, page) > best.bytes)
				best = (struct span){ span.base,
					align_down(span.bytes, page) };
		}
	}
	if (best.bytes == 0)
		return false;
	if (best.bytes > bytes)
		best.bytes = bytes;
	memory_reserve(memory, best.base, best.bytes);
	*part = best;
	return true;
}

uint64_t memory_left(const struct memory *memory)
{
	uint64_t left = 0;
	for (size_t i = 0; i < memory->count; i++)
		left += memory->free[i].bytes;
	return left;
}
