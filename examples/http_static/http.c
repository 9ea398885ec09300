/* SPDX-License-Identifier: BSD-2-Clause */
#include "http.h"

#include <string.h>

struct text {
	const char *at;
	uint32_t bytes;
};

/* What the fields of a head say, as far as it matters here. */
struct fields {
	unsigned int hosts;
	bool close, keep_alive;
	bool body;
	bool bad;
};

static bool equal(struct text text, const char *word)
{
	return text.bytes == strlen(word) && memcmp(text.at, word, text.bytes) == 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* `word` is in lower case. */
static bool equal_any_case(struct text text, const char *word)
{
	if (text.bytes != strlen(word))
		return false;
	for (uint32_t i = 0; i < text.bytes; i++)
		if (lower(text.at[i]) != word[i])
			return false;
	return true;
}

/* The part of `text` before the first `mark`, which is taken off with it; or all. */
static struct text cut(struct text *text, char mark)
{
	struct text part = { text->at, 0 };
	while (part.bytes < text->bytes && text->at[part.bytes] != mark)
		part.bytes++;
	uint32_t taken = part.bytes < text->bytes ? part.bytes + 1u : part.bytes;
	text->at += taken;
	text->bytes -= taken;
	return part;
}

static struct text trim(struct text text)
{
	while (text.bytes > 0 && (*text.at == ' ' || *text.at == '\t')) {
		text.at++;
		text.bytes--;
	}
	while (text.bytes > 0 &&
		(text.at[text.bytes - 1] == ' ' || text.at[text.bytes - 1] == '\t'))
		text.bytes--;
	return text;
}

/* Letters, digits and these are what tokens consist of: RFC 9110, section 5.6.2. */
static bool is_token(struct text text)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";
	for (uint32_t i = 0; i < text.bytes; i++) {
		char c = lower(text.at[i]);
		bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
		for (uint32_t j = 0; !good && j < sizeof(marks) - 1u; j++)
			good = c == marks[j];
		if (!good)
			return false;
	}
	return text.bytes > 0;
}

/* Characters that are seen, or spaces and tabs if they may be there too. */
static bool is_printable(struct text text, bool spaces)
{
	for (uint32_t i = 0; i < text.bytes; i++) {
		unsigned char c = (unsigned char)text.at[i];
		if ((c < 0x21 || c == 0x7f) && !(spaces && (c == ' ' || c == '\t')))
			return false;
	}
	return true;
}

uint32_t http_head_bytes(const char *text, uint32_t bytes, uint32_t seen)
{
	for (uint32_t i = seen > 3u ? seen : 3u; i < bytes; i++)
		if (text[i] == '\n' && text[i - 1] == '\r' && text[i - 2] == '\n' &&
			text[i - 3] == '\r')
			return i + 1u;
	return 0;
}

static void read_connection(struct text value, struct fields *fields)
{
	while (value.bytes > 0) {
		struct text option = trim(cut(&value, ','));
		if (equal_any_case(option, "close"))
			fields->close = true;
		else if (equal_any_case(option, "keep-alive"))
			fields->keep_alive = true;
	}
}

static void read_field(struct text line, struct fields *fields)
{
	struct text name = cut(&line, ':');
	struct text value = trim(line);
	/* No colon; a space before it; a line that goes on the one before. */
	if (name.at + name.bytes == line.at || !is_token(name) ||
		!is_printable(value, true)) {
		fields->bad = true;
	} else if (equal_any_case(name, "host")) {
		fields->hosts++;
	} else if (equal_any_case(name, "connection")) {
		read_connection(value, fields);
	} else if (equal_any_case(name, "content-length")) {
		fields->body = fields->body || !equal(value, "0");
		for (uint32_t i = 0; i < value.bytes; i++)
			if (value.at[i] < '0' || value.at[i] > '9')
				fields->bad = true;
		if (value.bytes == 0)
			fields->bad = true;
	} else if (equal_any_case(name, "transfer-encoding")) {
		fields->body = true;
	}
}

/* The next line, without its CR LF; `*text` is whole lines. */
static struct text next_line(struct text *text, bool *bad)
{
	struct text line = cut(text, '\n');
	if (line.bytes > 0 && line.at[line.bytes - 1] == '\r')
		line.bytes--;
	else
		*bad = true;
	return line;
}

static enum http_status read_method(struct text method, struct http_request *request)
{
	static const char *const others[] = { "POST", "PUT", "DELETE", "CONNECT",
		"OPTIONS", "TRACE", "PATCH" };
	if (equal(method, "GET"))
		return HTTP_OK;
	if (equal(method, "HEAD")) {
		request->head_only = true;
		return HTTP_OK;
	}
	for (uint32_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (equal(method, others[i]))
			return HTTP_METHOD_NOT_ALLOWED;
	return HTTP_NOT_IMPLEMENTED;
}

/* "/path?query" or "http://host/path?query" (RFC 9112, sections 3.2.1 and 3.2.2). */
static void read_target(struct text target, struct http_request *request)
{
	static const char scheme[] = "http://";
	struct text start = { target.at, sizeof(scheme) - 1u };
	if (target.bytes > start.bytes && equal_any_case(start, scheme)) {
		target.at += start.bytes;
		target.bytes -= start.bytes;
		while (target.bytes > 0 && *target.at != '/') {
			target.at++;
			target.bytes--;
		}
	}
	struct text path = cut(&target, '?');
	request->path = path.at;
	request->path_bytes = path.bytes;
}

void http_parse(const char *text, uint32_t bytes, struct http_request *request)
{
	struct text rest = { text, bytes };
	struct fields fields = { 0 };
	*request = (struct http_request){ .status = HTTP_BAD_REQUEST, .close = true };
	struct text line = next_line(&rest, &fields.bad);
	if (line.bytes == 0) /* one empty line is forgiven: RFC 9112, section 2.2 */
		line = next_line(&rest, &fields.bad);
	struct text method = cut(&line, ' ');
	struct text target = cut(&line, ' ');
	if (fields.bad || !is_token(method) || target.bytes == 0 ||
		!is_printable(target, false) || line.bytes != 8 ||
		memcmp(line.at, "HTTP/", 5) != 0)
		return;
	bool old = line.at[7] == '0'; /* HTTP/1.0 */
	if (line.at[5] != '1' || line.at[6] != '.') {
		request->status = HTTP_VERSION;
		return;
	}
	while (rest.bytes > 0) {
		struct text field = next_line(&rest, &fields.bad);
		if (field.bytes > 0)
			read_field(field, &fields);
	}
	if (fields.bad || fields.hosts > 1 || (fields.hosts == 0 && !old))
		return;
	enum http_status status = read_method(method, request);
	request->close = fields.close || (old && !fields.keep_alive) || fields.body;
	request->status = status == HTTP_OK && fields.body ? HTTP_CONTENT_TOO_LARGE
							   : status;
	read_target(target, request);
}
