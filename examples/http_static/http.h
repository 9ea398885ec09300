/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The part of HTTP/1.1 (RFC 9110, RFC 9112) that a server of fixed pages needs: the head
 * of a request, read from bytes that anybody may have sent. No state, no network.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* What is answered, in the order of the table in web.c. */
enum http_status {
	HTTP_OK,
	HTTP_BAD_REQUEST,        /* 400: not understood; what follows cannot be either */
	HTTP_NOT_FOUND,          /* 404 */
	HTTP_METHOD_NOT_ALLOWED, /* 405: a method that HTTP has and no page here takes */
	HTTP_CONTENT_TOO_LARGE,  /* 413: a request with a body */
	HTTP_HEAD_TOO_LARGE,     /* 431 */
	HTTP_NOT_IMPLEMENTED,    /* 501: a method that HTTP does not have */
	HTTP_VERSION,            /* 505: not HTTP/1.x */
	HTTP_STATUSES
};

struct http_request {
	enum http_status status;
	bool head_only;   /* HEAD */
	bool close;       /* the connection ends with the answer */
	const char *path; /* within the text; without the query */
	uint32_t path_bytes;
};

/*
 * The length of the head at the start of `text`, its empty line included; 0 if it is not
 * complete. The first `seen` bytes are known to hold no end of a head.
 */
uint32_t http_head_bytes(const char *text, uint32_t bytes, uint32_t seen);

/*
 * Reads a complete head. Every text gives an answer: request->status says which.
 * Borrows: text, for request->path.
 */
void http_parse(const char *text, uint32_t bytes, struct http_request *request);
