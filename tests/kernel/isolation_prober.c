/* SPDX-License-Identifier: BSD-2-Clause */
/* Tries what it is told to try: see isolation.h. */
#include <microkit.h>

#include "isolation.h"

uint64_t probe_read(uint64_t address);
uint64_t probe_write(uint64_t address, uint64_t value);
uint64_t probe_pair(uint64_t address, uint64_t value);
uint64_t probe_exclusive(uint64_t address, uint64_t value);
uint64_t probe_execute(uint64_t address);
extern const char _text[], _text_end[]; /* of the linker script */

static volatile struct shared *const shared = (volatile struct shared *)SHARED_VADDR;
static const uint64_t rodata = VALUE;
static uint64_t data[2] = { VALUE, VALUE };
static uint64_t bss[2];

void init(void)
{
	uint64_t on_stack = VALUE;

	shared->places[PLACE_TEXT] = (uint64_t)probe_read;
	shared->places[PLACE_RODATA] = (uint64_t)&rodata;
	shared->places[PLACE_DATA] = (uint64_t)data;
	shared->places[PLACE_BSS] = (uint64_t)bss;
	shared->places[PLACE_STACK] = (uint64_t)&on_stack & ~7ul;
	shared->pc_read = (uint64_t)probe_read;
	shared->pc_write = (uint64_t)probe_write;
	shared->text = (uint64_t)_text;
	shared->text_end = (uint64_t)_text_end;
}

#define CASE(expectation, text)                                                         \
	case __COUNTER__ - FIRST:                                                       \
		__asm__ volatile(text : "+r"(x0) : : "x1", "x2", "x3", "cc", "memory"); \
		break;

static uint64_t instruction(uint64_t number)
{
	register uint64_t x0 __asm__("x0") = NOTHING;

	enum { FIRST = __COUNTER__ + 1 };
	switch (number) {
		INSTRUCTIONS(CASE)
	default:
		break;
	}
	return x0;
}

static uint64_t attempt(uint64_t what, uint64_t address)
{
	uint64_t value = 0;

	switch (what) {
	case TRY_INSTRUCTION:
		return instruction(address);
	case TRY_READ:
		return probe_read(address);
	case TRY_WRITE:
		return probe_write(address, WRITTEN);
	case TRY_EXECUTE:
		return probe_execute(address);
	case TRY_ZERO:
		__asm__ volatile("dc zva, %0" : : "r"(address) : "memory");
		break;
	case TRY_CLEAN:
		__asm__ volatile("dc civac, %0" : : "r"(address) : "memory");
		break;
	case TRY_FETCH_INVALIDATE:
		__asm__ volatile("ic ivau, %0" : : "r"(address) : "memory");
		break;
	case TRY_EXCLUSIVE:
		return probe_exclusive(address, WRITTEN);
	case TRY_READ_UNALIGNED:
		__asm__ volatile("ldur %0, [%1, #1]" : "=r"(value) : "r"(address));
		break;
	case TRY_WRITE_PAIR:
		return probe_pair(address, WRITTEN);
	case TRY_PREFETCH:
		__asm__ volatile("prfm pldl1keep, [%0]" : : "r"(address));
		break;
	default:
		break;
	}
	return value;
}

void notified(microkit_channel ch)
{
	shared->result = attempt(shared->attempt, shared->address);
	microkit_notify(ch);
}
