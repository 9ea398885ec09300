/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads and writes of the disk, past the page cache: one at a time with pread and pwrite,
 * several at a time with Linux's asynchronous I/O. The same work in the same order as
 * bench/block/block.c does it, a mark before and behind each.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../../block/work.h"
#include "guest.h"

static uint64_t *data[BLOCK_WORK_WINDOW_MAX];
static int disk;

static bool right(const struct block_work *work, const uint64_t *bytes, uint64_t at)
{
	return work->write || block_work_right(bytes, work->bytes, at);
}

static bool one_at_a_time(const struct block_work *work)
{
	bool good = true;

	for (uint32_t i = 0; i < work->requests; i++) {
		uint64_t at = block_work_place(work, i);
		ssize_t done;

		if (work->write) {
			block_work_fill(data[0], work->bytes, at);
			done = pwrite(disk, data[0], work->bytes, (off_t)at);
		} else {
			done = pread(disk, data[0], work->bytes, (off_t)at);
		}
		good = good && done == (ssize_t)work->bytes && right(work, data[0], at);
	}
	return good;
}

/* Requests that are outstanding, each in a slot; and what is handed over with one call. */
struct window {
	aio_context_t context;
	uint32_t sent;
	uint32_t request_of[BLOCK_WORK_WINDOW_MAX];
	uint32_t num_ready;
	struct iocb ready[BLOCK_WORK_WINDOW_MAX];
};

static void prepare(const struct block_work *work, struct window *window, uint32_t slot)
{
	uint64_t at = block_work_place(work, window->sent);

	if (work->write)
		block_work_fill(data[slot], work->bytes, at);
	window->ready[window->num_ready++] = (struct iocb){ .aio_data = slot,
		.aio_lio_opcode = work->write ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD,
		.aio_fildes = (uint32_t)disk,
		.aio_buf = (uintptr_t)data[slot],
		.aio_nbytes = work->bytes,
		.aio_offset = (int64_t)at };
	window->request_of[slot] = window->sent++;
}

static void submit(struct window *window)
{
	struct iocb *list[BLOCK_WORK_WINDOW_MAX];

	for (uint32_t i = 0; i < window->num_ready; i++)
		list[i] = &window->ready[i];
	if (window->num_ready != 0)
		GUEST_REQUIRE(
			syscall(SYS_io_submit, window->context, window->num_ready, list));
	window->num_ready = 0;
}

static bool several_at_a_time(const struct block_work *work)
{
	struct io_event events[BLOCK_WORK_WINDOW_MAX];
	struct window window = { 0 };
	bool good = true;

	GUEST_REQUIRE(syscall(SYS_io_setup, BLOCK_WORK_WINDOW_MAX, &window.context));
	for (uint32_t slot = 0; slot < work->window; slot++)
		prepare(work, &window, slot);
	for (uint32_t done = 0; done < work->requests;) {
		long count;

		submit(&window);
		count = GUEST_REQUIRE(syscall(SYS_io_getevents, window.context, 1,
			BLOCK_WORK_WINDOW_MAX, events, NULL));
		for (long i = 0; i < count; i++, done++) {
			uint32_t slot = (uint32_t)events[i].data;
			uint64_t at = block_work_place(work, window.request_of[slot]);

			good = good && events[i].res == (int64_t)work->bytes &&
			       right(work, data[slot], at);
			if (window.sent < work->requests)
				prepare(work, &window, slot);
		}
	}
	syscall(SYS_io_destroy, window.context);
	return good;
}

void block_measure(void)
{
	bool good = true;

	disk = (int)GUEST_REQUIRE(open("/dev/vda1", O_RDWR | O_DIRECT));
	for (uint32_t i = 0; i < BLOCK_WORK_WINDOW_MAX; i++)
		if (posix_memalign((void **)&data[i], 4096, BLOCK_WORK_BYTES_MAX) != 0)
			exit(1);
	for (uint32_t i = 0; i < BLOCK_WORKS; i++) {
		const struct block_work *work = &block_works[i];

		block_work_mark();
		good = (work->window == 1 ? one_at_a_time(work)
					  : several_at_a_time(work)) &&
		       good;
		block_work_mark();
	}
	printf(good ? "right\nend\n" : "wrong\nend\n");
	fflush(stdout);
	for (;;)
		pause();
}
