/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The entropy class: what a client and the driver say to each other.
 *
 *     client --PPC--> driver:    give me random bytes
 *     client <--notification--   there are some now (or: look again)
 *
 * The driver has a reserve of ENTROPY_BYTES_MAX bytes for each client, which the device
 * fills. A draw takes the whole reserve: what was not asked for is thrown away, and no
 * byte is ever given twice. Then the device fills it anew, the clients in turn. So a
 * client that draws without end waits for the device, and takes nothing from others.
 *
 * ENTROPY_EMPTY means: not yet. The driver notifies such a client once, when its reserve
 * is full or when it will never be. It also notifies each client when it starts, because
 * it then knows of no wishes. A notification is a hint: the client draws again.
 */
#pragma once

#define ENTROPY_BYTES_MAX 64u /* of one draw: eight message words */

/* Labels of calls. */
enum entropy_request {
	/* Word 0: how many bytes, 1 to ENTROPY_BYTES_MAX. Reply: so many in as few words. */
	ENTROPY_DRAW = 1,
};

/* Labels of replies. A driver that stops or restarts: MICROKIT_PPC_ABORTED. */
enum entropy_status {
	ENTROPY_OK = 0,
	ENTROPY_BAD_REQUEST = 1, /* unknown label, no word, a wrong count */
	ENTROPY_EMPTY = 2,       /* not yet: a notification will come */
	ENTROPY_NO_DEVICE = 3,   /* never: no device, or one that is given up */
	ENTROPY_ABSENT = 4,      /* the library's: a system without <entropy/> */
};
