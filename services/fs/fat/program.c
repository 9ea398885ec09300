/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entry points of the FAT server, and its worker: a coroutine that serves the clients
 * and waits for the disk in the middle of that.
 */
#include <coroutine.h>
#include <devices/rtc/client.h>
#include <microkit.h>

#include "server.h"

#define STACK_BYTES 0x4000u

extern const struct fs_server_config *fs_server_config;
__attribute__((used, section(".data")))
const struct fs_server_config *fs_server_config; /* set by the system file */

static struct coroutine worker;
static _Alignas(16) unsigned char stack[STACK_BYTES];
static bool waits; /* the worker can do nothing before something happens */

void program_wait(void)
{
	waits = true;
	coroutine_yield();
}

uint64_t fs_time(void)
{
	return rtc_now() / RTC_NS_PER_S;
}

static void work(void *unused)
{
	(void)unused;
	for (;;) {
		waits = !server_pass();
		if (waits)
			(void)cache_settle(); /* what it has begun wakes this again */
		coroutine_yield();
	}
}

/* Ends: the worker waits when no client, on whatever core, is faster than it. */
static void run(void)
{
	bool more;
	do {
		coroutine_run(&worker);
		more = server_round();
		more = disk_round() || more;
	} while (more || !waits);
}

void init(void)
{
	if (!disk_start() || !server_start(fs_server_config)) {
		microkit_dbg_puts(
			"the file system's configuration is of another version\n");
		return;
	}
	coroutine_start(&worker, stack, sizeof(stack), work, NULL);
	run();
}

void notified(microkit_channel channel)
{
	(void)channel;
	if (worker.function != NULL)
		run();
}
