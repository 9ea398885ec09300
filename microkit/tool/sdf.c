/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The walk over the XML of a system file.
 *
 * expat finds the tags; the table in sdf_table.c says which are known, where,
 * how often and with which attributes; sdf_elements.c makes the model of them.
 * What is not understood is reported and skipped with all that is in it, and
 * the walk goes on, so that one run finds all mistakes.
 */
#include <expat.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "list.h"
#include "search.h"
#include "sdf.h"
#include "sdf_values.h"

#define LIST_TEXT_BYTES 512

/* How an unreadable value is reported. */
static const struct {
	const char *what, *rule, *fix;
} unreadable[VALUE_KIND_COUNT] = {
	[VALUE_TEXT] = { "a text",
		"text_malformed: a text is not empty and has no control characters",
		"write a name or path" },
	[VALUE_NUMBER] = { "a number",
		"number_malformed: a number is decimal or 0x hexadecimal, of 64 bits",
		"write for example 4096, 0x1000 or 0x4000_0000" },
	[VALUE_BOOL] = { "a truth value",
		"bool_malformed: a truth value is true or false", "write true or false" },
	[VALUE_PERMS] = { "a set of permissions",
		"perms_malformed: permissions are a set of r, w and x",
		"write for example r, rw or rx" },
	[VALUE_TRIGGER] = { "a trigger",
		"irq_trigger_malformed: an interrupt's trigger is level or edge",
		"write level or edge" },
	[VALUE_DURATION] = { "a duration",
		"duration_malformed: a duration is a number, a space, and us or ticks",
		"write for example 1000 us" },
	[VALUE_NUMBERS] = { "a list of 32-bit numbers",
		"numbers_malformed: a list has 32-bit numbers with spaces between",
		"write for example 0x84000000 0x84000001" },
	[VALUE_X86] = { "for AArch64",
		"x86_attribute: some attributes are for x86 systems alone",
		"remove the attribute" },
};

static struct position position_of(const struct walk *walk)
{
	XML_Parser parser = walk->parser;

	return (struct position){ XML_GetCurrentLineNumber(parser),
		XML_GetCurrentColumnNumber(parser) + 1 };
}

/* Appends ", word" to a list of words that may be cut off at its end. */
static void append_word(char *list, const char *word)
{
	size_t length = strlen(list);

	snprintf(list + length, LIST_TEXT_BYTES - length, "%s%s", length ? ", " : "",
		word);
}

static bool is_in(const struct element_rule *rule, enum element parent)
{
	return rule->name && (rule->parents[0] == parent || rule->parents[1] == parent);
}

/* The element of that name within that parent; ELEMENT_NONE if there is none. */
static enum element find_element(const char *name, enum element parent)
{
	for (unsigned i = ELEMENT_NONE + 1; i < ELEMENT_COUNT; i++)
		if (is_in(&sdf_elements[i], parent) &&
			strcmp(sdf_elements[i].name, name) == 0)
			return (enum element)i;
	return ELEMENT_NONE;
}

/* The innermost open element. */
static enum element open_element(const struct walk *walk)
{
	return walk->num_frames ? walk->frames[walk->num_frames - 1].element
				: ELEMENT_DOCUMENT;
}

static void report_unknown_element(
	const struct walk *walk, const struct position *at, const char *name)
{
	enum element parent = open_element(walk);
	char known[LIST_TEXT_BYTES] = "";
	char fix[LIST_TEXT_BYTES + 64];

	for (unsigned i = ELEMENT_NONE + 1; i < ELEMENT_COUNT; i++)
		if (is_in(&sdf_elements[i], parent) && !sdf_elements[i].x86)
			append_word(known, sdf_elements[i].name);
	snprintf(fix, sizeof(fix), "what may stand here: %s", *known ? known : "nothing");
	diag_error(walk->system->file, at,
		"element_unknown: an element has only the elements that the manual lists",
		fix, "unknown element <%s> in %s", name,
		parent == ELEMENT_DOCUMENT ? "place of <system>"
					   : sdf_elements[parent].name);
}

static void report_unknown_attribute(const struct walk *walk, const struct tag *tag,
	const struct element_rule *rule, const char *name)
{
	char known[LIST_TEXT_BYTES] = "";
	char fix[LIST_TEXT_BYTES + 64];

	for (size_t i = 0; i < rule->num_attributes; i++)
		if (rule->attributes[i].kind != VALUE_X86)
			append_word(known, rule->attributes[i].name);
	snprintf(fix, sizeof(fix), "the attributes of <%s>: %s", rule->name,
		*known ? known : "none");
	diag_error(walk->system->file, &tag->at,
		"attribute_unknown: an element has only the attributes that the manual "
		"lists",
		fix, "unknown attribute '%s' of <%s>", name, rule->name);
}

static bool text_is_clean(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	return true;
}

static bool read_value(enum value_kind kind, struct value *value)
{
	bool flag = false;
	unsigned perms = 0;

	switch (kind) {
	case VALUE_TEXT:
		return text_is_clean(value->text);
	case VALUE_NUMBER:
		return sdf_value_number(value->text, &value->number);
	case VALUE_BOOL:
		if (!sdf_value_bool(value->text, &flag))
			return false;
		value->number = flag;
		return true;
	case VALUE_PERMS:
		if (!sdf_value_perms(value->text, &perms))
			return false;
		value->number = perms;
		return true;
	case VALUE_TRIGGER:
		if (!sdf_value_trigger(value->text, &flag))
			return false;
		value->number = flag;
		return true;
	case VALUE_DURATION:
		return sdf_value_duration(value->text, &value->number, &value->in_ticks);
	case VALUE_NUMBERS:
		return sdf_value_numbers(
			value->text, &value->numbers, &value->num_numbers);
	case VALUE_X86:
	case VALUE_KIND_COUNT:
		break;
	}
	return false;
}

static void read_attribute(const struct walk *walk, struct tag *tag,
	const struct element_rule *rule, const char *name, const char *text)
{
	for (size_t i = 0; i < rule->num_attributes; i++) {
		const struct attribute_rule *attribute = &rule->attributes[i];
		struct value *value = &tag->values[i];

		if (strcmp(attribute->name, name) != 0)
			continue;
		value->text = text;
		value->given = read_value(attribute->kind, value);
		if (!value->given) {
			tag->bad = true;
			diag_error(walk->system->file, &tag->at,
				unreadable[attribute->kind].rule,
				unreadable[attribute->kind].fix,
				"%s=\"%s\" of <%s> is not %s", name, text, rule->name,
				unreadable[attribute->kind].what);
		}
		return;
	}
	report_unknown_attribute(walk, tag, rule, name);
}

/* attributes: name and text alternately, ends with NULL. */
static void read_tag(const struct walk *walk, struct tag *tag,
	const struct element_rule *rule, const char **attributes)
{
	bool any_x86 = false;

	memset(tag, 0, sizeof(*tag));
	tag->at = position_of(walk);
	for (size_t i = 0; i < rule->num_attributes; i++)
		tag->values[i].number = rule->attributes[i].initial;
	for (; attributes[0]; attributes += 2)
		read_attribute(walk, tag, rule, attributes[0], attributes[1]);
	for (size_t i = 0; i < rule->num_attributes; i++)
		any_x86 = any_x86 ||
			  (rule->attributes[i].kind == VALUE_X86 && tag->values[i].text);
	for (size_t i = 0; i < rule->num_attributes && !any_x86; i++) {
		const struct attribute_rule *attribute = &rule->attributes[i];

		if (!attribute->required || tag->values[i].text)
			continue;
		tag->bad = true;
		diag_error(walk->system->file, &tag->at,
			"attribute_missing: some attributes are required",
			"write the attribute", "<%s> without attribute '%s'", rule->name,
			attribute->name);
	}
}

/* Whether an element may stand here; says why not. */
static bool admit(struct walk *walk, enum element element, const struct position *at,
	const char *name)
{
	const struct element_rule *rule = &sdf_elements[element];
	struct frame *parent = walk->num_frames ? &walk->frames[walk->num_frames - 1]
						: NULL;
	bool again;

	if (element == ELEMENT_NONE) {
		report_unknown_element(walk, at, name);
		return false;
	}
	if (rule->x86) {
		diag_error(walk->system->file, at,
			"x86_element: port I/O and I/O address spaces are x86's",
			"remove it; an AArch64 device is mapped as a memory region",
			"<%s> in a system for AArch64", rule->name);
		return false;
	}
	if (!parent)
		return true;
	again = parent->seen & (1ull << element);
	parent->seen |= 1ull << element;
	if (again && rule->at_most_one) {
		diag_error(walk->system->file, at, rule->count_rule, "remove one of them",
			"second <%s> in <%s>", rule->name,
			sdf_elements[parent->element].name);
		return false;
	}
	return true;
}

static void on_start(void *data, const char *name, const char **attributes)
{
	struct walk *walk = data;
	struct position at = position_of(walk);
	enum element element;
	struct frame *frame;
	struct tag tag;

	if (walk->skip_depth) {
		walk->skip_depth++;
		return;
	}
	element = find_element(name, open_element(walk));
	if (!admit(walk, element, &at, name)) {
		walk->skip_depth = 1;
		return;
	}
	walk->has_root = true;
	read_tag(walk, &tag, &sdf_elements[element], attributes);
	frame = LIST_ADD(walk->frames, walk->num_frames);
	frame->element = element;
	frame->at = at;
	if (sdf_elements[element].begin && (!tag.bad || sdf_elements[element].keep))
		sdf_elements[element].begin(walk, &tag);
}

static void on_end(void *data, const char *name)
{
	struct walk *walk = data;
	struct frame *frame;

	(void)name;
	if (walk->skip_depth) {
		walk->skip_depth--;
		return;
	}
	frame = &walk->frames[walk->num_frames - 1];
	for (unsigned i = ELEMENT_NONE + 1; i < ELEMENT_COUNT; i++) {
		const struct element_rule *rule = &sdf_elements[i];

		if (!rule->at_least_one || !is_in(rule, frame->element) ||
			frame->seen & (1ull << i))
			continue;
		diag_error(walk->system->file, &frame->at, rule->count_rule,
			"add the element", "<%s> without <%s>",
			sdf_elements[frame->element].name, rule->name);
	}
	if (sdf_elements[frame->element].end)
		sdf_elements[frame->element].end(walk);
	walk->num_frames--;
}

static void on_text(void *data, const char *text, int length)
{
	struct walk *walk = data;
	struct frame *frame = walk->num_frames ? &walk->frames[walk->num_frames - 1]
					       : NULL;
	struct position at = position_of(walk);

	if (walk->skip_depth || !frame || frame->has_text)
		return;
	for (int i = 0; i < length; i++) {
		if (strchr(" \t\r\n", text[i]) && text[i])
			continue;
		frame->has_text = true;
		at.column += (size_t)i; /* expat gives line ends by themselves */
		diag_error(walk->system->file, &at,
			"text_content: a system file has no text between its elements",
			"remove the text or make it a comment", "text within <%s>",
			sdf_elements[frame->element].name);
		return;
	}
}

/* A document type could declare entities: text that is not what it looks like. */
static void on_doctype(void *data, const char *name, const char *system_id,
	const char *public_id, int has_internal_subset)
{
	struct walk *walk = data;
	struct position at = position_of(walk);

	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	diag_error(walk->system->file, &at,
		"xml_doctype: a system file has no document type",
		"remove the <!DOCTYPE ...>", "document type declaration");
	XML_StopParser(walk->parser, XML_FALSE);
}

static bool run_parser(struct walk *walk, const char *text, size_t bytes)
{
	XML_Parser parser = walk->parser;
	struct position at;

	if (bytes <= INT_MAX &&
		XML_Parse(parser, text, (int)bytes, XML_TRUE) == XML_STATUS_OK)
		return true;
	at = position_of(walk);
	if (bytes > INT_MAX)
		diag_error(walk->system->file, NULL,
			"xml_malformed: a system file is XML", "split the system",
			"the file is too big");
	else if (XML_GetErrorCode(parser) != XML_ERROR_ABORTED)
		diag_error(walk->system->file, &at,
			"xml_malformed: a system file is well-formed XML",
			"close every tag and quote every attribute", "XML: %s",
			XML_ErrorString(XML_GetErrorCode(parser)));
	return false;
}

bool sdf_parse_text(const char *text, size_t bytes, struct system *system)
{
	struct walk walk = { .system = system };
	XML_Parser parser = XML_ParserCreate(NULL);
	bool ok;

	if (!parser) {
		diag_error(system->file, NULL, NULL, NULL, "no memory left");
		return false;
	}
	walk.parser = parser;
	XML_SetUserData(parser, &walk);
	XML_SetElementHandler(parser, on_start, on_end);
	XML_SetCharacterDataHandler(parser, on_text);
	XML_SetStartDoctypeDeclHandler(parser, on_doctype);
	ok = run_parser(&walk, text, bytes);
	XML_ParserFree(parser);
	return ok && walk.has_root;
}

bool sdf_parse(
	const struct options *options, const struct board *board, struct system *system)
{
	char *text = NULL;
	size_t bytes = 0;

	system->file = options->system_file;
	if (!search_read(system->file, &text, &bytes)) {
		diag_error(system->file, NULL,
			"system_unreadable: the system file can be read",
			"check the path", "cannot read the system file");
		return false;
	}
	(void)board;
	return sdf_parse_text(text, bytes, system);
}
