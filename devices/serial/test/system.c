/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The honest world: everybody keeps to the contract, and may start anew at any time.
 *
 * Client i writes lines of the letter 'a' + i and its digits: "bbb17". So a line on the
 * terminal tells whose it is by its label and by each of its letters.
 */
#include <stdio.h>
#include <string.h>

#include "../client.h"
#include "world.h"

#define STEPS 1000000u

static uint32_t lines_put[WORLD_CLIENTS];       /* by each client */
static uint32_t lines_seen[WORLD_CLIENTS];      /* on the terminal, in order */
static uint32_t typed, received[WORLD_CLIENTS]; /* bytes */
static bool lossy;    /* there are restarts: input may be missing */
static size_t judged; /* bytes of the device's line that were looked at */

void meddle(void)
{
}

/* ---- Clients ---- */

static size_t make_line(uint32_t client, uint32_t number, char *line, size_t size)
{
	size_t letters = 1u + number % 7u;

	memset(line, 'a' + (int)client, letters);
	return letters + (size_t)snprintf(line + letters, size - letters, "%u\n", number);
}

/* A client with bare queues hands over a whole line, if it has room for it. */
static void put_line(uint32_t client)
{
	struct serial_queue *q = &world.client_tx[client];
	char line[64];
	size_t bytes = make_line(client, lines_put[client], line, sizeof(line));

	if (queue_refresh(&q->queue) < bytes)
		return;
	for (uint32_t i = 0; i < bytes; i++)
		q->bytes[queue_slot(&q->queue, i)] = (uint8_t)line[i];
	queue_advance(&q->queue, (uint32_t)bytes);
	lines_put[client]++;
	shared_fence();
	if (queue_wanted(&q->queue))
		microkit_notify(2u * CLIENT_TX(client));
}

/* The library may take part of a line; then the rest is written later. */
static char rest[64];
static size_t rest_at, rest_end;

static void write_line(void)
{
	if (rest_at == rest_end) {
		rest_at = 0;
		rest_end = make_line(0, lines_put[0]++, rest, sizeof(rest));
	}
	rest_at += serial_write(rest + rest_at, rest_end - rest_at);
}

/* Bytes that are typed count up, but for the escape character. */
static uint8_t typed_byte(uint32_t number)
{
	return (uint8_t)(number % 251u + (number % 251u >= 0x1cu));
}

static bool take_input(uint32_t client)
{
	uint8_t byte;

	for (;;) {
		if (client == 0 && serial_read(&byte, 1) != 1)
			return true;
		if (client != 0) {
			struct queue *queue = &world.client_rx[client].queue;
			(void)queue_refresh(queue);
			if (!serial_take(&world.client_rx[client], &byte)) {
				queue_ask(queue);
				shared_fence();
				if (!queue_moved(queue))
					return true;
				continue;
			}
		}
		if (!lossy && byte != typed_byte(received[client]))
			return false;
		received[client]++;
	}
}

/* ---- The terminal ---- */

/* Judges a line without its '\n': whole lines only, in order. */
static bool judge_line(const char *line, size_t bytes)
{
	char expected[80];
	uint32_t client;

	if (bytes < 4 || line[0] != 'c')
		return false;
	client = (uint32_t)(line[1] - '0');
	if (client >= world.clients)
		return false;
	snprintf(expected, sizeof(expected), "c%u: ", client);
	make_line(client, lines_seen[client]++, expected + 4, sizeof(expected) - 4);
	return strlen(expected) == bytes + 1 && memcmp(expected, line, bytes) == 0;
}

/* After restarts: any part of a line of one client may be all that is left. */
static bool judge_loose(const char *line, size_t bytes)
{
	size_t i = 4;

	if (bytes < 4)
		return true;
	if (line[0] != 'c' || line[2] != ':' || line[3] != ' ')
		return false;
	while (i < bytes && line[i] == 'a' + (line[1] - '0'))
		i++;
	while (i < bytes && line[i] >= '0' && line[i] <= '9')
		i++;
	return i == bytes;
}

static void judge(bool (*line_good)(const char *, size_t))
{
	size_t start = judged;

	REQUIRE(device.sent <= DEVICE_SENT_MAX);
	for (size_t i = judged; i < device.sent; i++) {
		if (device.line[i] != '\n')
			continue;
		if (!line_good((const char *)device.line + start, i - start)) {
			snprintf(test.why, sizeof(test.why), "on the terminal: '%.*s'",
				(int)(i - start), (const char *)device.line + start);
			return;
		}
		start = i + 1;
	}
	judged = start;
	if (device.sent > DEVICE_SENT_MAX / 2) { /* room again */
		memmove(device.line, device.line + judged, device.sent - judged);
		device.sent -= judged;
		judged = 0;
	}
}

/* ---- Cases ---- */

static void begin(uint32_t clients, uint32_t capacity, uint32_t labels)
{
	memset(lines_put, 0, sizeof(lines_put));
	memset(lines_seen, 0, sizeof(lines_seen));
	memset(received, 0, sizeof(received));
	typed = 0;
	lossy = false;
	judged = 0;
	rest_at = rest_end = 0;
	world_start(clients, capacity, labels);
	/* Who starts last has its queues answered; by priority, on a real system. */
	world_settle();
}

static void expect(const char *text)
{
	REQUIRE(world_settle() && !world.trouble);
	if (device.sent - judged != strlen(text) ||
		memcmp(device.line + judged, text, strlen(text)) != 0)
		snprintf(test.why, sizeof(test.why), "expected '%s', got '%.*s'", text,
			(int)(device.sent - judged), (char *)device.line + judged);
	judged = device.sent;
}

static void put_text(uint32_t client, const char *text)
{
	for (; *text != '\0'; text++)
		if (!serial_put(&world.client_tx[client], (uint8_t)*text))
			snprintf(test.why, sizeof(test.why), "no room for '%s'", text);
	microkit_notify(2u * CLIENT_TX(client));
}

static void type(const char *text)
{
	for (; *text != '\0'; text++) {
		if (!device_receive((uint8_t)*text))
			snprintf(
				test.why, sizeof(test.why), "no room to type '%s'", text);
		if (device.rx_count == 8)
			world_settle();
	}
	device_silence();
	world_settle();
}

static void labels(void)
{
	begin(2, 64, 1);
	put_text(1, "one\n");
	serial_puts("two\nthree\n");
	expect("c1: one\nc0: two\nc0: three\n");
	put_text(1, "pro");
	expect("c1: pro");
	put_text(1, "mpt\n"); /* nobody came between: the line goes on */
	expect("mpt\n");
	put_text(1, "open");
	expect("c1: open");
	serial_puts("other\n");
	expect("\nc0: other\n");
	REQUIRE(world.tx.cut == 1 && world.tx.lines == 5);
	put_text(1, "half a li");
	expect("c1: half a li");
	world_start_part(CLIENT_0 + 1u);
	(void)queue_refresh(&world.client_tx[1].queue);
	expect("\n"); /* a new life begins a new line */
	(void)queue_refresh(&world.client_tx[1].queue);
	put_text(1, "new\n");
	expect("c1: new\n");
	world_end();
	begin(8, 64, 2);
	put_text(7, "seven\n");
	expect("\033[32mseven\033[m\n");
	world_end();
	begin(2, 64, 0);
	put_text(1, "\033[2J\r\x80\n"); /* without labels, as it is */
	expect("\033[2J\r\x80\n");
	REQUIRE(world.tx.replaced == 0);
	world_end();
}

static void control_characters(void)
{
	begin(2, 64, 1);
	put_text(1, "a\rb\b\033[A\x7f\tz\n");
	expect("c1: a?b??[A?\tz\n");
	put_text(1, "\xc2\xb5 \xe2\x82\xac \xc2\x9b \x9b \xff\x9b\n");
	expect("c1: \xc2\xb5 \xe2\x82\xac \xc2? ? \xff\x9b\n");
	REQUIRE(world.tx.replaced == 6);
	world_end();
}

/* A client that never ends its line takes nothing from others. */
static void endless_line(void)
{
	uint32_t seen = 0;

	begin(3, 16, 1);
	for (uint32_t i = 0; i < 1000; i++) {
		while (serial_put(&world.client_tx[1], 'b')) {
		}
		microkit_notify(2u * CLIENT_TX(1));
		if (i % 10 == 0)
			put_text(2, "c\n");
		for (uint32_t run = 0; run < 20; run++) {
			world_run(VIRT_TX_PD);
			world_run(DRIVER_PD);
			device_send();
		}
	}
	REQUIRE(world_settle());
	for (size_t i = 5; i < device.sent; i++)
		seen += memcmp(device.line + i - 5, "c2: c\n", 6) == 0;
	REQUIRE(seen == 100);
	world_end();
}

static void switching(void)
{
	uint8_t bytes[64];

	begin(3, 32, 1);
	type("abc");
	REQUIRE(serial_read(bytes, sizeof(bytes)) == 3 && memcmp(bytes, "abc", 3) == 0);
	type("\x1c"
	     "1d\x1c\x1c"
	     "e");
	expect("rx: 1 c1 has the input\n");
	REQUIRE(serial_read(bytes, sizeof(bytes)) == 0);
	for (const char *c = "d\x1c"
			     "e";
		*c != '\0'; c++)
		REQUIRE(serial_take(&world.client_rx[1], bytes) && bytes[0] == *c);
	type("\x1c?");
	expect("rx: 0 c0\nrx: 1 c1 has the input\nrx: 2 c2\n");
	for (uint32_t i = 0; i < 40; i++)
		type("x"); /* nobody reads: the queue takes 32 */
	REQUIRE(world.rx.dropped == 8 && world.rx.commands == 2);
	type("\x1c"
	     "2y");
	REQUIRE(serial_take(&world.client_rx[2], bytes) && bytes[0] == 'y');
	expect("rx: 2 c2 has the input\n");
	world_start_part(VIRT_TX_PD);
	expect("\n");
	type("\x1c"
	     "0");
	expect("rx: 0 c0 has the input\n");
	world_end();
}

static void full_library(void)
{
	char line[] = "0123456789\n";
	uint64_t pending;

	begin(2, 16, 1);
	serial_puts(line); /* 11 of 16, and the virtualiser does not run */
	REQUIRE(serial_dropped() == 0);
	serial_puts(line); /* 5 find room */
	REQUIRE(serial_dropped() == 6);
	serial_puts("lost\n");
	REQUIRE(serial_dropped() == 11);
	REQUIRE(serial_write("x", 1) == 0);
	expect("c0: 0123456789\n");
	pending = world_take_pending(CLIENT_0);
	REQUIRE(pending & 1ull << 2u * CLIENT_TX(0)); /* there is room */
	serial_puts("next\n");
	expect("c0: 01234\nc0: next\n");
	serial_printf("%d %u", -5, 7u);
	expect("");
	serial_flush();
	expect("c0: -5 7");
	/* Each time that room was missing, room is signalled. */
	for (uint32_t i = 0; i < 3; i++) {
		(void)world_take_pending(CLIENT_0);
		while (serial_write("x", 1) == 1) {
		}
		REQUIRE(world_settle());
		REQUIRE(world_take_pending(CLIENT_0) & 1ull << 2u * CLIENT_TX(0));
	}
	world_end();
}

/* virt_tx has started anew while the client had nothing to say: nothing is lost. */
static void idle_client(void)
{
	begin(2, 16, 1);
	serial_puts("before\n");
	expect("c0: before\n");
	world_start_part(VIRT_TX_PD);
	expect("\n");
	serial_puts("after\n");
	REQUIRE(world_settle() &&
		memcmp(device.line + device.sent - 10, "c0: after\n", 10) == 0);
	REQUIRE(serial_dropped() == 0);
	world_end();
}

/* Input is signalled each time that the client had read all. */
static void input_signals(void)
{
	uint8_t bytes[8];

	begin(1, 16, 1);
	for (uint32_t i = 0; i < 5; i++) {
		REQUIRE(serial_read(bytes, sizeof(bytes)) == (i == 0 ? 0 : 1));
		(void)world_take_pending(CLIENT_0);
		type("a");
		REQUIRE(world_take_pending(CLIENT_0) & 1ull << (2u * CLIENT_RX(0) + 1u));
	}
	for (uint32_t i = 0; i < 8; i++) /* half a FIFO does not wait for silence */
		device_receive('b');
	REQUIRE(device_interrupts());
	world_end();
}

static void formats(void)
{
	begin(1, 256, 0);
	serial_printf("%s|%5s|%c|%%|%d|%4d|%04d|%x|%08lx|%lu\n", "s", "ab", 'c', -12, -3,
		-3, 0xbeefu, 0xcafeul, 18446744073709551615ul);
	expect("s|   ab|c|%|-12|  -3|-003|beef|0000cafe|18446744073709551615\n");
	serial_printf("%ld %lld %x\n", -9223372036854775807l - 1, -1ll, 0u);
	expect("-9223372036854775808 -1 0\n");
	const char *odd = "%q %"; /* not for the compiler to see */
	serial_printf(odd, 0);
	serial_printf("\n");
	expect("%q %\n");
	serial_printf("%999d|\n", 1); /* the width ends at 64 */
	REQUIRE(world_settle() && device.sent - judged == 66);
	world_end();
}

/* One step of everything, in random order. */
static void step(void)
{
	uint32_t client = (uint32_t)test_draw(world.clients);

	switch (test_draw(8)) {
	case 0:
		if (client == 0)
			write_line();
		else
			put_line(client);
		break;
	case 1:
		if (typed - received[0] < 8 && device.rx_count < 16 &&
			device_receive(typed_byte(typed)))
			typed++;
		break;
	case 2:
		device_silence();
		break;
	case 3:
		if (client != 0) {
			(void)world_take_pending(CLIENT_0 + client);
			break;
		}
		if (world_take_pending(CLIENT_0))
			REQUIRE(take_input(0));
		break;
	case 4:
		device_send();
		break;
	default:
		world_run((uint32_t)test_draw(3));
	}
}

static void random_lines(uint32_t clients, uint32_t capacity)
{
	begin(clients, capacity, 1);
	device.sticky = test_draw(2) != 0;
	for (uint32_t i = 0; i < CLIENT_TX(clients); i++)
		world_shift(i, 0u - (uint32_t)test_draw(5000)); /* indices wrap soon */
	for (uint32_t i = 0; i < STEPS / 4u && test.why[0] == '\0'; i++) {
		step();
		if (i % 1024u == 0 && test.why[0] == '\0')
			judge(judge_line);
	}
	if (test.why[0] != '\0')
		return;
	for (uint32_t i = 0; rest_at < rest_end && i < 1000; i++) {
		world_settle();
		write_line();
	}
	REQUIRE(world_settle() && take_input(0));
	judge(judge_line);
	if (test.why[0] != '\0')
		return;
	for (uint32_t i = 0; i < clients; i++)
		REQUIRE(lines_seen[i] == lines_put[i] && lines_seen[i] > 100);
	REQUIRE(received[0] == typed && typed > 1000);
	REQUIRE(!world.trouble && world.tx.peer_faults == 0 &&
		world.driver.peer_faults == 0);
	REQUIRE(world.rx.dropped == 0 && world.driver.overruns == 0 && world.tx.cut == 0);
	world_end();
}

static void random_runs(void)
{
	for (uint32_t capacity = 16; capacity <= 4096 && test.why[0] == '\0';
		capacity *= 4)
		random_lines(2u + (uint32_t)test_draw(6), capacity);
}

/* A capacity of 1: lines cannot be kept whole, but every byte comes, in order. */
static void capacity_one(void)
{
	char seen[16] = "";
	uint32_t sent = 0, count = 0;

	begin(1, 1, 0);
	for (uint32_t i = 0; i < 10000; i++) {
		char byte = (char)('0' + sent % 10u);
		sent += (uint32_t)serial_write(&byte, 1);
		world_run((uint32_t)test_draw(3));
		device_send();
	}
	serial_flush();
	REQUIRE(world_settle() && sent > 1000 && device.sent == sent);
	for (uint32_t i = 0; i < sent; i++)
		REQUIRE(device.line[i] == '0' + i % 10u);
	judged = device.sent;
	type("a");
	type("b"); /* lost: nobody has read */
	count = (uint32_t)serial_read(seen, sizeof(seen));
	REQUIRE(count == 1 && seen[0] == 'a' && world.rx.dropped == 1);
	type("\x1c?");
	expect("\n0 c0 has the input\n");
	world_end();
}

static void restarts(void)
{
	uint8_t byte;

	begin(4, 32, 1);
	lossy = true;
	for (uint32_t i = 0; i < STEPS && test.why[0] == '\0'; i++) {
		step();
		received[0] = typed; /* what is lost is not judged here */
		if (test_draw(200) == 0)
			world_start_part((uint32_t)test_draw(CLIENT_0 + 4u));
		if (i % 1024u == 0 && test.why[0] == '\0')
			judge(judge_loose);
	}
	if (test.why[0] != '\0')
		return;
	/* When it is over, all is as before. */
	REQUIRE(world_settle());
	for (uint32_t i = 1; i < 4; i++) {
		lines_put[i] = 0;
		put_line(i);
		REQUIRE(lines_put[i] == 1 && world_settle());
	}
	serial_puts("\n"); /* of a line that was begun */
	serial_puts("end\n");
	REQUIRE(world_settle() && !world.trouble);
	REQUIRE(memcmp(device.line + device.sent - 9, "\nc0: end\n", 9) == 0);
	REQUIRE(take_input(0));
	type("\x1c"
	     "0q");
	REQUIRE(serial_read(&byte, 1) == 1 && byte == 'q' && serial_read(&byte, 1) == 0);
	REQUIRE(world.tx.peer_faults == 0 && world.driver.peer_faults == 0);
	world_end();
}

static const struct test_case cases[] = {
	{ "labels, prompts, lines that are cut", labels },
	{ "control characters do not get through labels", control_characters },
	{ "an endless line blocks nobody", endless_line },
	{ "the input is switched, listed, dropped when nobody reads", switching },
	{ "the library drops what has no room, and ends the line", full_library },
	{ "a restart of virt_tx under an idle client", idle_client },
	{ "input is signalled", input_signals },
	{ "formats", formats },
	{ "random order, full queues, wrap-around: whole lines, nothing lost",
		random_runs },
	{ "capacity 1", capacity_one },
	{ "restarts of every component: nothing mixed, nothing stuck", restarts },
};

int main(void)
{
	return TEST_RUN("serial", cases);
}
