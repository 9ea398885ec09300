/* SPDX-License-Identifier: BSD-2-Clause */
/* What the server can answer. All of it but /status is made once and sent from there. */
#pragma once

#include "http.h"

struct page {
	/* Status line, fields, and the body too if it is short: [1] ends the connection. */
	const char *head[2];
	uint32_t head_bytes[2];  /* without the body */
	uint32_t whole_bytes[2]; /* head and, if it is short, body */
	const char *body;        /* if it is long: what follows; else 0 */
	uint32_t body_bytes;
	bool changes; /* is made anew for each request: to be copied when it is sent */
};

/* What /status reports. */
struct pages_status {
	uint64_t uptime_s;
	uint64_t requests;
	uint64_t rx_frames, tx_frames;
};

/* Makes the pages. An assertion stops the PD if they do not fit. */
void pages_make(void);

/* Never 0. */
const struct page *pages_find(
	const struct http_request *request, const struct pages_status *status);
