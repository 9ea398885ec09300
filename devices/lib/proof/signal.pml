/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signalling loop: no signal is lost, nobody sleeps for ever.
 *
 * Mirrors, by the checksum that prove.py compares, queue_ask, queue_moved, queue_wanted,
 * queue_advance (../queue.h) and signal_round (../signal.h). Two components, one queue;
 * each sleeps only when a round says so. Every access to shared memory is a step of its
 * own, in some order of all (that the fences give): the litmus shape is store, fence, load
 * on both sides. Indices are bytes that begin just below their wrap. A deadlock (both
 * asleep, work left) or a violated assertion is an error.
 */
#ifndef CAP
#define CAP 2
#endif
#define ITEMS 5
#define FIRST 253

byte head = FIRST, tail = FIRST;	/* the published indices */
byte wake_p, wake_c;			/* producer's and consumer's wishes */
bool signal_p, signal_c;		/* the notification bits */

#ifdef NO_ASK
#define ASK(wake, seen) skip
#else
#define ASK(wake, seen) wake = seen
#endif
#ifdef NO_MOVED
#define MOVED(now, seen) more = false
#else
#define MOVED(now, seen) now_ = now; more = (now_ != seen); seen = now_
#endif
#ifdef LATE_ASK /* asks after it has looked */
#define ROUND(wake, peer, seen) MOVED(peer, seen); ASK(wake, seen)
#else
#define ROUND(wake, peer, seen) ASK(wake, seen); MOVED(peer, seen)
#endif
#ifdef WRONG_WINDOW /* as if the bound were not included */
#define PAST(w) ((index - w + 256) % 256 < (index - told + 256) % 256)
#else
#define PAST(w) ((index - w - 1 + 512) % 256 < (index - told + 256) % 256)
#endif
#ifdef NO_SIGNAL
#define WANTED(wake, bit) skip
#else
#define WANTED(wake, bit) w_ = wake; if :: PAST(w_) -> bit = true :: else fi; told = index
#endif

active proctype producer()
{
	byte index = FIRST, told = FIRST, seen = FIRST, w_, now_;
	byte sent;
	bool more;
	do
	:: do
	   :: sent < ITEMS && (index - seen + 256) % 256 < CAP ->
		index++; sent++; tail = index
	   :: else -> break
	   od;
	   ROUND(wake_p, head, seen);
	   WANTED(wake_c, signal_c);
	   if
	   :: more
	   :: !more && sent == ITEMS -> break
	   :: !more && sent < ITEMS -> signal_p; signal_p = false
	   fi
	od
}

active proctype consumer()
{
	byte index = FIRST, told = FIRST, seen = FIRST, w_, now_;
	byte got;
	bool more;
	do
	:: do
	   :: index != seen ->
		assert((seen - index + 256) % 256 <= CAP);
		index++; got++; head = index
	   :: else -> break
	   od;
	   ROUND(wake_c, tail, seen);
	   WANTED(wake_p, signal_p);
	   if
	   :: more
	   :: !more && got == ITEMS -> break
	   :: !more && got < ITEMS -> signal_c; signal_c = false
	   fi
	od
}
