/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `microkit symbolise`: puts names to the addresses of a post-mortem.
 *
 * A post-mortem is what the debug kernel prints when a PD without a parent
 * faults: lines that contain "LIONSOS|", from POST-MORTEM to END. Each is
 * printed as it is, with <function+offset> behind what may be an address in the
 * PD's program; after the END comes the likely chain of calls: the pc, then each
 * word of x30 and the stack to which a call in the program would return. Such a
 * word may be left over from an earlier call; it is a hint, not a proof. All
 * other lines pass unchanged.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kernel/limits.h>

#include "list.h"
#include "model.h"
#include "search.h"
#include "symbols.h"

enum { CHAIN_MOST = 48, LINK_REGISTER = 30, INSTRUCTION_BYTES = 4 };

static const char help[] =
	"usage: microkit symbolise [--search-path P]... SYSTEM [POST-MORTEM]\n"
	"\n"
	"Prints the kernel's output, from the file POST-MORTEM or the standard input,\n"
	"with the names of functions behind the addresses of post-mortems, and the "
	"likely\n"
	"chain of calls after each. SYSTEM is the system file that the image was built\n"
	"from, or the plain file of it that `microkit expand` prints, if a component of\n"
	"a subsystem element is in question. Programs are looked for in the\n"
	"current directory and in each P. Lines of source are added if llvm-addr2line "
	"is\n"
	"installed.\n";

static const char marker[] = "LIONSOS|";

/* Why an address is in the chain. */
struct step {
	uint64_t vaddr;
	const char *where; /* "pc", "x30", "stack" */
};

struct post_mortem {
	char name[NAME_BYTES];
	struct symbols *symbols; /* NULL: not known */
	struct step chain[CHAIN_MOST];
	size_t num_chain;
};

struct program {
	const char *file;
	struct symbols *symbols; /* NULL: could not be read */
};

struct symboliser {
	struct options options;
	struct system system;
	struct program *programs; /* those that were needed */
	size_t num_programs;
	struct post_mortem now;
	bool inside; /* a post-mortem */
	bool failed; /* one was met whose program is not known */
};

/* ---- programs ---- */

static struct symbols *load_once(struct symboliser *all, const char *file)
{
	struct program *program;

	for (size_t i = 0; i < all->num_programs; i++) {
		if (strcmp(all->programs[i].file, file) == 0)
			return all->programs[i].symbols;
	}
	program = LIST_ADD(all->programs, all->num_programs);
	program->file = file;
	program->symbols = list_allocate(sizeof(*program->symbols));
	if (!symbols_load(file, program->symbols))
		program->symbols = NULL;
	return program->symbols;
}

/* The program of the PD; the one for symbols if the first has none. */
static struct symbols *find_symbols(struct symboliser *all, const char *name)
{
	struct symbols *symbols = NULL;

	for (size_t i = 0; i < all->system.num_pds; i++) {
		const struct pd *pd = &all->system.pds[i];
		const char *paths[] = { pd->image_path, pd->symbols_path };

		if (strcmp(pd->name, name) != 0)
			continue;
		for (size_t p = 0;
			p < 2 && (symbols == NULL || symbols->num_entries == 0); p++) {
			uint64_t bytes;
			const char *file = paths[p] == NULL ? NULL
							    : search_file(&all->options,
								      paths[p], &bytes);

			if (file != NULL)
				symbols = load_once(all, file);
			else if (p == 0)
				diag_error(all->options.system_file, &pd->image_at, NULL,
					"give its directory with --search-path",
					"%s of '%s' is not found", paths[p], name);
		}
		return symbols;
	}
	diag_error(all->options.system_file, NULL, NULL,
		"give the system file that the image was built from; for a component the "
		"plain file that `microkit expand` prints of it",
		"the post-mortem's PD '%s' is not in the system file", name);
	return NULL;
}

/* ---- one line ---- */

static void add_step(struct post_mortem *now, uint64_t vaddr, const char *where)
{
	if (now->num_chain < CHAIN_MOST)
		now->chain[now->num_chain++] = (struct step){ vaddr, where };
}

/* Is the word a place that a call returns to, and not just the one seen last? */
static void add_return(struct post_mortem *now, uint64_t word, const char *where)
{
	if (symbols_follows_call(now->symbols, word) &&
		(now->num_chain == 0 || now->chain[now->num_chain - 1].vaddr != word))
		add_step(now, word, where);
}

/* `before` is the word in front of a number: "pc", "x30", or that of a stack line. */
static void note_word(struct post_mortem *now, const char *before, size_t before_bytes,
	bool stack, uint64_t word)
{
	if (stack)
		add_return(now, word, "stack");
	else if (before_bytes == 2 && strncmp(before, "pc", 2) == 0)
		add_step(now, word, "pc");
	else if (before_bytes == 3 && strncmp(before, "x30", 3) == 0)
		add_return(now, word, "x30");
}

static void print_name(const struct symbols *symbols, uint64_t vaddr)
{
	uint64_t offset;
	const char *name = symbols_find(symbols, vaddr, &offset);

	if (name != NULL)
		printf(" <%s+0x%" PRIx64 ">", name, offset);
}

/*
 * Prints the line, with names behind the numbers; the address that a stack line
 * begins with is followed by a colon and is not a word of the stack. Numbers are
 * "0x" and at most 16 digits.
 */
static void print_words(struct post_mortem *now, const char *line)
{
	const char *before = "";
	size_t before_bytes = 0;
	const char *stack_word = strstr(line, "stack ");
	const char *at = line;

	while (*at != '\0') {
		size_t blanks = strspn(at, " \t");
		size_t bytes = strcspn(at + blanks, " \t\r\n");
		const char *word = at + blanks;
		char *end;
		uint64_t number = strtoull(word, &end, 16);

		printf("%.*s", (int)(blanks + bytes), at);
		if (bytes > 2 && strncmp(word, "0x", 2) == 0 && end == word + bytes) {
			print_name(now->symbols, number);
			note_word(now, before, before_bytes, stack_word != NULL, number);
		}
		before = word;
		before_bytes = bytes;
		at = word + bytes;
		if (bytes == 0) {
			/* The line's end. */
			fputs(at, stdout);
			return;
		}
	}
}

/* ---- a post-mortem ---- */

/* "POST-MORTEM pd 'NAME' (id N): REASON"; a name may have a quote in it. */
static void begin(struct symboliser *all, const char *text)
{
	const char *name = strstr(text, "pd '");
	const char *end = NULL;

	memset(&all->now, 0, sizeof(all->now));
	all->inside = true;
	for (const char *at = name; at != NULL; at = strstr(at + 1, "' (id "))
		end = at;
	if (name != NULL && end > name + 3 && (size_t)(end - name - 4) < NAME_BYTES) {
		memcpy(all->now.name, name + 4, (size_t)(end - name - 4));
		/* What is printed so far stays in front of messages about it. */
		fflush(stdout);
		all->now.symbols = find_symbols(all, all->now.name);
	}
	if (all->now.symbols == NULL)
		all->failed = true;
}

static void end(struct symboliser *all)
{
	const struct post_mortem *now = &all->now;
	uint64_t vaddrs[CHAIN_MOST];
	const char *lines[CHAIN_MOST];

	all->inside = false;
	if (now->symbols == NULL || now->num_chain == 0)
		return;
	for (size_t i = 0; i < now->num_chain; i++)
		/* A return address is behind the call; its line is that of the call. */
		vaddrs[i] = now->chain[i].vaddr - (strcmp(now->chain[i].where, "pc") == 0
								  ? 0u
								  : INSTRUCTION_BYTES);
	symbols_lines(now->symbols->elf.file, vaddrs, now->num_chain, lines);
	printf("Likely chain of calls of '%s', innermost first:\n", now->name);
	for (size_t i = 0; i < now->num_chain; i++) {
		printf("  %-5s 0x%016" PRIx64, now->chain[i].where, now->chain[i].vaddr);
		print_name(now->symbols, now->chain[i].vaddr);
		/* Of what is no code there may be a line that the linker left out. */
		if (lines[i] != NULL && symbols_is_code(now->symbols, vaddrs[i]))
			printf(" %s", lines[i]);
		putchar('\n');
	}
}

static void take_line(struct symboliser *all, const char *line)
{
	const char *text = strstr(line, marker);

	if (text != NULL)
		text += sizeof(marker) - 1;
	if (text == NULL || (!all->inside && strncmp(text, "POST-MORTEM ", 12) != 0)) {
		fputs(line, stdout);
		return;
	}
	if (strncmp(text, "POST-MORTEM ", 12) == 0) {
		fputs(line, stdout);
		begin(all, text);
	} else if (strncmp(text, "END", 3) == 0) {
		fputs(line, stdout);
		if (strchr(line, '\n') == NULL)
			putchar('\n');
		end(all);
	} else if (all->now.symbols == NULL) {
		fputs(line, stdout);
	} else {
		print_words(&all->now, line);
	}
}

/* ---- the command ---- */

static bool read_words(int argc, char **argv, struct options *options, const char **file)
{
	*LIST_ADD(options->search_paths, options->num_search_paths) = ".";
	for (int i = 1; i < argc; i++) {
		bool value = i + 1 < argc;

		if (strcmp(argv[i], "--search-path") == 0 && value)
			*LIST_ADD(options->search_paths,
				options->num_search_paths) = argv[++i];
		else if (strncmp(argv[i], "--search-path=", 14) == 0)
			*LIST_ADD(options->search_paths,
				options->num_search_paths) = argv[i] + 14;
		else if (argv[i][0] == '-' && argv[i][1] != '\0')
			return false;
		else if (options->system_file == NULL)
			options->system_file = argv[i];
		else if (*file == NULL)
			*file = argv[i];
		else
			return false;
	}
	return options->system_file != NULL;
}

int symbolise_main(int argc, char **argv)
{
	struct symboliser all = { 0 };
	struct board board = { .num_cores = CORE_MAX, .num_irqs = IRQ_MAX };
	const char *file = NULL;
	FILE *input = stdin;
	char *line = NULL;
	size_t room = 0;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0) {
			fputs(help, stdout);
			return 0;
		}
	}
	if (!read_words(argc, argv, &all.options, &file)) {
		fputs(help, stderr);
		return 1;
	}
	if (!sdf_parse(&all.options, &board, &all.system))
		return 1;
	if (file != NULL && strcmp(file, "-") != 0)
		input = fopen(file, "r");
	if (input == NULL) {
		diag_error(file, NULL, NULL,
			"give a file, or nothing for the standard input",
			"the post-mortem cannot be read");
		return 1;
	}
	while (getline(&line, &room, input) >= 0)
		take_line(&all, line);
	if (all.inside)
		end(&all);
	free(line);
	if (input != stdin)
		fclose(input);
	return all.failed || diag_errors() != 0 ? 1 : 0;
}
