/* SPDX-License-Identifier: BSD-2-Clause */
/* `microkit check`: the command line, and the order of the parts. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "boardfile.h"
#include "check.h"
#include "wanted.h"

#define PATH_BYTES 4096u

static const char usage[] =
	"usage: microkit check --board B --config C [--search-path P ...] [--owners]\n"
	"                      image.img system.xml\n"
	"\n"
	"Re-reads a finished image, the system file and all that it names, and accounts "
	"for\n"
	"every byte. Exit status 0: the image is what the system file says.\n"
	"\n"
	"  --board B         the board, as when the image was built\n"
	"  --config C        debug, release or benchmark\n"
	"  --search-path P   where programs and prefill files are, besides here and the "
	"SDK\n"
	"  --owners          also list who owns which bytes of the image\n";

struct arguments {
	const char *board, *config, *image, *system;
	const char **search_paths;
	size_t num_search_paths;
	bool owners, help;
};

static void add_search_path(struct arguments *a, const char *path)
{
	size_t n = a->num_search_paths;
	a->search_paths = store_append(
		a->search_paths, &a->num_search_paths, sizeof *a->search_paths);
	a->search_paths[n] = path;
}

/* As the tool: --search-path takes all words up to the next option. */
static bool arguments_read(int argc, char **argv, struct arguments *a)
{
	size_t first_path;
	add_search_path(a, ".");
	first_path = a->num_search_paths;
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		bool more = i + 1 < argc;
		if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
			a->help = true;
		else if (strcmp(word, "--owners") == 0)
			a->owners = true;
		else if (strcmp(word, "--board") == 0 && more)
			a->board = argv[++i];
		else if (strcmp(word, "--config") == 0 && more)
			a->config = argv[++i];
		else if (strcmp(word, "--search-path") == 0 && more)
			while (i + 1 < argc && argv[i + 1][0] != '-')
				add_search_path(a, argv[++i]);
		else if (word[0] == '-')
			return false;
		else if (a->image == NULL)
			a->image = word;
		else if (a->system == NULL)
			a->system = word;
		else
			return false;
	}
	/* After --search-path the last two words are the files. */
	if (a->image == NULL && a->num_search_paths >= first_path + 2) {
		a->system = a->search_paths[--a->num_search_paths];
		a->image = a->search_paths[--a->num_search_paths];
	}
	return a->help || (a->board != NULL && a->config != NULL && a->system != NULL);
}

/* $MICROKIT_SDK, or the directory above the one that this program is in. */
static const char *sdk_find(void)
{
	const char *sdk = getenv("MICROKIT_SDK");
	char path[PATH_BYTES];
	if (sdk != NULL && sdk[0] != '\0')
		return sdk;
	ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
	if (length <= 0)
		return ".";
	path[length] = '\0';
	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(path, '/');
		if (slash != NULL)
			*slash = '\0';
	}
	return store_text("%s", path);
}

static bool inputs_load(struct check *c, struct arguments *a, struct board_facts *board)
{
	struct wanted *w = c->wanted;
	if (!boardfile_load(c, sdk_find(), a->board, a->config, board))
		return false;
	add_search_path(a, store_text("%s/elf", board->directory));
	w->search_paths = a->search_paths;
	w->num_search_paths = a->num_search_paths;
	if (!wanted_load(c))
		return false;
	if (!store_read(a->image, &c->image)) {
		complaint_in(c, a->image, NULL, "cannot be read");
		return false;
	}
	c->base = board->image_base;
	c->visits = store_alloc(c->image.size / PAGE_BYTES + 1, sizeof *c->visits);
	if (c->base % PAGE_BYTES != 0 ||
		!boardfile_in_ram(board, c->base, c->image.size)) {
		complaint_in(c, a->image, NULL, "does not fit into RAM at 0x%" PRIx64,
			c->base);
		return false;
	}
	return true;
}

static void image_check(struct check *c)
{
	if (!loader_check(c))
		return;
	loader_claim_ranges(c);
	kernelspace_check(c);
	if (constants_check(c)) {
		invariant_check(c);
		pdspace_check(c);
	}
	claim_settle(c);
	loader_check_memory(c);
}

int check_main(int argc, char **argv)
{
	struct arguments a = { 0 };
	if (!arguments_read(argc, argv, &a)) {
		fputs(usage, stderr);
		return 2;
	}
	if (a.help) {
		fputs(usage, stdout);
		return 0;
	}
	struct board_facts board = { 0 };
	struct wanted wanted = { .file = a.system };
	struct check c = { .image_file = a.image,
		.board = &board,
		.wanted = &wanted,
		.stub_paddr = NOWHERE };
	if (inputs_load(&c, &a, &board))
		image_check(&c);
	complaint_print(&c);
	if (a.owners)
		claim_print(&c);
	if (c.num_errors != 0) {
		fprintf(stderr, "%s: %zu complaints\n", a.image, c.num_errors);
		return 1;
	}
	printf("%s: all %" PRIu64
	       " bytes are accounted for, for %zu protection domains\n",
		a.image, c.image.size, wanted.num_pds);
	return 0;
}
