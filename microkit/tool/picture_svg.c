/* SPDX-License-Identifier: BSD-2-Clause */
/* The pieces of an SVG file. */
#include "picture_svg.h"

#include <inttypes.h>
#include <string.h>

/*
 * Plain classes and no variables: not every program that shows SVG knows them.
 * The same classes follow once more for dark surroundings.
 */
static const char style[] =
	"text{font-family:Inter,'Segoe UI',Roboto,'Helvetica Neue',Arial,'DejaVu "
	"Sans',sans-serif;fill:#0f172a}\n"
	".back{fill:#ffffff}\n"
	".title{font-size:20px;font-weight:600}\n"
	".subtitle,.legend{font-size:12px;fill:#475569}\n"
	".card{fill:#f8fafc;stroke:#94a3b8;stroke-width:1.3}\n"
	".shade{fill:#0f172a;fill-opacity:.07}\n"
	".passive .card{stroke-dasharray:6 4}\n"
	".vm .card{stroke:#7c3aed;fill:#faf5ff}\n"
	".name{font-size:15px;font-weight:600}\n"
	".fact{font-size:11px;fill:#475569}\n"
	".level{fill:#e0e7ff}\n"
	".level-text{font-size:11px;font-weight:600;fill:#3730a3}\n"
	".tag{fill:none;stroke:#94a3b8}\n"
	".tag-text{font-size:10px;fill:#475569}\n"
	".row-text{font-size:11px}\n"
	".irq{fill:#ede9fe}\n"
	".device{fill:#fee2e2}\n"
	".region{fill:#fef3c7}\n"
	".memory .card{fill:#fffbeb;stroke:#d97706}\n"
	".memory.of-device .card{fill:#fef2f2;stroke:#dc2626}\n"
	".halo{fill:none;stroke:#ffffff;stroke-width:6}\n"
	".line{fill:none;stroke-width:1.6}\n"
	".call .line{stroke:#4f46e5;stroke-width:2.4}\n"
	".call .head{fill:#4f46e5}\n"
	".notify .line{stroke:#0d9488;stroke-dasharray:7 4}\n"
	".link .line{stroke:#0d9488;stroke-width:2.4}\n"
	".unused .line{stroke:#94a3b8;stroke-dasharray:2 4}\n"
	".bell{fill:none;stroke:#0d9488;stroke-width:1.8;stroke-linecap:round;"
	"stroke-linejoin:round}\n"
	".child .line{stroke:#475569}\n"
	".child .head{fill:#475569}\n"
	".access .line{stroke:#d97706;stroke-width:1.3}\n"
	".access .head{fill:#d97706}\n"
	".capability .line{stroke:#dc2626;stroke-dasharray:9 3 2 3}\n"
	".capability .head{fill:#dc2626}\n"
	".pin{fill:#ffffff;stroke:#94a3b8}\n"
	".call .pin{stroke:#4f46e5}\n"
	".notify .pin,.link .pin{stroke:#0d9488}\n"
	".access .pin{stroke:#d97706}\n"
	".child .pin{stroke:#475569}\n"
	".capability .pin{stroke:#dc2626}\n"
	".pin-text{font-size:10px}\n"
	"@media (prefers-color-scheme:dark){\n"
	"text{fill:#e6edf3}\n"
	".back{fill:#0d1117}\n"
	".subtitle,.legend,.fact,.tag-text{fill:#9ba7b4}\n"
	".card{fill:#161b22;stroke:#56606d}\n"
	".shade{fill-opacity:0}\n"
	".vm .card{stroke:#a78bfa;fill:#1c1830}\n"
	".level{fill:#312e81}\n"
	".level-text{fill:#c7d2fe}\n"
	".tag{stroke:#56606d}\n"
	".irq{fill:#2e2350}\n"
	".device{fill:#43191d}\n"
	".region{fill:#3b2f12}\n"
	".memory .card{fill:#241d0d;stroke:#b7791f}\n"
	".memory.of-device .card{fill:#2a1215;stroke:#ef4444}\n"
	".halo{stroke:#0d1117}\n"
	".call .line{stroke:#8b93ff}\n"
	".call .head{fill:#8b93ff}\n"
	".notify .line,.link .line,.bell{stroke:#2dd4bf}\n"
	".unused .line{stroke:#56606d}\n"
	".child .line{stroke:#9ba7b4}\n"
	".child .head{fill:#9ba7b4}\n"
	".access .line{stroke:#d99a2b}\n"
	".access .head{fill:#d99a2b}\n"
	".capability .line{stroke:#f87171}\n"
	".capability .head{fill:#f87171}\n"
	".pin{fill:#0d1117;stroke:#56606d}\n"
	".call .pin{stroke:#8b93ff}\n"
	".notify .pin,.link .pin{stroke:#2dd4bf}\n"
	".access .pin{stroke:#d99a2b}\n"
	".child .pin{stroke:#9ba7b4}\n"
	".capability .pin{stroke:#f87171}\n"
	"}\n";

void svg_escape(FILE *out, const char *text)
{
	for (const char *at = text; *at != '\0'; at++) {
		if (*at == '&')
			fputs("&amp;", out);
		else if (*at == '<')
			fputs("&lt;", out);
		else if (*at == '>')
			fputs("&gt;", out);
		else if (*at == '"')
			fputs("&quot;", out);
		else if ((unsigned char)*at < 0x20 || *at == 0x7f)
			putc('?', out);
		else
			putc(*at, out);
	}
}

void svg_begin(FILE *out, int64_t width, int64_t height, const char *title)
{
	fprintf(out,
		"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%" PRId64
		"\" height=\"%" PRId64 "\" viewBox=\"0 0 %" PRId64 " %" PRId64
		"\" role=\"img\">\n<title>",
		width, height, width, height);
	svg_escape(out, title);
	fprintf(out, "</title>\n<style>\n%s</style>\n", style);
	svg_box(out, "back", 0, 0, width, height, 0);
}

void svg_end(FILE *out)
{
	fprintf(out, "</svg>\n");
}

void svg_group(FILE *out, const char *class, const char *title)
{
	fprintf(out, "<g class=\"%s\">\n", class);
	if (title == NULL)
		return;
	fprintf(out, "<title>");
	svg_escape(out, title);
	fprintf(out, "</title>\n");
}

void svg_group_end(FILE *out)
{
	fprintf(out, "</g>\n");
}

static void text_with(FILE *out, const char *class, int64_t x, int64_t y,
	const char *text, const char *anchor)
{
	fprintf(out, "<text class=\"%s\" x=\"%" PRId64 "\" y=\"%" PRId64 "\"%s>", class,
		x, y, anchor);
	svg_escape(out, text);
	fprintf(out, "</text>\n");
}

void svg_text(FILE *out, const char *class, int64_t x, int64_t y, const char *text)
{
	text_with(out, class, x, y, text, "");
}

void svg_text_centred(
	FILE *out, const char *class, int64_t x, int64_t y, const char *text)
{
	text_with(out, class, x, y, text, " text-anchor=\"middle\"");
}

void svg_text_before(FILE *out, const char *class, int64_t x, int64_t y, const char *text)
{
	text_with(out, class, x, y, text, " text-anchor=\"end\"");
}

void svg_box(FILE *out, const char *class, int64_t x, int64_t y, int64_t width,
	int64_t height, int64_t radius)
{
	fprintf(out,
		"<rect class=\"%s\" x=\"%" PRId64 "\" y=\"%" PRId64 "\" width=\"%" PRId64
		"\" height=\"%" PRId64 "\"",
		class, x, y, width, height);
	if (radius != 0)
		fprintf(out, " rx=\"%" PRId64 "\"", radius);
	fprintf(out, "/>\n");
}

/* Hundredths of the font size; those of DejaVu Sans, which is a wide one. */
static int64_t advance(unsigned char c)
{
	if (strchr("ijl.,:;|!'()[]/ ", c) != NULL)
		return 35;
	if (strchr("ftr-", c) != NULL)
		return 42;
	if (strchr("mwMW@%", c) != NULL)
		return 97;
	if (c >= 'A' && c <= 'Z')
		return 71;
	return 64;
}

int64_t svg_text_width(const char *text, int64_t size, bool bold)
{
	int64_t width = 0;

	for (const char *at = text; *at != '\0'; at++) {
		unsigned char c = (unsigned char)*at;

		/* A byte that continues a UTF-8 sequence has no width of its own. */
		if ((c & 0xc0) != 0x80)
			width += advance(c);
	}
	width = width * size / 100;
	return bold ? width * 112 / 100 : width;
}
