/* SPDX-License-Identifier: BSD-2-Clause */
/* What MicroPython's lwip module asks for and this system's lwIP does not have. */
#include <lwip/err.h>
#include <lwip/ip4_addr.h>

/* Which addresses getaddrinfo prefers: 4 or 6 (extmod/modnetwork.c). */
int mp_mod_network_prefer_dns_use_ip_version = 4;

err_t igmp_joingroup(const ip4_addr_t *interface_address, const ip4_addr_t *group);
err_t igmp_leavegroup(const ip4_addr_t *interface_address, const ip4_addr_t *group);

/* There is no IGMP: IPv4 multicast groups cannot be joined, setsockopt says so. */
err_t igmp_joingroup(const ip4_addr_t *interface_address, const ip4_addr_t *group)
{
	(void)interface_address, (void)group;
	return ERR_VAL;
}

err_t igmp_leavegroup(const ip4_addr_t *interface_address, const ip4_addr_t *group)
{
	(void)interface_address, (void)group;
	return ERR_VAL;
}
