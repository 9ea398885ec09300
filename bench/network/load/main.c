/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The load generator: makes requests to a guest over QEMU's `-netdev dgram`, checks
 * every answer, and says how it went.
 *
 *     load MODE --socket FD [OPTION VALUE]...
 *
 * Ends with status 0 if every request had one right answer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "load.h"

#define READY_LIMIT_S 60u
#define WINDOW_MAX 64u

static const char usage[] =
	"usage: load MODE --socket FD [OPTION VALUE]...\n"
	"MODE  udp       UDP echo; a request is a datagram\n"
	"      stream    TCP echo of one stream; a request is a KiB\n"
	"      http      GET on connections that are kept alive\n"
	"      discover  waits for the client's first DHCPDISCOVER\n"
	"      boot      one GET, from the start on, until the answer's first bytes\n"
	"--client MAC    whom to load, with an address by DHCP\n"
	"--address IP    whom to load, with this address\n"
	"--clients N     UDP: so many in turn, of addresses that follow (1)\n"
	"--requests N    measured (20000)       --warm-up N     before that (1000)\n"
	"--window N      outstanding (1)        --bytes N       payload, page (64)\n"
	"--port N        the server's (7)       --path PATH     of the page (/)\n"
	"--rate N         offered a second (0: whenever fewer than --window are "
	"outstanding)\n"
	"--patience MS   what is lost (5000)    --counts FILE   of the counter\n";

static _Noreturn void refuse(const char *why, const char *what)
{
	fprintf(stderr, "load: %s '%s'\n%s", why, what, usage);
	exit(2);
}

static uint32_t number(const char *text)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text == 0 || *end != 0 || value > 0x7fffffff)
		refuse("no number:", text);
	return (uint32_t)value;
}

static void parse_bytes(
	const char *text, uint8_t *bytes, uint32_t count, int base, char separator)
{
	const char *at = text;
	char *end;

	for (uint32_t i = 0; i < count; i++) {
		unsigned long value = strtoul(at, &end, base);
		if (end == at || value > 255 || *end != (i + 1 < count ? separator : 0))
			refuse("no address:", text);
		bytes[i] = (uint8_t)value;
		at = end + 1;
	}
}

/* Where the value of a numeric option goes; NULL if there is none of that name. */
static uint32_t *numeric_option(struct load *load, const char *name)
{
	const struct {
		const char *name;
		uint32_t *value;
	} options[] = { { "--requests", &load->result->wanted },
		{ "--warm-up", &load->warm_up }, { "--window", &load->window },
		{ "--bytes", &load->bytes }, { "--port", &load->port },
		{ "--patience", &load->patience_ms }, { "--rate", &load->rate },
		{ "--clients", &load->num_clients } };

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strcmp(name, options[i].name) == 0)
			return options[i].value;
	return NULL;
}

static void parse(struct load *load, int argc, char **argv)
{
	struct neighbours *network = load->network;
	uint8_t mac[6] = { 0 };
	uint8_t ip[4] = { 0 };
	int socket = -1;

	for (int i = 2; i < argc; i += 2) {
		uint32_t *value = numeric_option(load, argv[i]);

		if (i + 1 == argc)
			refuse("no value of", argv[i]);
		if (value != NULL)
			*value = number(argv[i + 1]);
		else if (strcmp(argv[i], "--socket") == 0)
			socket = (int)number(argv[i + 1]);
		else if (strcmp(argv[i], "--client") == 0)
			parse_bytes(argv[i + 1], mac, 6, 16, ':');
		else if (strcmp(argv[i], "--address") == 0)
			parse_bytes(argv[i + 1], ip, 4, 10, '.');
		else if (strcmp(argv[i], "--counts") == 0)
			load->result->counts = argv[i + 1];
		else if (strcmp(argv[i], "--path") == 0)
			load->path = argv[i + 1];
		else
			refuse("no option", argv[i]);
	}
	if (socket < 0)
		refuse("missing:", "--socket");
	if (load->window == 0 || load->window > WINDOW_MAX)
		refuse("out of range:", "--window");
	if (load->num_clients == 0 || load->num_clients > LOAD_CLIENTS_MAX)
		refuse("out of range:", "--clients");
	if (load->bytes > FRAME_BYTES_MAX - UDP_END)
		refuse("out of range:", "--bytes");
	neighbour_init(network, socket, mac);
	memcpy(network->out.to_ip, ip, 4);
}

/* So that a later load on the same guest, which does not ask again, can be told. */
static void print_address(const uint8_t ip[4])
{
	printf("address %u.%u.%u.%u\n", ip[0], ip[1], ip[2], ip[3]);
}

/* Waits for every client; those behind the first have the addresses that follow its own. */
static bool find_clients(struct load *load)
{
	struct neighbours *network = load->network;

	for (uint32_t i = 0; i < load->num_clients; i++) {
		if (i != 0) {
			network->out.to_ip[3]++;
			network->present = false;
		}
		if (!neighbour_wait(network, READY_LIMIT_S))
			return false;
		if (i == 0)
			print_address(network->out.to_ip);
		load->clients[i] = (struct load_client){ network->out, network->in };
	}
	return true;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(const struct load *load);
	} modes[] = { { "udp", udp_run }, { "stream", stream_run },
		{ "http", http_run } };
	static struct neighbours network;
	static struct result result = { .wanted = 20000 };
	static struct load load = { &network, &result, 1000, 1, 64, 7, 0, 5000, "/", 1,
		{ 0 } };

	if (argc < 2)
		refuse("missing:", "MODE");
	parse(&load, argc, argv);
	if (strcmp(argv[1], "discover") == 0) {
		bool seen = neighbour_wait_discover(&network, READY_LIMIT_S);
		result_end(&result);
		return seen ? 0 : 1;
	}
	if (strcmp(argv[1], "boot") == 0) {
		load.window = 1;
		return neighbour_wait(&network, READY_LIMIT_S) && http_boot(&load) ? 0
										   : 1;
	}
	result.latencies_ns = calloc(result.wanted + 1, sizeof(uint32_t));
	if (result.latencies_ns == NULL)
		refuse("too many:", "--requests");
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (strcmp(argv[1], modes[i].name) == 0) {
			if (!find_clients(&load)) {
				fprintf(stderr, "load: a client does not answer\n");
				return 1;
			}
			modes[i].run(&load);
			return result_print(&result) ? 0 : 1;
		}
	refuse("no mode", argv[1]);
}
