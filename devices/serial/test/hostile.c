/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Components whose neighbours break every rule, and a device that lies.
 *
 * Each case has a set of hostile components. They do not run; instead the test writes
 * into what they share with honest ones: words, wishes, bytes, between the steps and
 * before any load of an honest component from shared memory, and signals at random.
 * Honest components must stay within their memory (the sanitisers see that), come to
 * an end, and serve each other as if nothing were.
 */
#include <stdio.h>
#include <string.h>

#include "../client.h"
#include "world.h"

#define STEPS 1000000u
#define MEDDLES_MAX 32u /* in one step: then the neighbours rest */
#define CLIENTS 3u

#define PD(n) (1u << (n))
#define CLIENT(i) PD(CLIENT_0 + (i))

static uint32_t hostile; /* set of components */
static uint32_t meddles; /* left in this step */
static uint64_t writes;  /* of words by hostile ones */
static uint64_t passing; /* of them, such as an honest one could have written */
static uint64_t faults[WORLD_LINKS];         /* seen at the honest end, over all lives */
static uint32_t put[CLIENTS], seen[CLIENTS]; /* lines of honest clients */
static uint32_t odd; /* lines on the terminal that nobody may have written */

static bool is_hostile(uint32_t pd)
{
	return hostile >> pd & 1u;
}

/* ---- What a hostile component writes ---- */

/* An index that the honest end takes: what it has seen of the peer, or further on. */
static uint32_t plausible(const struct queue *honest)
{
	uint32_t used = honest->limit - honest->index;
	uint32_t ahead = (uint32_t)test_draw(honest->capacity - used + 1u);

	return honest->limit - honest->bias + ahead;
}

static void write_word(struct queue *honest)
{
	uint64_t session = honest->session == QUEUE_CUT ? test_random() >> 32
							: honest->session;
	uint64_t word;

	switch (test_draw(16)) {
	case 0:
		word = test_random();
		break;
	case 1:
		word = session << 32 | (uint32_t)test_random();
		break;
	case 2: /* beyond by one */
		word = session << 32 |
		       (uint32_t)(honest->index - honest->bias + honest->capacity + 1u);
		break;
	case 3: /* a new life, honest at first */
		session += honest->bias != 0 ? 1u : 1u << 16;
		word = (session & 0xffffffffu) << 32;
		break;
	default:
		word = session << 32 | plausible(honest);
	}
	writes++;
	if (word >> 32 == honest->session &&
		(uint32_t)word + honest->bias - honest->index <= honest->capacity)
		passing++;
	shared_store_release(&honest->peer->word, word);
}

/* One write of a hostile component into what it shares with an honest one. */
static void scribble(void)
{
	uint32_t link = (uint32_t)test_draw(CLIENT_TX(CLIENTS));
	bool producer_hostile = is_hostile(world_owner(2u * link));
	bool consumer_hostile = is_hostile(world_owner(2u * link + 1u));
	struct queue *honest = world_queue(link, producer_hostile);
	uint8_t *bytes = world.rings[link]->bytes;

	if (producer_hostile == consumer_hostile || honest->peer == NULL)
		return;
	if (test_draw(4) == 0)
		shared_store(&honest->peer->wake, (uint32_t)test_random());
	else if (test_draw(2) == 0)
		bytes[test_draw(world.capacity)] = (uint8_t)test_random();
	else
		write_word(honest);
}

void meddle(void)
{
	if (hostile == 0 || meddles == 0)
		return;
	meddles--;
	scribble();
}

/* Signals some honest component on a channel that it has with a hostile one. */
static void signal_somebody(void)
{
	microkit_channel ch = (microkit_channel)test_draw(2u * CLIENT_TX(CLIENTS));

	if (!is_hostile(world_owner(ch)) && is_hostile(world_owner(ch ^ 1u)))
		world.pending[world_owner(ch)] |= 1ull << ch;
}

/* ---- What honest ones do ---- */

/* Client 0 with the library, the others with bare queues: lines "x17". */
static void write_line(uint32_t client)
{
	char line[32];
	int bytes = snprintf(
		line, sizeof(line), "%c%u\n", 'x' + (int)client, put[client]);
	struct serial_queue *q = &world.client_tx[client];

	if (client == 0) {
		struct queue *queue = client_tx();
		if (queue_refresh(queue) < (uint32_t)bytes)
			return;
		serial_puts(line);
	} else {
		if (queue_refresh(&q->queue) < (uint32_t)bytes)
			return;
		for (int i = 0; i < bytes; i++)
			serial_put(q, (uint8_t)line[i]);
		microkit_notify(2u * CLIENT_TX(client));
	}
	put[client]++;
}

static void client_step(void)
{
	uint32_t client = (uint32_t)test_draw(CLIENTS);
	uint8_t bytes[100];

	if (is_hostile(CLIENT_0 + client))
		return;
	write_line(client);
	if (client != 0) {
		(void)queue_refresh(&world.client_rx[client].queue);
		(void)serial_take(&world.client_rx[client], bytes);
		return;
	}
	(void)serial_read(bytes, test_draw(sizeof(bytes)));
	if (is_hostile(VIRT_TX_PD)) /* also what does not fit */
		(void)serial_write(bytes, test_draw(sizeof(bytes)));
}

/* Every line is labelled; those of honest clients are whole and in order. */
static void judge(void)
{
	char line[128] = "", expected[32];
	size_t bytes = 0;

	for (size_t i = 0; i < device.sent; i++) {
		if (device.line[i] != '\n') {
			if (bytes < sizeof(line) - 1u)
				line[bytes++] = (char)device.line[i];
			continue;
		}
		line[bytes] = '\0';
		bytes = 0;
		uint32_t client = (uint32_t)(line[1] - '0');
		if (memcmp(line, "rx: ", 4) == 0 ||
			(client < CLIENTS && is_hostile(CLIENT_0 + client)))
			continue;
		if (client >= CLIENTS) {
			odd++;
			continue;
		}
		snprintf(expected, sizeof(expected), "c%u: %c%u", client,
			'x' + (int)client, seen[client]++);
		odd += strcmp(line, expected) != 0;
	}
	/* What is left is the beginning of a line. */
	memmove(device.line, device.line + device.sent - bytes, bytes);
	device.sent = bytes;
}

static void note_faults(uint32_t link, bool consumer)
{
	static uint32_t before[WORLD_LINKS];
	uint32_t now = world_queue(link, consumer)->faults;

	if (now > before[link])
		faults[link] += now - before[link];
	before[link] = now;
}

static void step(void)
{
	uint32_t pd = (uint32_t)test_draw(3);
	uint64_t accesses = device.accesses;

	meddles = MEDDLES_MAX;
	signal_somebody();
	scribble();
	switch (test_draw(4)) {
	case 0:
		client_step();
		break;
	case 1:
		device_send();
		if (test_draw(4) == 0)
			device_receive((uint16_t)(test_random() & 0xfff));
		else
			device_silence();
		break;
	default:
		if (!is_hostile(pd))
			world_run(pd);
	}
	/* A write per byte, a flag per byte at most, and that for each queue twice a round. */
	REQUIRE(device.accesses - accesses < 100u + 8u * MEDDLES_MAX * world.capacity);
	for (uint32_t link = 0; link < CLIENT_TX(CLIENTS); link++) {
		bool producer_hostile = is_hostile(world_owner(2u * link));
		if (producer_hostile != is_hostile(world_owner(2u * link + 1u)))
			note_faults(link, producer_hostile);
	}
	REQUIRE(client_invariant());
	if (device.sent > 1000)
		judge();
}

/* ---- Cases ---- */

static void begin(uint32_t set, uint32_t capacity)
{
	hostile = 0;
	world_start(CLIENTS, capacity, 1);
	world_settle();
	hostile = set;
	writes = passing = 0;
	odd = 0;
	memset(faults, 0, sizeof(faults));
	memset(put, 0, sizeof(put));
	memset(seen, 0, sizeof(seen));
}

static void run(void)
{
	for (uint32_t i = 0; i < STEPS && test.why[0] == '\0'; i++)
		step();
	if (test.why[0] != '\0')
		return;
	REQUIRE(!world.trouble);
	REQUIRE(passing >= writes / 8u && writes > STEPS / 8u);
	for (uint32_t link = 0; link < CLIENT_TX(CLIENTS); link++)
		if (is_hostile(world_owner(2u * link)) !=
			is_hostile(world_owner(2u * link + 1u)))
			REQUIRE(faults[link] > 100); /* each honest end has refused */
}

/* The hostile components start anew as honest ones, and all works. */
static void recover(void)
{
	uint32_t set = hostile;
	bool works = world.capacity < 16; /* no line fits */

	hostile = 0;
	device.lies = 0;
	/* Generations may collide after what was written: then it takes another start. */
	for (uint32_t life = 0; !works && life < 4; life++) {
		for (uint32_t pd = 0; pd < CLIENT_0 + CLIENTS; pd++)
			if (set >> pd & 1u || (pd == DRIVER_PD && life == 0))
				world_start_part(pd);
		REQUIRE(world_settle());
		device.sent = 0;
		put[2] = 0;
		write_line(2);
		serial_puts("\nend\n");
		REQUIRE(world_settle());
		device.line[device.sent] = '\0';
		works = strstr((char *)device.line, "c2: z0\n") != NULL &&
			strstr((char *)device.line, "c0: end\n") != NULL;
	}
	REQUIRE(works);
	world_end();
}

static void hostile_client(void)
{
	begin(CLIENT(1), 32);
	run();
	if (test.why[0] != '\0')
		return;
	meddles = 0; /* it rests, so that the others' lines all come */
	REQUIRE(world_settle());
	judge();
	REQUIRE(odd == 0);
	REQUIRE(seen[0] == put[0] && seen[2] == put[2] && seen[0] > 1000 &&
		seen[2] > 1000);
	REQUIRE(world.tx.peer_faults > 0 && world.tx.starts > 0 && world.tx.cut > 0 &&
		world.tx.replaced > 0);
	recover();
}

static void hostile_set(uint32_t set, uint32_t capacity, uint32_t lies)
{
	begin(set, capacity);
	device.lies = lies;
	run();
	if (test.why[0] == '\0')
		recover();
}

static void hostile_clients(void)
{
	hostile_set(CLIENT(0) | CLIENT(1) | CLIENT(2), 16, 0);
}

static void hostile_driver(void)
{
	hostile_set(PD(DRIVER_PD), 16, 0);
}

static void hostile_virtualisers(void)
{
	hostile_set(PD(VIRT_TX_PD) | PD(VIRT_RX_PD), 16, 3);
}

static void hostile_single(void)
{
	hostile_set(PD(VIRT_TX_PD), 1, 0);
	if (test.why[0] == '\0')
		hostile_set(PD(VIRT_RX_PD), 64, 0);
	if (test.why[0] == '\0')
		hostile_set(PD(DRIVER_PD) | CLIENT(1), 1, 0);
}

/* Honest components, and a device that reads as anything. */
static void lying_device(void)
{
	begin(0, 64);
	device.lies = 2;
	for (uint32_t i = 0; i < STEPS && test.why[0] == '\0'; i++)
		step();
	REQUIRE(test.why[0] == '\0' && !world.trouble);
	REQUIRE(world.driver.overruns > 0 && world.driver.line_errors > 0);
	recover();
}

/* An interrupt that never ends is masked; the driver sends on. */
static void endless_interrupt(void)
{
	begin(0, 64);
	for (uint32_t i = 0; i < 200; i++) {
		world.pending[DRIVER_PD] |= world.irq_open ? 1ull << WORLD_IRQ : 0;
		world.irq_open = false;
		world_run(DRIVER_PD);
	}
	REQUIRE(world.driver.state == SERIAL_DRIVER_BROKEN && !world.irq_open);
	REQUIRE(world.driver.interrupts == 101 && device.mask == 0);
	serial_puts("still\n");
	REQUIRE(world_settle() && device.sent == 10);
	world_start_part(DRIVER_PD);
	REQUIRE(world.driver.state == SERIAL_DRIVER_RUNNING);
	world_end();
}

static void other_device(void)
{
	begin(0, 64);
	device.absent = true;
	world_start_part(DRIVER_PD);
	REQUIRE(world.driver.state == SERIAL_DRIVER_NO_DEVICE);
	serial_puts("nobody\n");
	REQUIRE(world_settle() && device.sent == 0);
	device.absent = false;
	device.busy = true; /* FR.BUSY stays: the wait for it ends */
	device.control = 0;
	world_start_part(DRIVER_PD);
	REQUIRE(world.driver.state == SERIAL_DRIVER_RUNNING && device.accesses > 1000000);
	REQUIRE(world_settle() && device.sent > 0);
	world_end();
}

static const struct test_case cases[] = {
	{ "a hostile client harms only itself", hostile_client },
	{ "all clients are hostile", hostile_clients },
	{ "the driver is hostile", hostile_driver },
	{ "both virtualisers are hostile, and the device lies", hostile_virtualisers },
	{ "one virtualiser, or driver and client, with capacity 1 and 64",
		hostile_single },
	{ "the device lies", lying_device },
	{ "an interrupt that never ends", endless_interrupt },
	{ "another device at the registers, or one that is never idle", other_device },
};

int main(void)
{
	return TEST_RUN("serial, hostile", cases);
}
