/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Prints the picture or the report of a system made by hand, or what it consists
 * of, names in hexadecimal:
 *   print picture|overview|report|facts NAME    (names: fixture.h)
 */
#include <stdio.h>
#include <string.h>

#include "fixture.h"
#include "picture.h"
#include "report.h"

static void print_name(const char *kind, const char *name)
{
	printf("%s ", kind);
	for (const char *at = name; *at != '\0'; at++)
		printf("%02x", (unsigned char)*at);
	printf("\n");
}

static void print_facts(const struct system *system)
{
	for (size_t i = 0; i < system->num_pds; i++)
		print_name("pd", system->pds[i].name);
	for (size_t i = 0; i < system->num_regions; i++)
		print_name("region", system->regions[i].name);
	for (size_t i = 0; i < system->num_channels; i++) {
		const struct channel_end *end = system->channels[i].end;

		printf("channel %zu %zu%s%s%s%s\n", end[0].pd, end[1].pd,
			end[0].pp ? " call" : "", end[1].pp ? " called" : "",
			end[0].notify ? " notify" : "", end[1].notify ? " notified" : "");
	}
}

int main(int argc, char **argv)
{
	struct fixture fixture;

	if (argc != 3 || !fixture_make(&fixture, argv[2])) {
		fprintf(stderr, "usage: print picture|overview|report|facts NAME\n");
		return 2;
	}
	if (strcmp(argv[1], "picture") == 0)
		picture_print(stdout, &fixture.board, &fixture.system, &fixture.layout);
	else if (strcmp(argv[1], "overview") == 0)
		picture_print_overview(
			stdout, &fixture.board, &fixture.system, &fixture.layout);
	else if (strcmp(argv[1], "report") == 0)
		report_print(stdout, &fixture.options, &fixture.board, &fixture.system,
			&fixture.layout);
	else
		print_facts(&fixture.system);
	return 0;
}
