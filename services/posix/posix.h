/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * C programs as people know them: main(), files, printf, malloc, time, in one protection domain.
 *
 * musl is the C library; what it asks of a kernel is answered in the program itself, by the client
 * libraries of the classes and services (syscall.c). There is one thread and there are no
 * processes and no signals: those calls fail with ENOSYS.
 *
 * main() runs in a coroutine. When it must wait (for time, input, a file, its own
 * posix_wait), the entry point returns to the kernel, and the next notification lets it go
 * on. So it can be linked with any client library, whose events come first:
 *
 *     void init(void)                        { posix_start(program, true); }
 *     void notified(microkit_channel ch)     { posix_notified(ch); }
 *
 * and with the network, which looks after the timer too:
 *
 *     void init(void)                        { net_start(); posix_start(program, false);
 *                                              net_flush(); }
 *     void notified(microkit_channel ch)     { net_notified(ch); posix_notified(ch);
 *                                              net_flush(); }
 *
 * The system file gives the heap: a region mapped for writing with setvar_vaddr="posix_heap"
 * and setvar_size="posix_heap_bytes". When main() returns or calls exit(), the program
 * says so, waits until the console has it, and ends with a fault, so that its parent
 * may start it anew (<supervisor/>).
 */
#pragma once

#include <microkit.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POSIX_STACK_BYTES (256u * 1024u) /* of main() */

#define POSIX_TIMEOUT 6u /* its number with the timer class (devices/timer/client.h) */

/*
 * Sets the C library up and runs the program until it waits. owns_timer: it is for this
 * library to call timer_init and timer_expired, nobody else does.
 */
void posix_start(int (*program)(void), bool owns_timer);

/* An event: hands it to the console (and timer), and lets the program go on. */
void posix_notified(microkit_channel ch);

/*
 * Waits for the next notification of any channel, or until posix_now_ns() is deadline_ns
 * (UINT64_MAX: for ever). May return early: look at your condition again.
 * Requires: called by the program, not in an entry point.
 */
void posix_wait(uint64_t deadline_ns);

/* Since boot; the wall clock is clock_gettime(CLOCK_REALTIME), if the system has an <rtc/>. */
uint64_t posix_now_ns(void);

/* What has been typed and not yet been read, at most `bytes`; does not wait. */
size_t posix_typed(void *data, size_t bytes);

/*
 * Takes what is being typed from the serial class, for whoever reads later, to see
 * whether `key` is among it: a key to interrupt the program with. It is taken out. Other
 * values than 0 to 255 are no key.
 */
bool posix_type_ahead(int key);

/* Descriptors 0, 1 and 2 are the console again, those of them that were closed. */
void posix_open_console(void);

/* Hands over what has been written to the console since the last line's end. */
void posix_flush(void);
