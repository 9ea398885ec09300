/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system file as XML: a tree of elements with their attributes, and typed
 * reading of attributes. What the elements mean is for wanted.c to say.
 */
#pragma once

#include "check.h"

#define ATTRIBUTES_MAX 24u
#define ELEMENTS_DEPTH_MAX 64u

struct attribute {
	const char *name, *value;
	bool read; /* an attribute that nobody reads is unknown: an error */
};

struct element {
	const char *name;
	struct place place;
	struct attribute attributes[ATTRIBUTES_MAX];
	size_t num_attributes;
	struct element **children;
	size_t num_children;
};

/* The root element; NULL, with complaints, if the file is no XML. */
struct element *elements_load(struct check *c, const char *file);

/* Each complains about a value of another kind; `missing` is what is not given. */
const char *elements_text(
	struct check *c, struct element *e, const char *name, const char *missing);
uint64_t elements_number(struct check *c, struct element *e, const char *name,
	uint64_t missing, uint64_t limit);
bool elements_flag(struct check *c, struct element *e, const char *name, bool missing);
bool elements_has(const struct element *e, const char *name);
/* A number at `text`; false if there is none or it does not end at `end` bytes. */
bool elements_parse_number(const char *text, size_t length, uint64_t *out);
/* Complains of the attributes that were not read and of unexpected children. */
void elements_finish(struct check *c, const struct element *e, bool may_have_children);
void elements_complain(struct check *c, const struct element *e, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
