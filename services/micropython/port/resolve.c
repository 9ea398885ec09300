/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What modlwip's getaddrinfo calls in place of lwIP's resolver (Makefile).
 *
 * modlwip gives lwIP its own stack to write the answer to, and leaves it at Ctrl-C; and it raises
 * lwIP's numbers, which no errno has. So the waiting is done here: this returns with an
 * address, or raises.
 */
#include <devices/network/client.h>
#include <lwip/dns.h>
#include <services/lwip/names.h>

#include "py/mperrno.h"
#include "py/mphal.h"
#include "py/runtime.h"

struct waiting {
	volatile enum names_status status;
	ip_addr_t address;
};

static const int errors[] = {
	[NAMES_UNKNOWN] = MP_ENOENT,
	[NAMES_NO_ANSWER] = MP_ETIMEDOUT,
	[NAMES_NO_SERVER] = MP_EHOSTUNREACH,
	[NAMES_BAD] = MP_EINVAL,
	[NAMES_BUSY] = MP_ENOBUFS,
};

err_t resolve(const char *name, ip_addr_t *address, dns_found_callback found,
	void *argument, u8_t kind);

static void found_it(void *argument, enum names_status status, const ip_addr_t *address)
{
	struct waiting *waiting = argument;

	if (status == NAMES_FOUND)
		waiting->address = *address;
	waiting->status = status;
}

/* Ctrl-C raises in the middle of it. */
static void wait(struct waiting *waiting)
{
	nlr_buf_t nlr;

	if (nlr_push(&nlr) != 0) {
		names_forget(waiting);
		nlr_jump(nlr.ret_val);
	}
	while (waiting->status == NAMES_ASKED)
		mp_event_wait_indefinite();
	nlr_pop();
}

err_t resolve(const char *name, ip_addr_t *address, dns_found_callback found,
	void *argument, u8_t kind)
{
	struct waiting waiting;

	(void)found, (void)argument, (void)kind;
	waiting.status = names_look_up(name, &waiting.address, found_it, &waiting);
	if (waiting.status == NAMES_ASKED)
		wait(&waiting);
	if (waiting.status == NAMES_NO_SERVER && !network_config)
		mp_raise_OSError(MP_ENODEV);
	if (waiting.status != NAMES_FOUND)
		mp_raise_OSError(errors[waiting.status]);
	*address = waiting.address;
	return ERR_OK;
}
