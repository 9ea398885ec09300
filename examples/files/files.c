/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lists directories, reads a file, writes one, reads it back, and renames it: twice, so the
 * second replaces the first.
 *
 * The calls wait, so they are made in a coroutine: fs_wait goes back to the entry point, and
 * the next notification goes on here.
 */
#include <coroutine.h>
#include <devices/serial/client.h>
#include <microkit.h>
#include <services/fs/client.h>

#define STACK_BYTES 0x4000u
#define WORDS 16384u /* of the file that is written: 128 KiB */

static struct fs_client files;
static struct coroutine worker;
static _Alignas(16) unsigned char stack[STACK_BYTES];
static uint64_t words[WORDS];

void fs_wait(void)
{
	coroutine_yield();
}

static bool good(const char *what, enum fs_status status)
{
	if (status != FS_OK)
		serial_printf("%s: status %u\n", what, status);
	return status == FS_OK;
}

static void list(const char *path)
{
	struct fs_completion entry;
	char name[FS_NAME_BYTES_MAX + 1];
	uint32_t handle;
	if (!good("open directory", fs_open_directory(&files, path, &handle)))
		return;
	serial_printf("%s:\n", path);
	while (good("read directory", fs_read_directory(&files, handle, name, &entry)) &&
		name[0] != '\0')
		serial_printf("  %s, %lu bytes%s\n", name, entry.size,
			entry.kind == FS_KIND_DIRECTORY ? ", a directory" : "");
	(void)good("close directory", fs_close_directory(&files, handle));
}

static void show(const char *path)
{
	char text[128];
	uint32_t handle;
	size_t bytes;
	if (!good("open", fs_open(&files, path, FS_FLAG_READ, &handle)))
		return;
	if (good("read", fs_read(&files, handle, 0, text, sizeof(text) - 1, &bytes))) {
		text[bytes] = '\0';
		serial_printf("%s says: %s", path, text);
	}
	(void)good("close", fs_close(&files, handle));
}

static void write(const char *path)
{
	const uint32_t flags = FS_FLAG_READ | FS_FLAG_WRITE | FS_FLAG_CREATE |
			       FS_FLAG_TRUNCATE;
	uint32_t handle, wrong = 0;
	size_t bytes;
	if (!good("create", fs_open(&files, path, flags, &handle)))
		return;
	for (uint64_t i = 0; i < WORDS; i++)
		words[i] = i * i;
	if (good("write", fs_write(&files, handle, 0, words, sizeof(words), &bytes)) &&
		good("sync", fs_sync(&files, handle)) &&
		good("read", fs_read(&files, handle, 0, words, sizeof(words), &bytes))) {
		for (uint64_t i = 0; i < WORDS; i++)
			wrong += words[i] != i * i;
		serial_printf("%s: %lu bytes written and read back, %u words wrong\n",
			path, bytes, wrong);
	}
	(void)good("close", fs_close(&files, handle));
}

static void work(void *unused)
{
	struct fs_completion space;
	enum fs_status status;
	(void)unused;
	if (!good("space", fs_space(&files, &space)))
		return;
	serial_printf("%lu KiB, %lu KiB free\n", space.size / 1024, space.free / 1024);
	list("/");
	show("/a file with a long name.txt");
	status = fs_make_directory(&files, "/numbers");
	(void)good("make directory", status == FS_EXISTS ? FS_OK : status);
	for (uint32_t i = 0; i < 2; i++) {
		write("/numbers/new.bin");
		(void)good("rename",
			fs_rename(&files, "/numbers/new.bin", "/numbers/squares.bin"));
	}
	list("/numbers");
	serial_printf("done\n");
}

void init(void)
{
	serial_init();
	if (!fs_client_start(&files, fs_config)) {
		serial_puts("the configuration is of another version\n");
		return;
	}
	coroutine_start(&worker, stack, sizeof(stack), work, NULL);
	coroutine_run(&worker);
}

void notified(microkit_channel ch)
{
	if (ch == fs_config->server.channel && !worker.ended)
		coroutine_run(&worker);
}
