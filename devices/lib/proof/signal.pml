/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The signalling loop and restarts: no signal is lost, nobody sleeps for ever.
 *
 * Mirrors, by the checksum that prove.py compares, queue.h, queue.c (but for the faults of
 * a peer that lies) and signal.h. Two components, one queue; each starts its end, signals
 * and sleeps, and when signalled works and does rounds until a round lets it sleep. Either
 * may be killed at any step, RESTARTS times together, and starts anew. Every access to
 * shared memory is a step of its own, in some order of all (that the fences give). A slot
 * holds its producer's generation and position, which the consumer asserts. When nobody can
 * go on, nothing may be left to do.
 *
 * Indices begin just below their wrap (C's 0 is FIRST here). What a mutant leaves out or
 * does wrong is named by a macro.
 */
#define M 16
#define FIRST 13
#define SUB(a, b) (((a) - (b) + 2 * M) % M)
#define ADD(a, b) (((a) + (b)) % M)
#define EMPTY SUB(FIRST, CAP) /* where a consumer is for a producer it has not answered */
#define VALUE(generation, index) ((generation) * M + (index))

typedef word { byte of_p, of_c, index };
word word_p, word_c;	/* as published: the session's two generations, the index */
byte wake_p, wake_c;	/* the wishes */
byte slot[CAP];
bool signal_p, signal_c; /* the notification bits */
bool kill_p, kill_c;
byte sent;		/* of ITEMS, in this life of the producer */
bool up_p, up_c;	/* asleep or at work, not starting */

#ifdef NO_ASK
#define ASK(wake, seen) skip
#else
#define ASK(wake, seen) wake = seen
#endif
#ifdef WRONG_WINDOW /* as if the bound were not included */
#define PAST(w) (SUB(index, w) < SUB(index, told))
#else
#define PAST(w) (SUB(index, w + 1) < SUB(index, told))
#endif
#ifdef TOLD_FIRST /* a consumer that answers forgets that the producer waits for that */
#define TOLD_C FIRST
#else
#define TOLD_C EMPTY
#endif
#ifdef SAME_GENERATION
#define NEXT(generation) generation
#else
#define NEXT(generation) (generation + 1)
#endif
#ifdef NO_START_SIGNAL
#define START_SIGNAL(bit) skip
#else
#define START_SIGNAL(bit) bit = true
#endif
#ifdef PUBLISH_FIRST
#define BEGIN_ORDER(publish, ask) publish; ask
#else
#define BEGIN_ORDER(publish, ask) ask; publish
#endif

inline publish_p() { d_step { word_p.of_p = own; word_p.of_c = peer; word_p.index = index } }
inline publish_c() { d_step { word_c.of_p = peer; word_c.of_c = own; word_c.index = index } }
inline read(word_) { d_step { p_ = word_.of_p; c_ = word_.of_c; i_ = word_.index } }

inline begin_p()
{
	index = FIRST; limit = FIRST; told = FIRST;
	BEGIN_ORDER(publish_p(), ASK(wake_p, EMPTY))
}
inline begin_c()
{
	index = FIRST; limit = FIRST; told = TOLD_C;
	BEGIN_ORDER(publish_c(), ASK(wake_c, FIRST))
}

inline refresh_p()
{
	read(word_c);
	if
	:: c_ != peer -> peer = c_; restarted = true; begin_p()
	:: else
	fi;
	d_step {
		if
		:: p_ == own && c_ == peer ->
			limit = ADD(i_, CAP); assert(SUB(limit, index) <= CAP)
		:: else -> limit = index
		fi
	}
}

inline refresh_c()
{
	read(word_p);
	if
	:: p_ != peer -> peer = p_; restarted = true; begin_c()
	:: else
	fi;
	d_step {
		if
		:: p_ == peer && c_ == own ->
			limit = i_; assert(SUB(limit, index) <= CAP)
		:: else -> limit = index
		fi
	}
}

/* A round of one link that is awaited; refresh is the end's own. */
#ifdef LATE_ASK /* asks after it has looked */
#define ASK_EARLY(wake, seen) skip
#define ASK_LATE(wake, seen) ASK(wake, seen)
#else
#define ASK_EARLY(wake, seen) ASK(wake, seen)
#define ASK_LATE(wake, seen) skip
#endif
#ifdef NO_MOVED
#define MOVED(refresh) more = false
#else
#define MOVED(refresh) old = limit; restarted = false; refresh; more = (limit != old || restarted)
#endif
#ifdef NO_SIGNAL
#define NOTIFY(bit) skip
#else
#define NOTIFY(bit) if :: wanted -> bit = true :: else fi
#endif
#define ROUND(wake, seen, wake_peer, bit, refresh) \
	ASK_EARLY(wake, seen); \
	w_ = wake_peer; wanted = PAST(w_); told = index; \
	MOVED(refresh); \
	ASK_LATE(wake, seen); \
	NOTIFY(bit)

active proctype producer()
{
	byte own, peer, index, limit, told, old, w_, p_, c_, i_;
	bool more, restarted, wanted;
start:	{
		own = NEXT(word_p.of_p);
		peer = word_c.of_c;
		sent = 0;
		begin_p();
		START_SIGNAL(signal_c);
		up_p = true;
		do
		:: signal_p ->
			signal_p = false;
			do
			:: do
			   :: sent < ITEMS && limit != index ->
				slot[SUB(index, FIRST) % CAP] = VALUE(own, index);
				sent++; index = ADD(index, 1); publish_p()
			   :: limit == index ->
				refresh_p();
				if :: limit == index -> break :: else fi
			   :: sent == ITEMS && limit != index -> break
			   od;
			   ROUND(wake_p, SUB(limit, CAP), wake_c, signal_c, refresh_p());
			   if :: more :: else -> break fi
			od
		od
	} unless { kill_p };
	d_step { kill_p = false; signal_p = false; up_p = false };
	goto start
}

active proctype consumer()
{
	byte own, peer, index, limit, told, old, w_, p_, c_, i_;
	bool more, restarted, wanted;
start:	{
		own = NEXT(word_c.of_c);
		peer = word_p.of_p;
		begin_c();
		START_SIGNAL(signal_p);
		up_c = true;
		do
		:: signal_c ->
			signal_c = false;
			do
			:: do
			   :: limit != index ->
				assert(slot[SUB(index, FIRST) % CAP] == VALUE(peer, index));
				index = ADD(index, 1); publish_c()
			   :: limit == index ->
				refresh_c();
				if :: limit == index -> break :: else fi
			   od;
			   ROUND(wake_c, limit, wake_p, signal_p, refresh_c());
			   if :: more :: else -> break fi
			od
		od
	} unless { kill_c };
	d_step { kill_c = false; signal_c = false; up_c = false };
	goto start
}

active proctype killer()
{
	byte left = RESTARTS;
	do
	:: left > 0 -> left--; if :: kill_p = true :: kill_c = true fi
	:: break
	od
}

active proctype nobody_can_go_on()
{
	timeout ->
	assert(up_p && up_c && !signal_p && !signal_c);
	assert(word_p.of_p == word_c.of_p && word_p.of_c == word_c.of_c);
	assert(word_p.index == word_c.index && sent == ITEMS)
}
