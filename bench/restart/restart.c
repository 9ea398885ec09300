/* SPDX-License-Identifier: BSD-2-Clause */
/* Kills the component that a letter names ('a': that of slot 1), and does a request of it. */
#include <coroutine.h>
#include <devices/serial/client.h>
#include <devices/timer/client.h>
#include <microkit.h>
#include <services/fs/client.h>

#define STACK_BYTES 0x4000u
#define DISK_FIRST 5u /* slots, as in the system file */
#define TIMER 8u
#define SLOTS 11u
#define TRIES 100u
#define DELAY_NS 1000000u

static struct fs_client files;
static struct coroutine worker;
static _Alignas(16) unsigned char stack[STACK_BYTES];
static uint8_t block[512];

void fs_wait(void)
{
	coroutine_yield();
}

static void kill(uint32_t slot)
{
	seL4_UserContext nowhere = { 0 };
	seL4_CPtr cap = microkit_cspace_root_slot_to_cptr(slot);

	(void)seL4_TCB_Suspend(cap);
	(void)seL4_TCB_WriteRegisters(cap, seL4_True, 0, 1, &nowhere);
}

static bool write_block(void)
{
	const uint32_t create = FS_FLAG_WRITE | FS_FLAG_CREATE | FS_FLAG_TRUNCATE;
	uint32_t handle;
	size_t bytes = 0;

	return fs_open(&files, "/block.bin", create, &handle) == FS_OK &&
	       fs_write(&files, handle, 0, block, sizeof(block), &bytes) == FS_OK &&
	       fs_sync(&files, handle) == FS_OK && fs_close(&files, handle) == FS_OK;
}

/* A request that goes through the component; whether it did. */
static bool request(uint32_t slot)
{
	if (slot == TIMER) {
		timer_set(0, timer_now() + DELAY_NS);
		while (timer_expired() == 0)
			coroutine_yield();
		return true;
	}
	for (uint32_t i = 0; i < TRIES && slot >= DISK_FIRST && slot < TIMER; i++)
		if (write_block())
			return true;
	return slot < DISK_FIRST || slot > TIMER;
}

static void work(void *unused)
{
	char letter;

	(void)unused;
	serial_puts("ready\n");
	for (;;) {
		while (serial_read(&letter, 1) != 1)
			coroutine_yield();
		if (letter < 'a' || letter >= 'a' + (char)SLOTS)
			continue;
		uint32_t slot = (uint32_t)(letter - 'a') + 1u;
		kill(slot);
		serial_puts(request(slot) ? "done\n" : "lost\n");
	}
}

void init(void)
{
	serial_init();
	timer_init();
	if (!fs_client_start(&files, fs_config))
		__builtin_trap();
	coroutine_start(&worker, stack, sizeof(stack), work, NULL);
	coroutine_run(&worker);
}

void notified(microkit_channel ch)
{
	(void)ch;
	coroutine_run(&worker);
}
