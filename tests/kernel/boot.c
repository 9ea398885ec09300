/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a PD finds at its start: memory is zero, prefilled or initialised, whatever
 * RAM held before; and so again when it is started anew.
 */
#include "raw.h"
#include "testing.h"

#define ZERO_VADDR 0x4000000ul /* a region of large pages */
#define ZERO_BYTES 0x400000ul
#define SMALL_VADDR 0x3000000ul /* a region of small pages */
#define SMALL_BYTES 0x5000ul
#define FILLED_VADDR 0x3100000ul /* three bytes of a file, the rest 0 */
#define FILLED_BYTES 0x2000ul
#define BSS_WORDS 20000u

static uint64_t bss[BSS_WORDS];
static uint64_t data[3] = { 1, 2, 3 };

static uint64_t not_zero(uint64_t start, uint64_t bytes)
{
	uint64_t count = 0;

	for (uint64_t at = start; at < start + bytes; at += 8) {
		count += *(volatile uint64_t *)at != 0;
	}
	return count;
}

void init(void)
{
	volatile const uint64_t *filled = (volatile const uint64_t *)FILLED_VADDR;
	uint64_t here;

	test_case("zeroed data is zero");
	test_equal(not_zero((uint64_t)bss, sizeof(bss)), 0, "words");
	test_case("initialised data is as linked");
	test_expect(data[0] == 1 && data[1] == 2 && data[2] == 3, "data");
	test_case("a region of large pages is zero");
	test_equal(not_zero(ZERO_VADDR, ZERO_BYTES), 0, "words");
	test_case("a region of small pages is zero");
	test_equal(not_zero(SMALL_VADDR, SMALL_BYTES), 0, "words");
	test_case("a prefilled region has its file, and zeros behind");
	test_equal(filled[0], 0x030201, "first word");
	test_equal(not_zero(FILLED_VADDR + 8, FILLED_BYTES - 8), 0, "words");
	test_case("the unused stack is zero");
	here = (uint64_t)&here & ~7ull;
	test_equal(not_zero(STACK_TOP_VADDR - 0x4000,
			   here - (STACK_TOP_VADDR - 0x4000) - 0x800),
		0, "words");
	test_case("the IPC buffer is zero behind the message words");
	test_equal(not_zero(IPC_BUFFER_VADDR + 8 * (1 + MESSAGE_WORDS),
			   PAGE_BYTES - 8 * (1 + MESSAGE_WORDS)),
		0, "words");
	test_end();
}

void notified(microkit_channel ch)
{
	(void)ch;
}
