/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The child: finds out whether its memory is fresh, spoils it, faults.
 *
 * The variables are bytes, so that the linker may put them anywhere.
 */
#include <microkit.h>

#include "lives.h"

#define DATA_BYTES 5003u
#define BSS_BYTES 9001u
#define LATE_BYTES 77u
#define STACK_BYTES 0x2000u
#define STACK_KEPT 1024u /* in use by this program */

#define IN(name) __attribute__((section(name), aligned(1)))

struct lives *volatile lives = (struct lives *)1; /* set by the tool */

IN(".odd_data") static volatile uint8_t data[DATA_BYTES] = { 17, [DATA_BYTES - 1] = 19 };
IN(".bss.odd") static volatile uint8_t bss[BSS_BYTES];
IN(".late") static volatile uint8_t late[LATE_BYTES] = { 23, [LATE_BYTES - 1] = 29 };
IN(".constants") static const volatile uint8_t constants[9] = "constant";

/* Nothing but zeros between the first and the last, which are as given? */
static uint32_t differs(const volatile uint8_t *bytes, uint32_t count, uint8_t first,
	uint8_t last, uint32_t bit)
{
	bool good = bytes[0] == first && bytes[count - 1] == last;

	for (uint32_t i = 1; i + 1 < count; i++) {
		good = good && bytes[i] == 0;
	}
	return good ? 0 : bit;
}

static void spoil(volatile uint8_t *bytes, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		bytes[i] = 0xa5;
	}
}

static uint32_t find_wrong(void)
{
	volatile uint8_t *stack = (volatile uint8_t *)(STACK_TOP_VADDR - STACK_BYTES);
	uint32_t wrong = differs(data, DATA_BYTES, 17, 19, WRONG_DATA);

	wrong |= differs(bss, BSS_BYTES, 0, 0, WRONG_BSS);
	wrong |= differs(late, LATE_BYTES, 23, 29, WRONG_LATE);
	wrong |= differs(stack, STACK_BYTES - STACK_KEPT, 0, 0, WRONG_STACK);
	wrong |= microkit_name[0] == 'c' ? 0 : WRONG_PATCHED;
	for (uint8_t i = 0; i < MESSAGE_WORDS; i++) {
		wrong |= microkit_mr_get(i) == 0 ? 0 : WRONG_MESSAGE;
	}
	for (uint32_t i = 0; i < sizeof constants; i++) {
		wrong |= constants[i] == "constant"[i] ? 0 : WRONG_CONSTANTS;
	}
	return wrong;
}

void init(void)
{
	volatile struct lives *mine = lives;
	uint32_t life = mine->begun++;

	if (life < LIVES) {
		mine->wrong[life] = find_wrong();
	}
	spoil(data, DATA_BYTES);
	spoil(bss, BSS_BYTES);
	spoil(late, LATE_BYTES);
	spoil((volatile uint8_t *)(STACK_TOP_VADDR - STACK_BYTES),
		STACK_BYTES - STACK_KEPT);
	spoil((volatile uint8_t *)microkit_name, MICROKIT_PD_NAME_LENGTH);
	for (uint8_t i = 0; i < MESSAGE_WORDS; i++) {
		microkit_mr_set(i, ~0ul);
	}
	lives = (struct lives *)2;
	microkit_internal_crash(seL4_NoError);
}

void notified(microkit_channel ch)
{
	(void)ch;
}
