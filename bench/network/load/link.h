/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cable: a datagram socket whose other end is QEMU's `-netdev dgram`, one frame a
 * datagram. Frames are received and sent in batches, as one has come or been made.
 */
#pragma once

#include <stdint.h>

#include "frame.h"

#define LINK_BATCH 64u
#define LINK_FRAME_BYTES 2048u

struct link {
	int socket;
	uint32_t received; /* frames of the last link_receive */
	uint32_t received_bytes[LINK_BATCH];
	uint8_t received_frame[LINK_BATCH][LINK_FRAME_BYTES];
	uint32_t unsent;
	uint32_t unsent_bytes[LINK_BATCH];
	uint8_t unsent_frame[LINK_BATCH][LINK_FRAME_BYTES];
};

/*
 * Sends what is unsent, then waits for frames, at most limit_us; returns how many there
 * are, 0 at the limit. Ends the program if the other end is gone.
 */
uint32_t link_receive(struct link *link, uint64_t limit_us);

/* Where the next frame to be sent may be written, FRAME_BYTES_MAX at most. */
uint8_t *link_frame(struct link *link);

/* Adds the frame that was written there to those to be sent. */
void link_send(struct link *link, uint32_t bytes);

/* The host's monotonic clock. */
uint64_t link_now_ns(void);
