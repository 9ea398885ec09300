/* SPDX-License-Identifier: BSD-2-Clause */
#include <expat.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "elements.h"
#include "wanted.h"

struct reading {
	struct check *c;
	const char *file;
	XML_Parser parser;
	struct element *root;
	struct element *open[ELEMENTS_DEPTH_MAX];
	size_t depth;
	bool failed;
};

static struct place place_now(XML_Parser parser)
{
	return (struct place){ XML_GetCurrentLineNumber(parser),
		XML_GetCurrentColumnNumber(parser) + 1 };
}

static void fail(struct reading *r, const char *what)
{
	struct place place = place_now(r->parser);
	complaint_in(r->c, r->file, &place, "%s", what);
	r->failed = true;
	XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL start_element(void *data, const char *name, const char **attributes)
{
	struct reading *r = data;
	if (r->depth == ELEMENTS_DEPTH_MAX) {
		fail(r, "elements are nested too deeply");
		return;
	}
	struct element *e = store_alloc(1, sizeof *e);
	e->name = store_text("%s", name);
	e->place = place_now(r->parser);
	for (size_t i = 0; attributes[i] != NULL; i += 2) {
		if (e->num_attributes == ATTRIBUTES_MAX) {
			fail(r, "an element has too many attributes");
			return;
		}
		e->attributes[e->num_attributes++] = (struct attribute){
			store_text("%s", attributes[i]),
			store_text("%s", attributes[i + 1]), false
		};
	}
	if (r->depth == 0) {
		r->root = e;
	} else {
		struct element *parent = r->open[r->depth - 1];
		size_t n = parent->num_children;
		parent->children = store_append(parent->children, &parent->num_children,
			sizeof *parent->children);
		parent->children[n] = e;
	}
	r->open[r->depth++] = e;
}

static void XMLCALL end_element(void *data, const char *name)
{
	struct reading *r = data;
	(void)name;
	r->depth--;
}

static void XMLCALL text(void *data, const char *characters, int length)
{
	for (int i = 0; i < length; i++)
		if (strchr(" \t\r\n", characters[i]) == NULL) {
			fail(data, "text between elements");
			return;
		}
}

struct element *elements_load(struct check *c, const char *file)
{
	struct bytes content;
	if (!store_read(file, &content) || content.size > INT32_MAX) {
		complaint_in(c, file, NULL, "cannot be read");
		return NULL;
	}
	struct reading r = { .c = c, .file = file, .parser = XML_ParserCreate(NULL) };
	if (r.parser == NULL)
		return NULL;
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, start_element, end_element);
	XML_SetCharacterDataHandler(r.parser, text);
	if (XML_Parse(r.parser, (const char *)content.data, (int)content.size, 1) !=
			XML_STATUS_OK &&
		!r.failed)
		fail(&r, XML_ErrorString(XML_GetErrorCode(r.parser)));
	XML_ParserFree(r.parser);
	return r.failed ? NULL : r.root;
}

void elements_complain(struct check *c, const struct element *e, const char *format, ...)
{
	char words[256];
	va_list list;
	va_start(list, format);
	vsnprintf(words, sizeof words, format, list);
	va_end(list);
	complaint_in(c, c->wanted->file, &e->place, "<%s>: %s", e->name, words);
}

static struct attribute *find(const struct element *e, const char *name)
{
	for (size_t i = 0; i < e->num_attributes; i++)
		if (strcmp(e->attributes[i].name, name) == 0)
			return (struct attribute *)&e->attributes[i];
	return NULL;
}

bool elements_has(const struct element *e, const char *name)
{
	return find(e, name) != NULL;
}

const char *elements_text(
	struct check *c, struct element *e, const char *name, const char *missing)
{
	struct attribute *a = find(e, name);
	if (a == NULL) {
		if (missing == NULL)
			elements_complain(c, e, "has no attribute '%s'", name);
		return missing == NULL ? "" : missing;
	}
	a->read = true;
	return a->value;
}

bool elements_parse_number(const char *digits, size_t length, uint64_t *out)
{
	unsigned base = 10;
	size_t i = 0;
	bool any = false;
	if (length > 2 && digits[0] == '0' && digits[1] == 'x') {
		base = 16;
		i = 2;
	}
	uint64_t value = 0;
	for (; i < length; i++) {
		static const char values[] = "0123456789abcdef";
		char lower = digits[i] >= 'A' && digits[i] <= 'F' ? (char)(digits[i] + 32)
								  : digits[i];
		if (lower == '_')
			continue;
		const char *found = lower == '\0' ? NULL : strchr(values, lower);
		if (found == NULL || (unsigned)(found - values) >= base)
			return false;
		unsigned digit = (unsigned)(found - values);
		if (value > (UINT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
		any = true;
	}
	*out = value;
	return any;
}

uint64_t elements_number(struct check *c, struct element *e, const char *name,
	uint64_t missing, uint64_t limit)
{
	struct attribute *a = find(e, name);
	if (a == NULL) {
		if (missing == UINT64_MAX)
			elements_complain(c, e, "has no attribute '%s'", name);
		return missing == UINT64_MAX ? 0 : missing;
	}
	a->read = true;
	uint64_t value = 0;
	if (!elements_parse_number(a->value, strlen(a->value), &value) || value > limit) {
		elements_complain(c, e, "%s=\"%s\" is no number up to %" PRIu64, name,
			a->value, limit);
		return 0;
	}
	return value;
}

bool elements_flag(struct check *c, struct element *e, const char *name, bool missing)
{
	struct attribute *a = find(e, name);
	if (a == NULL)
		return missing;
	a->read = true;
	bool yes = strcmp(a->value, "true") == 0;
	if (!yes && strcmp(a->value, "false") != 0)
		elements_complain(
			c, e, "%s=\"%s\" is neither true nor false", name, a->value);
	return yes;
}

void elements_finish(struct check *c, const struct element *e, bool may_have_children)
{
	for (size_t i = 0; i < e->num_attributes; i++)
		if (!e->attributes[i].read)
			elements_complain(
				c, e, "attribute '%s' is unknown", e->attributes[i].name);
	if (!may_have_children && e->num_children != 0)
		elements_complain(c, e->children[0], "is not expected in <%s>", e->name);
}
