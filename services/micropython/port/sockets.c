/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What modlwip's socket() calls in place of lwIP's functions (Makefile).
 *
 * A program that is no client of the network class does not start lwIP, whose pools have
 * nothing then: modlwip would say ENOMEM. There is no network, and ENODEV says so, as it
 * does for getaddrinfo (resolve.c).
 */
#include <devices/network/client.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>

#include "py/mperrno.h"
#include "py/runtime.h"

struct tcp_pcb *socket_tcp_new(void);
struct udp_pcb *socket_udp_new(void);

struct tcp_pcb *socket_tcp_new(void)
{
	if (!network_config)
		mp_raise_OSError(MP_ENODEV);
	return tcp_new();
}

struct udp_pcb *socket_udp_new(void)
{
	if (!network_config)
		mp_raise_OSError(MP_ENODEV);
	return udp_new();
}
