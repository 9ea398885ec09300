/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of source, as far as a program that can read them is installed:
 * llvm-addr2line prints one line of text per address, in the order asked.
 */
#include <inttypes.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "list.h"
#include "symbols.h"

enum { ADDRESS_BYTES = 24, LINE_BYTES = 4096 };

extern char **environ;

static const char *const programs[] = { "llvm-addr2line-14", "llvm-addr2line" };

/* Starts the program with its output in a pipe; -1 if it cannot. */
static pid_t start(const char *program, char **words, int *output)
{
	posix_spawn_file_actions_t actions;
	int ends[2];
	pid_t child;
	int error;

	if (pipe(ends) != 0)
		return -1;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
	error = posix_spawnp(&child, program, &actions, NULL, words, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (error != 0) {
		close(ends[0]);
		return -1;
	}
	*output = ends[0];
	return child;
}

/* Takes what the program prints; false if it is not what was asked for. */
static bool take(pid_t child, int output, size_t num, const char **lines)
{
	FILE *stream = fdopen(output, "r");
	char text[LINE_BYTES];
	size_t got = 0;
	int status = 0;

	if (stream == NULL) {
		close(output);
	} else {
		while (got < num && fgets(text, sizeof(text), stream) != NULL) {
			size_t bytes = strcspn(text, "\n");

			/* "??:0" and "file.c:0" are for what has no line. */
			lines[got++] = text[0] == '?' || strstr(text, ":0\n") != NULL
					       ? NULL
					       : list_copy_text(text, bytes);
		}
		fclose(stream);
	}
	while (waitpid(child, &status, 0) < 0)
		;
	return got == num && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void symbols_lines(
	const char *file, const uint64_t *vaddrs, size_t num, const char **lines)
{
	char **words = list_allocate((num + 4) * sizeof(*words));
	char *texts = list_allocate(num * ADDRESS_BYTES);
	bool done = num == 0;

	words[1] = list_copy_text("-e", 2);
	words[2] = list_copy_text(file, strlen(file));
	for (size_t i = 0; i < num; i++) {
		words[3 + i] = texts + i * ADDRESS_BYTES;
		snprintf(words[3 + i], ADDRESS_BYTES, "0x%" PRIx64, vaddrs[i]);
	}
	for (size_t i = 0; !done && i < sizeof(programs) / sizeof(programs[0]); i++) {
		int output;
		pid_t child;

		words[0] = list_copy_text(programs[i], strlen(programs[i]));
		child = start(programs[i], words, &output);
		done = child >= 0 && take(child, output, num, lines);
	}
	for (size_t i = 0; !done && i < num; i++)
		lines[i] = NULL;
	free(words);
	free(texts);
}
