/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes a file and reads it back, for ever. What is lost on the way is tried
 * again; what was said to be done must have been. What is in a file comes
 * from random bytes; the time of day goes on.
 */
#include <coroutine.h>
#include <devices/entropy/client.h>
#include <devices/rtc/client.h>
#include <microkit.h>
#include <services/fs/client.h>

#include "progress.h"

#define STACK_BYTES 0x4000u
#define WORDS 1024u /* of the file: 8 KiB */
#define JUMP_NS ((uint64_t)2000000000)

volatile struct progress *progress; /* set by the tool */

static struct fs_client files;
static struct coroutine worker;
static _Alignas(16) unsigned char stack[STACK_BYTES];
static uint64_t words[WORDS];

void fs_wait(void)
{
	coroutine_yield();
}

/* The server, or one below it, has started anew: handles are no more. */
static bool lost(enum fs_status status)
{
	return status == FS_LOST || status == FS_BAD_HANDLE || status == FS_NO_DEVICE ||
	       status == FS_FAILED;
}

/* Random bytes if there are some; the driver may be starting. */
static uint64_t draw(void)
{
	uint64_t word = 0;
	enum entropy_status status = entropy_draw(&word, sizeof(word));

	if (status == ENTROPY_OK)
		progress->draws++;
	else if (status != ENTROPY_EMPTY)
		progress->refusals++;
	return word;
}

/* The time goes on, but for less than a second when its driver starts anew. */
static void look_at_clock(void)
{
	uint64_t now_ns = rtc_now();

	if (now_ns + JUMP_NS < progress->now_ns)
		progress->jumps++;
	if (now_ns != 0)
		progress->now_ns = now_ns;
}

static enum fs_status fill(uint32_t handle, uint64_t round)
{
	size_t bytes;

	for (uint64_t i = 0; i < WORDS; i++)
		words[i] = i * round;
	enum fs_status status = fs_write(&files, handle, 0, words, sizeof(words), &bytes);
	return status != FS_OK ? status : fs_sync(&files, handle);
}

static enum fs_status compare(uint32_t handle, uint64_t round)
{
	size_t bytes;
	enum fs_status status = fs_read(&files, handle, 0, words, sizeof(words), &bytes);

	for (uint64_t i = 0; status == FS_OK && i < WORDS; i++)
		if (bytes != sizeof(words) || words[i] != i * round)
			status = FS_CORRUPT;
	return status;
}

/* One file; whether all of it was done. */
static bool play(uint64_t round)
{
	const uint32_t flags = FS_FLAG_READ | FS_FLAG_WRITE | FS_FLAG_CREATE |
			       FS_FLAG_TRUNCATE;
	uint32_t handle;
	enum fs_status status = fs_open(&files, "/new.bin", flags, &handle);

	if (status == FS_OK) {
		status = fill(handle, round);
		if (status == FS_OK)
			status = compare(handle, round);
		/* In any case: if the server lives, the file is open for writing still. */
		enum fs_status closed = fs_close(&files, handle);
		if (status == FS_OK)
			status = closed;
	}
	if (status != FS_OK && !lost(status)) {
		progress->wrong++;
		progress->last = status;
	}
	return status == FS_OK;
}

static void work(void *unused)
{
	(void)unused;
	for (uint64_t round = progress->rounds;; round++) {
		look_at_clock();
		if (play(round ^ draw()))
			progress->rounds++;
	}
}

void init(void)
{
	progress->lives++;
	if (!fs_client_start(&files, fs_config))
		__builtin_trap();
	coroutine_start(&worker, stack, sizeof(stack), work, NULL);
	coroutine_run(&worker);
}

void notified(microkit_channel ch)
{
	if (ch == fs_config->server.channel)
		coroutine_run(&worker);
}
