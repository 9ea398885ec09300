/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random operations of two clients, against the model: each status and each byte must be what
 * the model says. At the end everything is read once more, and the image is written for
 * fsck.fat.
 *
 * usage: random IMAGE OUT COUNT   with TEST_SEED in the environment
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "rig.h"

#define BYTES_MAX 0x48000u /* of a read or write: more than a slot's buffer */

struct opened {
	bool used, directory;
	uint32_t client, handle, flags;
	struct model_entry *entry; /* NULL: the root */
};

static struct opened opened[RIG_CLIENTS * RIG_HANDLES];
static uint8_t ours[BYTES_MAX], theirs[BYTES_MAX];
static uint64_t done, full; /* operations; of these, ended by FS_NO_SPACE */
static struct fs_client *client;
static uint32_t client_index;
static char what[2 * MODEL_PATH_BYTES + 100]; /* the operation in hand */

static void expect(bool good, const char *rule)
{
	if (good)
		return;
	printf("not ok - %s: operation %" PRIu64 ": %s\n", rule, done, what);
	exit(1);
}

static void expect_status(enum fs_status status, enum fs_status wanted)
{
	char rule[80];
	snprintf(rule, sizeof(rule), "status %u, not %u", status, wanted);
	expect(status == wanted, rule);
}

/* ---- Names ---- */

static const char *const names[] = { "a", "B.txt", "a rather long file name.html",
	"UPPER.TXT", "na\303\257ve", "x.tar.gz", "dir", "Some directory", "lower",
	"trailing~1.txt" };
#define NAMES (sizeof(names) / sizeof(names[0]))

static void add_name(char *path, uint32_t kinds)
{
	char *name = path + strlen(path);
	sprintf(name, "/%s", names[rig_below(kinds)]);
	if (rig_is_fat && rig_below(6) == 0) /* the same name */
		for (; *name != '\0'; name++)
			if (*name >= 'a' && *name <= 'z' && rig_below(2) == 0)
				*name = (char)(*name - 32);
}

static const char *random_path(char *path)
{
	uint32_t depth = rig_below(8);
	path[0] = '\0';
	if (rig_below(60) == 0)
		return strcpy(path, "/");
	if (rig_below(2) == 0) /* one that was there once */
		strcpy(path, model_entries[rig_below(20)].path);
	if (path[0] != '\0' && rig_below(3) != 0)
		return path;
	if (strlen(path) > MODEL_PATH_BYTES / 2)
		path[0] = '\0';
	for (depth = depth < 5 ? 0 : depth - 4; depth != 0; depth--)
		add_name(path, NAMES);
	add_name(path, NAMES);
	return path;
}

/* ---- Handles ---- */

static struct opened *free_place(void)
{
	for (uint32_t i = 0; i < RIG_CLIENTS * RIG_HANDLES; i++)
		if (!opened[i].used)
			return &opened[i];
	return NULL;
}

static uint32_t count_opened(void)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < RIG_CLIENTS * RIG_HANDLES; i++)
		count += opened[i].used && opened[i].client == client_index;
	return count;
}

static struct opened *random_opened(void)
{
	struct opened *o = &opened[rig_below(RIG_CLIENTS * RIG_HANDLES)];
	return o->used && o->client == client_index ? o : NULL;
}

static void forget(struct opened *o)
{
	if (o->entry != NULL)
		model_close(o->entry, (o->flags & FS_FLAG_WRITE) != 0);
	o->used = false;
}

/* ---- Operations ---- */

static void do_open(void)
{
	static const uint32_t flag_sets[] = { 1, 1, 1, 2, 3, 3 | 4, 3 | 4, 3 | 4,
		2 | 4 | 8, 3 | 16, 3 | 4 | 16, 4, 0, 1 | 16, 64 };
	const uint32_t num_good = 11;
	uint32_t index = rig_below(sizeof(flag_sets) / sizeof(flag_sets[0]));
	struct model_entry *entry = NULL;
	enum fs_status status, wanted = FS_BAD_COMMAND;
	char path[MODEL_PATH_BYTES + 100];
	uint32_t handle;
	random_path(path);
	snprintf(what, sizeof(what), "open %s flags %u", path, flag_sets[index]);
	status = fs_open(client, path, flag_sets[index], &handle);
	if (status == FS_NO_SPACE) {
		full++;
		expect(model_find(path) == NULL, "no space for what is there");
		return;
	}
	if (index < num_good)
		wanted = count_opened() == RIG_HANDLES
				 ? FS_TOO_MANY_HANDLES
				 : model_open(path, flag_sets[index], &entry);
	expect_status(status, wanted);
	if (status == FS_OK)
		*free_place() = (struct opened){ .used = true,
			.client = client_index,
			.handle = handle,
			.flags = flag_sets[index],
			.entry = entry };
}

static void do_open_directory(void)
{
	struct model_entry *entry = NULL;
	enum fs_status status, wanted = FS_TOO_MANY_HANDLES;
	char path[MODEL_PATH_BYTES + 100];
	uint32_t handle;
	random_path(path);
	snprintf(what, sizeof(what), "open directory %s", path);
	status = fs_open_directory(client, path, &handle);
	if (count_opened() < RIG_HANDLES)
		wanted = model_open_directory(path, &entry);
	expect_status(status, wanted);
	if (status == FS_OK)
		*free_place() = (struct opened){ .used = true,
			.directory = true,
			.client = client_index,
			.handle = handle,
			.entry = entry };
}

static void do_list(void)
{
	char path[MODEL_PATH_BYTES + 100], name[FS_NAME_BYTES_MAX + 1];
	char full_path[MODEL_PATH_BYTES + FS_NAME_BYTES_MAX + 200];
	struct model_entry *entry = NULL;
	struct fs_completion info;
	uint32_t handle, count = 0;
	random_path(path);
	snprintf(what, sizeof(what), "list %s", path);
	if (count_opened() == RIG_HANDLES || model_open_directory(path, &entry) != FS_OK)
		return;
	if (entry != NULL)
		model_close(entry, false);
	expect_status(fs_open_directory(client, path, &handle), FS_OK);
	for (;; count++) {
		expect_status(fs_read_directory(client, handle, name, &info), FS_OK);
		if (name[0] == '\0')
			break;
		snprintf(full_path, sizeof(full_path), "%s/%s",
			strcmp(path, "/") == 0 ? "" : path, name);
		entry = model_find(full_path);
		if (entry == NULL)
			strcat(what, name);
		expect(entry != NULL, "an entry that is not there");
		expect(info.kind == (entry->directory ? FS_KIND_DIRECTORY
						      : FS_KIND_FILE) &&
				info.size == entry->size,
			"an entry has kind and size");
		expect(strcmp(strrchr(entry->path, '/') + 1, name) == 0,
			"a name is kept as it was given");
	}
	expect(count == model_count(path), "all entries are listed");
	expect_status(fs_close_directory(client, handle), FS_OK);
}

static void do_close(void)
{
	struct opened *o = random_opened();
	if (o == NULL)
		return;
	snprintf(what, sizeof(what), "close %x", o->handle);
	if (o->directory) {
		expect_status(fs_close(client, o->handle), FS_BAD_HANDLE);
		expect_status(fs_close_directory(client, o->handle), FS_OK);
	} else {
		expect_status(fs_close_directory(client, o->handle), FS_BAD_HANDLE);
		expect_status(fs_close(client, o->handle), FS_OK);
	}
	expect_status(fs_close(client, o->handle), FS_BAD_HANDLE);
	forget(o);
}

static uint32_t random_bytes(void)
{
	return rig_below(20) == 0 ? rig_below(BYTES_MAX) : rig_below(3000);
}

static void do_read(void)
{
	struct opened *o = random_opened();
	uint32_t bytes = random_bytes(), wanted = 0;
	uint64_t offset;
	size_t got = 0;
	enum fs_status status;
	if (o == NULL || o->directory)
		return;
	offset = rig_below(o->entry->size + 1000u);
	if (rig_below(50) == 0)
		offset = (uint64_t)rig_random() << 32 | rig_random();
	snprintf(what, sizeof(what), "read %s at %" PRIu64 " %u", o->entry->path, offset,
		bytes);
	status = fs_read(client, o->handle, offset, ours, bytes, &got);
	if ((o->flags & FS_FLAG_READ) == 0) {
		expect(status == FS_BAD_HANDLE || bytes == 0, "reading is not allowed");
		return;
	}
	expect_status(status, FS_OK);
	if (offset < o->entry->size)
		wanted = bytes < o->entry->size - offset
				 ? bytes
				 : o->entry->size - (uint32_t)offset;
	expect(got == wanted, "as many bytes as there are");
	expect(got == 0 || memcmp(ours, o->entry->data + offset, got) == 0,
		"the bytes that were written");
}

static void do_write(void)
{
	struct opened *o = random_opened();
	uint32_t bytes = random_bytes(), offset;
	size_t written = 0;
	enum fs_status status;
	if (o == NULL || o->directory)
		return;
	offset = rig_below(o->entry->size + 1u);
	if (rig_below(8) == 0)
		offset += rig_below(rig_below(4) == 0 ? 300000 : 3000);
	for (uint32_t i = 0; i < bytes; i++)
		theirs[i] = (uint8_t)rig_random();
	snprintf(what, sizeof(what), "write %s of %u at %u %u", o->entry->path,
		o->entry->size, offset, bytes);
	status = fs_write(client, o->handle, offset, theirs, bytes, &written);
	if ((o->flags & FS_FLAG_WRITE) == 0) {
		expect(status == FS_BAD_HANDLE || bytes == 0, "writing is not allowed");
		return;
	}
	if (status == FS_NO_SPACE)
		full++;
	else
		expect_status(status, FS_OK);
	expect((written == bytes) == (status == FS_OK), "all is written, or an error");
	if (written != 0) {
		if (offset + written > o->entry->size)
			model_resize(o->entry, offset + (uint32_t)written);
		memcpy(o->entry->data + offset, theirs, written);
	}
}

static void do_truncate(void)
{
	struct opened *o = random_opened();
	uint64_t size;
	enum fs_status status;
	if (o == NULL || o->directory)
		return;
	size = rig_below(o->entry->size + 1u);
	if (rig_below(5) == 0)
		size += rig_below(rig_below(4) == 0 ? 300000 : 3000);
	if (rig_below(20) == 0)
		size = 1ull << 32;
	snprintf(what, sizeof(what), "truncate %s %" PRIu64, o->entry->path, size);
	status = fs_truncate(client, o->handle, size);
	if ((o->flags & FS_FLAG_WRITE) == 0) {
		expect_status(status, FS_BAD_HANDLE);
	} else if (size > UINT32_MAX) {
		expect_status(status, FS_TOO_LARGE);
	} else if (status == FS_NO_SPACE) {
		full++;
	} else {
		expect_status(status, FS_OK);
		model_resize(o->entry, (uint32_t)size);
	}
}

static void do_handle_status(void)
{
	struct opened *o = random_opened();
	struct fs_completion info;
	if (o == NULL)
		return;
	snprintf(what, sizeof(what), "handle status %x", o->handle);
	expect_status(fs_handle_status(client, o->handle, &info), FS_OK);
	expect(o->directory ? info.kind == FS_KIND_DIRECTORY
			    : info.size == o->entry->size,
		"a handle has kind and size");
	if (!o->directory && rig_below(3) == 0)
		expect_status(fs_sync(client, o->handle), FS_OK);
}

static void do_status(void)
{
	char path[MODEL_PATH_BYTES + 100];
	struct fs_completion info;
	struct model_entry *entry;
	enum fs_status status;
	random_path(path);
	snprintf(what, sizeof(what), "status %s", path);
	status = fs_status(client, path, &info);
	if (strcmp(path, "/") == 0) {
		expect_status(status, FS_OK);
		return;
	}
	entry = model_find(path);
	expect_status(status, entry != NULL ? FS_OK : FS_NOT_FOUND);
	if (entry != NULL)
		expect(info.kind == (entry->directory ? FS_KIND_DIRECTORY
						      : FS_KIND_FILE) &&
				info.size == entry->size,
			"a path has kind and size");
}

static void do_make_directory(void)
{
	char path[MODEL_PATH_BYTES + 100];
	enum fs_status status;
	random_path(path);
	snprintf(what, sizeof(what), "make directory %s", path);
	status = fs_make_directory(client, path);
	if (status == FS_NO_SPACE)
		full++;
	else
		expect_status(status, model_make_directory(path));
}

static void do_remove(void)
{
	char path[MODEL_PATH_BYTES + 100];
	bool directory = rig_below(3) == 0;
	random_path(path);
	snprintf(what, sizeof(what), "remove %s, directory %d", path, directory);
	expect_status(fs_remove(client, path, directory), model_remove(path, directory));
}

static void do_rename(void)
{
	char from[MODEL_PATH_BYTES + 100], to[MODEL_PATH_BYTES + 100];
	enum fs_status status;
	random_path(from);
	random_path(to);
	if (strlen(to) > 200)
		strcpy(to, "/short");
	snprintf(what, sizeof(what), "rename %s to %s", from, to);
	status = fs_rename(client, from, to);
	if (status == FS_NO_SPACE) {
		full++;
		if (rig_is_fat && model_find(to) != NULL &&
			model_find(to) != model_find(from))
			/* what was to be replaced is gone */
			(void)model_remove(to, model_find(to)->directory);
	} else {
		expect_status(status, model_rename(from, to));
	}
}

static void do_space(void)
{
	struct fs_completion info;
	snprintf(what, sizeof(what), "space");
	expect_status(fs_space(client, &info), FS_OK);
	expect(info.free <= info.size, "no more is free than there is");
}

static void do_restart(void)
{
	if (rig_below(20) != 0)
		return;
	snprintf(what, sizeof(what), "client %u starts anew", client_index);
	rig_restart_client(client_index);
	expect(rig_settle(), "the server sees it");
	for (uint32_t i = 0; i < RIG_CLIENTS * RIG_HANDLES; i++)
		if (opened[i].used && opened[i].client == client_index)
			forget(&opened[i]);
}

static void (*const operations[])(void) = { do_open, do_open, do_open, do_close, do_read,
	do_read, do_write, do_write, do_write, do_truncate, do_status, do_handle_status,
	do_make_directory, do_remove, do_rename, do_list, do_open_directory, do_space,
	do_restart };

/* Nothing is open any more: everything has its bytes. */
static void compare_all(void)
{
	snprintf(what, sizeof(what), "reading everything");
	for (uint32_t i = 0; i < RIG_CLIENTS; i++)
		rig_restart_client(i);
	expect(rig_settle(), "the server sees it");
	for (uint32_t i = 0; i < MODEL_ENTRIES; i++) {
		struct model_entry *entry = &model_entries[i];
		uint32_t handle;
		if (!entry->used || entry->directory)
			continue;
		snprintf(what, sizeof(what), "compare %s", entry->path);
		expect_status(fs_open(client, entry->path, FS_FLAG_READ, &handle), FS_OK);
		for (uint64_t at = 0, got = 1; got != 0; at += got) {
			size_t bytes;
			expect_status(
				fs_read(client, handle, at, ours, BYTES_MAX, &bytes),
				FS_OK);
			got = bytes;
			expect(at + got <= entry->size && (got != 0 || at == entry->size),
				"the file has its size");
			expect(got == 0 || memcmp(ours, entry->data + at, got) == 0,
				"the file has its bytes");
		}
		expect_status(fs_close(client, handle), FS_OK);
	}
}

int main(int argc, char **argv)
{
	const char *seed = getenv("TEST_SEED");
	uint64_t size, count;
	uint8_t *image;
	if (argc != 4)
		return 2;
	rig_seed(seed != NULL ? strtoull(seed, NULL, 10) : 1);
	count = strtoull(argv[3], NULL, 10);
	image = rig_load(argv[1], &size);
	rig_start(image, size);
	for (done = 0; done < count; done++) {
		client_index = rig_below(RIG_CLIENTS);
		client = &rig_clients[client_index];
		rig_time = 1700000000 + done;
		operations[rig_below(sizeof(operations) / sizeof(operations[0]))]();
	}
	compare_all();
	(void)rig_settle();
	rig_save(argv[2], image, size);
	printf("%" PRIu64 " operations, %" PRIu64 " of them on a full disk\n", done,
		full);
	return 0;
}
