/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line of `microkit` and of `microkit expand`.
 */
#pragma once

#include <stdbool.h>

#include "model.h"

enum command_result {
	COMMAND_RUN,  /* options are filled */
	COMMAND_HELP, /* the help text is asked for */
	COMMAND_BAD   /* every mistake has been reported */
};

/*
 * Reads argv[1..], fills defaults in, finds the SDK (MICROKIT_SDK, or two
 * directories above the executable).
 */
enum command_result command_parse(int argc, char **argv, struct options *options);

void command_help(void);
