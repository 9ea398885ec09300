/* SPDX-License-Identifier: BSD-2-Clause */
#include "pages.h"

#include <string.h>

#define SHORT_BYTES 1460u /* a body that is kept with its heads */

/* In regions that the tool fills with a file each. It writes these, after linking. */
#define WRITTEN __attribute__((used, section(".data")))
WRITTEN const char *page_html;
WRITTEN uint64_t page_html_bytes;
WRITTEN const char *picture_svg;
WRITTEN uint64_t picture_svg_bytes;

static char memory[16 * 1024];
static uint32_t used;

static char one_kib[1024];

static struct page index_page, picture, kib_page, status_page;
static struct page errors[HTTP_STATUSES];

static const char allow[] = "Allow: GET, HEAD\r\n";
static const char plain[] = "text/plain; charset=utf-8";

static const struct {
	const char *line, *fields, *body;
} error_texts[HTTP_STATUSES] = {
	[HTTP_BAD_REQUEST] = { "400 Bad Request", "",
		"400: this is not a request that HTTP/1.1 knows.\n" },
	[HTTP_NOT_FOUND] = { "404 Not Found", "",
		"404: there is no such page here. There are: / /picture.svg /1k "
		"/status\n" },
	[HTTP_METHOD_NOT_ALLOWED] = { "405 Method Not Allowed", allow,
		"405: these pages can only be read: GET and HEAD.\n" },
	[HTTP_CONTENT_TOO_LARGE] = { "413 Content Too Large", "",
		"413: no page here takes a body.\n" },
	[HTTP_HEAD_TOO_LARGE] = { "431 Request Header Fields Too Large", "",
		"431: the head of a request may have 2048 bytes.\n" },
	[HTTP_NOT_IMPLEMENTED] = { "501 Not Implemented", "",
		"501: HTTP has no such method.\n" },
	[HTTP_VERSION] = { "505 HTTP Version Not Supported", "",
		"505: this server speaks HTTP/1.1.\n" },
};

/* ---- Text, into `memory` ---- */

static void put(const char *text, uint64_t bytes)
{
	if (bytes > sizeof(memory) - used)
		__builtin_trap(); /* our mistake: `memory` is too small */
	memcpy(memory + used, text, bytes);
	used += (uint32_t)bytes;
}

static void put_text(const char *text)
{
	put(text, strlen(text));
}

static void put_number(uint64_t number)
{
	char digits[20];
	uint32_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + number % 10u);
		number /= 10u;
	} while (number != 0);
	put(digits + at, sizeof(digits) - at);
}

/* ---- Pages ---- */

struct parts {
	const char *line, *fields, *type, *body;
	uint64_t body_bytes;
};

static void make(struct page *page, const struct parts *parts)
{
	bool is_short = parts->body_bytes <= SHORT_BYTES;
	page->body = is_short ? 0 : parts->body;
	page->body_bytes = is_short ? 0 : (uint32_t)parts->body_bytes;
	for (int close = 0; close < 2; close++) {
		uint32_t start = used;
		page->head[close] = memory + used;
		put_text("HTTP/1.1 ");
		put_text(parts->line);
		put_text("\r\nContent-Type: ");
		put_text(parts->type);
		put_text("\r\nContent-Length: ");
		put_number(parts->body_bytes);
		put_text("\r\n");
		put_text(parts->fields);
		put_text(close ? "Connection: close\r\n\r\n" : "\r\n");
		page->head_bytes[close] = used - start;
		if (is_short)
			put(parts->body, parts->body_bytes);
		page->whole_bytes[close] = used - start;
	}
}

/* Behind everything else in `memory`, where the last one was. */
static void make_status(const struct pages_status *status)
{
	static uint32_t start;
	char text[256];
	if (start == 0)
		start = used;
	const struct {
		const char *name;
		uint64_t number;
	} items[] = {
		{ "{\"uptime_s\": ", status->uptime_s },
		{ ", \"requests\": ", status->requests },
		{ ", \"rx_frames\": ", status->rx_frames },
		{ ", \"tx_frames\": ", status->tx_frames },
	};
	used = start;
	for (uint32_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		put_text(items[i].name);
		put_number(items[i].number);
	}
	put_text("}\n");
	uint32_t bytes = used - start; /* at most 4 * (16 + 20) + 2 */
	memcpy(text, memory + start, bytes);
	used = start;
	make(&status_page, &(struct parts){ "200 OK", "Cache-Control: no-store\r\n",
				   "application/json", text, bytes });
	status_page.changes = true;
}

void pages_make(void)
{
	const char *ok = "200 OK";
	memset(one_kib, '.', sizeof(one_kib));
	for (uint32_t i = 63; i < sizeof(one_kib); i += 64)
		one_kib[i] = '\n';
	make(&index_page, &(struct parts){ ok, "", "text/html; charset=utf-8", page_html,
				  page_html_bytes });
	make(&picture, &(struct parts){
			       ok, "", "image/svg+xml", picture_svg, picture_svg_bytes });
	make(&kib_page, &(struct parts){ ok, "", plain, one_kib, sizeof(one_kib) });
	for (int i = HTTP_OK + 1; i < HTTP_STATUSES; i++)
		make(&errors[i],
			&(struct parts){ error_texts[i].line, error_texts[i].fields,
				plain, error_texts[i].body,
				strlen(error_texts[i].body) });
}

static bool is_path(const struct http_request *request, const char *path)
{
	return request->path_bytes == strlen(path) &&
	       memcmp(request->path, path, request->path_bytes) == 0;
}

const struct page *pages_find(
	const struct http_request *request, const struct pages_status *status)
{
	if (request->status != HTTP_OK)
		return &errors[request->status];
	if (is_path(request, "/1k"))
		return &kib_page;
	if (is_path(request, "/"))
		return &index_page;
	if (is_path(request, "/picture.svg"))
		return &picture;
	if (is_path(request, "/status")) {
		make_status(status);
		return &status_page;
	}
	return &errors[HTTP_NOT_FOUND];
}
