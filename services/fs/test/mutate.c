/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Images with errors in them, and disks that fail: the server must answer everything, with
 * whatever status, and neither crash nor leave its memory nor go on for ever.
 *
 * usage: mutate IMAGE COUNT   with TEST_SEED in the environment
 *
 * Mutant n depends on the seed and n alone; the last line that is printed names one that
 * crashed or took longer than LIMIT_S, of the processor's time: the machine may be busy, or
 * stand still.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "rig.h"

#define LIMIT_S 60u
#define EDITS_MAX 12u
#define DEPTH_MAX 4u
#define ENTRIES_MAX 40u     /* that are looked at in a directory */
#define FIRST_BYTES 0x6000u /* boot block, FATs, root: where most is decided */

static uint8_t data[70000];
static uint64_t counts[FS_STATUSES];
static jmp_buf ended;
static struct fs_client *client;

_Noreturn void littlefs_wrong(void);

/* An assertion of littlefs ends the server, which is started anew: with the next image here. */
_Noreturn void littlefs_wrong(void)
{
	longjmp(ended, 1);
}

static enum fs_status count(enum fs_status status)
{
	counts[status]++;
	return status;
}

/* An image as it was: only the pages that a mutant changes are copied, not the whole of it. */
static uint8_t *pristine(const char *path, uint64_t *size)
{
	static uint8_t *before; /* what was given last, given back */
	struct stat status;
	int file = open(path, O_RDONLY);
	if (before != NULL)
		munmap(before, *size);
	if (file >= 0 && fstat(file, &status) == 0) {
		*size = (uint64_t)status.st_size;
		before = mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
	}
	if (file < 0 || close(file) != 0 || before == NULL || before == MAP_FAILED) {
		printf("not ok - cannot read %s\n", path);
		exit(1);
	}
	return before;
}

static void edit(uint8_t *image, uint64_t size)
{
	uint32_t kind = rig_below(10);
	uint64_t at = rig_below(kind < 3   ? 512
				: kind < 8 ? FIRST_BYTES
					   : (uint32_t)size - 4u);
	uint32_t value = rig_random();
	switch (rig_below(5)) {
	case 0:
		image[at] ^= (uint8_t)(1u << rig_below(8));
		break;
	case 1:
		memcpy(image + at, &value, 1u + rig_below(4));
		break;
	case 2: /* small numbers: clusters */
		value = rig_below(40);
		memcpy(image + at / 2 * 2, &value, 2);
		break;
	case 3:
		memset(image + at, rig_below(2) == 0 ? 0xff : 0, 1u + rig_below(4));
		break;
	default: /* an entry of a directory, over another one */
		memmove(image + at / 32 * 32, image + rig_below(FIRST_BYTES) / 32 * 32,
			32);
	}
}

static void use_file(const char *path)
{
	uint32_t handle;
	size_t got;
	if (count(fs_open(client, path, FS_FLAG_READ | FS_FLAG_WRITE, &handle)) !=
			FS_OK &&
		count(fs_open(client, path, FS_FLAG_READ, &handle)) != FS_OK)
		return;
	count(fs_read(client, handle, 0, data, sizeof(data), &got));
	count(fs_read(client, handle, rig_random(), data, 5000, &got));
	if (rig_below(4) == 0) /* that takes littlefs long: it copies byte by byte */
		count(fs_write(
			client, handle, rig_below(100000), data, rig_below(9000), &got));
	if (rig_below(12) == 0)
		count(fs_truncate(client, handle, rig_below(20000)));
	count(fs_close(client, handle));
}

/* Recursive in a test: to DEPTH_MAX. */
static void walk(const char *path, uint32_t depth)
{
	char name[FS_NAME_BYTES_MAX + 1];
	char inner[FS_PATH_BYTES_MAX + FS_NAME_BYTES_MAX + 2];
	struct fs_completion info = { .kind = FS_KIND_FILE };
	uint32_t handle;
	if (count(fs_open_directory(client, depth == 0 ? "/" : path, &handle)) != FS_OK)
		return;
	for (uint32_t i = 0; i < ENTRIES_MAX; i++) {
		if (count(fs_read_directory(client, handle, name, &info)) != FS_OK ||
			name[0] == '\0')
			break;
		snprintf(inner, sizeof(inner), "%s/%s", path, name);
		if (info.kind != FS_KIND_DIRECTORY)
			use_file(inner);
		else if (depth < DEPTH_MAX && strlen(inner) < FS_PATH_BYTES_MAX)
			walk(inner, depth + 1);
		if (rig_below(10) == 0)
			count(fs_remove(client, inner, info.kind == FS_KIND_DIRECTORY));
		if (rig_below(10) == 0)
			count(fs_rename(client, inner, "/moved"));
	}
	count(fs_close_directory(client, handle));
}

static void use(void)
{
	struct fs_completion info;
	uint32_t handle;
	size_t got;
	count(fs_status(client, "/", &info));
	walk("", 0);
	count(fs_make_directory(client, "/a new directory"));
	if (count(fs_open(client, "/a new directory/file", 7, &handle)) == FS_OK) {
		count(fs_write(client, handle, 0, data, sizeof(data), &got));
		count(fs_sync(client, handle));
		count(fs_close(client, handle));
	}
	count(fs_space(client, &info));
}

int main(int argc, char **argv)
{
	const char *seed_text = getenv("TEST_SEED");
	uint64_t seed = seed_text != NULL ? strtoull(seed_text, NULL, 10) : 1;
	const struct itimerval limit = { .it_value.tv_sec = LIMIT_S };
	uint64_t size = 0, number;
	static volatile uint64_t good, ends; /* in spite of longjmp */
	if (argc != 3)
		return 2;
	number = strtoull(argv[2], NULL, 10);
	for (volatile uint64_t n = 0; n < number; n++) {
		printf("mutant %" PRIu64 " of seed %" PRIu64 "\n", n, seed);
		fflush(stdout);
		setitimer(ITIMER_VIRTUAL, &limit, NULL);
		rig_seed(seed * 1000003 + n);
		uint8_t *mutant = pristine(argv[1], &size);
		for (uint32_t i = 1u + rig_below(EDITS_MAX); i != 0; i--)
			edit(mutant, size);
		rig_start(mutant, size);
		rig_disk.fails = rig_below(4) == 0 ? rig_below(300) : 0;
		rig_disk.absent = rig_below(50) == 0;
		rig_disk.read_only = rig_below(20) == 0;
		client = &rig_clients[0];
		if (setjmp(ended) == 0)
			use();
		else
			ends++;
		if (rig_counters.clients[0].failed + rig_counters.clients[0].missing == 0)
			good++;
	}
	printf("%" PRIu64 " mutants, %" PRIu64 " without an error, %" PRIu64
	       " ended the server\n",
		number, good, ends);
	for (uint32_t i = 0; i < FS_STATUSES; i++)
		if (counts[i] != 0)
			printf("status %u: %" PRIu64 "\n", i, counts[i]);
	return 0;
}
