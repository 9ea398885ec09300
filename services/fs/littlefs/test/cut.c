/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Power cuts. A random workload is done once; then again for each block that it writes, and
 * power fails after that block, or with half of it written. What is on the disk then must
 * mount, and hold all that was synced; a rename has been done or not.
 *
 * usage: cut COUNT   workloads, with TEST_SEED in the environment
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../fat/server.h"
#include "../../test/rig.h"

#define BYTES (256u * 1024u)
#define FILES 4u
#define STEPS 24u
#define SIZE_MAX_BYTES 9000u

struct version {
	bool there;
	uint32_t size;
	uint8_t data[SIZE_MAX_BYTES];
};

/* What a name may have after a cut: what was synced, or what is being made of it. */
static struct name {
	struct version old, new;
} names[FILES];

static uint8_t empty[BYTES], image[BYTES], back[SIZE_MAX_BYTES + 1];
static uint64_t seed;
static bool directories[2]; /* /d is there; it may be */
static char what[60];

static const char *path_of(uint32_t i)
{
	static const char *const paths[FILES] = { "/a", "/b", "/long name.txt", "/c" };
	return paths[i];
}

static void fail(const char *why, uint64_t cut)
{
	printf("not ok - power cut %" PRIu64 " of seed %" PRIu64 " (%s): %s\n", cut, seed,
		what, why);
	exit(1);
}

/* ---- The workload; after a cut all its operations fail ---- */

static bool write_file(struct fs_client *c, uint32_t i, bool append)
{
	struct name *n = &names[i];
	struct version *v = &n->new;
	uint32_t handle, at = 0, bytes = 1 + rig_below(rig_below(3) ? 400 : 6000);
	size_t put;
	bool good;
	if (append && n->old.there)
		at = n->old.size;
	if (at + bytes > SIZE_MAX_BYTES)
		at = 0;
	snprintf(what, sizeof(what), "write %s at %u, %u", path_of(i), at, bytes);
	v->there = true;
	if (!n->old.there)
		v->size = 0;
	for (uint32_t k = 0; k < bytes; k++)
		v->data[at + k] = (uint8_t)rig_random();
	v->size = at + bytes > v->size ? at + bytes : v->size;
	if (fs_open(c, path_of(i), FS_FLAG_READ | FS_FLAG_WRITE | FS_FLAG_CREATE,
		    &handle) != FS_OK)
		return false;
	good = fs_write(c, handle, at, v->data + at, bytes, &put) == FS_OK &&
	       fs_sync(c, handle) == FS_OK;
	return good && fs_close(c, handle) == FS_OK;
}

static bool shorten(struct fs_client *c, uint32_t i)
{
	struct version *v = &names[i].new;
	uint32_t handle;
	if (!v->there || v->size == 0)
		return true;
	v->size = rig_below(v->size);
	snprintf(what, sizeof(what), "truncate %s to %u", path_of(i), v->size);
	return fs_open(c, path_of(i), FS_FLAG_WRITE, &handle) == FS_OK &&
	       fs_truncate(c, handle, v->size) == FS_OK && fs_sync(c, handle) == FS_OK &&
	       fs_close(c, handle) == FS_OK;
}

static bool move(struct fs_client *c, uint32_t i, uint32_t to)
{
	if (!names[i].old.there || i == to)
		return true;
	snprintf(what, sizeof(what), "rename %s to %s", path_of(i), path_of(to));
	names[to].new = names[i].old;
	names[i].new.there = false;
	return fs_rename(c, path_of(i), path_of(to)) == FS_OK;
}

static bool step(struct fs_client *c)
{
	uint32_t i = rig_below(FILES), kind = rig_below(10);
	enum fs_status status;
	if (kind < 5)
		return write_file(c, i, kind < 3);
	if (kind < 6)
		return shorten(c, i);
	if (kind < 8)
		return move(c, i, rig_below(FILES));
	if (kind < 9) {
		snprintf(what, sizeof(what), "remove %s", path_of(i));
		names[i].new.there = false;
		status = fs_remove(c, path_of(i), false);
		return status == FS_OK || (status == FS_NOT_FOUND && !names[i].old.there);
	}
	directories[1] = !directories[0];
	snprintf(what, sizeof(what), "directory %d", directories[1]);
	return (directories[1] ? fs_make_directory(c, "/d") : fs_remove(c, "/d", true)) ==
	       FS_OK;
}

/* Does the workload on a new disk, until power is cut. */
static void work(uint64_t cut, bool torn)
{
	memcpy(image, empty, BYTES);
	memset(names, 0, sizeof(names));
	memset(directories, 0, sizeof(directories));
	rig_seed(seed);
	rig_start(image, BYTES);
	rig_disk.cache_bytes = 0x4000;
	rig_disk.cut = cut;
	rig_disk.torn = torn;
	for (uint32_t s = 0; s < STEPS; s++) {
		if (!step(&rig_clients[0])) {
			if (rig_disk.cut == 0 || rig_disk.blocks_written < rig_disk.cut)
				fail("fails without a cut", cut);
			return;
		}
		if (rig_disk.cut != 0 && rig_disk.blocks_written >= rig_disk.cut)
			return;
		for (uint32_t i = 0; i < FILES; i++)
			names[i].old = names[i].new;
		directories[0] = directories[1];
	}
}

/* ---- What is left ---- */

static bool is(const struct version *v, bool there, size_t size)
{
	return v->there == there &&
	       (!there || (v->size == size && memcmp(v->data, back, size) == 0));
}

static void judge(uint64_t cut)
{
	struct fs_client *c = &rig_clients[0];
	struct fs_completion info;
	uint32_t handle, changed = 0, kept = 0;
	enum fs_status status;
	rig_start(image, BYTES);
	if (fs_status(c, "/", &info) != FS_OK || fs_space(c, &info) != FS_OK)
		fail("does not mount", cut);
	for (uint32_t i = 0; i < FILES; i++) {
		struct name *n = &names[i];
		size_t got = 0;
		bool there = true, old, new;
		status = fs_open(c, path_of(i), FS_FLAG_READ, &handle);
		if (status == FS_NOT_FOUND)
			there = false;
		else if (status != FS_OK ||
			 fs_read(c, handle, 0, back, sizeof(back), &got) != FS_OK ||
			 fs_close(c, handle) != FS_OK)
			fail("a file cannot be read", cut);
		old = is(&n->old, there, got);
		new = is(&n->new, there, got);
		/* A new file is empty until it is synced. */
		if (!old && !new && !n->old.there && there &&got == 0 && n->new.there)
			continue;
		if (!old && !new)
			fail("a file has neither what was synced nor what was new", cut);
		changed += new && !old;
		kept += old && !new;
	}
	if (changed != 0 && kept != 0)
		fail("half of a rename", cut);
	status = fs_status(c, "/d", &info);
	if ((status == FS_OK) != directories[0] && (status == FS_OK) != directories[1])
		fail("a directory has come or gone", cut);
	/* It can be used as before. */
	if (!write_file(c, 0, false))
		fail("cannot be written", cut);
}

int main(int argc, char **argv)
{
	const char *text = getenv("TEST_SEED");
	uint64_t count = argc == 2 ? strtoull(argv[1], NULL, 10) : 1, cuts = 0;
	seed = text != NULL ? strtoull(text, NULL, 10) : 1;
	rig_start(empty, BYTES);
	if (f_mkfs() != FR_OK)
		return 1;
	for (uint64_t w = 0; w < count; w++, seed++) {
		uint64_t blocks;
		work(0, false);
		blocks = rig_disk.blocks_written;
		for (uint64_t cut = 1; cut <= blocks; cut++)
			for (uint32_t torn = 0; torn < 2; torn++, cuts++) {
				work(cut, torn != 0);
				judge(cut);
			}
	}
	printf("ok - %" PRIu64 " power cuts of %" PRIu64 " workloads\n", cuts, count);
	return 0;
}
