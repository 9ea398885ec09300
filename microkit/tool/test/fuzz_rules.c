/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parser, subsystems, rules and expand against mutated system files: none may crash
 * them, make them hang, or be accepted and then expand to a file that is refused.
 *
 * usage: fuzz_rules FILE... with TEST_SEED in the environment
 *
 * The working directory has the files that the system files name; a mutant that fails
 * is kept there.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../list.h"
#include "../sdf.h"
#include "../search.h"
#include "../subsystem.h"
#include "fuzz.h"

#define EDITS_MAX 6u
#define SPAN_MAX 200u
#define EXTRA_BYTES 65536u

struct text {
	char *bytes;
	size_t length;
};

static struct text *seeds;
static size_t num_seeds;

static const char *const tokens[] = { "\"", "<", ">", "/>", "</", "&amp;", "&#10;", "&x;",
	"<!--", "-->", "<![CDATA[", "]]>", "<?x?>", "<!DOCTYPE s>", "\xff", "0", "-1",
	"0x", "61", "62", "254", "255", "0xffffffff", "0x100000000", "0xffffffffffffffff",
	"18446744073709551616", "0xfffffffffffff000", "0x7fffffffffffffff", "0x200000",
	"0x1000", "true", "false", " ", "a", "id", "name=\"\"",
	"<map mr=\"m\" vaddr=\"0\"/>", "<end pd=\"a\" id=\"1\"/>", "<channel>",
	"</channel>", "<domains>", "<statistics/>", "<virtual_machine name=\"v\">",
	"<vcpu id=\"0\"/>", "<timer/>", "<entropy/>", "<rtc/>", "<serial/>",
	"<serial device=\"console\"/>", "<network>", "</network>", "<block>", "</block>",
	"<filesystem server=\"a\">", "</filesystem>",
	"<client pd=\"a\" partition=\"1\"/>",
	"<client pd=\"a\" mac=\"52:54:01:00:00:10\"/>", "10.0.2.15/24", "4096",
	"<protection_domain name=\"q\" id=\"5\">", "</protection_domain>" };

/* ---- drivers.c's part: the devices of no board ---- */

bool drivers_find(const struct options *options, const struct board *board,
	const char *system_file, const struct position *at, const char *class_name,
	const char *device_name, struct device *device)
{
	bool network = strcmp(class_name, "network") == 0;
	bool block = strcmp(class_name, "block") == 0;

	(void)options;
	(void)board;
	if (!system_file || !device_name || at->row == 0)
		abort();
	*device = (struct device){ .program = "pd.elf",
		.has_irq = strcmp(class_name, "rtc") != 0,
		.has_registers = strcmp(class_name, "timer") != 0,
		.registers_paddr = network ? 0xa003e00
				   : block ? 0xa002e00
					   : 0x9000000,
		.registers_bytes = network || block ? 0x200 : 0x1000,
		.irq = network ? 79
		       : block ? 71
			       : 33 - 3u * (class_name[0] == 't'),
		.dma_bytes = network ? 65536
			     : block ? 16384
				     : 0 };
	return true;
}

/* ---- mutation ---- */

static void replace(struct text *text, size_t at, size_t old_bytes, const char *new_text,
	size_t new_bytes)
{
	if (text->length - old_bytes + new_bytes > EXTRA_BYTES)
		return;
	memmove(text->bytes + at + new_bytes, text->bytes + at + old_bytes,
		text->length - at - old_bytes);
	memcpy(text->bytes + at, new_text, new_bytes);
	text->length = text->length - old_bytes + new_bytes;
}

/* One edit: a byte, a span away, a span again elsewhere, a token, a quoted value. */
static void edit(struct text *text)
{
	size_t at = fuzz_below(text->length + 1);
	size_t span = fuzz_below(
		text->length - at < SPAN_MAX ? text->length - at : SPAN_MAX);
	const char *token = tokens[fuzz_below(sizeof(tokens) / sizeof(tokens[0]))];
	char copy[SPAN_MAX];
	char *open, *close;

	switch (fuzz_below(5)) {
	case 0:
		if (at < text->length)
			text->bytes[at] = (char)(text->bytes[at] ^ 1 << fuzz_below(8));
		break;
	case 1:
		replace(text, at, span, "", 0);
		break;
	case 2:
		memcpy(copy, text->bytes + at, span);
		replace(text, fuzz_below(text->length + 1), 0, copy, span);
		break;
	case 3:
		replace(text, at, 0, token, strlen(token));
		break;
	default:
		open = memchr(text->bytes + at, '"', text->length - at);
		close = open ? memchr(open + 1, '"',
				       text->length - (size_t)(open + 1 - text->bytes))
			     : NULL;
		if (close)
			replace(text, (size_t)(open + 1 - text->bytes),
				(size_t)(close - open - 1), token, strlen(token));
	}
}

static struct text mutant(void)
{
	const struct text *from = &seeds[fuzz_below(num_seeds)];
	struct text text;

	text.bytes = list_allocate(from->length + EXTRA_BYTES);
	text.length = from->length;
	memcpy(text.bytes, from->bytes, from->length);
	for (size_t edits = 1 + fuzz_below(1 + fuzz_below(EDITS_MAX)); edits > 0; edits--)
		edit(&text);
	return text;
}

/* ---- running ---- */

/* Number of errors; the system is that of the text. */
static size_t judge(const char *text, size_t length, struct system *system)
{
	static const char *paths[] = { "." };
	static const struct options options = { .search_paths = paths,
		.num_search_paths = 1 };
	static const struct board board = { .name = "board",
		.num_cores = 1,
		.num_irqs = 288,
		.counter_hz = 62500000,
		.image_base = 0x70000000,
		.ram = { { 0x40000000, 0x80000000 } },
		.num_ram = 1 };

	memset(system, 0, sizeof(*system));
	system->file = "mutant";
	fuzz_forget_errors();
	if (sdf_parse_text(text, length, system)) {
		subsystem_expand(&options, &board, system);
		rules_apply(&options, &board, system);
	} else if (fuzz_errors() == 0)
		abort(); /* a failure that nobody is told of */
	return fuzz_errors();
}

/* What expand prints; standard output is a file. */
static struct text expand(const struct system *system)
{
	struct stat status;
	struct text plain;

	if (ftruncate(STDOUT_FILENO, 0) != 0 || lseek(STDOUT_FILENO, 0, SEEK_SET) != 0 ||
		expand_print(system) != 0 || fstat(STDOUT_FILENO, &status) != 0)
		abort();
	plain.length = (size_t)status.st_size;
	plain.bytes = list_allocate(plain.length);
	if (pread(STDOUT_FILENO, plain.bytes, plain.length, 0) != status.st_size)
		abort();
	return plain;
}

static void judge_expansion(const struct system *system)
{
	struct text plain = expand(system), plainer;
	struct system again;

	if (expand_write_blobs(system, ".") != 0)
		abort();
	if (judge(plain.bytes, plain.length, &again) != 0)
		abort();
	plainer = expand(&again);
	if (plainer.length != plain.length ||
		memcmp(plainer.bytes, plain.bytes, plain.length) != 0)
		abort();
}

static bool judge_mutant(void)
{
	struct text text = mutant();
	struct system system;

	if (judge(text.bytes, text.length, &system) != 0)
		return false;
	judge_expansion(&system);
	return true;
}

static const char *keep_mutant(void)
{
	struct text text = mutant();

	fuzz_write("mutant.system", text.bytes, text.length);
	return "mutant.system";
}

int main(int argc, char **argv)
{
	static const struct fuzz_campaign campaign = { .what = "system files",
		.variable = "SYSTEM_FILES",
		.mutants = 20000,
		.batch = 200,
		.judge = judge_mutant,
		.keep = keep_mutant };

	for (int i = 1; i < argc; i++) {
		struct text *text = LIST_ADD(seeds, num_seeds);

		if (!search_read(argv[i], &text->bytes, &text->length)) {
			printf("not ok - reading %s\n", argv[i]);
			return 1;
		}
	}
	if (num_seeds == 0) {
		printf("not ok - no files\n");
		return 1;
	}
	return fuzz_run(&campaign);
}
