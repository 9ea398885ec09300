/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of `microkit` and of `microkit expand`: Microkit's options,
 * and --picture.
 *
 * As in Microkit, --search-path takes every word up to the next option. If no
 * system file is given elsewhere, the last of these words is it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "list.h"

#define PATH_BYTES 4096

enum option {
	OPTION_BOARD,
	OPTION_CONFIG,
	OPTION_OUTPUT,
	OPTION_REPORT,
	OPTION_PICTURE,
	OPTION_OVERVIEW,
	OPTION_IMAGE_TYPE,
	OPTION_SEARCH_PATH,
	OPTION_BLOBS,
	OPTION_COUNT
};

static const struct {
	const char *name, *letter;
} option_names[OPTION_COUNT] = {
	[OPTION_BOARD] = { "--board", NULL },
	[OPTION_CONFIG] = { "--config", NULL },
	[OPTION_OUTPUT] = { "--output", "-o" },
	[OPTION_REPORT] = { "--report", "-r" },
	[OPTION_PICTURE] = { "--picture", NULL },
	[OPTION_OVERVIEW] = { "--overview", NULL },
	[OPTION_IMAGE_TYPE] = { "--image-type", NULL },
	[OPTION_SEARCH_PATH] = { "--search-path", NULL },
	[OPTION_BLOBS] = { "--blobs", NULL },
};

/* Options that Microkit has and that mean nothing here. */
static const struct {
	const char *name, *why;
} refused[] = {
	{ "--override-kernel", "the SDK's kernels are chosen by --config" },
	{ "--capdl-json", "there is no capDL; `microkit check` audits the image itself" },
	{ "--viper-output", "there are no Viper predicates of the capabilities" },
};

static const char help[] =
	"usage: microkit [-h] --board BOARD --config CONFIG [options] SYSTEM\n"
	"       microkit expand --board BOARD --config CONFIG [options] SYSTEM\n"
	"       microkit check [-h] ...\n"
	"       microkit symbolise [-h] ...\n"
	"\n"
	"Builds a bootable image from SYSTEM, a system description in XML, and from the "
	"ELF\n"
	"files that it names. The sub-commands:\n"
	"  expand     print the plain Microkit file that SYSTEM means\n"
	"  check      check a finished image against its system file, byte by byte\n"
	"  symbolise  turn the addresses of a post-mortem into names\n"
	"\n"
	"options:\n"
	"  -h, --help              this text\n"
	"  --board BOARD           a directory of <sdk>/board\n"
	"  --config CONFIG         debug, release or benchmark\n"
	"  --search-path P [P ...] where to look for ELF and prefill files, after the\n"
	"                          current directory; the SDK's components are "
	"behind\n"
	"  -o, --output FILE       the image (default: loader.img)\n"
	"  -r, --report FILE       what the image consists of (default: report.txt)\n"
	"  --picture FILE          the system as SVG (default: the report's name with "
	".svg)\n"
	"  --overview FILE         PDs and channels alone as SVG (default: none)\n"
	"  --image-type binary     the only one there is\n"
	"  --blobs DIRECTORY       of expand: where to write the prefill files that the\n"
	"                          plain file names\n"
	"\n"
	"The SDK is the one that this program lies in (<sdk>/bin/microkit), or "
	"MICROKIT_SDK.\n"
	"On an error nothing is written, the exit status is 1, and each mistake is "
	"reported\n"
	"with its place, the rule and a fix.\n";

struct words {
	int argc;
	char **argv;
	int next;
	const char *value[OPTION_COUNT];
	const char *system;
	bool bad;
};

static void complain(struct words *words, const char *what, const char *fix)
{
	diag_error(NULL, NULL, NULL, fix, "%s", what);
	words->bad = true;
}

static void complain_about(struct words *words, const char *word, const char *what)
{
	diag_error(NULL, NULL, NULL, "see microkit --help", "%s: %s", word, what);
	words->bad = true;
}

static bool is_option(const char *word)
{
	return word[0] == '-' && word[1];
}

/* The option that the word names; *value is what follows a '=', or NULL. */
static enum option find_option(const char *word, const char **value)
{
	const char *equals = strchr(word, '=');
	size_t length = equals ? (size_t)(equals - word) : strlen(word);

	*value = equals ? equals + 1 : NULL;
	for (unsigned i = 0; i < OPTION_COUNT; i++) {
		const char *name = option_names[i].name;

		if (strlen(name) == length && strncmp(name, word, length) == 0)
			return (enum option)i;
		if (option_names[i].letter && strcmp(option_names[i].letter, word) == 0)
			return (enum option)i;
	}
	return OPTION_COUNT;
}

static void take_unknown(struct words *words, const char *word)
{
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		if (strcmp(refused[i].name, word) != 0)
			continue;
		complain_about(words, word, refused[i].why);
		if (words->next < words->argc && !is_option(words->argv[words->next]))
			words->next++;
		return;
	}
	complain_about(words, word, "there is no such option");
}

static void take_search_paths(
	struct words *words, struct options *options, const char *value)
{
	if (value)
		*LIST_ADD(options->search_paths, options->num_search_paths) = value;
	while (!value && words->next < words->argc &&
		!is_option(words->argv[words->next]))
		*LIST_ADD(options->search_paths,
			options->num_search_paths) = words->argv[words->next++];
}

static void take_option(struct words *words, struct options *options, const char *word)
{
	const char *value;
	enum option option = find_option(word, &value);

	if (option == OPTION_COUNT) {
		take_unknown(words, word);
	} else if (option == OPTION_SEARCH_PATH) {
		take_search_paths(words, options, value);
	} else if (!value && words->next >= words->argc) {
		complain_about(words, word, "the option needs a value");
	} else if (words->value[option]) {
		complain_about(words, word, "the option is given twice");
		words->next += value ? 0 : 1;
	} else {
		words->value[option] = value ? value : words->argv[words->next++];
	}
}

static void take_words(struct words *words, struct options *options)
{
	*LIST_ADD(options->search_paths, options->num_search_paths) = ".";
	while (words->next < words->argc) {
		const char *word = words->argv[words->next++];

		if (is_option(word))
			take_option(words, options, word);
		else if (!words->system)
			words->system = word;
		else
			complain_about(words, word, "there is a system file already");
	}
	if (!words->system && options->num_search_paths > 1)
		words->system = options->search_paths[--options->num_search_paths];
}

/* The report's name with .svg in place of what follows its last dot. */
static const char *default_picture(const char *report)
{
	const char *slash = strrchr(report, '/');
	const char *dot = strrchr(slash ? slash : report, '.');
	size_t stem = dot ? (size_t)(dot - report) : strlen(report);
	char *name = list_allocate(stem + sizeof(".svg"));

	memcpy(name, report, stem);
	memcpy(name + stem, ".svg", sizeof(".svg"));
	return name;
}

/* <sdk>/bin/microkit gives <sdk>; NULL if the executable lies elsewhere. */
static const char *find_sdk(void)
{
	const char *named = getenv("MICROKIT_SDK");
	char path[PATH_BYTES];
	ssize_t length;

	if (named && *named)
		return named;
	length = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (length <= 0)
		return NULL;
	path[length] = '\0';
	for (int level = 0; level < 2; level++) {
		char *slash = strrchr(path, '/');

		if (!slash)
			return NULL;
		*slash = '\0';
	}
	return list_copy_text(path, strlen(path));
}

/* Where the SDK has its components. */
static const char *component_path(const struct options *options)
{
	size_t bytes = strlen(options->sdk) + strlen(options->board) +
		       strlen(options->config) + sizeof("/board///elf");
	char *path = list_allocate(bytes);

	snprintf(path, bytes, "%s/board/%s/%s/elf", options->sdk, options->board,
		options->config);
	return path;
}

/* Whether the file is one of those that are always written. */
static bool is_output(const struct options *options, const char *file)
{
	return file && (strcmp(file, options->output) == 0 ||
			       strcmp(file, options->report) == 0 ||
			       strcmp(file, options->picture) == 0);
}

static void judge(struct words *words, const struct options *options)
{
	const char *type = words->value[OPTION_IMAGE_TYPE];

	if (!options->system_file)
		complain(words, "no system file", "microkit --board B --config C SYSTEM");
	if (!options->board)
		complain(words, "no board",
			"--board BOARD, one of the directories in <sdk>/board");
	if (!options->config)
		complain(words, "no configuration", "--config debug|release|benchmark");
	if (!options->sdk)
		complain(words, "no SDK found", "set MICROKIT_SDK to its directory");
	if (type && strcmp(type, "elf") != 0 && strcmp(type, "uimage") != 0 &&
		strcmp(type, "binary") != 0)
		complain_about(words, type, "there is no such image type");
	else if (type && strcmp(type, "binary") != 0)
		complain_about(words, type, "this image type is not made; binary is");
	if (strcmp(options->output, options->report) == 0 ||
		strcmp(options->output, options->picture) == 0 ||
		is_output(options, options->overview) ||
		strcmp(options->report, options->picture) == 0)
		complain(words, "image, report and picture have the same name",
			"give each a name of its own");
	if (options->system_file &&
		(is_output(options, options->system_file) ||
			(options->overview &&
				strcmp(options->system_file, options->overview) == 0)))
		complain(words, "an output would overwrite the system file",
			"give the output another name");
}

enum command_result command_parse(int argc, char **argv, struct options *options)
{
	struct words words = { .argc = argc, .argv = argv, .next = 1 };

	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0)
			return COMMAND_HELP;
	memset(options, 0, sizeof(*options));
	take_words(&words, options);
	options->system_file = words.system;
	options->board = words.value[OPTION_BOARD];
	options->config = words.value[OPTION_CONFIG];
	options->output = words.value[OPTION_OUTPUT];
	options->report = words.value[OPTION_REPORT];
	options->picture = words.value[OPTION_PICTURE];
	options->overview = words.value[OPTION_OVERVIEW];
	options->blobs = words.value[OPTION_BLOBS];
	if (!options->output)
		options->output = "loader.img";
	if (!options->report)
		options->report = "report.txt";
	if (!options->picture)
		options->picture = default_picture(options->report);
	options->sdk = find_sdk();
	if (options->sdk && options->board && options->config)
		*LIST_ADD(options->search_paths,
			options->num_search_paths) = component_path(options);
	judge(&words, options);
	return words.bad ? COMMAND_BAD : COMMAND_RUN;
}

void command_help(void)
{
	fputs(help, stdout);
}
