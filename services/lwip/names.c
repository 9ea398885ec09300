/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lwIP calls back with an argument that must live until then. Its argument is one of the
 * requests here, which stay; whoever asked may leave his. There are as many as lwIP has.
 *
 * Two calls of lwIP's come here under other names (third_party/lwip/room.mk): what dns.c gives
 * to udp_recv, for lwIP believes an answer from any port of the server, and the name
 * servers that dhcp.c has been told of, for the system file's goes first.
 */
#include "names.h"

#include <lwip/dns.h>
#include <lwip/udp.h>
#include <stdbool.h>
#include <stddef.h>

#define SERVER_PORT 53u /* RFC 1035, section 4.2.1 */
#define LABEL_MAX 63u   /* bytes; section 2.3.4 */

struct request {
	bool asked;           /* lwIP will call back */
	names_found_fn found; /* NULL: forgotten */
	void *argument;
};

static struct {
	struct request requests[DNS_TABLE_SIZE];
	udp_recv_fn receive; /* lwIP's */
	bool answering;      /* lwIP reads an answer now */
	bool given;          /* the system file gives the server */
} names;

void names_receive(struct udp_pcb *pcb, udp_recv_fn receive, void *argument);
void names_server(u8_t number, const ip_addr_t *address);

static void answer(void *argument, struct udp_pcb *pcb, struct pbuf *p,
	const ip_addr_t *from, u16_t port)
{
	if (port != SERVER_PORT) { /* untrusted: so is all that lwIP checks next */
		pbuf_free(p);
		return;
	}
	names.answering = true;
	names.receive(argument, pcb, p, from, port);
	names.answering = false;
}

void names_receive(struct udp_pcb *pcb, udp_recv_fn receive, void *argument)
{
	names.receive = receive;
	udp_recv(pcb, answer, argument);
}

void names_server(u8_t number, const ip_addr_t *address)
{
	if (!names.given)
		dns_setserver(number, address);
}

void names_start(const uint8_t server[4])
{
	ip_addr_t address = IPADDR4_INIT_BYTES(
		server[0], server[1], server[2], server[3]);

	names.given = !ip_addr_isany_val(address);
	if (names.given)
		dns_setserver(0, &address);
}

/* lwIP says as little of a name that is not there as of a server. */
static void called_back(const char *name, const ip_addr_t *address, void *argument)
{
	struct request *request = argument;
	names_found_fn found = request->found;
	enum names_status status = NAMES_FOUND;

	(void)name;
	if (address == NULL)
		status = names.answering ? NAMES_UNKNOWN : NAMES_NO_ANSWER;
	request->asked = false;
	request->found = NULL;
	if (found != NULL)
		found(request->argument, status, address);
}

/* Whether no part of the name is empty or too long; the last may be, as in "example.org.". */
static bool is_name(const char *name)
{
	size_t label = 0;

	for (; *name != '\0'; name++) {
		label = *name == '.' ? 0 : label + 1;
		if (label > LABEL_MAX || (label == 0 && (name[1] == '.')))
			return false;
	}
	return true;
}

enum names_status names_look_up(
	const char *name, ip_addr_t *address, names_found_fn found, void *argument)
{
	struct request *request = NULL;

	if (*name == '.' || !is_name(name))
		return NAMES_BAD;
	for (size_t i = 0; i < DNS_TABLE_SIZE; i++)
		if (!names.requests[i].asked)
			request = &names.requests[i];
	if (request == NULL)
		return NAMES_BUSY;
	switch (dns_gethostbyname_addrtype(
		name, address, called_back, request, LWIP_DNS_ADDRTYPE_IPV4_IPV6)) {
	case ERR_OK:
		return NAMES_FOUND;
	case ERR_INPROGRESS:
		*request = (struct request){ true, found, argument };
		return NAMES_ASKED;
	case ERR_VAL:
		return NAMES_NO_SERVER;
	case ERR_ARG:
		return NAMES_BAD;
	default:
		return NAMES_BUSY;
	}
}

void names_forget(const void *argument)
{
	for (size_t i = 0; i < DNS_TABLE_SIZE; i++)
		if (names.requests[i].argument == argument)
			names.requests[i].found = NULL;
}
