/* SPDX-License-Identifier: BSD-2-Clause */
/* Does the work of work.h on its partition, a mark before and behind each. */
#include <devices/block/client.h>
#include <devices/serial/client.h>

#include "work.h"

static struct {
	struct block_client disk;
	uint32_t work; /* BLOCK_WORKS: all is done */
	uint32_t sent; /* requests of this work */
	uint32_t done; /* likewise */
	uint32_t free; /* a bit for each slot that has no request */
	uint32_t request_of[BLOCK_WORK_WINDOW_MAX];
	bool wrong;
} bench;

static uint64_t *slot_data(const struct block_work *work, uint32_t slot)
{
	return (uint64_t *)block_client_data(&bench.disk, (uint64_t)slot * work->bytes);
}

static void ask(const struct block_work *work)
{
	uint32_t slot = (uint32_t)__builtin_ctz(bench.free);
	uint64_t at = block_work_place(work, bench.sent);
	struct block_request request = { .operation = work->write ? BLOCK_WRITE
								  : BLOCK_READ,
		.block = at / BLOCK_BYTES,
		.count = work->bytes / BLOCK_BYTES,
		.where = (uint64_t)slot * work->bytes,
		.id = slot };

	if (work->write)
		block_work_fill(slot_data(work, slot), work->bytes, at);
	if (!block_client_request(&bench.disk, &request)) {
		bench.wrong = true;
		return;
	}
	bench.free &= ~(1u << slot);
	bench.request_of[slot] = bench.sent++;
}

static void take(const struct block_work *work, const struct block_response *response)
{
	uint32_t slot = response->id;
	uint64_t at = block_work_place(work, bench.request_of[slot]);

	bench.free |= 1u << slot;
	bench.done++;
	if (response->status != BLOCK_OK ||
		(!work->write &&
			!block_work_right(slot_data(work, slot), work->bytes, at)))
		bench.wrong = true;
}

static void begin(void)
{
	bench.sent = 0;
	bench.done = 0;
	if (bench.work < BLOCK_WORKS) {
		bench.free = (1u << block_works[bench.work].window) - 1;
		block_work_mark();
	} else {
		serial_puts(bench.wrong ? "wrong\nend\n" : "right\nend\n");
	}
}

static void go_on(void)
{
	const struct block_work *work = &block_works[bench.work];
	struct block_response response;

	while (block_client_response(&bench.disk, &response))
		take(work, &response);
	if (bench.done == work->requests) {
		block_work_mark();
		bench.work++;
		begin();
		if (bench.work == BLOCK_WORKS)
			return;
		work = &block_works[bench.work];
	}
	while (bench.free != 0 && bench.sent < work->requests && !bench.wrong)
		ask(work);
	if (bench.wrong) { /* no more of it */
		bench.work = BLOCK_WORKS;
		begin();
	}
}

static void work_all(void)
{
	struct block_response response;

	if (bench.work == BLOCK_WORKS) {
		while (block_client_response(&bench.disk, &response)) {
		}
		return;
	}
	if (!bench.disk.ready) /* what makes it ready may be the last that comes by itself */
		(void)block_client_response(&bench.disk, &response);
	if (bench.disk.ready)
		go_on();
}

void init(void)
{
	serial_init();
	begin();
	if (!block_client_start(&bench.disk, block_config))
		serial_puts("the configuration is of another version\n");
}

void notified(microkit_channel ch)
{
	if (ch != block_config->virt.channel)
		return;
	do {
		work_all();
	} while (block_client_round(&bench.disk));
}
