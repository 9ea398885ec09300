/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/cache.h"
#include "world.h"

#define ENTRIES(pd)                                     \
	extern void pd##_init(void);                    \
	extern void pd##_notified(microkit_channel ch); \
	extern void pd##_forget(void)

ENTRIES(driver);
ENTRIES(virt_rx);
ENTRIES(virt_tx);
ENTRIES(copy_0);
ENTRIES(copy_1);
ENTRIES(app_0);
ENTRIES(app_1);
ENTRIES(app_2);
extern void app_notified(microkit_channel ch);

const struct pd pds[PDS] = {
	{ "driver", driver_init, driver_notified, driver_forget },
	{ "virt_rx", virt_rx_init, virt_rx_notified, virt_rx_forget },
	{ "virt_tx", virt_tx_init, virt_tx_notified, virt_tx_forget },
	{ "copy_0", copy_0_init, copy_0_notified, copy_0_forget },
	{ "copy_1", copy_1_init, copy_1_notified, copy_1_forget },
	{ "client_0", app_0_init, app_notified, app_0_forget },
	{ "client_1", app_1_init, app_notified, app_1_forget },
	{ "client_2", app_2_init, app_notified, app_2_forget },
};

struct world world;
bool microkit_have_signal;

static microkit_channel deferred;
static char why[300];
static jmp_buf failed;
static uint64_t seed;
static void *regions[64];
static uint32_t num_regions;

/* ---- The test ---- */

void fail(const char *file, int line, const char *what)
{
	snprintf(why, sizeof(why), "%s:%d: %s", file, line, what);
	longjmp(failed, 1);
}

uint64_t draw(void)
{
	seed = seed * 6364136223846793005ull + 1442695040888963407ull;
	return seed >> 31;
}

uint32_t draw_below(uint32_t n)
{
	return (uint32_t)(draw() % n);
}

int world_test(const struct test *cases, uint32_t count)
{
	const char *given = getenv("TEST_SEED");
	volatile int failures = 0;
	seed = given ? strtoull(given, NULL, 0) : 1;
	for (volatile uint32_t i = 0; i < count; i++) {
		why[0] = '\0';
		if (setjmp(failed) == 0)
			cases[i].run();
		failures += why[0] != '\0';
		printf("%s - network: %s%s%s\n", why[0] ? "not ok" : "ok", cases[i].name,
			why[0] ? ": " : "", why);
		fflush(stdout);
	}
	return failures != 0;
}

/* ---- libmicrokit ---- */

void microkit_notify(microkit_channel ch)
{
	CHECK(ch < PDS && ch != world.now);
	if (!world.down[ch])
		world.pending[ch] |= 1ull << world.now;
}

void microkit_deferred_notify(microkit_channel ch)
{
	CHECK(!microkit_have_signal);
	microkit_have_signal = true;
	deferred = ch;
}

void microkit_dbg_puts(const char *text)
{
	fputs(text, stderr);
}

void cache_clean(uintptr_t start, uint64_t bytes)
{
	CHECK(start != 0 && network_frame_possible((uint32_t)bytes));
	world.cleaned++;
}

void cache_invalidate(uintptr_t start, uint64_t bytes)
{
	CHECK(start != 0 && network_frame_possible((uint32_t)bytes));
	world.invalidated++;
}

/* ---- Making ---- */

/* Filled with what a cold start may find: nothing relies on zeros. */
static uint64_t region(uint64_t bytes)
{
	void *memory = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
	CHECK(memory != NULL && num_regions < 64);
	memset(memory, 0xA5, (bytes + 4095) / 4096 * 4096);
	regions[num_regions++] = memory;
	return (uintptr_t)memory;
}

static uint32_t power_of_two(uint32_t at_least)
{
	uint32_t power = 1;
	while (power < at_least)
		power *= 2;
	return power;
}

static void link_up(uint32_t a, struct network_link_config *of_a, uint32_t b,
	struct network_link_config *of_b, uint32_t carried)
{
	uint32_t capacity = power_of_two(carried);
	uint64_t bytes = sizeof(struct network_ring) + capacity * sizeof(uint64_t);
	*of_a = (struct network_link_config){ region(bytes), region(bytes), capacity, b };
	*of_b = *of_a;
	of_b->channel = a;
}

static void make_client(uint32_t i)
{
	const struct shape *s = &world.shape;
	struct network_client_config *client = &world.client[i];
	struct network_virt_rx_client *rx = &world.virt_rx.clients[i];
	struct network_virt_tx_client *tx = &world.virt_tx.clients[i];
	rx->mac[0] = client->mac[0] = 0x52;
	rx->mac[5] = client->mac[5] = (uint8_t)i;
	rx->quota = (uint16_t)s->quota;
	client->magic = NETWORK_CLIENT_MAGIC;
	client->tx_vaddr = world.tx_data[i] = region(
		(uint64_t)s->tx_buffers * NETWORK_BUFFER_BYTES);
	client->tx_buffers = tx->buffers = s->tx_buffers;
	tx->data_paddr = 0x80000000ull * (i + 2u);
	tx->data_vaddr = s->coherent ? CONFIG_NOT_MAPPED : world.tx_data[i];
	link_up(CLIENT_0 + i, &client->tx, VIRT_TX, &tx->link, s->tx_buffers);
	if (i == 2) {
		client->rx_vaddr = world.rx_data;
		client->rx_buffers = s->rx_buffers;
		link_up(VIRT_RX, &rx->link, CLIENT_2, &client->rx, s->quota);
		return;
	}
	struct network_copy_config *copy = &world.copy[i];
	copy->magic = NETWORK_COPY_MAGIC;
	copy->device_buffers = s->rx_buffers;
	copy->device_vaddr = world.rx_data;
	copy->client_vaddr = client->rx_vaddr = region(
		(uint64_t)s->client_buffers * NETWORK_BUFFER_BYTES);
	copy->client_buffers = client->rx_buffers = s->client_buffers;
	copy->counters = region(sizeof(struct network_copy_counters));
	client->copied = 1;
	link_up(VIRT_RX, &rx->link, COPY_0 + i, &copy->virt, s->quota);
	link_up(COPY_0 + i, &copy->client, CLIENT_0 + i, &client->rx, s->client_buffers);
}

void world_make(const struct shape *shape)
{
	while (num_regions > 0)
		free(regions[--num_regions]);
	memset(&world, 0, sizeof(world));
	memset(&device, 0, sizeof(device));
	memset(apps, 0, sizeof(apps));
	microkit_have_signal = false;
	memset(world.down, true, sizeof(world.down));
	world.shape = *shape;
	world.rx_data = region((uint64_t)shape->rx_buffers * NETWORK_BUFFER_BYTES);
	world.virt_rx = (struct network_virt_rx_config){ .magic = NETWORK_VIRT_RX_MAGIC,
		.num_clients = CLIENTS,
		.data_vaddr = world.rx_data,
		.data_paddr = 0x40000000,
		.buffers = shape->rx_buffers,
		.coherent = shape->coherent,
		.counters = region(sizeof(struct network_virt_rx_counters)) };
	world.virt_tx = (struct network_virt_tx_config){ .magic = NETWORK_VIRT_TX_MAGIC,
		.num_clients = CLIENTS,
		.coherent = shape->coherent,
		.counters = region(sizeof(struct network_virt_tx_counters)) };
	link_up(DRIVER, &world.driver.rx, VIRT_RX, &world.virt_rx.driver,
		shape->rx_buffers);
	link_up(DRIVER, &world.driver.tx, VIRT_TX, &world.virt_tx.driver,
		shape->tx_buffers * CLIENTS);
	for (uint32_t i = 0; i < CLIENTS; i++)
		make_client(i);
}

/* ---- Running ---- */

/* What was deferred happens when an entry ends. */
static void leave(void)
{
	if (microkit_have_signal)
		microkit_notify(deferred);
	microkit_have_signal = false;
}

void world_start(uint32_t pd)
{
	world.now = pd;
	world.down[pd] = false;
	world.pending[pd] = 0;
	pds[pd].forget();
	pds[pd].init();
	leave();
}

void world_kill(uint32_t pd)
{
	world.down[pd] = true;
	world.pending[pd] = 0;
}

void world_signal(uint32_t pd, microkit_channel ch)
{
	world.pending[pd] |= 1ull << ch;
}

/* Once virt_tx has seen that a client started anew, only what is in flight is doubtful. */
static void doubt(void)
{
	for (uint32_t i = 0; i < CLIENTS; i++)
		if (device.doubtful[i] == UINT32_MAX && !world.down[CLIENT_0 + i] &&
			virt_tx_link(1 + i)->take.queue.peer_generation ==
				apps[i].net.tx.give.queue.generation)
			device.doubtful[i] = virt_tx_in_flight();
}

void world_run(uint32_t pd)
{
	uint64_t channels = world.pending[pd];
	world.now = pd;
	world.pending[pd] = 0;
	for (; channels != 0; channels &= channels - 1u)
		pds[pd].notified((microkit_channel)__builtin_ctzll(channels));
	leave();
	if (pd == VIRT_TX)
		doubt();
}

bool world_step(void)
{
	uint32_t first = draw_below(PDS);
	for (uint32_t i = 0; i < PDS; i++) {
		uint32_t pd = (first + i) % PDS;
		if (world.pending[pd] != 0) {
			world_run(pd);
			return true;
		}
	}
	return false;
}

void world_settle(void)
{
	for (uint32_t i = 0; world_step(); i++)
		CHECK(i < 1000000);
}

/* ---- Frames ---- */

void frame_make(uint8_t *frame, uint32_t bytes, const uint8_t to[6], uint32_t from,
	uint64_t number)
{
	if (bytes < NETWORK_FRAME_MIN)
		return;
	memcpy(frame, to, 6);
	memset(frame + 6, (int)from, 8);
	if (bytes < FRAME_CHECKED)
		return;
	memcpy(frame + 14, &number, 8);
	memcpy(frame + 22, &bytes, 4);
	for (uint32_t i = 26; i < bytes; i++)
		frame[i] = (uint8_t)(number * 31u + i);
}

uint64_t frame_check(const uint8_t *frame, uint32_t bytes, uint32_t from)
{
	uint64_t number;
	uint32_t length;
	if (world.lies) {
		CHECK(network_frame_possible(bytes));
		return 0;
	}
	CHECK(network_frame_possible(bytes) && frame[6] == from && frame[13] == from);
	if (bytes < FRAME_CHECKED)
		return 0;
	memcpy(&number, frame + 14, 8);
	memcpy(&length, frame + 22, 4);
	CHECK(length == bytes);
	for (uint32_t i = 26; i < bytes; i++)
		CHECK(frame[i] == (uint8_t)(number * 31u + i));
	return number;
}
