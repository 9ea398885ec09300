/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds interned strings by their hash.
 *
 * MicroPython looks for each string that a program makes among all that are interned: pool
 * by pool, in some of them from the first to the last. Here is a table of them all, open
 * addressing, that follows the pools as they grow. The linker puts this function before
 * MicroPython's own (--wrap), which is asked when there are too many for the table. Strings
 * are interned once and never forgotten, so whichever is found is the one.
 */
#include <string.h>

#include "py/mpstate.h"
#include "py/qstr.h"

#define SLOTS 4096u /* a power of two */
#define INDEXED_MAX (SLOTS / 2)

static struct {
	struct {
		uint16_t number; /* of the string; 0: nothing is here */
		uint16_t hash;
	} slots[SLOTS];
	size_t count;   /* strings with a lower number are in the table */
	size_t longest; /* of them, in bytes */
} index_of;

qstr __real_qstr_find_strn(const char *text, size_t bytes);
qstr __wrap_qstr_find_strn(const char *text, size_t bytes);

/* Takes in what was interned since; false if there is no room. */
static bool catch_up(void)
{
	const qstr_pool_t *last = MP_STATE_VM(last_pool);
	size_t count = last->total_prev_len + last->len;

	if (count > INDEXED_MAX)
		return false;
	if (count < index_of.count) /* the interpreter has started anew */
		memset(&index_of, 0, sizeof index_of);
	for (size_t number = index_of.count; number < count; number++) {
		uint16_t hash = (uint16_t)qstr_hash(number);
		size_t bytes = qstr_len(number);
		size_t slot = hash % SLOTS;

		while (index_of.slots[slot].number != 0)
			slot = (slot + 1) % SLOTS;
		index_of.slots[slot].number = (uint16_t)number;
		index_of.slots[slot].hash = hash;
		if (bytes > index_of.longest)
			index_of.longest = bytes;
	}
	index_of.count = count;
	return true;
}

qstr __wrap_qstr_find_strn(const char *text, size_t bytes)
{
	size_t hash;

	if (!catch_up())
		return __real_qstr_find_strn(text, bytes);
	if (bytes > index_of.longest)
		return MP_QSTRnull;
	if (bytes == 0)
		return MP_QSTR_;
	hash = qstr_compute_hash((const byte *)text, bytes);
	for (size_t slot = hash % SLOTS; index_of.slots[slot].number != 0;
		slot = (slot + 1) % SLOTS)
		if (index_of.slots[slot].hash == hash) {
			qstr number = index_of.slots[slot].number;
			size_t length;
			const byte *other = qstr_data(number, &length);

			if (length == bytes && memcmp(other, text, bytes) == 0)
				return number;
		}
	return MP_QSTRnull;
}
