/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Addresses of names: lwIP's resolver, for whoever may stop waiting.
 *
 *     static void found(void *argument, enum names_status status, const ip_addr_t *address)
 *
 *     switch (names_look_up("example.org", &address, found, &mine)) {
 *     case NAMES_FOUND: ... address is there at once ...
 *     case NAMES_ASKED: ... found(&mine, ...) will be called, or names_forget(&mine) ...
 *     default: ... why not ...
 *     }
 *
 * The name server is the one of the system file (`dns`), or else DHCP's. Answers are kept as
 * long as they say, at most a week.
 *
 * Believed is what comes from the server's address to the random port that was asked from,
 * with the random number and the name of the question (RFC 5452, section 9). A limit: of such
 * an answer lwIP takes the first address, of whatever name its record is (dns_recv). It follows
 * no chain of aliases, at whose end the name is another by right; to check the name would take
 * a second parser of answers, in front of lwIP's. It would keep nobody out: who can send such an
 * answer can also lie with the right name.
 */
#pragma once

#include <lwip/ip_addr.h>
#include <stdint.h>

enum names_status {
	NAMES_FOUND = 0,
	NAMES_ASKED,   /* the server; found will be called, in less than half a minute */
	NAMES_UNKNOWN, /* it says that there is no such name, or no address of it */
	NAMES_NO_ANSWER, /* it says nothing, in 7 s; if DHCP gave two, in 14 s */
	NAMES_NO_SERVER, /* none is known */
	NAMES_BAD,       /* not a name: empty, too long, or with such a part */
	NAMES_BUSY,      /* too many are asked for at a time, or no memory */
};

/* `address`: borrowed for the call; only with NAMES_FOUND. */
typedef void (*names_found_fn)(
	void *argument, enum names_status status, const ip_addr_t *address);

/*
 * Looks a name up, or reads the numbers of an address. IPv4 is preferred.
 * Ensures: *address is set if the result is NAMES_FOUND; `found` will be called once, later,
 * with NAMES_FOUND, NAMES_UNKNOWN or NAMES_NO_ANSWER, if it is NAMES_ASKED; and in no other case.
 */
enum names_status names_look_up(
	const char *name, ip_addr_t *address, names_found_fn found, void *argument);

/* No request with this argument will be answered; `argument` may cease to be. */
void names_forget(const void *argument);

/* For net_start: the address of the server that the system file gives, or 0.0.0.0. */
void names_start(const uint8_t server[4]);
