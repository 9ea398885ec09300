/* SPDX-License-Identifier: BSD-2-Clause */
/* Complaints: noted while owners are still being found, printed at the end. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "check.h"

/*
 * More than a person reads; a hostile image shall not fill the disk. One entry of a
 * page table makes thousands of bytes wrong: so content has a list of its own, and
 * cannot crowd out what is said of the entry.
 */
#define COMPLAINTS_MAX 2000u
#define TEXT_BYTES 400u

static void note(struct check *c, struct complaint_list *list, uint64_t paddr,
	const char *format, va_list arguments)
{
	c->num_errors++;
	if (list->count == COMPLAINTS_MAX) {
		list->full = true;
		return;
	}
	char text[TEXT_BYTES];
	vsnprintf(text, sizeof text, format, arguments);
	size_t i = list->count;
	list->items = store_append(list->items, &list->count, sizeof *list->items);
	list->items[i] = (struct complaint){ paddr, store_text("%s", text) };
}

void complaint_at(struct check *c, uint64_t paddr, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	note(c, &c->complaints, paddr, format, arguments);
	va_end(arguments);
}

void complaint_content(struct check *c, uint64_t paddr, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	note(c, &c->content_complaints, paddr, format, arguments);
	va_end(arguments);
}

void complaint_in(struct check *c, const char *file, const struct place *place,
	const char *format, ...)
{
	c->num_errors++;
	if (place != NULL)
		fprintf(stderr, "%s:%zu:%zu: error: ", file, place->row, place->column);
	else
		fprintf(stderr, "%s: error: ", file);
	va_list list;
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
	fputc('\n', stderr);
}

static void print_list(const struct check *c, const struct complaint_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		const struct complaint *it = &list->items[i];
		bool in_file = content_at(c, it->paddr, 1) != NULL;
		fprintf(stderr, "%s: %s 0x%" PRIx64 " (%s): %s\n", c->image_file,
			in_file ? "byte" : "memory at",
			in_file ? it->paddr - c->base : it->paddr,
			claim_name(c, it->paddr), it->text);
	}
	if (list->full)
		fprintf(stderr, "%s: and more of this kind\n", c->image_file);
}

void complaint_print(const struct check *c)
{
	print_list(c, &c->complaints);
	print_list(c, &c->content_complaints);
}
