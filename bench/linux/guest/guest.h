/* SPDX-License-Identifier: BSD-2-Clause */
/* What the Linux side's programs share. All are one static executable, the initial process. */
#pragma once

#include <stdint.h>

/* Ends the program, and says why, if a system call that must succeed has not. */
#define GUEST_REQUIRE(what) guest_require((long)(what), #what)
long guest_require(long result, const char *what);

/* Writes a value into a file, say of /proc/sys. */
void guest_write_file(const char *path, const char *value);

/* Sets the only network card up, with the address that DHCP leases (RFC 2131). */
void dhcp_configure(const char *interface);

/* Programs. Each serves, or measures, and does not come back. */
_Noreturn void udp_serve(void);         /* port 7; a datagram a system call */
_Noreturn void udp_batches_serve(void); /* port 8; up to 64 in one */
_Noreturn void stream_serve(void);      /* TCP, port 7 */
_Noreturn void http_serve(void);  /* port 80: a page of 1 KiB, as examples/http_static */
_Noreturn void ipc_measure(void); /* prints ticks of the counter */
_Noreturn void block_measure(void); /* marks for the counting plugin */
void files_write(void);             /* likewise */
void files_read(void);
