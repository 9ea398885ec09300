/* SPDX-License-Identifier: BSD-2-Clause */
/* Complaints: noted while owners are still being found, printed at the end. */
#include <stdarg.h>
#include <stdio.h>

#include "check.h"

/* More than a person reads; a hostile image shall not fill the disk. */
#define COMPLAINTS_MAX 500u
#define TEXT_BYTES 400u

void complaint_at(struct check *c, uint64_t paddr, const char *format, ...)
{
	c->num_errors++;
	if (c->num_complaints == COMPLAINTS_MAX)
		return;
	char text[TEXT_BYTES];
	va_list list;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	size_t i = c->num_complaints;
	c->complaints = store_append(
		c->complaints, &c->num_complaints, sizeof *c->complaints);
	c->complaints[i] = (struct complaint){ paddr, store_text("%s", text) };
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

void complaint_print(const struct check *c)
{
	for (size_t i = 0; i < c->num_complaints; i++) {
		const struct complaint *it = &c->complaints[i];
		const char *owner = claim_name(c, it->paddr);
		if (content_at(c, it->paddr, 1) != NULL)
			fprintf(stderr, "%s: byte 0x%llx (%s): %s\n", c->image_file,
				(unsigned long long)(it->paddr - c->base), owner,
				it->text);
		else
			fprintf(stderr, "%s: memory at 0x%llx (%s): %s\n", c->image_file,
				(unsigned long long)it->paddr, owner, it->text);
	}
	if (c->num_errors > COMPLAINTS_MAX)
		fprintf(stderr, "%s: and more: only the first %u complaints are shown\n",
			c->image_file, COMPLAINTS_MAX);
}
