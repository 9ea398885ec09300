/* SPDX-License-Identifier: BSD-2-Clause */
/* Tests driver and client library of the entropy class against the model; see README.md. */
#include "../virtio_mmio/driver.c"

#include "../client.h"
#include "source.h"

#define IRQ 5u
#define CLIENTS 3u
#define CHANNEL(client) (10u + (client))
#define ALL (VIRTIO_F_VERSION_1 | VIRTIO_F_EVENT_IDX)
#define HOSTILE_STEPS 1000000u
#define BLOCKS (SOURCE_STREAM / ENTROPY_BYTES_MAX)

static uint64_t words[64];
static bool pending_irq, masked;
static uint32_t told[CLIENTS]; /* notifications */
static bool used_block[BLOCKS];
static _Alignas(4096) uint8_t dma[12288];
static struct entropy_driver_counters counters;
static struct entropy_driver_config config;
static struct entropy_client_config client_configs[CLIENTS];
static enum { HONEST, ABORTS, SHORT, ODD } answers; /* how calls end */

void test_interrupt(void)
{
	pending_irq = true;
}

void test_access(void)
{
}

void test_reset(void)
{
}

void microkit_mr_set(uint8_t mr, uint64_t value)
{
	words[mr] = value;
}

uint64_t microkit_mr_get(uint8_t mr)
{
	return words[mr];
}

void microkit_notify(microkit_channel ch)
{
	CHECK(ch >= CHANNEL(0) && ch < CHANNEL(CLIENTS));
	told[(ch - CHANNEL(0)) % CLIENTS]++;
}

void microkit_deferred_irq_ack(microkit_channel ch)
{
	CHECK(ch == IRQ && masked);
	masked = false;
}

void microkit_dbg_puts(const char *text)
{
	(void)text;
}

microkit_msginfo microkit_ppcall(microkit_channel ch, microkit_msginfo msginfo)
{
	if (answers == ABORTS)
		return microkit_msginfo_new(MICROKIT_PPC_ABORTED, 0);
	if (answers == SHORT)
		return microkit_msginfo_new(ENTROPY_OK, 0);
	if (answers == ODD)
		return microkit_msginfo_new(77, 8);
	return protected(ch, msginfo);
}

static void start(void)
{
	memset(&driver, 0, sizeof(driver));
	entropy_driver_config = &config;
	pending_irq = false;
	memset(told, 0, sizeof(told));
	init();
	for (uint32_t i = 0; i < CLIENTS; i++)
		CHECK(told[i] == 1); /* they look again after a restart */
	memset(told, 0, sizeof(told));
}

static void plug(uint64_t features, uint32_t number_max, int rest)
{
	answers = HONEST;
	memset(dma, rest, sizeof(dma));
	memset(used_block, 0, sizeof(used_block));
	model.dma.low = (uint64_t)(uintptr_t)dma;
	model.dma.high = model.dma.low + sizeof(dma);
	config = (struct entropy_driver_config){ .magic = ENTROPY_DRIVER_MAGIC,
		.irq = IRQ,
		.dma_vaddr = model.dma.low,
		.dma_paddr = model.dma.low + MODEL_DEVICE,
		.dma_bytes = sizeof(dma),
		.counters = (uint64_t)(uintptr_t)&counters,
		.num_clients = CLIENTS };
	for (uint32_t i = 0; i < CLIENTS; i++) {
		config.channels[i] = (uint8_t)CHANNEL(i);
		client_configs[i] = (struct entropy_client_config){ ENTROPY_CLIENT_MAGIC,
			CHANNEL(i) };
	}
	source_plug(features, number_max);
}

static void interrupt(void)
{
	if (!pending_irq)
		return;
	pending_irq = false;
	masked = true;
	notified(IRQ);
	CHECK(!masked);
}

/* The device and its interrupts, until it has nothing more to do. */
static void settle(void)
{
	uint32_t i = 0;
	for (; i < 100000 && (source_busy() || pending_irq); i++) {
		source_run();
		interrupt();
	}
	CHECK(i < 100000);
}

static enum entropy_status draw_as(uint32_t client, void *data, size_t bytes)
{
	entropy_config = &client_configs[client];
	return entropy_draw(data, bytes);
}

/* Draws; what comes must be the beginning of a block of the stream that nobody had. */
static enum entropy_status draw_fresh(uint32_t client, size_t bytes)
{
	uint8_t data[ENTROPY_BYTES_MAX + 1] = { [ENTROPY_BYTES_MAX] = 0x77 };
	uint32_t block = 0, last = source.given / ENTROPY_BYTES_MAX;
	uint8_t none[ENTROPY_BYTES_MAX] = { 0 };
	enum entropy_status status = draw_as(client, data, bytes);
	if (status != ENTROPY_OK) {
		CHECK(memcmp(data, none, bytes) == 0);
		return status;
	}
	while (block < last &&
		(used_block[block] || memcmp(&source.stream[block * ENTROPY_BYTES_MAX],
					      data, bytes) != 0))
		block++;
	CHECK(block < last);
	used_block[block % BLOCKS] = true;
	CHECK(data[ENTROPY_BYTES_MAX] == 0x77);
	CHECK(bytes == ENTROPY_BYTES_MAX ||
		memcmp(data + bytes, none, ENTROPY_BYTES_MAX - bytes) == 0);
	return status;
}

static void report(const char *name)
{
	test_report("entropy", name);
}

/* ---- Cases ---- */

static void test_honest(const char *name, uint64_t features, bool lavish)
{
	uint64_t good = 0, empty = 0;
	bool waits[CLIENTS] = { false };
	plug(features, 256, 0xa5);
	source.lavish = lavish;
	start();
	for (uint32_t i = 0; i < 30000 && test.why[0] == '\0'; i++) {
		uint32_t client = (uint32_t)test_draw(CLIENTS);
		if (test_draw(2) == 0)
			source_run();
		if (test_draw(3) == 0)
			interrupt();
		if (test_draw(4) != 0)
			continue;
		/* At least 16 bytes: fewer may be alike by chance. */
		enum entropy_status status = draw_fresh(client, 16 + test_draw(49));
		CHECK(status == ENTROPY_OK || status == ENTROPY_EMPTY);
		CHECK(status != ENTROPY_EMPTY || driver.reserves[client].waits);
		good += status == ENTROPY_OK;
		empty += status == ENTROPY_EMPTY;
		waits[client] = status == ENTROPY_EMPTY;
		told[client] = 0;
	}
	settle();
	for (uint32_t i = 0; i < CLIENTS; i++) {
		CHECK(told[i] == (waits[i] ? 1 : 0) || !waits[i]);
		CHECK(draw_fresh(i, 64) == ENTROPY_OK);
	}
	CHECK(good > 1000 && empty > 100);
	CHECK(counters.resets == 0 && counters.draws == good + CLIENTS &&
		counters.empty == empty && counters.bytes == source.given);
	report(name);
}

/* One that draws all the time gets no more than its turns. */
static void test_greedy(void)
{
	uint8_t data[ENTROPY_BYTES_MAX];
	uint64_t greedy = 0;
	plug(ALL, 256, 0);
	source.lavish = true;
	start();
	for (uint32_t i = 0; i < 1000; i++) {
		for (uint32_t k = 0; k < 20; k++)
			greedy += draw_as(0, data, 64) == ENTROPY_OK;
		source_run();
		interrupt();
		if (i % 3 == 2) { /* each has had a turn */
			CHECK(draw_as(1, data, 1) == ENTROPY_OK);
			CHECK(draw_as(2, data, 64) == ENTROPY_OK);
		}
	}
	CHECK(greedy > 300 && greedy < 340);
	report("a client that draws without end takes nothing from others");
}

static void test_requests(void)
{
	uint8_t data[ENTROPY_BYTES_MAX];
	plug(ALL, 256, 0);
	start();
	settle();
	static const struct {
		uint32_t channel;
		uint64_t label, bytes;
		uint16_t count;
	} bad[] = { { CHANNEL(0), ENTROPY_DRAW, 0, 1 },
		{ CHANNEL(0), ENTROPY_DRAW, 65, 1 },
		{ CHANNEL(0), ENTROPY_DRAW, UINT64_MAX, 1 },
		{ CHANNEL(0), ENTROPY_DRAW, 1ull << 32, 1 },
		{ CHANNEL(0), ENTROPY_DRAW, 8, 0 }, { CHANNEL(0), 0, 8, 1 },
		{ CHANNEL(0), 2, 8, 1 }, { CHANNEL(CLIENTS), ENTROPY_DRAW, 8, 1 },
		{ IRQ, ENTROPY_DRAW, 8, 1 } };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		words[0] = bad[i].bytes;
		microkit_msginfo reply = protected(
			bad[i].channel, microkit_msginfo_new(bad[i].label, bad[i].count));
		CHECK(reply.label == ENTROPY_BAD_REQUEST && reply.count == 0);
	}
	CHECK(counters.bad_requests == sizeof(bad) / sizeof(bad[0]));
	CHECK(draw_as(0, data, 0) == ENTROPY_BAD_REQUEST);
	CHECK(draw_as(0, data, 65) == ENTROPY_BAD_REQUEST);
	CHECK(draw_fresh(0, 64) == ENTROPY_OK);
	report("bad requests are refused and cost nothing");
	answers = ABORTS;
	CHECK(draw_as(1, data, 8) == ENTROPY_EMPTY);
	answers = SHORT;
	CHECK(draw_as(1, data, 8) == ENTROPY_NO_DEVICE);
	answers = ODD;
	CHECK(draw_as(1, data, 8) == ENTROPY_EMPTY);
	entropy_config = NULL;
	CHECK(entropy_draw(data, 8) == ENTROPY_ABSENT);
	report("the library survives any answer, and none");
}

/* Whether these eight bytes are anywhere in the memory. */
static bool holds(const void *memory, size_t bytes, const uint8_t *eight)
{
	bool found = false;
	for (size_t i = 0; i + 8 <= bytes; i++)
		found = found || memcmp((const uint8_t *)memory + i, eight, 8) == 0;
	return found;
}

/* Nothing of a block is where the driver, or the device, could find it. */
static void expect_wiped(const uint8_t *block)
{
	static const uint8_t none[ENTROPY_BYTES_MAX];
	for (uint32_t word = 0; word < ENTROPY_BYTES_MAX; word += 8) {
		CHECK(!holds(&driver, sizeof(driver), block + word));
		CHECK(!holds(dma, sizeof(dma), block + word));
	}
	CHECK(memcmp(driver.shared->bytes, none, sizeof(none)) == 0);
}

/* What was drawn, or thrown away, is nowhere any more. */
static void test_wiped(void)
{
	uint8_t data[ENTROPY_BYTES_MAX];
	plug(ALL, 256, 0);
	start();
	settle();
	CHECK(draw_as(0, data, 60) == ENTROPY_OK);
	CHECK(memcmp(source.stream, data, 60) == 0);
	expect_wiped(source.stream);
	settle();
	expect_wiped(source.stream);
	CHECK(!holds(words, sizeof(words), source.stream));
	/* A client that leaves what it was given in its message: the next interrupt. */
	words[0] = ENTROPY_BYTES_MAX;
	CHECK(protected(CHANNEL(1), microkit_msginfo_new(ENTROPY_DRAW, 1)).label ==
		ENTROPY_OK);
	CHECK(holds(words, sizeof(words), source.stream + ENTROPY_BYTES_MAX));
	settle();
	for (uint32_t word = 0; word < ENTROPY_BYTES_MAX; word += 8)
		CHECK(!holds(
			words, sizeof(words), source.stream + ENTROPY_BYTES_MAX + word));
	report("what was given is wiped");
}

static void refuse(const char *name, enum entropy_driver_state state)
{
	uint8_t data[8];
	start();
	settle();
	CHECK(counters.state == state);
	for (uint32_t i = 0; i < CLIENTS; i++)
		CHECK(draw_as(i, data, 8) == ENTROPY_NO_DEVICE);
	CHECK(source.answers == 0);
	report(name);
}

static void test_devices(void)
{
	uint8_t data[8];
	for (uint32_t i = 0; i < MODEL_DEFECTS; i++) {
		plug(ALL, 256, 0);
		const struct model_defect *defect = model_spoil(i);
		refuse(defect->name, (enum entropy_driver_state)defect->result);
	}
	plug(ALL, 256, 0);
	config.dma_bytes = 64;
	refuse("too little memory for the queue", ENTROPY_DRIVER_REFUSED);
	plug(ALL, 256, 0);
	start();
	for (uint32_t i = 0; i < 100; i++)
		CHECK(draw_as(i % CLIENTS, data, 8) == ENTROPY_EMPTY);
	CHECK(counters.state == ENTROPY_DRIVER_RUNNING && told[0] == 0);
	report("a device that never answers leaves clients waiting, told so");
}

/* One lie; then the device is good again, and so are all reserves. */
static void one_lie(const uint8_t *pattern, uint32_t said, uint32_t id, uint16_t skip)
{
	uint64_t resets = counters.resets;
	uint8_t data[8];
	settle();
	CHECK(draw_as(0, data, 8) == ENTROPY_OK);
	source_lie(pattern, said, id, skip);
	interrupt();
	CHECK(counters.resets == resets + 1);
	CHECK(draw_as(0, data, 8) == ENTROPY_EMPTY);
	told[0] = 0;
	settle();
	CHECK(told[0] == 1 && draw_as(0, data, 8) == ENTROPY_OK);
}

static void test_lies(void)
{
	uint8_t pattern[ENTROPY_BYTES_MAX] = { 0 }, data[8];
	plug(ALL, 256, 0);
	source.lavish = true;
	start();
	one_lie(NULL, 0, 0, 0);  /* nothing */
	one_lie(NULL, 65, 0, 0); /* more than there is room for */
	one_lie(NULL, UINT32_MAX, 0, 0);
	one_lie(NULL, 64, 1, 0); /* a request that it does not have */
	one_lie(NULL, 64, 256, 0);
	one_lie(NULL, 64, 0, 1); /* more answers than requests */
	one_lie(NULL, 64, 0, 0x7fff);
	one_lie(pattern, 64, 0, 0); /* zeros */
	memset(pattern, 0xff, sizeof(pattern));
	one_lie(pattern, 64, 0, 0);
	memcpy(pattern, source.stream, 32); /* words that repeat at the end */
	one_lie(pattern, 64, 0, 0);
	CHECK(counters.repeated == 3);
	report("each lie costs a reset and no more");
	model_needs_reset();
	settle();
	CHECK(counters.resets == 11 && draw_as(1, data, 8) == ENTROPY_OK);
	report("a device that asks for a reset gets it");
}

/* A source that gives the same bytes for ever is given up, and nobody got them twice. */
static void test_stuck(void)
{
	uint8_t pattern[ENTROPY_BYTES_MAX], data[ENTROPY_BYTES_MAX];
	uint32_t got = 0;
	plug(ALL, 256, 0);
	memcpy(pattern, source.stream, sizeof(pattern));
	start();
	for (uint32_t i = 0; i < CLIENTS; i++)
		CHECK(draw_as(i, data, 8) == ENTROPY_EMPTY);
	for (uint32_t i = 0; i < 100; i++) {
		source_lie(pattern, 64, 0, 0);
		interrupt();
		for (uint32_t k = 0; k < CLIENTS; k++)
			got += draw_as(k, data, 64) == ENTROPY_OK;
	}
	CHECK(got == 1 && counters.state == ENTROPY_DRIVER_BROKEN);
	CHECK(counters.repeated == RESETS_MAX + 1);
	for (uint32_t i = 0; i < CLIENTS; i++)
		CHECK(told[i] != 0 && draw_as(i, data, 8) == ENTROPY_NO_DEVICE);
	report("a source that is stuck is given up, and all are told");
}

/* A device that answers, or lies, or writes what it can reach. */
static void hostile_device(void)
{
	uint8_t pattern[ENTROPY_BYTES_MAX];
	if (test_draw(10) != 0) {
		source_run();
	} else {
		for (uint32_t k = 0; k < sizeof(pattern); k++)
			pattern[k] = (uint8_t)test_draw(2);
		source_lie(pattern, (uint32_t)test_draw(70),
			test_draw(4) ? 0 : (uint32_t)test_draw(300),
			test_draw(4) ? 0 : (uint16_t)test_draw(65536));
	}
	if (test_draw(3) == 0)
		dma[test_draw(sizeof(struct virtqueue_used)) +
			offsetof(struct virtqueue_memory, used)] = (uint8_t)
			test_draw(256);
	if (test_draw(50) == 0)
		pending_irq = true;
	interrupt();
}

/* A client that says anything: it is refused, unless it happens to be right. */
static void hostile_client(void)
{
	uint64_t label = test_draw(4), refused = counters.bad_requests;
	uint16_t count = (uint16_t)test_draw(3);
	uint32_t channel = CHANNEL(0) - 1u + (uint32_t)test_draw(CLIENTS + 2u);
	uint64_t bytes = words[0] = test_draw(2) ? test_draw(70) : test_draw(UINT64_MAX);
	bool right = label == ENTROPY_DRAW && count != 0 && bytes != 0 &&
		     bytes <= ENTROPY_BYTES_MAX && channel >= CHANNEL(0) &&
		     channel < CHANNEL(CLIENTS);
	microkit_msginfo reply = protected(channel, microkit_msginfo_new(label, count));
	CHECK(right == (reply.label != ENTROPY_BAD_REQUEST));
	CHECK(counters.bad_requests == refused + !right);
	CHECK(reply.count == (reply.label == ENTROPY_OK ? (bytes + 7u) / 8u : 0));
}

static void test_hostile(void)
{
	uint8_t data[ENTROPY_BYTES_MAX];
	uint64_t good = 0, broken = 0;
	plug(ALL, 256, 0x5a);
	start();
	model_set_hostile(true);
	for (uint32_t i = 0; i < HOSTILE_STEPS && test.why[0] == '\0'; i++) {
		hostile_device();
		if (test_draw(4) == 0)
			hostile_client();
		if (test_draw(1000) == 0) /* the driver is killed, its device is not */
			start();
		enum entropy_status status = draw_as(
			(uint32_t)test_draw(CLIENTS), data, 1 + test_draw(64));
		CHECK(status == ENTROPY_OK || status == ENTROPY_EMPTY ||
			status == ENTROPY_NO_DEVICE);
		good += status == ENTROPY_OK;
		if (counters.state != ENTROPY_DRIVER_RUNNING) {
			broken++;
			model_set_hostile(false);
			start();
			model_set_hostile(true);
		}
	}
	CHECK(good > 1000 && broken != 0);
	report("a device that lies at random, hostile clients, restarts, 10^6 steps");
}

int main(void)
{
	test_start();
	test_honest("bytes are fresh, each given once, who waits is told", ALL, false);
	test_honest(
		"likewise without event indices, full answers", VIRTIO_F_VERSION_1, true);
	test_greedy();
	test_requests();
	test_wiped();
	test_devices();
	test_lies();
	test_stuck();
	test_hostile();
	return test.failed;
}
