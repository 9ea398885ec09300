/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The UDP echo load. Each datagram has a source port and a payload of its own, made from
 * its number; the port says later which one a reply answers. So a reply is checked in
 * full, and one that comes twice is known for what it is.
 */
#include <string.h>

#include "load.h"

#define FIRST_PORT 1024u
#define PORTS 60000u /* datagram i comes from port FIRST_PORT + i mod PORTS */

struct request {
	uint32_t number;
	enum { REQUEST_NONE, REQUEST_SENT, REQUEST_ANSWERED, REQUEST_LOST } state;
	uint64_t sent_ns;
};

static struct {
	struct request requests[PORTS];
	uint32_t sent; /* numbers given so far */
	uint32_t outstanding;
} udp;

static void make_payload(uint8_t *payload, uint32_t bytes, uint32_t number)
{
	uint64_t state = (number + 1) * 0x9e3779b97f4a7c15ull;

	for (uint32_t i = 0; i < bytes; i++) {
		if (i % 8 == 0) { /* xorshift64 (G. Marsaglia, 2003) */
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
		}
		payload[i] = (uint8_t)(state >> i % 8 * 8);
	}
}

/* Who is asked: all in turn. A port is always of the same one, so it says which. */
static const struct load_client *client_of(const struct load *load, uint32_t number)
{
	return &load->clients[number % PORTS % load->num_clients];
}

static void send_request(const struct load *load)
{
	struct link *link = &load->network->link;
	uint32_t number = udp.sent++;
	struct request *request = &udp.requests[number % PORTS];
	uint8_t *frame = link_frame(link);

	make_payload(&frame[UDP_END], load->bytes, number);
	frame_put_udp(frame, &client_of(load, number)->out, FIRST_PORT + number % PORTS,
		load->port, load->bytes);
	link_send(link, UDP_END + load->bytes);
	*request = (struct request){ number, REQUEST_SENT, link_now_ns() };
	udp.outstanding++;
}

/* What is wrong with a reply; if nothing, which request it answers. */
static enum frame_fault check(const struct load *load, const uint8_t *frame,
	uint32_t bytes, struct request **request)
{
	static uint8_t payload[FRAME_BYTES_MAX];
	uint32_t index = get16(&frame[UDP_TO]) - FIRST_PORT;
	enum frame_fault fault = frame_check(frame, bytes, &client_of(load, index)->in);

	if (fault != FRAME_RIGHT)
		return fault;
	if (get16(&frame[UDP_BYTES]) != UDP_END - UDP_FROM + load->bytes)
		return FRAME_LENGTH;
	if (get16(&frame[UDP_FROM]) != load->port || index >= PORTS ||
		udp.requests[index].state == REQUEST_NONE)
		return FRAME_PORT;
	*request = &udp.requests[index];
	make_payload(payload, load->bytes, (*request)->number);
	if (memcmp(payload, &frame[UDP_END], load->bytes) != 0)
		return FRAME_PAYLOAD;
	return FRAME_RIGHT;
}

static void take_reply(
	const struct load *load, const uint8_t *frame, uint32_t bytes, uint64_t now_ns)
{
	struct result *result = load->result;
	struct request *request = NULL;
	enum frame_fault fault;

	if (!frame_is(frame, bytes, IP_PROTOCOL_UDP)) {
		load->network->others++;
		return;
	}
	fault = check(load, frame, bytes, &request);
	if (fault != FRAME_RIGHT) {
		result->faults[fault]++;
	} else if (request->state == REQUEST_ANSWERED) {
		result->duplicates++;
	} else {
		if (request->state == REQUEST_SENT)
			udp.outstanding--;
		else
			result->lost--; /* late */
		request->state = REQUEST_ANSWERED;
		result_answer(result, request->sent_ns, now_ns);
	}
}

/* Handles what comes within limit_us, until something has come. */
static bool take_batch(const struct load *load, uint64_t limit_us)
{
	struct neighbours *network = load->network;
	uint32_t received = link_receive(&network->link, limit_us);
	uint64_t now_ns = link_now_ns();

	for (uint32_t i = 0; i < received; i++) {
		const uint8_t *frame = network->link.received_frame[i];
		uint32_t bytes = network->link.received_bytes[i];

		if (!neighbour_handle(network, frame, bytes))
			take_reply(load, frame, bytes, now_ns);
	}
	return received != 0;
}

static void give_up(struct result *result)
{
	for (uint32_t i = 0; i < PORTS; i++)
		if (udp.requests[i].state == REQUEST_SENT) {
			udp.requests[i].state = REQUEST_LOST;
			result->lost++;
		}
	udp.outstanding = 0;
}

/* How many of `count` requests may have been made `ns` after the first. */
static uint64_t due(const struct load *load, uint32_t count, uint64_t ns)
{
	uint64_t number = 1 + ns * load->rate / 1000000000u;

	return load->rate == 0 || number > count ? count : number;
}

/* How long to wait for answers: until the next request is due. */
static uint64_t limit_us(const struct load *load, uint32_t made)
{
	uint64_t now_ns = link_now_ns();
	uint64_t next_ns;

	if (load->rate == 0 || udp.outstanding >= load->window)
		return 10000;
	next_ns = load->result->first_ns + made * 1000000000ull / load->rate;
	return next_ns > now_ns ? (next_ns - now_ns) / 1000 + 1 : 0;
}

/* Makes `count` requests, and waits until each is answered or lost, and all is quiet. */
static void make_requests(const struct load *load, uint32_t count)
{
	uint32_t begin = udp.sent;
	uint64_t heard_ns = link_now_ns();

	load->result->first_ns = heard_ns;
	while (udp.sent - begin != count || udp.outstanding != 0) {
		uint64_t may = due(load, count, link_now_ns() - load->result->first_ns);

		while (udp.outstanding < load->window && udp.sent - begin < may)
			send_request(load);
		if (take_batch(load, udp.sent - begin == count
					     ? 10000
					     : limit_us(load, udp.sent - begin)))
			heard_ns = link_now_ns();
		else if (udp.outstanding == 0)
			heard_ns = link_now_ns(); /* none is waited for */
		else if (link_now_ns() - heard_ns > load->patience_ms * 1000000ull)
			give_up(load->result);
	}
	while (take_batch(load, LOAD_QUIET_US)) { /* what is there twice, or late */
	}
}

void udp_run(const struct load *load)
{
	uint64_t heard_ns;

	make_requests(load, load->warm_up);
	heard_ns = load->result->last_ns;
	result_begin(load->result);
	make_requests(load, load->result->wanted);
	load->result->quiet_ns = load->result->first_ns - heard_ns;
	result_end(load->result);
}
