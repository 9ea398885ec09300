/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The system builder alone, with the sanitisers, for test_build.py:
 *
 *   build_driver build SDK BOARD CONFIG SYSTEM OUTPUT [SEARCH-PATH ...]
 *   build_driver elf FILE...      reads each as far as the builder ever does
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../elf_symbols.h"
#include "../model.h"

static int run_build(int argc, char **argv)
{
	const char **paths = calloc((size_t)argc, sizeof(*paths));
	struct options options = {
		.sdk = argv[2],
		.board = argv[3],
		.config = argv[4],
		.system_file = argv[5],
		.output = argv[6],
		.report = "report.txt",
		.search_paths = paths,
	};
	struct board board = { 0 };
	struct system system = { 0 };
	struct layout layout = { 0 };

	paths[options.num_search_paths++] = ".";
	for (int i = 7; i < argc; i++)
		paths[options.num_search_paths++] = argv[i];
	if (!board_load(&options, &board) || !sdf_parse(&options, &board, &system))
		return 1;
	subsystem_expand(&options, &board, &system);
	rules_apply(&options, &board, &system);
	bool good = build_image(&options, &board, &system, &layout);
	if (good != (diag_errors() == 0)) {
		puts("build_image and diag_errors disagree");
		return 2;
	}
	return good ? 0 : 1;
}

/* Reads every symbol and scans the code; touches each byte of each segment. */
static int run_elf(int argc, char **argv)
{
	unsigned sum = 0;
	int accepted = 0;

	for (int i = 2; i < argc; i++) {
		struct elf elf;
		uint64_t vaddr = 0, bytes = 0;
		if (!elf_load(argv[i], &elf))
			continue;
		accepted++;
		for (size_t s = 0; s < elf.num_segments; s++)
			for (uint64_t b = 0; b < elf.segments[s].file_bytes; b++)
				sum += elf.data[elf.segments[s].file_offset + b];
		for (size_t s = 0; s < elf_symbol_count(&elf); s++) {
			struct elf_symbol symbol;
			if (elf_symbol_at(&elf, s, &symbol))
				sum += (unsigned)strlen(symbol.name);
		}
		sum += elf_symbol(&elf, "microkit_name", &vaddr, &bytes);
		sum += elf_fpu_use(&elf, &vaddr);
	}
	printf("%d accepted, sum %u\n", accepted, sum);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc >= 7 && strcmp(argv[1], "build") == 0)
		return run_build(argc, argv);
	if (argc >= 3 && strcmp(argv[1], "elf") == 0)
		return run_elf(argc, argv);
	fputs("usage: build_driver build|elf ...\n", stderr);
	return 2;
}
