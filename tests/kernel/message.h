/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contract between the message test's caller and its echo servers.
 *
 * The label of a call says what the server shall do (in the low byte) and how
 * many words it shall reply with (above). The reply's label repeats the call's,
 * with ECHO_WRONG set if the server saw anything that it should not have.
 */
#pragma once

#include <stdint.h>

enum echo_kind {
	ECHO_PLAIN,  /* reply word i is call word i, or i beyond the call, ^ ECHO_MASK */
	ECHO_NESTED, /* the same, but call the next server first, if there is one */
	ECHO_COUNT,  /* word 0 of the reply is how many calls the server has had */
	ECHO_BAD_REPLY /* reply with a count of 65 */
};

#define ECHO_LABEL(kind, reply_words) ((uint64_t)(kind) | (uint64_t)(reply_words) << 8)
#define ECHO_KIND(label) ((enum echo_kind)((label)&0xff))
#define ECHO_REPLY_WORDS(label) ((unsigned)((label) >> 8 & 0xff))
#define ECHO_WRONG (1ull << 51)
#define ECHO_MASK 0xa5a5a5a5a5a5a5a5ull
#define ECHO_NEXT 1u /* the server's channel to the next one */
