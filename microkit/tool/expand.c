/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `microkit expand`: the plain Microkit file that a system file means, with
 * names resolved, page sizes chosen and defaults written out. Read again, it
 * means the same.
 *
 * Only what Microkit does not know, or what would change the meaning, is left
 * out at its default: smc_functions, counter, <statistics>, shared_device, dma, a
 * budget that nobody declared.
 *
 * A setvar of an id belongs to the element that stands where it does.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "list.h"
#include "model.h"

static void print_indent(unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		fputs("    ", stdout);
}

/* name="text", with what XML means otherwise escaped. */
static void print_text(const char *name, const char *text)
{
	printf(" %s=\"", name);
	for (; *text; text++) {
		switch (*text) {
		case '&':
			fputs("&amp;", stdout);
			break;
		case '<':
			fputs("&lt;", stdout);
			break;
		case '>':
			fputs("&gt;", stdout);
			break;
		case '"':
			fputs("&quot;", stdout);
			break;
		default:
			fputc(*text, stdout);
		}
	}
	fputc('"', stdout);
}

static void print_bool(const char *name, bool value)
{
	printf(" %s=\"%s\"", name, value ? "true" : "false");
}

static void print_number(const char *name, uint64_t value)
{
	printf(" %s=\"%" PRIu64 "\"", name, value);
}

static void print_hex(const char *name, uint64_t value)
{
	printf(" %s=\"0x%" PRIx64 "\"", name, value);
}

/* The setvar of that kind of a map, if it has one. */
static void print_map_setvar(
	const char *name, const struct pd *pd, enum setvar_kind kind, size_t map)
{
	for (size_t i = 0; i < pd->num_setvars; i++)
		if (pd->setvars[i].kind == kind && pd->setvars[i].index == map)
			print_text(name, pd->setvars[i].symbol);
}

/* The setvar of that kind of the element at that place, if it has one. */
static void print_setvar(const char *name, const struct pd *pd, enum setvar_kind kind,
	const struct position *at)
{
	for (size_t i = 0; i < pd->num_setvars; i++) {
		const struct setvar *setvar = &pd->setvars[i];

		if (setvar->kind == kind && setvar->at.row == at->row &&
			setvar->at.column == at->column)
			print_text(name, setvar->symbol);
	}
}

static void print_regions(const struct system *system)
{
	for (size_t i = 0; i < system->num_regions; i++) {
		const struct region *region = &system->regions[i];

		fputs("    <memory_region", stdout);
		print_text("name", region->name);
		print_hex("size", region->bytes);
		print_hex("page_size", region->page_bytes);
		if (region->fixed)
			print_hex("phys_addr", region->paddr);
		if (region->prefill_path)
			print_text("prefill_path", region->prefill_path);
		if (region->shared_device)
			print_bool("shared_device", true);
		if (region->dma != DMA_UNSAID)
			print_bool("dma", region->dma == DMA_YES);
		fputs("/>\n", stdout);
	}
}

static void print_domains(const struct system *system)
{
	if (system->num_domains == 0)
		return;
	fputs("    <domains>\n", stdout);
	for (size_t i = 0; i < system->num_domains; i++) {
		fputs("        <domain", stdout);
		print_text("name", system->domains[i].name);
		print_number("id", system->domains[i].number);
		fputs("/>\n", stdout);
	}
	fputs("        <domain_schedule", stdout);
	print_number("start_index", system->schedule_start);
	print_number("index_shift", system->schedule_shift);
	fputs(">\n", stdout);
	for (size_t i = 0; i < system->num_schedule; i++) {
		const struct schedule_slot *slot = &system->schedule[i];

		if (!slot->domain_name) {
			fputs("            <schedule_end_marker/>\n", stdout);
			continue;
		}
		fputs("            <schedule_entry", stdout);
		print_text("domain", slot->domain_name);
		printf(" duration=\"%" PRIu64 " %s\"/>\n", slot->duration,
			slot->in_ticks ? "ticks" : "us");
	}
	fputs("        </domain_schedule>\n    </domains>\n", stdout);
}

static void print_pd_tag(const struct system *system, const struct pd *pd)
{
	fputs("<protection_domain", stdout);
	print_text("name", pd->name);
	if (pd->parent != NONE) {
		print_number("id", pd->child_id);
		print_setvar("setvar_id", &system->pds[pd->parent], SETVAR_ID, &pd->at);
	}
	print_number("priority", pd->priority);
	if (pd->budget_given)
		print_number("budget", pd->budget_us);
	print_number("period", pd->period_us);
	print_bool("passive", pd->passive);
	print_hex("stack_size", pd->stack_bytes);
	print_number("cpu", pd->core);
	print_bool("fpu", pd->fpu);
	if (pd->domain_name)
		print_text("domain", pd->domain_name);
	if (pd->smc)
		print_bool("smc", true);
	if (pd->num_smc_functions) {
		fputs(" smc_functions=\"", stdout);
		for (size_t i = 0; i < pd->num_smc_functions; i++)
			printf("%s0x%" PRIx32, i ? " " : "", pd->smc_functions[i]);
		fputc('"', stdout);
	}
	if (!pd->counter)
		print_bool("counter", false);
	fputs(">\n", stdout);
}

static void print_maps(const struct pd *pd, unsigned depth)
{
	for (size_t i = 0; i < pd->num_maps; i++) {
		const struct map *map = &pd->maps[i];

		print_indent(depth);
		fputs("<map", stdout);
		print_text("mr", map->region_name);
		print_hex("vaddr", map->vaddr);
		printf(" perms=\"%s%s%s\"", map->perms & PERM_R ? "r" : "",
			map->perms & PERM_W ? "w" : "", map->perms & PERM_X ? "x" : "");
		print_bool("cached", map->cached);
		print_map_setvar("setvar_vaddr", pd, SETVAR_VADDR, i);
		print_map_setvar("setvar_size", pd, SETVAR_SIZE, i);
		print_map_setvar("setvar_prefill_size", pd, SETVAR_PREFILL_SIZE, i);
		fputs("/>\n", stdout);
	}
}

static void print_irqs(const struct pd *pd, unsigned depth)
{
	for (size_t i = 0; i < pd->num_irqs; i++) {
		const struct irq *irq = &pd->irqs[i];

		print_indent(depth);
		fputs("<irq", stdout);
		print_number("irq", irq->number);
		print_number("id", irq->id);
		print_text("trigger", irq->edge ? "edge" : "level");
		print_setvar("setvar_id", pd, SETVAR_ID, &irq->at);
		fputs("/>\n", stdout);
	}
}

static void print_cspace(const struct pd *pd, unsigned depth)
{
	static const char *const names[] = {
		[USER_CAP_TCB] = "cap_tcb",
		[USER_CAP_SC] = "cap_sc",
		[USER_CAP_VSPACE] = "cap_vspace",
	};

	if (pd->num_user_caps == 0)
		return;
	print_indent(depth);
	fputs("<cspace>\n", stdout);
	for (size_t i = 0; i < pd->num_user_caps; i++) {
		print_indent(depth + 1);
		printf("<%s", names[pd->user_caps[i].kind]);
		print_number("slot", pd->user_caps[i].slot);
		print_text("pd", pd->user_caps[i].pd_name);
		fputs("/>\n", stdout);
	}
	print_indent(depth);
	fputs("</cspace>\n", stdout);
}

static void print_pd(const struct system *system, const struct pd *pd, unsigned depth)
{
	print_indent(depth);
	print_pd_tag(system, pd);
	depth++;
	print_indent(depth);
	fputs("<program_image", stdout);
	print_text("path", pd->image_path);
	if (pd->symbols_path)
		print_text("path_for_symbols", pd->symbols_path);
	fputs("/>\n", stdout);
	print_maps(pd, depth);
	print_irqs(pd, depth);
	for (size_t i = 0; i < pd->num_setvars; i++) {
		const struct setvar *setvar = &pd->setvars[i];

		if (setvar->kind != SETVAR_PADDR)
			continue;
		print_indent(depth);
		fputs("<setvar", stdout);
		print_text("symbol", setvar->symbol);
		print_text("region_paddr", setvar->region_name);
		fputs("/>\n", stdout);
	}
	if (pd->statistics) {
		print_indent(depth);
		fputs("<statistics/>\n", stdout);
	}
	print_cspace(pd, depth);
}

/* Children follow their parent, so an element stays open until a PD is not in it. */
static void print_pds(const struct system *system)
{
	size_t open = NONE;
	unsigned depth = 1;

	for (size_t i = 0; i <= system->num_pds; i++) {
		size_t parent = i < system->num_pds ? system->pds[i].parent : NONE;

		while (open != parent) {
			print_indent(--depth);
			fputs("</protection_domain>\n", stdout);
			open = system->pds[open].parent;
		}
		if (i == system->num_pds)
			break;
		print_pd(system, &system->pds[i], depth);
		open = i;
		depth++;
	}
}

static void print_channels(const struct system *system)
{
	for (size_t i = 0; i < system->num_channels; i++) {
		fputs("    <channel>\n", stdout);
		for (int e = 0; e < 2; e++) {
			const struct channel_end *end = &system->channels[i].end[e];

			fputs("        <end", stdout);
			print_text("pd", end->pd_name);
			print_number("id", end->id);
			print_bool("pp", end->pp);
			print_bool("notify", end->notify);
			print_setvar(
				"setvar_id", &system->pds[end->pd], SETVAR_ID, &end->at);
			fputs("/>\n", stdout);
		}
		fputs("    </channel>\n", stdout);
	}
}

static bool write_blob(const struct region *region, const char *directory)
{
	size_t bytes = strlen(directory) + strlen(region->prefill_path) + 2;
	char *path = list_allocate(bytes);
	FILE *stream;
	bool good;

	snprintf(path, bytes, "%s/%s", directory, region->prefill_path);
	stream = fopen(path, "wb");
	good = stream && fwrite(region->prefill_data, 1, region->prefill_bytes, stream) ==
				 region->prefill_bytes;
	good = stream && fclose(stream) == 0 && good;
	if (!good)
		diag_error(path, NULL, "blobs_unwritable: the blobs can be written",
			"name a directory that is there with --blobs",
			"cannot write the file");
	return good;
}

int expand_write_blobs(const struct system *system, const char *directory)
{
	bool good = true;

	for (size_t i = 0; i < system->num_regions; i++)
		if (system->regions[i].prefill_data)
			good = write_blob(&system->regions[i], directory) && good;
	return good ? 0 : 1;
}

int expand_print(const struct system *system)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<system>\n", stdout);
	print_regions(system);
	print_domains(system);
	print_pds(system);
	print_channels(system);
	fputs("</system>\n", stdout);
	if (fflush(stdout) != 0 || ferror(stdout)) {
		diag_error(NULL, NULL, NULL, NULL, "cannot write the plain file");
		return 1;
	}
	return 0;
}
