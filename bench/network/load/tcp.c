/* SPDX-License-Identifier: BSD-2-Clause */
/* See tcp.h. Section numbers are those of RFC 9293. */
#include "tcp.h"

#include <string.h>

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 };

#define OPTION_END 0u
#define OPTION_NONE 1u
#define OPTION_SEGMENT 2u /* 3.7.1: maximum segment size */
#define SEGMENT_DEFAULT 536u
#define WINDOW_BYTES 65535u /* what we take; it is always handled at once */

/* Writes and sends a segment whose payload stands behind `header` bytes of TCP header. */
static void send_segment(
	struct tcp *tcp, uint8_t *frame, uint32_t flags, uint32_t header, uint32_t bytes)
{
	uint32_t ip_bytes = TCP_FROM - IP_VERSION + header + bytes;

	frame_put_ip(frame, &tcp->network->out, IP_PROTOCOL_TCP, ip_bytes);
	put16(&frame[TCP_FROM], tcp->from_port);
	put16(&frame[TCP_TO], tcp->to_port);
	put32(&frame[TCP_SEQUENCE], tcp->next);
	put32(&frame[TCP_ACKNOWLEDGED], (flags & ACK) != 0 ? tcp->expected : 0);
	put16(&frame[TCP_OFFSET], header / 4 << 12 | flags);
	put16(&frame[TCP_WINDOW], WINDOW_BYTES);
	put16(&frame[TCP_URGENT], 0);
	frame_put_checksum(frame, TCP_CHECKSUM);
	link_send(&tcp->network->link, ETHER_END + ip_bytes);
}

void tcp_connect(struct tcp *tcp)
{
	uint8_t *frame = link_frame(&tcp->network->link);

	tcp->state = TCP_CONNECTING;
	tcp->next = tcp->unacknowledged = (tcp->from_port + 1) * 0x9e3779b9u;
	put16(&frame[TCP_END], OPTION_SEGMENT << 8 | 4);
	put16(&frame[TCP_END + 2], TCP_SEGMENT_BYTES);
	send_segment(tcp, frame, SYN, TCP_END - TCP_FROM + 4, 0);
	tcp->next++;
	tcp->heard_ns = link_now_ns();
}

bool tcp_owns(const struct tcp *tcp, const uint8_t *frame, uint32_t bytes)
{
	return bytes >= TCP_END && frame_is(frame, bytes, IP_PROTOCOL_TCP) &&
	       get16(&frame[TCP_TO]) == tcp->from_port;
}

static uint32_t segment_option(const uint8_t *frame, uint32_t end)
{
	for (uint32_t at = TCP_END; at + 3 < end && frame[at] != OPTION_END;)
		if (frame[at] == OPTION_NONE)
			at++;
		else if (frame[at] == OPTION_SEGMENT)
			return get16(&frame[at + 2]);
		else
			at += frame[at + 1] > 1 ? frame[at + 1] : 2;
	return SEGMENT_DEFAULT;
}

/* 3.10.7.3: the answer to our SYN. */
static void open_connection(struct tcp *tcp, const uint8_t *frame, uint32_t end)
{
	if (get32(&frame[TCP_ACKNOWLEDGED]) != tcp->next)
		return;
	tcp->expected = get32(&frame[TCP_SEQUENCE]) + 1;
	tcp->unacknowledged = tcp->next;
	tcp->window = get16(&frame[TCP_WINDOW]);
	tcp->segment = segment_option(frame, end);
	if (tcp->segment > TCP_SEGMENT_BYTES)
		tcp->segment = TCP_SEGMENT_BYTES;
	tcp->state = TCP_OPEN;
	tcp->confirm = true;
	tcp->heard_ns = link_now_ns();
}

/* 3.10.7.4: acknowledgement and window. Lengths below 2^16 make differences unambiguous. */
static void take_acknowledgement(struct tcp *tcp, const uint8_t *frame)
{
	uint32_t acknowledged = get32(&frame[TCP_ACKNOWLEDGED]);

	if (acknowledged - tcp->unacknowledged > tcp->next - tcp->unacknowledged)
		return; /* old, or of what was never sent */
	if (acknowledged != tcp->unacknowledged)
		tcp->heard_ns = link_now_ns();
	tcp->unacknowledged = acknowledged;
	tcp->window = get16(&frame[TCP_WINDOW]);
}

uint32_t tcp_receive(
	struct tcp *tcp, const uint8_t *frame, uint32_t bytes, const uint8_t **data)
{
	enum frame_fault fault = frame_check(frame, bytes, &tcp->network->in);
	uint32_t start = TCP_FROM + (frame[TCP_OFFSET] >> 4) * 4u;
	uint32_t end = ETHER_END + get16(&frame[IP_BYTES]);
	uint32_t flags = frame[TCP_FLAGS];

	if (fault == FRAME_RIGHT && (start < TCP_END || start > end))
		fault = FRAME_LENGTH;
	if (fault == FRAME_RIGHT && get16(&frame[TCP_FROM]) != tcp->to_port)
		fault = FRAME_PORT;
	if (fault != FRAME_RIGHT) {
		tcp->result->faults[fault]++;
		return 0;
	}
	if ((flags & (RST | FIN)) != 0)
		tcp->state = TCP_CLOSED;
	if (tcp->state == TCP_CONNECTING && (flags & (SYN | ACK)) == (SYN | ACK))
		open_connection(tcp, frame, start);
	else if (tcp->state == TCP_OPEN && (flags & ACK) != 0)
		take_acknowledgement(tcp, frame);
	if (tcp->state != TCP_OPEN || start == end)
		return 0;
	tcp->confirm = true;
	if (get32(&frame[TCP_SEQUENCE]) != tcp->expected)
		return 0;
	tcp->expected += end - start;
	tcp->heard_ns = link_now_ns();
	*data = &frame[start];
	return end - start;
}

uint32_t tcp_room(const struct tcp *tcp)
{
	uint32_t used = tcp->next - tcp->unacknowledged;

	if (tcp->state != TCP_OPEN || used >= tcp->window)
		return 0;
	return tcp->window - used < tcp->segment ? tcp->window - used : tcp->segment;
}

void tcp_send(struct tcp *tcp, const uint8_t *data, uint32_t bytes)
{
	uint8_t *frame = link_frame(&tcp->network->link);

	if (bytes != 0)
		memcpy(&frame[TCP_END], data, bytes);
	send_segment(tcp, frame, bytes != 0 ? ACK | PSH : ACK, TCP_END - TCP_FROM, bytes);
	tcp->next += bytes;
	tcp->confirm = false;
}

uint32_t tcp_rewind(struct tcp *tcp)
{
	uint32_t bytes = tcp->next - tcp->unacknowledged;

	tcp->next = tcp->unacknowledged;
	tcp->heard_ns = link_now_ns();
	tcp->result->resent++;
	return bytes;
}

void tcp_reset(struct tcp *tcp)
{
	if (tcp->state == TCP_OPEN)
		send_segment(tcp, link_frame(&tcp->network->link), RST | ACK,
			TCP_END - TCP_FROM, 0);
	tcp->state = TCP_CLOSED;
}
