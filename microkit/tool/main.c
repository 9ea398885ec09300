/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `microkit`: from a system file and ELF files to a bootable image.
 *
 *   system file -> sdf.c -> subsystem.c -> struct system -> rules.c
 *                                     -> build.c -> image
 *                                     -> report.c, picture.c
 *
 * Nothing is written before the whole system is judged, and with an error no
 * output stays behind, not even one of an earlier run: whoever goes on after an
 * error shall not boot an old image.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command.h"
#include "model.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} programs[] = {
	{ "check", check_main },
	{ "symbolise", symbolise_main },
};

/* Only regular files: somebody may write to /dev/null or a pipe. */
static void remove_output(const char *file)
{
	struct stat status;

	if (lstat(file, &status) == 0 && S_ISREG(status.st_mode))
		unlink(file);
}

static bool read_system(
	const struct options *options, struct board *board, struct system *system)
{
	if (!board_load(options, board))
		return false;
	diag_hold();
	if (sdf_parse(options, board, system)) {
		subsystem_expand(options, board, system);
		rules_apply(options, board, system);
		facts_fill(board, system);
	}
	diag_release();
	return diag_errors() == 0;
}

static bool build(const struct options *options)
{
	struct board board = { 0 };
	struct system system = { 0 };
	struct layout layout = { 0 };

	if (!read_system(options, &board, &system) ||
		!build_image(options, &board, &system, &layout) ||
		!report_write(options, &board, &system, &layout) ||
		!picture_write(options, &board, &system, &layout))
		return false;
	return diag_errors() == 0;
}

static int expand_main(int argc, char **argv)
{
	struct options options;
	struct board board = { 0 };
	struct system system = { 0 };

	switch (command_parse(argc, argv, &options)) {
	case COMMAND_HELP:
		command_help();
		return 0;
	case COMMAND_BAD:
		return 1;
	case COMMAND_RUN:
		break;
	}
	if (!read_system(&options, &board, &system))
		return 1;
	if (options.blobs && expand_write_blobs(&system, options.blobs) != 0)
		return 1;
	return expand_print(&system);
}

static int build_main(int argc, char **argv)
{
	struct options options;

	switch (command_parse(argc, argv, &options)) {
	case COMMAND_HELP:
		command_help();
		return 0;
	case COMMAND_BAD:
		return 1;
	case COMMAND_RUN:
		break;
	}
	if (options.blobs)
		diag_error(NULL, NULL, NULL, "microkit expand --blobs DIRECTORY ...",
			"--blobs: an image has its blobs inside");
	else if (build(&options))
		return 0;
	remove_output(options.output);
	remove_output(options.report);
	remove_output(options.picture);
	if (options.overview)
		remove_output(options.overview);
	return 1;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		command_help();
		return 1;
	}
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strcmp(argv[1], programs[i].name) == 0)
			return programs[i].run(argc - 1, argv + 1);
	if (strcmp(argv[1], "expand") == 0)
		return expand_main(argc - 1, argv + 1);
	return build_main(argc, argv);
}
