/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests the driver of virtio block devices against the model device; see README.md. */
#include "../driver.c"

#include "../../../virtio/test/pd.h"
#include "disk.h"

#define STEPS 1000000u
#define TOTAL 500u /* requests of test_room */
#define CHANNEL 3u
#define SLOTS_MAX 64u
#define SLOT_BLOCKS 4u
#define SLOT_BYTES (SLOT_BLOCKS * BLOCK_BYTES)
#define ALL (VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX | F_FLUSH)

/* The other end of the driver's link. */
static struct {
	struct block_link link;
	uint32_t latest; /* id of the latest INFO: SLOTS_MAX and on */
	uint32_t info;   /* the same, while its response is awaited; else 0 */
	bool asked;      /* INFO is put */
	struct block_request requests[SLOTS_MAX];
	bool active[SLOTS_MAX];
	uint32_t num_active;
	uint64_t known[DISK_BLOCKS]; /* content of each block; 0: not known */
	bool under_way[DISK_BLOCKS];
	struct block_response about; /* the response to INFO */
} end;

static uint64_t tag = 1, answers, statuses[BLOCK_STATUSES];
static bool anew, pending_link, end_pending;

static _Alignas(64) uint8_t rings[2][8192];
static _Alignas(4096) uint8_t dma[16384];
static _Alignas(64) uint8_t data[SLOTS_MAX][SLOT_BYTES];
static struct block_driver_counters counters;
static struct block_driver_config config;

void microkit_notify(microkit_channel ch)
{
	CHECK(ch == CHANNEL);
	if (pd.runs)
		end_pending = true;
	else
		pending_link = true;
}

/* ---- The other end ---- */

/* A life begins, of this end or the other: what was under way is lost. */
static void forget(void)
{
	for (uint32_t i = 0; i < SLOTS_MAX; i++)
		for (uint32_t b = 0; end.active[i] && b < end.requests[i].count; b++)
			end.known[end.requests[i].block + b] = 0;
	memset(end.active, 0, sizeof(end.active));
	memset(end.under_way, 0, sizeof(end.under_way));
	end.num_active = 0;
	end.latest++;
	end.info = end.latest;
	end.asked = false;
}

static void start_end(void)
{
	forget();
	memset(&end.link, 0, sizeof(end.link));
	CHECK(block_link_start(&end.link, &config.virt, false));
	pending_link = true;
}

static void answered(const struct block_response *response)
{
	CHECK(response->id < SLOTS_MAX && end.active[response->id % SLOTS_MAX] &&
		response->status < BLOCK_STATUSES);
	if (test.why[0] != '\0')
		return;
	const struct block_request *r = &end.requests[response->id];
	const uint64_t *words = (const uint64_t *)(void *)data[response->id];
	bool good = response->status == BLOCK_OK;
	answers++;
	statuses[response->status]++;
	for (uint32_t i = 0; i < r->count; i++) {
		uint64_t *known = &end.known[r->block + i];
		uint64_t word = words[i * BLOCK_BYTES / 8];
		end.under_way[r->block + i] = false;
		if (r->operation == BLOCK_READ && good && !model.hostile)
			CHECK(*known == 0 || *known == word);
		if (good || r->operation == BLOCK_WRITE)
			*known = good ? word : 0;
	}
	end.active[response->id] = false;
	end.num_active--;
}

static void ask(struct block_request request)
{
	bool moves = request.operation <= BLOCK_WRITE;
	if (end.info != 0)
		return; /* not before the response to INFO */
	if (end.active[request.id] || block_room(&end.link) == 0)
		return;
	for (uint32_t i = 0; moves && i < request.count; i++)
		if (request.block + i >= DISK_BLOCKS || end.under_way[request.block + i])
			return;
	request.where = MODEL_DEVICE + (uint64_t)(uintptr_t)data[request.id];
	request.count = moves ? request.count : 0;
	for (uint32_t i = 0; i < request.count; i++) {
		end.under_way[request.block + i] = true;
		if (request.operation == BLOCK_WRITE)
			*(uint64_t *)(void *)(data[request.id] + i * BLOCK_BYTES) = ++tag;
	}
	end.requests[request.id] = request;
	end.active[request.id] = true;
	end.num_active++;
	block_put_request(&end.link, &request);
}

static void run_end(bool new_requests)
{
	struct signal_link signals[] = { { &end.link.responses, CHANNEL, true },
		{ &end.link.requests, CHANNEL, false } };
	end_pending = false;
	do {
		if (block_link_restarted(&end.link))
			forget();
		while (block_left(&end.link) != 0) {
			struct block_response response = block_take_response(&end.link);
			bool info = end.asked && end.info != 0 && response.id == end.info;
			if (info) {
				end.about = response;
				MODEL_CHECK(model.queues[QUEUE].num_held == 0);
				end.info = 0;
			} else if (end.info == 0) {
				answered(&response);
			}
		}
		if (end.info != 0 && !end.asked && block_room(&end.link) != 0) {
			end.asked = true;
			block_put_request(&end.link,
				&(struct block_request){
					.operation = BLOCK_INFO, .id = end.info });
		}
		for (uint64_t n = test_draw(6); new_requests && end.info == 0 && n != 0;
			n--)
			ask((struct block_request){ .id = (uint32_t)test_draw(SLOTS_MAX),
				.operation = (uint32_t)test_draw(test_draw(4) ? 2 : 4),
				.block = test_draw(DISK_BLOCKS),
				.count = 1 + (uint32_t)test_draw(SLOT_BLOCKS) });
		signals[1].awaited = block_room(&end.link) == 0;
	} while (signal_round(signals, 2));
}

/* ---- All of them ---- */

static void start_driver(void)
{
	memset(&driver, 0, sizeof(driver));
	block_driver_config = &config;
	pending_link = false;
	pd_start();
}

static void run_driver(void)
{
	bool irq = pd_irq_due();
	bool link = pending_link;
	if (link) {
		pending_link = false;
		pd_notify(CHANNEL);
	}
	if (irq) {
		pd_interrupt();
		CHECK(!pd.irq_masked);
	}
}

static void others(bool new_requests)
{
	if (test_draw(3) == 0)
		(void)disk_run();
	else if (model.hostile && new_requests && test_draw(24) == 0)
		model_lie(BLOCK_BYTES, SLOT_BYTES + BLOCK_BYTES);
	else if (end_pending || new_requests)
		run_end(new_requests && test_draw(2) == 0);
}

void test_others(void)
{
	others(true);
}

static void step(bool new_requests)
{
	if (anew && test_draw(400) == 0)
		start_driver();
	if (anew && test_draw(400) == 0)
		start_end();
	if ((pending_link || pd_irq_due()) && test_draw(2) == 0)
		run_driver();
	else
		others(new_requests);
}

static void settle(void)
{
	bool had_anew = anew;
	uint32_t had_hook_in = pd.hook_in;
	pd.hook_in = 0;
	anew = false;
	uint32_t i = 0;
	while (i++ < 100000 &&
		(pending_link || pd.irq_pending || end_pending || model_awake(QUEUE) ||
			model.queues[QUEUE].num_held != 0))
		step(false);
	CHECK(i < 100000 && end.num_active == 0 && end.info == 0);
	pd.hook_in = had_hook_in;
	anew = had_anew;
}

static void begin(uint64_t features, uint32_t number_max, int fill)
{
	pd = (struct pd){ .runs = false };
	anew = end_pending = false;
	memset(rings, fill, sizeof(rings));
	memset(dma, fill, sizeof(dma));
	memset(&end, 0, sizeof(end));
	end.latest = SLOTS_MAX;
	model.dma.low = (uint64_t)(uintptr_t)dma;
	model.dma.high = model.dma.low + sizeof(dma);
	disk.data.low = (uint64_t)(uintptr_t)data;
	disk.data.high = disk.data.low + sizeof(data);
	config = (struct block_driver_config){ .magic = BLOCK_DRIVER_MAGIC,
		.irq = PD_IRQ,
		.dma_vaddr = model.dma.low,
		.dma_paddr = model.dma.low + MODEL_DEVICE,
		.dma_bytes = sizeof(dma),
		.counters = (uint64_t)(uintptr_t)&counters,
		.virt = { (uint64_t)(uintptr_t)rings[0], (uint64_t)(uintptr_t)rings[1],
			SLOTS_MAX, CHANNEL } };
	disk_plug(features, number_max);
}

static void start_all(void)
{
	start_driver();
	start_end();
	settle();
}

static void report(const char *name)
{
	test_report("block, virtio", name);
}

static void random_run(const char *name, bool hostile, bool restarts, uint32_t steps)
{
	static const uint32_t sizes[] = { 256, 1024, 4, 32 };
	uint64_t resets = 0, broken = 0;
	answers = 0;
	for (uint32_t part = 0; part < 8; part++) {
		begin(part % 2 ? ALL : ALL & ~(VIRTIO_F_EVENT_IDX | F_FLUSH),
			sizes[part / 2], part % 3 ? 0xa5 : 0);
		start_all();
		pd.hook_in = part >= 4 ? 8 : 0;
		anew = restarts;
		model_set_hostile(hostile);
		for (uint32_t i = 0; i < steps / 8 && test.why[0] == '\0'; i++) {
			step(true);
			if (i % 5000 == 4999 && !hostile)
				settle();
			if (counters.state != BLOCK_DRIVER_RUNNING) {
				broken++;
				CHECK(hostile);
				start_driver();
			}
		}
		resets += counters.resets;
		CHECK(hostile || (counters.resets == 0 && counters.lost == 0));
		if (!hostile)
			settle();
		if (test.why[0] != '\0')
			break;
	}
	CHECK(answers > steps / 8);
	CHECK(!hostile || (resets != 0 && broken != 0 && statuses[BLOCK_LOST] != 0 &&
				  statuses[BLOCK_NO_DEVICE] != 0));
	report(name);
}

/* Puts a request with any fields, as number 0. */
static void put_one(uint32_t operation, uint64_t block, uint32_t count)
{
	run_end(false);
	end.active[0] = true;
	end.num_active++;
	end.requests[0] = (struct block_request){ .operation = operation };
	block_put_request(
		&end.link, &(struct block_request){ .operation = operation,
				   .block = block,
				   .where = MODEL_DEVICE + (uint64_t)(uintptr_t)data,
				   .count = count });
	pending_link = true;
}

/* The status of the response to it. */
static enum block_status one(uint32_t operation, uint64_t block, uint32_t count)
{
	uint64_t before[BLOCK_STATUSES];
	memcpy(before, statuses, sizeof(before));
	put_one(operation, block, count);
	settle();
	for (uint32_t i = 0; i < BLOCK_STATUSES; i++)
		if (statuses[i] != before[i])
			return i;
	return BLOCK_STATUSES;
}

static void test_statuses(void)
{
	begin(ALL, 256, 0);
	start_all();
	CHECK(end.about.status == BLOCK_OK && end.about.blocks == DISK_BLOCKS &&
		end.about.flags == 0);
	CHECK(one(BLOCK_READ, 0, 4) == BLOCK_OK);
	CHECK(one(BLOCK_WRITE, DISK_BLOCKS - 1, 1) == BLOCK_OK);
	CHECK(one(BLOCK_WRITE, DISK_BLOCKS - 1, 2) == BLOCK_OUT_OF_RANGE);
	CHECK(one(BLOCK_READ, UINT64_MAX, 2) == BLOCK_OUT_OF_RANGE);
	CHECK(one(BLOCK_READ, 0, 0) == BLOCK_BAD_REQUEST);
	CHECK(one(BLOCK_READ, 0, BLOCK_COUNT_MAX + 1) == BLOCK_BAD_REQUEST);
	CHECK(one(BLOCK_OPERATIONS, 0, 1) == BLOCK_BAD_REQUEST);
	CHECK(one(BLOCK_FLUSH, 0, 0) == BLOCK_OK && disk.flushes == 1);
	CHECK(one(BLOCK_BARRIER, 0, 0) == BLOCK_OK && disk.done == 3);
	disk.broken = true;
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_FAILED && counters.failed == 1);
	report("each request gets its status");
	begin(ALL | F_READ_ONLY, 256, 0);
	start_all();
	CHECK(end.about.flags == BLOCK_FLAG_READ_ONLY);
	CHECK(one(BLOCK_WRITE, 0, 1) == BLOCK_READ_ONLY);
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_OK);
	report("a disk that cannot be written");
	begin(ALL & ~F_FLUSH, 256, 0);
	start_all();
	CHECK(one(BLOCK_FLUSH, 0, 0) == BLOCK_OK && disk.flushes == 0);
	report("a disk without a cache to flush");
}

/* No device, or one that will not do: everything is answered. */
static void refuse(const char *name, enum block_driver_state state)
{
	start_all();
	CHECK(counters.state == state && end.about.status == BLOCK_NO_DEVICE);
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_NO_DEVICE);
	CHECK(one(BLOCK_FLUSH, 0, 0) == BLOCK_NO_DEVICE);
	CHECK(disk.done == 0);
	report(name);
}

static void test_devices(void)
{
	for (uint32_t i = 0; i < MODEL_DEFECTS; i++) {
		begin(ALL, 256, 0);
		const struct model_defect *defect = model_spoil(i);
		refuse(defect->name, (enum block_driver_state)defect->result);
	}
	begin(ALL, 256, 0);
	config.dma_bytes = 64;
	refuse("too little memory for the rings", BLOCK_DRIVER_REFUSED);
	begin(ALL, 256, 0);
	model.restless = true;
	start_all();
	CHECK(end.about.status == BLOCK_OK && end.about.blocks == 0);
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_OUT_OF_RANGE);
	report("a capacity that changes all the time is none");
}

/* The device has a read of two blocks; what it says of it is a lie. */
static void lie(uint32_t id, uint32_t bytes, uint16_t skip, int status)
{
	uint64_t lost = statuses[BLOCK_LOST], resets = counters.resets;
	put_one(BLOCK_READ, 0, 2);
	run_driver();
	(void)disk_run();
	CHECK(model.queues[QUEUE].num_held == 1 && virtqueue_out(&driver.ring) == 1);
	uint32_t held = model.queues[QUEUE].held[0];
	if (status >= 0)
		driver.shared->status[held / CHAIN] = (uint8_t)status;
	model_use(QUEUE, held + id, bytes, skip);
	test_interrupt();
	run_driver();
	CHECK(counters.resets == resets + 1 && model.queues[QUEUE].num_held == 0);
	if (counters.state == BLOCK_DRIVER_RUNNING)
		settle();
	else
		run_end(false);
	CHECK(statuses[BLOCK_LOST] == lost + 1);
}

static void test_lies(void)
{
	const uint32_t full = 2 * BLOCK_BYTES + 1;
	begin(ALL, 256, 0);
	start_all();
	lie(0, full, 0, -1);
	lie(0, full, 0, 3);
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_OK);
	lie(0, full - 1, 0, 0);
	lie(0, full + 1, 0, 0);
	lie(0, 0, 0, 0);
	lie(0, full + 1, 0, 1);
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_OK);
	lie(1, full, 0, 0);
	lie(4, full, 0, 0);
	lie(256, full, 0, 0);
	lie(0x80000000u, full, 0, 0);
	lie(0, full, 1, 0);
	lie(0, full, 0x7fff, 0);
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_OK && counters.lost == 12);
	model_needs_reset();
	run_driver();
	settle();
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_OK && counters.resets == 13);
	report("each lie costs a reset and no more");
	for (uint32_t i = 0; i <= RESETS_MAX; i++) {
		CHECK(counters.state == BLOCK_DRIVER_RUNNING);
		lie(0, full, 0, 3);
	}
	CHECK(counters.state == BLOCK_DRIVER_BROKEN);
	CHECK(one(BLOCK_READ, 0, 1) == BLOCK_NO_DEVICE);
	CHECK(one(BLOCK_INFO, 0, 0) == BLOCK_NO_DEVICE);
	report("a device that only lies is given up");
}

/* Requests without end, and nobody takes the responses while anything goes on. */
static void test_room(void)
{
	struct signal_link signals[] = { { &end.link.responses, CHANNEL, true },
		{ &end.link.requests, CHANNEL, true } };
	uint32_t put = 0, taken = 0;
	begin(ALL, 256, 0);
	start_all();
	for (uint32_t i = 0; i < 1000 && taken < TOTAL; i++) {
		uint32_t had = put, most = put == 0 ? SLOTS_MAX - 3 : TOTAL;
		(void)block_link_restarted(&end.link);
		for (; put < most && block_room(&end.link) != 0; put++)
			block_put_request(&end.link,
				&(struct block_request){ .operation = BLOCK_READ,
					.where = MODEL_DEVICE + (uint64_t)(uintptr_t)data,
					.count = 1 });
		for (; had == put && block_left(&end.link) != 0; taken++)
			(void)block_take_response(&end.link);
		(void)signal_round(signals, 2);
		while (pending_link || pd.irq_pending || disk_run())
			run_driver();
	}
	CHECK(taken == TOTAL && disk.done == TOTAL);
	report("who leaves no room for responses waits, and loses none");
}

int main(void)
{
	test_start();
	test_statuses();
	test_devices();
	test_lies();
	test_room();
	random_run("an honest device, 10^5 steps", false, false, STEPS / 10);
	random_run("ends that start anew, 2 * 10^5 steps", false, true, STEPS / 5);
	random_run("a device that lies, 10^6 steps", true, true, STEPS);
	return test.failed;
}
