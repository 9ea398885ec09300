/* SPDX-License-Identifier: BSD-2-Clause */
/* http.c on the host: what each head means, and that no head does harm. */
#include "../http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void report(const char *name, bool good)
{
	printf("%s - %s%s\n", good ? "ok" : "not ok", name,
		good ? "" : ": is taken otherwise");
	failures += !good;
}

/* Parses a copy that ends where its memory does, so that sanitisers see a step beyond. */
static struct http_request parse(const char *text, size_t bytes, char path[64])
{
	char *copy = malloc(bytes + 1u);
	struct http_request request;
	memcpy(copy + 1, text, bytes);
	http_parse(copy + 1, (uint32_t)bytes, &request);
	if (path != NULL)
		snprintf(path, 64, "%.*s", (int)request.path_bytes,
			request.path != NULL ? request.path : "");
	free(copy);
	return request;
}

static const struct {
	const char *name, *text;
	enum http_status status;
	bool head_only, close;
	const char *path;
} cases[] = {
	{ "a plain GET", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_OK, false, false,
		"/" },
	{ "a HEAD", "HEAD /x HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_OK, true, false, "/x" },
	{ "a query", "GET /x?y=1 HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_OK, false, false,
		"/x" },
	{ "a whole URL", "GET http://a:80/x HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_OK, false,
		false, "/x" },
	{ "an empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_OK, false,
		false, "/" },
	{ "names in any case", "GET / HTTP/1.1\r\nhOST:a\r\nCONNECTION: Close\r\n\r\n",
		HTTP_OK, false, true, "/" },
	{ "close among options",
		"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, close\r\n\r\n", HTTP_OK,
		false, true, "/" },
	{ "HTTP/1.0", "GET / HTTP/1.0\r\n\r\n", HTTP_OK, false, true, "/" },
	{ "HTTP/1.0 that stays", "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
		HTTP_OK, false, false, "/" },
	{ "no Host", "GET / HTTP/1.1\r\n\r\n", HTTP_BAD_REQUEST, false, true, "" },
	{ "two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", HTTP_BAD_REQUEST,
		false, true, "" },
	{ "a space before the colon", "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
		HTTP_BAD_REQUEST, false, true, "" },
	{ "a folded line", "GET / HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n", HTTP_BAD_REQUEST,
		false, true, "" },
	{ "no colon", "GET / HTTP/1.1\r\nHost: a\r\nb\r\n\r\n", HTTP_BAD_REQUEST, false,
		true, "" },
	{ "a bare line feed", "GET / HTTP/1.1\nHost: a\r\n\r\n", HTTP_BAD_REQUEST, false,
		true, "" },
	{ "a control character", "GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
		HTTP_BAD_REQUEST, false, true, "" },
	{ "no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_BAD_REQUEST, false, true,
		"" },
	{ "two spaces", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", HTTP_BAD_REQUEST, false,
		true, "" },
	{ "HTTP/0.9", "GET /\r\n\r\n", HTTP_BAD_REQUEST, false, true, "" },
	{ "HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", HTTP_VERSION, false, true,
		"" },
	{ "POST without body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
		HTTP_METHOD_NOT_ALLOWED, false, false, "/" },
	{ "POST with body", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
		HTTP_METHOD_NOT_ALLOWED, false, true, "/" },
	{ "GET with body", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n",
		HTTP_CONTENT_TOO_LARGE, false, true, "/" },
	{ "GET in chunks",
		"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
		HTTP_CONTENT_TOO_LARGE, false, true, "/" },
	{ "a length that is none",
		"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
		HTTP_BAD_REQUEST, false, true, "" },
	{ "a method of no standard", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
		HTTP_NOT_IMPLEMENTED, false, false, "/" },
};

#define CASES (sizeof(cases) / sizeof(cases[0]))

static void meanings(void)
{
	for (size_t i = 0; i < CASES; i++) {
		char path[64];
		struct http_request r = parse(cases[i].text, strlen(cases[i].text), path);
		report(cases[i].name, r.status == cases[i].status &&
					      r.head_only == cases[i].head_only &&
					      r.close == cases[i].close &&
					      strcmp(path, cases[i].path) == 0);
	}
}

static void ends(void)
{
	const char text[] = "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET";
	uint32_t end = (uint32_t)sizeof(text) - 4u;
	bool good = true;
	for (uint32_t bytes = 0; bytes < sizeof(text); bytes++)
		for (uint32_t seen = 0; seen <= bytes && seen < end; seen++)
			good = good && http_head_bytes(text, bytes, seen) ==
					       (bytes >= end ? end : 0);
	report("the end of a head is found wherever the text was cut", good);
}

/* Heads with a few bytes changed, left out or repeated; the sanitisers judge. */
static void hostile(void)
{
	static const char spice[] = "\r\n :\t/?,HTTP\x7f\xff.10";
	unsigned int statuses = 0;
	for (unsigned int round = 0; round < 300000; round++) {
		const char *model = cases[(size_t)rand() % CASES].text;
		char text[256];
		size_t bytes = strlen(model);
		memcpy(text, model, bytes);
		for (int n = rand() % 4; n > 0; n--) {
			size_t at = (size_t)rand() % bytes;
			text[at] = rand() % 2 ? spice[(size_t)rand() % sizeof(spice)]
					      : (char)rand();
		}
		struct http_request r = parse(
			text, rand() % 8 ? bytes : (size_t)rand() % bytes, NULL);
		statuses |= 1u << r.status;
	}
	report("no head does harm (300,000 of them)", true);
	report("each answer but two (404, 431) was met",
		statuses == (((1u << HTTP_STATUSES) - 1u) & ~(1u << HTTP_NOT_FOUND) &
				    ~(1u << HTTP_HEAD_TOO_LARGE)));
}

int main(void)
{
	const char *seed = getenv("TEST_SEED");
	srand(seed != NULL ? (unsigned int)strtoul(seed, NULL, 0) : 1u);
	meanings();
	ends();
	hostile();
	return failures != 0;
}
