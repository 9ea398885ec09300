/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loads that there are. Each first makes `warm_up` requests, waits until all is
 * quiet, and then makes and measures result->wanted requests.
 */
#pragma once

#include "neighbour.h"
#include "result.h"

/* All is quiet when nothing has come for so long. */
#define LOAD_QUIET_US 20000u

#define LOAD_CLIENTS_MAX 16u

/* A client: from us to it, and back, as its frames must say. */
struct load_client {
	struct frame_path out, in;
};

struct load {
	struct neighbours *network;
	struct result *result;
	uint32_t warm_up;
	uint32_t window;      /* requests, connections: how many at a time */
	uint32_t bytes;       /* of a UDP payload; of the page */
	uint32_t port;        /* the server's */
	uint32_t rate;        /* UDP requests a second, at most; 0: as answers come */
	uint32_t patience_ms; /* what has had no answer for so long is lost */
	const char *path;     /* of the page */
	uint32_t num_clients; /* that UDP loads in turn */
	struct load_client clients[LOAD_CLIENTS_MAX];
};

/* UDP echo: `window` datagrams outstanding; a request is a datagram. */
void udp_run(const struct load *load);

/* TCP echo: one stream, of which as much is outstanding as its windows let; a request is
 * a KiB. */
void stream_run(const struct load *load);

/* HTTP/1.1: `window` connections that are kept alive, one request outstanding on each. */
void http_run(const struct load *load);

/*
 * How the server starts: connects until it is let in, makes one request, and reads the
 * counter when the first bytes of the answer are there; whether they say 200.
 */
bool http_boot(const struct load *load);
