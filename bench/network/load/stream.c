/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The TCP echo load: one stream there and back. The byte at a position of the stream is
 * made from the position, so it is known what must come back, whatever the segments.
 */
#include <string.h>

#include "load.h"
#include "tcp.h"

#define KIB 1024u
#define FROM_PORT 40000u
#define ATTEMPTS 8u
#define STREAM_KIB_MAX (1u << 21) /* positions fit 32 bits */

static struct {
	struct tcp tcp;
	uint32_t sent, received; /* positions, of bytes */
	uint64_t sent_ns[64];    /* when the KiB that is i mod 64 was begun to be sent */
} stream;

static uint8_t byte_at(uint32_t position)
{
	uint64_t word = (position / 8 + 1) * 0x9e3779b97f4a7c15ull;

	return (uint8_t)((word ^ word >> 29) >> position % 8 * 8);
}

static void send_some(const struct load *load, uint32_t end)
{
	static uint8_t data[TCP_SEGMENT_BYTES];
	uint32_t room = tcp_room(&stream.tcp);
	(void)load;

	while (room != 0 && stream.sent != end) {
		uint32_t left = end - stream.sent;
		uint32_t bytes = left < room ? left : room;

		/* No small segments, unless nothing else will make progress. */
		if (bytes < stream.tcp.segment && bytes != left &&
			stream.tcp.next != stream.tcp.unacknowledged)
			break;
		for (uint32_t i = 0; i < bytes; i++) {
			uint32_t position = stream.sent + i;
			data[i] = byte_at(position);
			if (position % KIB == 0)
				stream.sent_ns[position / KIB % 64] = link_now_ns();
		}
		tcp_send(&stream.tcp, data, bytes);
		stream.sent += bytes;
		room = tcp_room(&stream.tcp);
	}
	if (stream.tcp.confirm)
		tcp_send(&stream.tcp, NULL, 0);
}

static void take_data(const struct load *load, const uint8_t *data, uint32_t bytes)
{
	bool right = bytes <= stream.sent - stream.received;

	for (uint32_t i = 0; i < bytes; i++, stream.received++) {
		right = right && data[i] == byte_at(stream.received);
		if ((stream.received + 1) % KIB == 0)
			result_answer(load->result,
				stream.sent_ns[stream.received / KIB % 64],
				link_now_ns());
	}
	if (!right)
		load->result->faults[FRAME_PAYLOAD]++;
}

static void take_batch(const struct load *load, uint64_t limit_us)
{
	struct neighbours *network = load->network;
	uint32_t received = link_receive(&network->link, limit_us);

	for (uint32_t i = 0; i < received; i++) {
		const uint8_t *frame = network->link.received_frame[i];
		uint32_t bytes = network->link.received_bytes[i];
		const uint8_t *data = NULL;

		if (neighbour_handle(network, frame, bytes) ||
			!tcp_owns(&stream.tcp, frame, bytes))
			continue;
		bytes = tcp_receive(&stream.tcp, frame, bytes, &data);
		if (bytes != 0)
			take_data(load, data, bytes);
	}
}

/* Sends the stream on by `kib` and waits until that has come back, and all is quiet. */
static void echo(const struct load *load, uint32_t kib)
{
	uint32_t end = stream.sent + kib * KIB;
	uint32_t attempts = 0; /* since the peer confirmed something new */
	uint32_t confirmed = stream.tcp.unacknowledged;
	uint64_t patience_ns = load->patience_ms * 1000000ull;

	load->result->first_ns = stream.tcp.heard_ns = link_now_ns();
	while (stream.received != end && stream.tcp.state == TCP_OPEN) {
		send_some(load, end);
		take_batch(load, 10000);
		if (link_now_ns() - stream.tcp.heard_ns > patience_ns) {
			stream.sent -= tcp_rewind(&stream.tcp);
			if (attempts++ == ATTEMPTS)
				break;
		}
		if (stream.tcp.unacknowledged != confirmed)
			attempts = 0;
		confirmed = stream.tcp.unacknowledged;
	}
	send_some(load, end); /* the last acknowledgement */
	neighbour_settle(load->network, LOAD_QUIET_US);
	load->result->lost += (end - stream.received) / KIB;
}

void stream_run(const struct load *load)
{
	struct tcp *tcp = &stream.tcp;

	*tcp = (struct tcp){ .network = load->network,
		.result = load->result,
		.from_port = FROM_PORT,
		.to_port = load->port };
	for (uint32_t attempt = 0; tcp->state != TCP_OPEN && attempt < ATTEMPTS;
		attempt++) {
		tcp_connect(tcp);
		while (tcp->state == TCP_CONNECTING &&
			link_now_ns() - tcp->heard_ns < load->patience_ms * 1000000ull)
			take_batch(load, 10000);
	}
	if (load->warm_up + load->result->wanted <= STREAM_KIB_MAX)
		echo(load, load->warm_up);
	result_begin(load->result);
	if (load->warm_up + load->result->wanted <= STREAM_KIB_MAX)
		echo(load, load->result->wanted);
	result_end(load->result);
	tcp_reset(tcp);
	neighbour_settle(load->network, LOAD_QUIET_US);
}
