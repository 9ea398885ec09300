/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A TCP connection to the client, from our side: as much of RFC 9293 as a cable needs
 * that loses nothing and keeps the order. What comes out of order is dropped, all that is
 * unacknowledged is sent again by the owner when it has waited too long, and a connection
 * ends with a reset. An acknowledgement waits until the batch of frames in which its
 * data came has been handled, and goes with data if there is some to be sent.
 */
#pragma once

#include "neighbour.h"
#include "result.h"

#define TCP_SEGMENT_BYTES 1460u

struct tcp {
	struct neighbours *network;
	struct result *result; /* takes down faults and what was sent again */
	uint32_t from_port, to_port;
	enum { TCP_CLOSED, TCP_CONNECTING, TCP_OPEN } state;
	uint32_t
		unacknowledged; /* first sequence number that the peer has not confirmed */
	uint32_t next;          /* sequence number of the next byte to be sent */
	uint32_t window;   /* the peer's: it takes bytes below unacknowledged + window */
	uint32_t segment;  /* the most that the peer takes at once */
	uint32_t expected; /* sequence number of the next byte to be received */
	bool confirm;      /* an acknowledgement is due */
	uint64_t heard_ns; /* when the peer last confirmed or sent something new */
};

/* Starts to connect; again, if it is connecting. */
void tcp_connect(struct tcp *tcp);

/* Whether the frame belongs to this connection. */
bool tcp_owns(const struct tcp *tcp, const uint8_t *frame, uint32_t bytes);

/* Handles such a frame: returns how much new data it has, and where. */
uint32_t tcp_receive(
	struct tcp *tcp, const uint8_t *frame, uint32_t bytes, const uint8_t **data);

/* How many bytes may be sent now, at most a segment. */
uint32_t tcp_room(const struct tcp *tcp);

/* Sends bytes, not more than tcp_room; or none, to acknowledge only. */
void tcp_send(struct tcp *tcp, const uint8_t *data, uint32_t bytes);

/* Goes back to what is not acknowledged; returns how many bytes that are. */
uint32_t tcp_rewind(struct tcp *tcp);

/* Ends the connection at once. */
void tcp_reset(struct tcp *tcp);
