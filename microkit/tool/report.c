/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text report: what was built, where everything lies, and what each
 * protection domain may do. This file prints the image and the memory map and
 * calls the rest in order.
 */
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <kernel/image.h>

#include "describe.h"
#include "list.h"

/* ---- the physical memory map ---- */

struct range {
	uint64_t paddr;
	uint64_t bytes;
	const char *owner;
	const char *what;
};

static int compare_ranges(const void *left, const void *right)
{
	const struct range *a = left;
	const struct range *b = right;

	if (a->paddr != b->paddr)
		return a->paddr < b->paddr ? -1 : 1;
	if (a->bytes != b->bytes)
		return a->bytes > b->bytes ? -1 : 1;
	return strcmp(a->owner, b->owner);
}

/* What a segment is, by where the image format puts it. */
static const char *segment_name(
	const struct pd_layout *pd, const struct segment_layout *segment)
{
	if (segment->vaddr == IPC_BUFFER_VADDR)
		return "IPC buffer";
	if (segment->vaddr + segment->bytes == STACK_TOP_VADDR)
		return "stack";
	if (segment->vaddr >= pd->start_vaddr)
		return "start area";
	return "segment";
}

struct ranges {
	struct range *items;
	size_t num;
};

static void add_range(struct ranges *ranges, uint64_t paddr, uint64_t bytes,
	const char *owner, const char *what)
{
	*LIST_ADD(
		ranges->items, ranges->num) = (struct range){ paddr, bytes, owner, what };
}

/* The loader and the boot header fill the pages before the kernel's first. */
static void add_kernel(const struct report *report, struct ranges *ranges)
{
	const struct region_layout *kernel = &report->layout->kernel;
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < kernel->num_pieces; i++) {
		add_range(ranges, kernel->pieces[i].paddr, kernel->pieces[i].bytes,
			"kernel", "");
		if (kernel->pieces[i].paddr < first)
			first = kernel->pieces[i].paddr;
	}
	if (kernel->num_pieces != 0)
		add_range(ranges, report->board->image_base,
			first - report->board->image_base, "loader",
			"code and boot header");
}

static void add_pds(const struct report *report, struct ranges *ranges)
{
	for (size_t i = 0; i < report->layout->num_pds; i++) {
		const struct pd_layout *pd = &report->layout->pds[i];

		for (size_t s = 0; s < pd->num_segments; s++) {
			const struct segment_layout *segment = &pd->segments[s];

			/* The stub is one page, mapped by all. */
			if (segment->vaddr != pd->start_vaddr)
				add_range(ranges, segment->paddr, segment->bytes,
					report->system->pds[pd->pd].name,
					segment_name(pd, segment));
			else if (i == 0)
				add_range(ranges, segment->paddr, segment->bytes,
					"start stub", "of every PD");
		}
	}
}

static void add_regions(const struct report *report, struct ranges *ranges)
{
	for (size_t i = 0; i < report->system->num_regions; i++) {
		const struct region *region = &report->system->regions[i];
		struct region_piece whole = { region->paddr, region->bytes };
		const struct region_layout *placed =
			report->layout->regions == NULL
				? &(struct region_layout){ &whole, 1 }
				: &report->layout->regions[i];

		for (size_t p = 0; p < placed->num_pieces; p++)
			add_range(ranges, placed->pieces[p].paddr,
				placed->pieces[p].bytes, region->name,
				describe_is_device(report->board, region)
					? "device region"
				: placed->num_pieces > 1 ? "part of the region"
							 : "region");
	}
}

static void print_memory_map(const struct report *report)
{
	const struct layout *layout = report->layout;
	struct ranges list = { NULL, 0 };
	const struct range *ranges;

	add_kernel(report, &list);
	add_range(&list, layout->tables_paddr, layout->tables_bytes, "tables",
		"system tables and page tables");
	add_pds(report, &list);
	add_regions(report, &list);
	qsort(list.items, list.num, sizeof(*list.items), compare_ranges);
	ranges = list.items;

	fprintf(report->out, "\nPhysical memory\n---------------\n");
	for (size_t i = 0; i < report->board->num_ram; i++) {
		char bytes[DESCRIBE_BYTES];

		describe_bytes(bytes, report->board->ram[i].bytes);
		fprintf(report->out, "RAM 0x%010" PRIx64 " .. 0x%010" PRIx64 ", %s\n",
			report->board->ram[i].base,
			report->board->ram[i].base + (report->board->ram[i].bytes - 1),
			bytes);
	}
	fprintf(report->out, "\n  %-28s %10s  %s\n", "addresses", "size", "what");
	for (size_t i = 0; i < list.num; i++) {
		char bytes[DESCRIBE_BYTES];

		if (ranges[i].bytes == 0)
			continue;
		describe_bytes(bytes, ranges[i].bytes);
		fprintf(report->out,
			"  0x%010" PRIx64 "..0x%010" PRIx64 "   %10s  %s%s%s\n",
			ranges[i].paddr, ranges[i].paddr + (ranges[i].bytes - 1), bytes,
			ranges[i].owner, ranges[i].what[0] == '\0' ? "" : ": ",
			ranges[i].what);
	}
	free(list.items);
}

/* ---- the image ---- */

static void print_title(const struct report *report)
{
	static const char title[] = "System report: ";
	const char *name = describe_basename(report->system->file);

	fprintf(report->out, "%s%s\n", title, name);
	for (size_t i = 0; i < sizeof(title) - 1 + strlen(name); i++)
		putc('=', report->out);
	putc('\n', report->out);
}

static void print_image(const struct report *report)
{
	const struct layout *layout = report->layout;
	const struct board *board = report->board;
	FILE *out = report->out;
	char file[DESCRIBE_BYTES];
	char memory[DESCRIBE_BYTES];

	describe_bytes(file, layout->image_file_bytes);
	describe_bytes(memory, layout->image_memory_bytes);
	fprintf(out, "\nsystem file     %s\n", report->system->file);
	fprintf(out, "image           %s\n", report->options->output);
	fprintf(out, "board           %s (%s, ", board->name, board->arch);
	describe_count(out, board->num_cores, "core");
	fprintf(out, ", GICv%u, counter %" PRIu64 " Hz)\n", board->gic_version,
		board->counter_hz);
	fprintf(out, "configuration   %s\n", board->config);
	fprintf(out, "kernel          %s\n",
		layout->statistics_kernel
			? "kernel_statistics.elf: counts time, calls, faults of each PD"
		: strcmp(board->config, "benchmark") == 0
			? "kernel.elf, which always counts in this configuration"
			: "kernel.elf: without statistics, since no PD asks for them");
	fprintf(out, "image file      %s (%" PRIu64 " bytes)\n", file,
		layout->image_file_bytes);
	fprintf(out, "image in memory %s (%" PRIu64 " bytes) from 0x%010" PRIx64 "\n",
		memory, layout->image_memory_bytes, board->image_base);
	fprintf(out, "contents        ");
	describe_count(out, report->system->num_pds, "protection domain");
	fprintf(out, ", ");
	describe_count(out, report->system->num_channels, "channel");
	fprintf(out, ", ");
	describe_count(out, report->system->num_regions, "memory region");
	fprintf(out, "\n");
}

void report_print(FILE *out, const struct options *options, const struct board *board,
	const struct system *system, const struct layout *layout)
{
	struct report report = { .out = out,
		.options = options,
		.board = board,
		.system = system,
		.layout = layout };

	reach_compute(board, system, &report.reach);
	print_title(&report);
	print_image(&report);
	report_notes(&report);
	report_reach_summary(&report);
	report_schedule(&report);
	report_channels(&report);
	report_interrupts(&report);
	report_regions(&report);
	for (size_t i = 0; i < layout->num_pds; i++)
		report_pd(&report, &layout->pds[i]);
	print_memory_map(&report);
}

bool report_write(const struct options *options, const struct board *board,
	const struct system *system, const struct layout *layout)
{
	FILE *out = fopen(options->report, "w");
	bool written;

	if (out != NULL) {
		report_print(out, options, board, system, layout);
		written = ferror(out) == 0;
		written = fclose(out) == 0 && written;
		if (written)
			return true;
		remove(options->report);
	}
	diag_error(options->report, NULL, "the report is a file that can be written",
		"name another file with --report, or make room for this one",
		"cannot write the report: %s", strerror(errno));
	return false;
}
