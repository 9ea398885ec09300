/* SPDX-License-Identifier: BSD-2-Clause */
/* Draws DRAWS times as much as there can be, and says what came. */
#include <devices/entropy/client.h>
#include <devices/serial/client.h>

#define DRAWS 8u

static uint32_t draws, waits;

static void say(const uint64_t words[8])
{
	for (uint32_t i = 0; i < 8; i++)
		serial_printf("%016lx", __builtin_bswap64(words[i]));
	serial_printf("\n");
}

static void work(void)
{
	while (draws < DRAWS) {
		uint64_t words[8] = { 0 };
		enum entropy_status status = entropy_draw(words, sizeof(words));
		if (status == ENTROPY_EMPTY) {
			waits++;
			return;
		}
		draws = status == ENTROPY_OK ? draws + 1 : DRAWS;
		if (status == ENTROPY_OK)
			say(words);
		else
			serial_printf("status %u\n", status);
		if (draws == DRAWS)
			serial_printf(
				"done%s\n", waits != 0 ? ", after some waiting" : "");
	}
}

void init(void)
{
	serial_init();
	work();
	serial_flush();
}

void notified(microkit_channel ch)
{
	(void)ch;
	work();
	serial_flush();
}
