/* SPDX-License-Identifier: BSD-2-Clause */
/* The boxes of a picture. */
#include "picture_card.h"

#include <inttypes.h>
#include <string.h>

#include "describe.h"
#include "list.h"
#include "picture_svg.h"

/* Pixels. */
enum {
	NAME_SIZE = 15,
	SMALL_SIZE = 11,
	TAG_SIZE = 10,
	NAME_HEIGHT = 20,
	FACTS_HEIGHT = 18,
	TAG_HEIGHT = 22,
	ROOM_HEIGHT = 46,
	ROW_HEIGHT = 22,
	PAD_X = 25, /* pins reach into a box by half their width */
	PAD_Y = 11,
	LEAST_WIDTH = 160,
	CORNER = 9
};
/* A name of at most 63 bytes breaks into CARD_NAME_LINES or fewer. */
enum { NAME_BYTES_PER_LINE = 26, ROWS_MOST = 14 };

/* ---- what is written ---- */

static const char *time_text(uint64_t time_us)
{
	if (time_us % 1000 == 0 && time_us != 0)
		return picture_text("%" PRIu64 " ms", time_us / 1000);
	return picture_text("%" PRIu64 " \302\265s", time_us);
}

static const char *facts_text(uint64_t budget_us, uint64_t period_us, uint32_t core,
	const struct pd_layout *layout)
{
	const char *time = budget_us < period_us
				   ? picture_text("%s of %s", time_text(budget_us),
					     time_text(period_us))
				   : picture_text("slice %s", time_text(budget_us));
	char bytes[DESCRIBE_BYTES] = "";

	if (layout != NULL)
		describe_bytes(bytes, layout->memory_bytes);
	return picture_text("core %" PRIu32 " \302\267 %s%s%s", core, time,
		layout == NULL ? "" : " \302\267 ", bytes);
}

static void add_tag(struct card *card, bool holds, const char *tag)
{
	if (holds && card->num_tags < CARD_TAGS)
		card->tags[card->num_tags++] = tag;
}

/*
 * Where to break a name that is too long: behind the last '_', '-' or '.' that
 * fits, else where the line is full; never inside a UTF-8 sequence.
 */
static size_t line_bytes(const char *name)
{
	size_t fits = NAME_BYTES_PER_LINE;

	if (strlen(name) <= fits)
		return strlen(name);
	for (size_t i = fits; i > fits / 2; i--) {
		if (strchr("_-.", name[i - 1]) != NULL)
			return i;
	}
	while (fits > 1 && ((unsigned char)name[fits] & 0xc0) == 0x80)
		fits--;
	return fits;
}

static void break_name(struct card *card, const char *name)
{
	while (*name != '\0' && card->num_names < CARD_NAME_LINES) {
		size_t bytes = line_bytes(name);

		card->names[card->num_names++] = list_copy_text(name, bytes);
		name += bytes;
	}
}

static void write_owner(const struct board *board, const struct system *system,
	const struct layout *layout, struct card *card)
{
	const struct pd *pd = &system->pds[card->node->index];
	const struct virtual_machine *vm = pd->vm;

	break_name(card, card->node->name);
	if (card->node->kind == PICTURE_VM) {
		card->class = "vm";
		card->level = picture_text("%" PRIu32, vm->priority);
		card->facts = facts_text(vm->budget_us, vm->period_us,
			vm->num_vcpus == 0 ? 0 : vm->vcpus[0].core, NULL);
		add_tag(card, true, "virtual machine");
		add_tag(card, vm->num_vcpus > 1,
			picture_text("%zu vCPUs", vm->num_vcpus));
		return;
	}
	card->class = pd->passive ? "pd passive" : "pd";
	card->level = picture_text("%" PRIu32, pd->priority);
	card->facts = facts_text(pd->budget_us, pd->period_us, pd->core,
		describe_layout_of(layout, card->node->index));
	add_tag(card, pd->passive, "passive");
	if (pd->domain < system->num_domains)
		add_tag(card, true,
			picture_text("domain %s", system->domains[pd->domain].name));
	add_tag(card, describe_el0_timer(pd), "EL0 timer");
	add_tag(card, describe_dma(board, system, pd->maps, pd->num_maps, DMA_YES),
		"DMA");
	add_tag(card, pd->smc || pd->num_smc_functions != 0, "SMC");
	add_tag(card, pd->statistics, "statistics");
}

/* ---- sizes ---- */

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t level_width(const struct card *card)
{
	return card->level == NULL ? 0
				   : svg_text_width(card->level, SMALL_SIZE, true) + 14;
}

static int64_t tag_width(const char *tag)
{
	return svg_text_width(tag, TAG_SIZE, false) + 12;
}

static int64_t content_width(const struct card *card)
{
	int64_t width = 0;
	int64_t tags = 0;

	for (size_t i = 0; i < card->num_names; i++)
		width = larger(width, svg_text_width(card->names[i], NAME_SIZE, true) +
					      (i == 0 ? level_width(card) + 12 : 0));
	if (card->facts != NULL)
		width = larger(width, svg_text_width(card->facts, SMALL_SIZE, false));
	for (size_t i = 0; i < card->num_tags; i++)
		tags += tag_width(card->tags[i]) + 5;
	width = larger(width, tags);
	for (size_t i = 0; i < card->shown_rows; i++) {
		const struct picture_row *row = &card->node->rows[i];

		width = larger(width,
			svg_text_width(row->name, SMALL_SIZE, false) +
				svg_text_width(row->detail, SMALL_SIZE, false) + 30);
	}
	return width;
}

static int64_t content_height(const struct card *card)
{
	size_t rows = card->shown_rows + (card->more != NULL ? 1u : 0u);
	int64_t height = (int64_t)card->num_names * NAME_HEIGHT +
			 (int64_t)rows * ROW_HEIGHT;

	if (card->facts != NULL)
		height += FACTS_HEIGHT;
	if (card->num_tags != 0)
		height += TAG_HEIGHT;
	if (card->facts != NULL && rows != 0)
		height += 4;
	return height + (card->node->roomy ? ROOM_HEIGHT : 0);
}

void card_make(const struct board *board, const struct system *system,
	const struct layout *layout, const struct picture_node *node, struct card *card,
	struct picture_box *box)
{
	size_t lines = node->num_left > node->num_right ? node->num_left
							: node->num_right;

	memset(card, 0, sizeof(*card));
	card->node = node;
	card->shown_rows = node->num_rows;
	if (node->num_rows > ROWS_MOST) {
		card->shown_rows = ROWS_MOST - 1;
		card->more = picture_text(
			"and %zu more", node->num_rows - card->shown_rows);
	}
	if (node->kind == PICTURE_MEMORY)
		card->class = node->device ? "memory of-device" : "memory";
	else
		write_owner(board, system, layout, card);
	memset(box, 0, sizeof(*box));
	box->column = node->column;
	box->width = larger(content_width(card) + 2 * PAD_X,
		node->kind == PICTURE_MEMORY ? 0 : LEAST_WIDTH);
	box->height = larger(content_height(card) + 2 * PAD_Y,
		(int64_t)lines * PICTURE_PORT_PITCH + 8);
}

/* ---- drawing ---- */

static void draw_level(
	FILE *out, const struct card *card, const struct picture_box *box, int64_t y)
{
	int64_t width = level_width(card);
	int64_t x = box->x + box->width - PAD_X + 5 - width;

	svg_box(out, "level", x, y + 1, width, 17, 8);
	svg_text_centred(out, "level-text", x + width / 2, y + 13, card->level);
}

static void draw_tags(FILE *out, const struct card *card, int64_t x, int64_t y)
{
	for (size_t i = 0; i < card->num_tags; i++) {
		int64_t width = tag_width(card->tags[i]);

		svg_box(out, "tag", x, y + 2, width, 16, 8);
		svg_text_centred(out, "tag-text", x + width / 2, y + 14, card->tags[i]);
		x += width + 5;
	}
}

static void draw_row(FILE *out, const struct picture_row *row,
	const struct picture_box *box, int64_t y)
{
	static const char *const classes[] = {
		[ROW_IRQ] = "irq", [ROW_DEVICE] = "device", [ROW_REGION] = "region"
	};
	int64_t x = box->x + PAD_X - 6;
	int64_t width = box->width - 2 * PAD_X + 12;

	svg_box(out, classes[row->kind], x, y + 2, width, ROW_HEIGHT - 4, 5);
	svg_text(out, "row-text", x + 7, y + 15, row->name);
	svg_text_before(out, "row-text", x + width - 7, y + 15, row->detail);
}

/* All that a box may leave out for want of space is in what it says when pointed at. */
static const char *box_title(const struct card *card)
{
	const struct picture_node *node = card->node;
	const char *title = node->kind == PICTURE_MEMORY ? "shared memory" : node->name;

	for (size_t i = 0; i < node->num_rows; i++)
		title = picture_text("%s%s%s (%s)", title, i == 0 ? ": " : ", ",
			node->rows[i].name, node->rows[i].detail);
	return title;
}

void card_draw(FILE *out, const struct card *card, const struct picture_box *box)
{
	int64_t x = box->x + PAD_X - 3;
	int64_t y = box->y + (box->height - content_height(card)) / 2;

	svg_group(out, card->class, box_title(card));
	svg_box(out, "shade", box->x + 1, box->y + 3, box->width, box->height, CORNER);
	svg_box(out, "card", box->x, box->y, box->width, box->height, CORNER);
	if (card->level != NULL)
		draw_level(out, card, box, y);
	for (size_t i = 0; i < card->num_names; i++, y += NAME_HEIGHT)
		svg_text(out, "name", x, y + 15, card->names[i]);
	if (card->facts != NULL) {
		svg_text(out, "fact", x, y + 12, card->facts);
		y += FACTS_HEIGHT;
	}
	if (card->num_tags != 0) {
		draw_tags(out, card, x, y);
		y += TAG_HEIGHT;
	}
	if (card->facts != NULL)
		y += 4;
	for (size_t i = 0; i < card->shown_rows; i++, y += ROW_HEIGHT)
		draw_row(out, &card->node->rows[i], box, y);
	if (card->more != NULL)
		svg_text(out, "row-text", x + 5, y + 15, card->more);
	svg_group_end(out);
}
