/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Echo server of the message test: see message.h.
 *
 * It remembers its whole message area as it left it: what a call did not send
 * must still be there when the next call comes.
 */
#include <microkit.h>

#include "message.h"
#include "raw.h"

static struct {
	uint64_t calls;
	uint64_t left[MESSAGE_WORDS];  /* the message area at the end of the last call */
	uint64_t words[MESSAGE_WORDS]; /* of this call */
} echo;

static void remember(void)
{
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		echo.left[i] = raw_words()[i];
	}
}

void init(void)
{
	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		raw_words()[i] = ~(uint64_t)i;
	}
	remember();
}

void notified(microkit_channel ch)
{
	(void)ch;
}

static bool take(uint64_t count)
{
	bool right = true;

	for (unsigned i = 0; i < MESSAGE_WORDS; i++) {
		echo.words[i] = raw_words()[i];
		if (i >= count && echo.words[i] != echo.left[i]) {
			right = false;
		}
	}
	return right;
}

microkit_msginfo protected(microkit_channel ch, microkit_msginfo msginfo)
{
	uint64_t label = microkit_msginfo_get_label(msginfo);
	uint64_t count = microkit_msginfo_get_count(msginfo);
	unsigned reply = ECHO_REPLY_WORDS(label);
	bool right = ch == 0 && (msginfo.words[0] & MSGINFO_LOW_MASK) == count &&
		     take(count);

	echo.calls++;
	if (ECHO_KIND(label) == ECHO_NESTED && (microkit_pps >> ECHO_NEXT & 1) != 0) {
		msginfo = microkit_ppcall(
			ECHO_NEXT, microkit_msginfo_new(label, (seL4_Uint16)count));
		right = right && microkit_msginfo_get_label(msginfo) == label &&
			microkit_msginfo_get_count(msginfo) == reply;
		for (unsigned i = 0; i < reply; i++) {
			echo.words[i] = microkit_mr_get((seL4_Uint8)i) ^ ECHO_MASK;
		}
	}
	for (unsigned i = 0; i < reply && i < MESSAGE_WORDS; i++) {
		raw_words()[i] = (i < count ? echo.words[i] : i) ^ ECHO_MASK;
	}
	for (unsigned i = reply; i < MESSAGE_WORDS; i++) {
		raw_words()[i] = echo.calls << 32 | i;
	}
	if (ECHO_KIND(label) == ECHO_COUNT) {
		raw_words()[0] = echo.calls;
	}
	remember();
	if (ECHO_KIND(label) == ECHO_BAD_REPLY) {
		return microkit_msginfo_new(label, MESSAGE_WORDS + 1);
	}
	return microkit_msginfo_new(label | (right ? 0 : ECHO_WRONG), (seL4_Uint16)reply);
}
