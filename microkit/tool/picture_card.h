/* SPDX-License-Identifier: BSD-2-Clause */
/* The boxes of a picture: how large they are, and what is written in them. */
#pragma once

#include <stdio.h>

#include "model.h"
#include "picture_graph.h"
#include "picture_place.h"

enum { CARD_NAME_LINES = 4, CARD_TAGS = 8 };

/* What is written in a box, apart from the node's rows. */
struct card {
	const struct picture_node *node;
	const char *class; /* of the style sheet */
	const char *names[CARD_NAME_LINES];
	size_t num_names;
	const char *level; /* the priority; NULL: none */
	const char *facts; /* NULL: none */
	const char *tags[CARD_TAGS];
	size_t num_tags;
	size_t shown_rows; /* of the node's rows */
	const char *more;  /* a row for those that are not shown; NULL: none */
};

/* Fills *card and the box's column, width and height. layout may be NULL. */
void card_make(const struct board *board, const struct system *system,
	const struct layout *layout, const struct picture_node *node, struct card *card,
	struct picture_box *box);

void card_draw(FILE *out, const struct card *card, const struct picture_box *box);
