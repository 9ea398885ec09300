/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP and what joins it to the network class, on the host, against a peer that speaks
 * Ethernet over real queues: as a client with copier, and as one without, whose received
 * frames lie in memory that it cannot write.
 */
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../net.h"
#include "../random.h"
#include "wire.h"

#define IP_GIVEN 0x0a00020fu /* 10.0.2.15 */
#define ECHO_PORT 7u
#define HOLD_PORT 9u

static int failures;
static bool copied;
static uint8_t frame[NETWORK_FRAME_MAX + 64];
static uint8_t answer[NETWORK_FRAME_MAX + 64];
static size_t answer_bytes;
static struct pbuf *held[WIRE_BUFFERS];
static uint32_t num_held;
static bool twice;
static int ups, downs;

static void report(const char *name, bool good)
{
	printf("%s - %s: %s%s\n", good ? "ok" : "not ok", copied ? "copied" : "shared",
		name, good ? "" : ": does not hold");
	failures += !good;
}

/* ---- The application ---- */

static void echo(
	void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	struct pbuf *reply = net_udp_allocate(from, p->tot_len);
	(void)arg;
	if (reply == NULL) /* none, or too long for one frame */
		reply = pbuf_alloc(PBUF_TRANSPORT, p->tot_len, PBUF_RAM);
	if (reply != NULL) {
		pbuf_copy_partial(p, reply->payload, p->tot_len, 0);
		udp_sendto(pcb, reply, from, port);
		if (twice)
			udp_sendto(pcb, reply, from, port);
		pbuf_free(reply);
	}
	pbuf_free(p);
}

static void hold(
	void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *from, u16_t port)
{
	(void)arg;
	(void)pcb;
	(void)from;
	(void)port;
	held[num_held++] = p;
}

#define BYE "bye" /* the application closes first */

static err_t stream(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t error)
{
	(void)arg;
	(void)error;
	if (p == NULL)
		return tcp_close(pcb);
	bool ends = p->tot_len == strlen(BYE) && memcmp(p->payload, BYE, p->len) == 0;
	for (struct pbuf *q = p; q != NULL && !ends; q = q->next)
		tcp_write(pcb, q->payload, q->len, TCP_WRITE_FLAG_COPY);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ends ? tcp_close(pcb) : ERR_OK;
}

static err_t connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
	(void)arg;
	(void)error;
	tcp_recv(pcb, stream);
	return ERR_OK;
}

static void start_application(void)
{
	struct udp_pcb *udp = udp_new_ip_type(IPADDR_TYPE_ANY);
	udp_bind(udp, IP_ANY_TYPE, ECHO_PORT);
	udp_recv(udp, echo, NULL);
	udp = udp_new_ip_type(IPADDR_TYPE_ANY);
	udp_bind(udp, IP_ANY_TYPE, HOLD_PORT);
	udp_recv(udp, hold, NULL);
	struct tcp_pcb *tcp = tcp_new_ip_type(IPADDR_TYPE_ANY);
	tcp_bind(tcp, IP_ANY_TYPE, ECHO_PORT);
	tcp_accept(tcp_listen(tcp), connected);
}

static struct net_counters counted(void)
{
	struct net_counters counters;
	net_count(&counters);
	return counters;
}

/* ---- What the peer does ---- */

/* Takes frames until one is of `type` (and, if IPv4, `protocol`); false if none is. */
static bool next(uint16_t type, uint8_t protocol)
{
	while ((answer_bytes = wire_take(answer)) != 0)
		if (wire_get16(answer + 12) == type &&
			(type != 0x0800 || answer[23] == protocol))
			return type != 0x0800 || wire_good(answer, answer_bytes);
	return false;
}

static bool send(size_t bytes)
{
	bool given = wire_give(frame, bytes);
	wire_run();
	return given;
}

static void drain(void)
{
	while (wire_take(answer) != 0)
		;
}

/* The DHCP message that the client has sent: its type, or 0. */
static uint8_t dhcp_message(void)
{
	if (!next(0x0800, 17) || wire_get16(answer + 36) != 67)
		return 0;
	return answer[14 + 20 + 8 + 240 + 2]; /* the first option is the message's type */
}

static void dhcp_reply(uint8_t type)
{
	uint8_t message[300] = { 2, 1, 6, 0 };
	const uint8_t options[] = { 53, 1, type, 54, 4, 10, 0, 2, 2, 51, 4, 0, 1, 81,
		0x80, 1, 4, 255, 255, 255, 0, 3, 4, 10, 0, 2, 2, 255 };
	memcpy(message + 4, answer + 42 + 4, 4); /* transaction */
	wire_put32(message + 16, IP_GIVEN);
	memcpy(message + 28, wire_config.mac, 6);
	wire_put32(message + 236, 0x63825363u);
	memcpy(message + 240, options, sizeof(options));
	send(wire_udp(frame,
		&(struct wire_udp){ 0xffffffffu, 67, 68, message, sizeof(message) }));
}

static void dhcp(void)
{
	bool named = false;
	report("nothing is sent before there is a virtualiser", wire_take(answer) == 0);
	wire_rx_free();
	wire_run();
	report("DHCP begins at once", dhcp_message() == 1);
	for (size_t i = 282; i + 8 < answer_bytes; i++)
		named = named || memcmp(answer + i, "\x0c\x06tester", 8) == 0;
	report("with the PD's name", named);
	dhcp_reply(2);
	report("an offer is asked for", dhcp_message() == 3);
	dhcp_reply(5);
	report("and taken", lwip_ntohl(netif_ip4_addr(netif_default)->addr) == IP_GIVEN);
	wire_pass_ms(3000);
	drain();
}

static void arp(void)
{
	report("an ARP request is answered", send(wire_arp(frame, IP_GIVEN, false)) &&
						     next(0x0806, 0) &&
						     wire_get16(answer + 20) == 2 &&
						     wire_get32(answer + 28) == IP_GIVEN);
	send(wire_arp(frame, IP_GIVEN + 1, false));
	report("one for another address is not", wire_take(answer) == 0);
}

static void ping(void)
{
	bool good = true;
	for (size_t bytes = 0; bytes <= 1472; bytes += 46) {
		good = good && send(wire_ping(frame, IP_GIVEN, bytes)) &&
		       next(0x0800, 1) && answer[34] == 0 &&
		       memcmp(answer + 38, frame + 38, 4 + bytes) == 0;
	}
	report("pings of all sizes come back", good);
}

/* ---- UDP ---- */

static size_t datagram(uint16_t to_port, size_t bytes)
{
	static uint8_t payload[1472];
	for (size_t i = 0; i < bytes; i++)
		payload[i] = (uint8_t)rand();
	return wire_udp(
		frame, &(struct wire_udp){ IP_GIVEN, (uint16_t)(1024 + rand() % 60000),
			       to_port, payload, bytes });
}

static bool came_back(size_t bytes)
{
	return next(0x0800, 17) && answer_bytes == 42 + bytes &&
	       memcmp(answer + 42, frame + 42, bytes) == 0 &&
	       wire_get16(answer + 36) == wire_get16(frame + 34);
}

static void udp(void)
{
	bool good = true;
	uint64_t before = counted().rx_copied;
	for (size_t bytes = 0; bytes <= 1472; bytes++)
		good = good && send(datagram(ECHO_PORT, bytes)) && came_back(bytes);
	report("datagrams of all sizes come back", good);
	report("without having been copied", counted().rx_copied == before);
	send(datagram(ECHO_PORT, 100));
	drain();
	size_t bytes = datagram(ECHO_PORT, 100);
	frame[90] ^= 1;
	send(bytes);
	report("one with a wrong checksum does not", wire_take(answer) == 0);
	send(datagram(99, 100));
	report("one to a port of nobody's is refused",
		next(0x0800, 1) && answer[34] == 3 && answer[35] == 3);
	twice = true;
	before = counted().tx_dropped;
	send(datagram(ECHO_PORT, 64));
	report("what is sent twice goes out once",
		came_back(64) && wire_take(answer) == 0 &&
			counted().tx_dropped == before + 1);
	twice = false;
}

/* A datagram of 2000 bytes in two fragments, the second first. */
static void fragments(void)
{
	uint8_t whole[2048] = { 0 };
	uint8_t got[2048];
	for (size_t i = 8; i < 2008; i++)
		whole[i] = (uint8_t)rand();
	wire_put16(whole, 5000);
	wire_put16(whole + 2, ECHO_PORT);
	wire_put16(whole + 4, 2008);
	for (int part = 1; part >= 0; part--) {
		size_t bytes = part ? 2008 - 1400 : 1400;
		memcpy(frame + 34, whole + (part ? 1400 : 0), bytes);
		size_t all = wire_ip(frame, IP_GIVEN, 17, bytes);
		wire_put16(frame + 18, 77);
		wire_put16(frame + 20, part ? 1400 / 8 : 0x2000);
		wire_put16(frame + 24, 0);
		wire_put16(frame + 24, (uint16_t)~wire_sum(frame + 14, 20, 0));
		send(all);
	}
	size_t sum = 0;
	while ((answer_bytes = wire_take(answer)) != 0) {
		size_t at = (size_t)(wire_get16(answer + 20) & 0x1fffu) * 8;
		memcpy(got + at, answer + 34, answer_bytes - 34);
		sum += answer_bytes - 34;
	}
	report("a datagram in fragments comes back in fragments",
		sum == 2008 && memcmp(got + 8, whole + 8, 2000) == 0);
}

/* ---- TCP ---- */

static void tcp(void)
{
	uint8_t payload[500];
	uint32_t own = 1000, theirs;
	bool good = true;
	send(wire_tcp(frame, IP_GIVEN, 4000, own++, 0, 0x02, NULL, 0));
	report("a TCP connection is accepted",
		next(0x0800, 6) && answer[47] == 0x12 && wire_get32(answer + 42) == own);
	theirs = wire_get32(answer + 38) + 1;
	send(wire_tcp(frame, IP_GIVEN, 4000, own, theirs, 0x10, NULL, 0));
	for (int round = 0; round < 50; round++) {
		for (size_t i = 0; i < sizeof(payload); i++)
			payload[i] = (uint8_t)rand();
		good = good && send(wire_tcp(frame, IP_GIVEN, 4000, own, theirs, 0x18,
				       payload, sizeof(payload)));
		own += sizeof(payload);
		good = good && next(0x0800, 6) && answer_bytes == 54 + sizeof(payload) &&
		       memcmp(answer + 54, payload, sizeof(payload)) == 0;
		theirs += sizeof(payload);
	}
	report("its bytes come back", good);
	send(wire_tcp(frame, IP_GIVEN, 4000, own, theirs, 0x04, NULL, 0));
	drain();
}

#define FIN 0x01
#define SYN 0x02
#define PSH 0x08
#define ACK 0x10

/* A segment from port 4200, without data; the answer's flags, or 0 if there is none. */
static uint8_t answered(uint32_t own, uint32_t theirs, uint8_t flags)
{
	send(wire_tcp(frame, IP_GIVEN, 4200, own, theirs, flags, NULL, 0));
	return next(0x0800, 6) ? answer[47] : 0;
}

/* The application closes a connection first, which then waits in TIME_WAIT. */
static void left(uint32_t *own, uint32_t *theirs)
{
	bool good = answered((*own)++, 0, SYN) == (SYN | ACK);
	*theirs = wire_get32(answer + 38) + 1;
	send(wire_tcp(frame, IP_GIVEN, 4200, *own, *theirs, ACK, NULL, 0));
	good = good && send(wire_tcp(frame, IP_GIVEN, 4200, *own, *theirs, PSH | ACK,
			       (const uint8_t *)BYE, strlen(BYE)));
	*own += strlen(BYE);
	good = good && next(0x0800, 6) && (answer[47] & FIN) != 0;
	(*theirs)++;
	drain();
	good = good && answered((*own)++, *theirs, FIN | ACK) == ACK;
	report("the application closes a connection", good && tcp_tw_pcbs != NULL);
}

/* The peer's port again, while its last connection is in TIME_WAIT. */
static void port_again(void)
{
	uint32_t own = 0xffffff00u, theirs, first;
	for (int life = 0; life < 3; life++) {
		left(&own, &theirs);
		report("an older SYN is answered by the old connection",
			answered(own - 2, 0, SYN) == ACK &&
				wire_get32(answer + 42) == own && tcp_tw_pcbs != NULL);
		own += (uint32_t)life * 100000u + 1u; /* in the window, or beyond */
		report("a newer SYN opens a connection",
			answered(own, 0, SYN) == (SYN | ACK) && tcp_tw_pcbs == NULL &&
				wire_get32(answer + 42) == own + 1);
		first = wire_get32(answer + 38);
		report("which begins beyond the old one", (int32_t)(first - theirs) > 0);
		send(wire_tcp(frame, IP_GIVEN, 4200, own + 1, 0, 0x04, NULL, 0));
		drain();
		own += 1000;
	}
	/* Our own sequence numbers may come to lie before those of the old connection. */
	left(&own, &theirs);
	tcp_tw_pcbs->snd_nxt += 1u << 30;
	theirs = tcp_tw_pcbs->snd_nxt;
	report("so it does if the clock says otherwise",
		answered(own + 1, 0, SYN) == (SYN | ACK) &&
			(int32_t)(wire_get32(answer + 38) - theirs) > 0);
	send(wire_tcp(frame, IP_GIVEN, 4200, own + 2, 0, 0x04, NULL, 0));
	drain();
}

static void link_changed(struct netif *netif)
{
	ups += netif_is_link_up(netif);
	downs += !netif_is_link_up(netif);
}

/* The carrier is lost while a connection has data to send, and comes back. */
static void outage(void)
{
	uint8_t payload[100];
	uint32_t own = 2000;
	netif_set_link_callback(netif_default, link_changed);
	send(wire_tcp(frame, IP_GIVEN, 4001, own++, 0, 0x02, NULL, 0));
	bool open = next(0x0800, 6);
	uint32_t theirs = wire_get32(answer + 38) + 1;
	send(wire_tcp(frame, IP_GIVEN, 4001, own, theirs, 0x10, NULL, 0));
	for (size_t i = 0; i < sizeof(payload); i++)
		payload[i] = (uint8_t)rand();
	wire_carrier(true);
	report("the link goes down with the carrier",
		!netif_is_link_up(netif_default) && downs == 1 && ups == 0);
	send(wire_tcp(
		frame, IP_GIVEN, 4001, own, theirs, 0x18, payload, sizeof(payload)));
	wire_pass_ms(4000);
	report("then nothing is sent", wire_take(answer) == 0);
	wire_carrier(false);
	report("and comes up with it", ups == 1 && downs == 1);
	report("DHCP asks whether its address is still right", dhcp_message() == 3);
	dhcp_reply(5);
	bool again = false;
	for (int i = 0; i < 60 && !again; i++) {
		wire_pass_ms(100);
		while (!again && next(0x0800, 6))
			again = answer_bytes == 54 + sizeof(payload) &&
				memcmp(answer + 54, payload, sizeof(payload)) == 0;
	}
	report("a connection goes on, with what waited", open && again);
	netif_set_link_callback(netif_default, NULL);
	send(wire_tcp(frame, IP_GIVEN, 4001, own + 100, theirs, 0x04, NULL, 0));
	wire_pass_ms(3000);
	drain();
}

/* Connections whose first byte is missing, and every second segment. */
static void gaps(void)
{
	uint32_t own[8], theirs[8];
	uint8_t payload[10] = { 0 };
	for (uint16_t i = 0; i < 8; i++) {
		own[i] = 5000;
		send(wire_tcp(frame, IP_GIVEN, (uint16_t)(4100 + i), own[i]++, 0, 0x02,
			NULL, 0));
		theirs[i] = next(0x0800, 6) ? wire_get32(answer + 38) + 1 : 0;
		send(wire_tcp(frame, IP_GIVEN, (uint16_t)(4100 + i), own[i], theirs[i],
			0x10, NULL, 0));
	}
	for (uint32_t n = 1; n < 40; n++)
		for (uint16_t i = 0; i < 8; i++) {
			send(wire_tcp(frame, IP_GIVEN, (uint16_t)(4100 + i),
				own[i] + 20 * n, theirs[i], 0x18, payload,
				sizeof(payload)));
			drain();
		}
	report("gaps in streams leave buffers for others",
		send(datagram(ECHO_PORT, 64)) && came_back(64));
	for (uint16_t i = 0; i < 8; i++)
		send(wire_tcp(frame, IP_GIVEN, (uint16_t)(4100 + i), own[i], theirs[i],
			0x04, NULL, 0));
	drain();
}

/* ---- Want ---- */

static void want(void)
{
	wire_keeps = true;
	uint64_t before = counted().tx_dropped;
	for (uint32_t i = 0; i < 2 * WIRE_BUFFERS; i++) {
		send(datagram(ECHO_PORT, 64));
		drain();
	}
	report("without Tx buffers answers are dropped, and counted",
		counted().tx_dropped > before);
	wire_keeps = false;
	drain();
	wire_run();
	report("and come again when the buffers do",
		send(datagram(ECHO_PORT, 64)) && came_back(64));
	uint32_t rounds = 0;
	while (send(datagram(HOLD_PORT, 64)) && rounds < 2 * WIRE_BUFFERS)
		rounds++;
	/* Some that were released may still wait at the client to be given back. */
	report("an application can hold the Rx buffers",
		num_held >= WIRE_BUFFERS * 3 / 4);
	while (num_held > 0)
		pbuf_free(held[--num_held]);
	wire_run();
	report("and give them back", send(datagram(ECHO_PORT, 64)) && came_back(64));
}

/* ---- IPv6 ---- */

static void ip6(void)
{
	const ip6_addr_t *own = netif_ip6_addr(netif_default, 0);
	const uint8_t *bytes = (const uint8_t *)own->addr;
	report("a link-local address of IPv6 is in use",
		ip6_addr_ispreferred(netif_ip6_addr_state(netif_default, 0)) &&
			bytes[0] == 0xfe && bytes[8] == (wire_config.mac[0] ^ 2) &&
			bytes[15] == wire_config.mac[5]);
	uint8_t payload[64] = { 1, 2, 3 };
	size_t all = wire_udp(
		frame, &(struct wire_udp){ 0, 5000, ECHO_PORT, payload, 64 });
	memmove(frame + 54, frame + 34, all - 34);
	wire_put16(frame + 12, 0x86dd);
	uint8_t *ip = frame + 14;
	memset(ip, 0, 40);
	ip[0] = 0x60;
	wire_put16(ip + 4, 72);
	ip[6] = 17;
	ip[7] = 64;
	memcpy(ip + 8, bytes, 16);
	ip[23] ^= 0x55; /* a neighbour */
	memcpy(ip + 24, bytes, 16);
	wire_put16(ip + 46, 0);
	uint16_t sum = (uint16_t)~wire_sum(ip + 8, 32 + 72, 17 + 72);
	wire_put16(ip + 46, sum);
	send(14 + 40 + 72);
	report("a datagram over IPv6 makes lwIP look for its neighbour",
		next(0x86dd, 0) && answer[20] == 58 && answer[54] == 135);
}

/* ---- Malice ---- */

/* Frames that are right but for some bytes, and of any length; the sanitisers judge. */
static void hostile(unsigned int rounds)
{
	uint64_t before = counted().rx_frames;
	for (unsigned int i = 0; i < rounds; i++) {
		size_t bytes;
		switch (rand() % 6) {
		case 0:
			bytes = wire_arp(frame, IP_GIVEN, rand() % 2);
			break;
		case 1:
			bytes = wire_ping(frame, IP_GIVEN, (size_t)rand() % 100);
			break;
		case 2:
			bytes = datagram((uint16_t)(rand() % 2 ? ECHO_PORT : 68),
				(size_t)rand() % 300);
			break;
		case 3:
			bytes = wire_tcp(frame, IP_GIVEN, (uint16_t)(4000 + rand() % 4),
				(uint32_t)rand() % 3000, (uint32_t)rand(),
				(uint8_t)rand(), answer, (size_t)rand() % 200);
			break;
		default:
			bytes = 60 + (size_t)rand() % 200; /* what was there before */
		}
		for (int n = rand() % 8; n > 0; n--)
			frame[12 + (size_t)rand() % (bytes - 12)] = (uint8_t)rand();
		if (rand() % 8 == 0)
			bytes = 14 + (size_t)rand() % (bytes - 13);
		if (rand() % 4 != 0 && bytes >= 34) { /* so that more gets further */
			wire_put16(frame + 24, 0);
			wire_put16(frame + 24, (uint16_t)~wire_sum(frame + 14, 20, 0));
		}
		send(bytes);
		drain();
		if (i % 64 == 0)
			wire_pass_ms((uint64_t)rand() % 1000);
	}
	wire_pass_ms(600000); /* all that waits for more is given up */
	drain();
	wire_run();
	report("frames of all sorts do no harm",
		counted().rx_frames > before + rounds * 3 / 4);
	send(wire_arp(frame, IP_GIVEN, false));
	drain();
	report("the echo still works", send(datagram(ECHO_PORT, 64)) && came_back(64));
	uint32_t rounds_held = 0;
	while (send(datagram(HOLD_PORT, 64)) && rounds_held < 2 * WIRE_BUFFERS)
		rounds_held++;
	report("no Rx buffer is lost", num_held >= WIRE_BUFFERS * 3 / 4);
	while (num_held > 0)
		pbuf_free(held[--num_held]);
	wire_run();
}

static void randomness(void)
{
	uint32_t first = random_next();
	report("random numbers differ", first != random_next());
	uint64_t hash = random_hash(1, 2);
	net_notified(WIRE_ENTROPY_CHANNEL); /* still nothing */
	wire_entropy = 0;
	net_notified(WIRE_TIMER_CHANNEL);
	bool waited = counted().seeded == 0 && random_hash(1, 2) == hash;
	net_notified(WIRE_ENTROPY_CHANNEL);
	bool seeded = counted().seeded == 1 && random_hash(1, 2) != hash;
	net_notified(WIRE_ENTROPY_CHANNEL); /* once is enough */
	report("random bytes that come late are mixed in, once",
		waited && seeded && counted().seeded == 1);
}

static void run_all(void)
{
	wire_start(copied);
	net_start();
	start_application();
	net_flush();
	dhcp();
	arp();
	ping();
	udp();
	fragments();
	tcp();
	port_again();
	outage();
	gaps();
	want();
	ip6();
	randomness();
	hostile(200000);
}

int main(void)
{
	const char *seed = getenv("TEST_SEED");
	srand(seed != NULL ? (unsigned int)strtoul(seed, NULL, 0) : 1u);
	setvbuf(stdout, NULL, _IOLBF, 0);
	pid_t child = fork(); /* lwIP can be started only once in a program */
	int status = 0;
	copied = child != 0;
	run_all();
	if (child > 0 && (waitpid(child, &status, 0) != child || status != 0))
		failures++;
	return failures != 0;
}
