/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fills its partition with a pattern, flushes, reads everything back and counts what is
 * wrong; then tries the first block that is not its own.
 *
 * Up to SLOTS requests are under way at a time. A request's id is its slot: a place in the
 * data region, and an element of `asked`.
 */
#include <devices/block/client.h>
#include <devices/serial/client.h>

#define SLOTS 16u
#define SLOT_BLOCKS 32u /* 16 KiB */
#define WORDS (BLOCK_BYTES / sizeof(uint64_t))

enum phase { WRITE, FLUSH, READ, BEYOND, DONE };

static struct {
	struct block_client disk;
	enum phase phase;
	uint64_t next;      /* block that is asked for next */
	uint32_t under_way; /* requests */
	struct block_request asked[SLOTS];
	bool busy[SLOTS];
	uint64_t wrong;  /* blocks that were read and have another pattern */
	uint64_t failed; /* requests */
} example;

/* Word `index` of a block: whose it is, which block, which word. */
static uint64_t pattern(uint64_t block, uint64_t index)
{
	return (uint64_t)microkit_name[0] << 56 | block << 8 | index;
}

static uint64_t *slot_data(uint32_t slot)
{
	return (uint64_t *)block_client_data(
		&example.disk, (uint64_t)slot * SLOT_BLOCKS * BLOCK_BYTES);
}

static void fill(const struct block_request *request)
{
	uint64_t *word = slot_data(request->id);
	for (uint32_t block = 0; block < request->count; block++)
		for (uint32_t index = 0; index < WORDS; index++)
			*word++ = pattern(request->block + block, index);
}

static void compare(const struct block_request *request)
{
	const uint64_t *word = slot_data(request->id);
	for (uint32_t block = 0; block < request->count; block++) {
		bool good = true;
		for (uint32_t index = 0; index < WORDS; index++)
			good = *word++ == pattern(request->block + block, index) && good;
		example.wrong += !good;
	}
}

/* Asks in a free slot; false if there is none, or no room. */
static bool ask(enum block_operation operation, uint64_t block, uint32_t count)
{
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		if (example.busy[slot])
			continue;
		struct block_request *request = &example.asked[slot];
		*request = (struct block_request){ .operation = operation,
			.block = block,
			.count = count,
			.where = (uint64_t)slot * SLOT_BLOCKS * BLOCK_BYTES,
			.id = slot };
		if (operation == BLOCK_WRITE)
			fill(request);
		if (!block_client_request(&example.disk, request))
			return false;
		example.busy[slot] = true;
		example.under_way++;
		return true;
	}
	return false;
}

/* Asks for the blocks that come next, as many as there is room for. */
static void ask_on(enum block_operation operation)
{
	while (example.next < example.disk.blocks) {
		uint64_t left = example.disk.blocks - example.next;
		uint32_t count = left < SLOT_BLOCKS ? (uint32_t)left : SLOT_BLOCKS;
		if (!ask(operation, example.next, count))
			return;
		example.next += count;
	}
}

static void answered(const struct block_response *response)
{
	example.busy[response->id] = false;
	example.under_way--;
	if (example.phase == BEYOND)
		serial_printf("the block after the last one: %s\n",
			response->status == BLOCK_OUT_OF_RANGE ? "refused" : "GIVEN");
	else if (response->status != BLOCK_OK)
		example.failed++;
	else if (example.phase == READ)
		compare(&example.asked[response->id]);
}

/* Nothing is under way: what is next? */
static void next_phase(void)
{
	uint64_t blocks = example.disk.blocks;
	example.next = 0;
	example.phase++;
	if (example.phase == FLUSH)
		(void)ask(BLOCK_FLUSH, 0, 0);
	if (example.phase == BEYOND) {
		serial_printf("%lu blocks written and read back, %lu wrong, %lu requests "
			      "failed\n",
			blocks, example.wrong, example.failed);
		(void)ask(BLOCK_READ, blocks, 1);
	}
}

static void work(void)
{
	struct block_response response;
	while (block_client_response(&example.disk, &response))
		answered(&response);
	if (!example.disk.ready || example.phase == DONE)
		return;
	if (example.disk.status != BLOCK_OK) {
		serial_printf("no partition: status %u\n", example.disk.status);
		example.phase = DONE;
		return;
	}
	if (example.phase == WRITE)
		ask_on(BLOCK_WRITE);
	if (example.phase == READ)
		ask_on(BLOCK_READ);
	while (example.under_way == 0 && example.phase != DONE) {
		next_phase();
		if (example.phase == READ)
			ask_on(BLOCK_READ);
	}
}

void init(void)
{
	serial_init();
	if (!block_client_start(&example.disk, block_config)) {
		serial_puts("the configuration is of another version\n");
		example.phase = DONE;
	}
}

void notified(microkit_channel ch)
{
	if (ch != block_config->virt.channel)
		return;
	do {
		work();
	} while (block_client_round(&example.disk));
}
