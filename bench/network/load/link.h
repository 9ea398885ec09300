/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The cable: a socket whose other end is QEMU's `-netdev stream`, a stream of bytes in which
 * each frame follows its length (32 bits, the highest byte first). Frames are received and
 * sent in batches, as they have come or been made, as many as there are in one system call
 * on either side: so what moving them costs is the guest's rather than the cable's.
 */
#pragma once

#include <stdint.h>

#include "frame.h"

#define LINK_BATCH 64u
#define LINK_FRAME_BYTES 2048u
#define LINK_BYTES (LINK_BATCH * LINK_FRAME_BYTES) /* with the lengths, a batch */

struct link {
	int socket;
	uint32_t received; /* frames of the last link_receive */
	uint32_t received_bytes[LINK_BATCH];
	const uint8_t *received_frame[LINK_BATCH];
	uint32_t in_bytes;   /* of `in`: what has come */
	uint32_t in_handled; /* and belongs to frames that are received */
	uint32_t out_bytes;
	uint8_t in[LINK_BYTES];
	uint8_t out[LINK_BYTES];
};

/*
 * Sends what is unsent, then waits for frames, at most limit_us; returns how many there
 * are, 0 at the limit. They stay until the next call. Ends the program if the other end is
 * gone, or sends what is no frame.
 */
uint32_t link_receive(struct link *link, uint64_t limit_us);

/* Where the next frame to be sent may be written, FRAME_BYTES_MAX at most. */
uint8_t *link_frame(struct link *link);

/* Adds the frame that was written there to those to be sent. */
void link_send(struct link *link, uint32_t bytes);

/* The host's monotonic clock. */
uint64_t link_now_ns(void);
