/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The work of bench/files on the same disk: a file of 16 MiB is written or read in calls of 64
 * KiB, the second time with a mark and a look at the clock before and behind. Nothing of it is
 * in a cache before; what is written is on the disk behind.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../block/work.h"
#include "guest.h"

#define CALL_BYTES 0x10000u
#define CALLS 256u

static uint8_t buffer[CALL_BYTES];

static uint64_t write_all(const char *path)
{
	int file = (int)GUEST_REQUIRE(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644));
	uint64_t total = 0;

	for (uint32_t i = 0; i < CALLS; i++)
		total += (uint64_t)GUEST_REQUIRE(write(file, buffer, CALL_BYTES));
	GUEST_REQUIRE(fsync(file));
	close(file);
	return total;
}

static uint64_t read_all(const char *path)
{
	int file = (int)GUEST_REQUIRE(open(path, O_RDONLY));
	uint64_t total = 0;

	for (uint32_t i = 0; i < CALLS; i++)
		total += (uint64_t)GUEST_REQUIRE(read(file, buffer, CALL_BYTES));
	close(file);
	return total;
}

static void measure(uint64_t (*work)(const char *), const char *path)
{
	uint64_t bytes;
	uint64_t ticks;

	mkdir("/mnt", 0755);
	GUEST_REQUIRE(mount("/dev/vda1", "/mnt", "vfat", MS_NOATIME, NULL));
	memset(buffer, 'w', sizeof(buffer));
	(void)work(path); /* once for QEMU, which translates what is executed first */
	(void)unlink("/mnt/written.bin");
	sync();
	guest_write_file("/proc/sys/vm/drop_caches", "3");
	block_work_mark();
	ticks = block_work_ticks();
	bytes = work(path);
	ticks = block_work_ticks() - ticks;
	block_work_mark();
	GUEST_REQUIRE(umount("/mnt"));
	printf("ticks %lu\n", ticks);
	printf(bytes == (uint64_t)CALLS * CALL_BYTES ? "right\nend\n" : "wrong\nend\n");
	fflush(stdout);
	for (;;)
		pause();
}

void files_write(void)
{
	measure(write_all, "/mnt/written.bin");
}

void files_read(void)
{
	measure(read_all, "/mnt/big.bin");
}
