/* SPDX-License-Identifier: BSD-2-Clause */
/* A DHCP client (RFC 2131): asks once a second until it has an address, and keeps it. */
#include <arpa/inet.h>
#include <net/if.h>
#include <net/route.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "guest.h"

#define COOKIE 0x63825363u
#define XID 0x4c696f6eu
enum { DISCOVER = 1, OFFER = 2, REQUEST = 3, ACK = 5 };
enum {
	OPTION_MASK = 1,
	OPTION_WANTED = 50,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_END = 255
};

/* RFC 2131, figure 1. */
struct message {
	uint8_t op;
	uint8_t htype;
	uint8_t hlen;
	uint8_t hops;
	uint32_t xid;
	uint16_t secs;
	uint16_t flags;
	uint32_t ciaddr;
	uint32_t yiaddr;
	uint32_t siaddr;
	uint32_t giaddr;
	uint8_t chaddr[16];
	uint8_t names[192];
	uint32_t cookie;
	uint8_t options[312];
};

struct lease {
	uint32_t address; /* 0: none */
	uint32_t server;
	uint8_t mac[6];
};

static void set_address(
	int s, unsigned long request, const char *interface, uint32_t address)
{
	struct ifreq name = { 0 };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr.s_addr = address };

	strncpy(name.ifr_name, interface, IFNAMSIZ - 1);
	memcpy(&name.ifr_addr, &to, sizeof(to));
	GUEST_REQUIRE(ioctl(s, request, &name));
}

static int open_socket(const char *interface, struct lease *lease)
{
	int s = (int)GUEST_REQUIRE(socket(AF_INET, SOCK_DGRAM, 0));
	struct sockaddr_in port = { .sin_family = AF_INET, .sin_port = htons(68) };
	struct timeval second = { .tv_sec = 1 };
	struct ifreq name = { 0 };
	int on = 1;

	strncpy(name.ifr_name, interface, IFNAMSIZ - 1);
	GUEST_REQUIRE(ioctl(s, SIOCGIFHWADDR, &name));
	memcpy(lease->mac, name.ifr_hwaddr.sa_data, 6);
	name.ifr_flags = IFF_UP | IFF_RUNNING;
	GUEST_REQUIRE(ioctl(s, SIOCSIFFLAGS, &name));
	setsockopt(s, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on));
	setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	GUEST_REQUIRE(setsockopt(s, SOL_SOCKET, SO_BINDTODEVICE, interface,
		(socklen_t)strlen(interface) + 1));
	GUEST_REQUIRE(bind(s, (struct sockaddr *)&port, sizeof(port)));
	return s;
}

static uint8_t *put_option(uint8_t *at, uint8_t option, uint32_t value)
{
	*at++ = option;
	*at++ = sizeof(value);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static void ask(int s, const struct lease *lease, uint8_t type)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		.sin_port = htons(67),
		.sin_addr.s_addr = INADDR_BROADCAST };
	struct message m = { .op = 1,
		.htype = 1,
		.hlen = 6,
		.xid = htonl(XID),
		.flags = htons(0x8000),
		.cookie = htonl(COOKIE) };
	uint8_t *at = m.options;

	memcpy(m.chaddr, lease->mac, 6);
	*at++ = OPTION_TYPE;
	*at++ = 1;
	*at++ = type;
	if (type == REQUEST) {
		at = put_option(at, OPTION_WANTED, lease->address);
		at = put_option(at, OPTION_SERVER, lease->server);
	}
	*at = OPTION_END;
	(void)sendto(s, &m, sizeof(m), 0, (struct sockaddr *)&to, sizeof(to));
}

/* The type of what comes; 0: nothing of use. */
static uint8_t take(int s, struct lease *lease)
{
	struct message m;
	ssize_t bytes = recv(s, &m, sizeof(m), 0);
	size_t end = bytes < (ssize_t)offsetof(struct message, options)
			     ? 0
			     : (size_t)bytes - offsetof(struct message, options);
	uint8_t type = 0;

	if (end == 0 || m.op != 2 || m.xid != htonl(XID))
		return 0;
	for (size_t at = 0; at + 2 < end && m.options[at] != OPTION_END;) {
		if (m.options[at] == 0) {
			at++;
			continue;
		}
		if (m.options[at] == OPTION_TYPE)
			type = m.options[at + 2];
		if (m.options[at] == OPTION_SERVER && at + 6 <= end)
			memcpy(&lease->server, &m.options[at + 2], 4);
		at += 2u + m.options[at + 1];
	}
	lease->address = m.yiaddr;
	return type;
}

void dhcp_configure(const char *interface)
{
	struct lease lease = { 0 };
	int s = open_socket(interface, &lease);

	for (bool leased = false; !leased;) {
		ask(s, &lease, DISCOVER);
		if (take(s, &lease) == OFFER) {
			ask(s, &lease, REQUEST);
			leased = take(s, &lease) == ACK;
		}
	}
	set_address(s, SIOCSIFADDR, interface, lease.address);
	set_address(s, SIOCSIFNETMASK, interface, htonl(0xffffff00));
	close(s);
}
