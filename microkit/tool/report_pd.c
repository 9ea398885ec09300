/* SPDX-License-Identifier: BSD-2-Clause */
/* The text report's page about one protection domain. */
#include "report.h"

#include <inttypes.h>
#include <string.h>

#include <kernel/image.h>

#include "describe.h"

static const char *yes_no(bool yes)
{
	return yes ? "yes" : "no";
}

static const char *pd_name(const struct report *report, size_t pd)
{
	return pd < report->system->num_pds ? report->system->pds[pd].name : "?";
}

static void print_time(const struct report *report, const struct pd *pd)
{
	FILE *out = report->out;

	fprintf(out, "  priority %" PRIu32 ", core %" PRIu32, pd->priority, pd->core);
	if (pd->domain < report->system->num_domains)
		fprintf(out, ", domain '%s'", report->system->domains[pd->domain].name);
	fprintf(out, "\n  budget %" PRIu64 " us in a period of %" PRIu64 " us",
		pd->budget_us, pd->period_us);
	if (pd->budget_us >= pd->period_us)
		fprintf(out, ": a plain time slice, no limit\n");
	else
		fprintf(out, ": at most %" PRIu64 ".%" PRIu64 " %% of its core\n",
			pd->budget_us * 1000 / pd->period_us / 10,
			pd->budget_us * 1000 / pd->period_us % 10);
	if (pd->passive)
		fprintf(out, "  passive: its protected and fault run on the time of who "
			     "caused them\n");
}

static void print_rights(const struct report *report, const struct pd *pd)
{
	FILE *out = report->out;

	fprintf(out, "  may use: floating point %s, system counter %s, EL0 timer %s, ",
		yes_no(pd->fpu), yes_no(pd->counter), yes_no(describe_el0_timer(pd)));
	fprintf(out, "performance monitors %s,\n           statistics %s, SMC ",
		yes_no(strcmp(report->board->config, "benchmark") == 0),
		yes_no(pd->statistics));
	if (pd->smc)
		fprintf(out, "every function");
	else if (pd->num_smc_functions == 0)
		fprintf(out, "no");
	for (size_t i = 0; !pd->smc && i < pd->num_smc_functions; i++)
		fprintf(out, "%s0x%" PRIx32, i == 0 ? "" : " ", pd->smc_functions[i]);
	fprintf(out, "\n");
}

static void print_segments(const struct report *report, const struct pd_layout *layout)
{
	FILE *out = report->out;
	char bytes[DESCRIBE_BYTES];

	describe_bytes(bytes, layout->memory_bytes);
	fprintf(out, "  memory of its own: %s\n", bytes);
	for (size_t i = 0; i < layout->num_segments; i++) {
		const struct segment_layout *segment = &layout->segments[i];
		char perms[4];

		describe_bytes(bytes, segment->bytes);
		describe_perms(perms, segment->perms);
		fprintf(out,
			"    0x%010" PRIx64 "..0x%010" PRIx64 " %s %10s at 0x%010" PRIx64
			"\n",
			segment->vaddr, segment->vaddr + (segment->bytes - 1), perms,
			bytes, segment->paddr);
	}
}

static void print_maps(
	const struct report *report, const struct map *maps, size_t num_maps)
{
	FILE *out = report->out;

	for (size_t i = 0; i < num_maps; i++) {
		const struct region *region;
		char perms[4];
		char bytes[DESCRIBE_BYTES];

		if (maps[i].region >= report->system->num_regions)
			continue;
		region = &report->system->regions[maps[i].region];
		describe_perms(perms, maps[i].perms);
		describe_bytes(bytes, region->bytes);
		fprintf(out,
			"    0x%010" PRIx64 "..0x%010" PRIx64
			" %s %10s region '%s'%s%s\n",
			maps[i].vaddr, maps[i].vaddr + (region->bytes - 1), perms, bytes,
			region->name, maps[i].cached ? "" : ", uncached",
			describe_is_device(report->board, region) ? ", device" : "");
	}
}

/* What one end of a channel may do with it, and what may be done to it. */
static void print_uses(
	FILE *out, const struct channel_end *near, const struct channel_end *far)
{
	const struct {
		bool holds;
		const char *text;
	} uses[] = { { near->pp, "calls it" }, { far->pp, "is called" },
		{ near->notify, "notifies it" }, { far->notify, "is notified" } };
	bool any = false;

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (uses[i].holds)
			fprintf(out, "%s%s", any ? ", " : "", uses[i].text);
		any = any || uses[i].holds;
	}
	fprintf(out, "%s\n", any ? "" : "neither end may use it");
}

static void print_channels(const struct report *report, size_t pd)
{
	FILE *out = report->out;

	for (size_t i = 0; i < report->system->num_channels; i++) {
		for (size_t end = 0; end < 2; end++) {
			const struct channel_end *near =
				&report->system->channels[i].end[end];
			const struct channel_end *far =
				&report->system->channels[i].end[1 - end];

			if (near->pd != pd)
				continue;
			fprintf(out, "    id %2" PRIu32 "  '%s' (its id %" PRIu32 "): ",
				near->id, pd_name(report, far->pd), far->id);
			print_uses(out, near, far);
		}
	}
}

static bool has_channel(const struct report *report, size_t pd)
{
	for (size_t i = 0; i < report->system->num_channels; i++) {
		if (report->system->channels[i].end[0].pd == pd ||
			report->system->channels[i].end[1].pd == pd)
			return true;
	}
	return false;
}

/* The table that the kernel looks slots up in, in slot order within each kind. */
static void print_channel_capabilities(
	const struct report *report, size_t index, bool calls)
{
	for (size_t i = 0; i < report->system->num_channels; i++) {
		for (size_t end = 0; end < 2; end++) {
			const struct channel_end *near =
				&report->system->channels[i].end[end];
			const struct channel_end *far =
				&report->system->channels[i].end[1 - end];

			if (near->pd != index || !(calls ? near->pp : near->notify))
				continue;
			fprintf(report->out, "    slot %3u  %s '%s'\n",
				near->id + (calls ? SLOT_CALL : SLOT_NOTIFY),
				calls ? "call" : "notify", pd_name(report, far->pd));
		}
	}
}

static bool has_capability(const struct report *report, size_t index)
{
	const struct system *system = report->system;
	const struct pd *pd = &system->pds[index];

	for (size_t i = 0; i < system->num_channels; i++) {
		for (size_t end = 0; end < 2; end++) {
			const struct channel_end *near = &system->channels[i].end[end];

			if (near->pd == index && (near->notify || near->pp))
				return true;
		}
	}
	for (size_t i = 0; i < system->num_pds; i++) {
		if (system->pds[i].parent == index)
			return true;
	}
	return pd->num_irqs != 0 || pd->vm != NULL || pd->num_user_caps != 0 || pd->smc ||
	       pd->num_smc_functions != 0 || pd->statistics;
}

static void print_user_cap(const struct report *report, const struct user_cap *cap)
{
	const char *name = pd_name(report, cap->pd);

	if (cap->kind == USER_CAP_TCB)
		fprintf(report->out,
			"    slot %3u  control '%s' (user slot %" PRIu32 ")\n",
			SLOT_USER + cap->slot, name, cap->slot);
	else
		fprintf(report->out,
			"    slot %3u  empty: there is no %s of '%s' to have (user slot "
			"%" PRIu32 ")\n",
			SLOT_USER + cap->slot,
			cap->kind == USER_CAP_SC ? "scheduling context" : "address space",
			name, cap->slot);
}

static void print_capabilities(const struct report *report, size_t index)
{
	const struct pd *pd = &report->system->pds[index];
	FILE *out = report->out;

	fprintf(out, "  capabilities:%s\n", has_capability(report, index) ? "" : " none");
	print_channel_capabilities(report, index, false);
	print_channel_capabilities(report, index, true);
	for (size_t i = 0; i < pd->num_irqs; i++)
		fprintf(out, "    slot %3u  acknowledge interrupt %" PRIu32 "\n",
			SLOT_IRQ + pd->irqs[i].id, pd->irqs[i].number);
	for (size_t i = 0; i < report->system->num_pds; i++) {
		if (report->system->pds[i].parent == index)
			fprintf(out, "    slot %3u  control '%s'\n",
				SLOT_CHILD + report->system->pds[i].child_id,
				report->system->pds[i].name);
	}
	for (size_t i = 0; pd->vm != NULL && i < pd->vm->num_vcpus; i++)
		fprintf(out, "    slot %3u  operate vCPU %" PRIu32 " of '%s'\n",
			SLOT_CHILD + pd->vm->vcpus[i].id, pd->vm->vcpus[i].id,
			pd->vm->name);
	for (size_t i = 0; i < pd->num_user_caps; i++)
		print_user_cap(report, &pd->user_caps[i]);
	if (pd->smc || pd->num_smc_functions != 0)
		fprintf(out, "    slot %3u  make SMC calls\n", SLOT_SMC);
	if (pd->statistics)
		fprintf(out, "    slot %3u  read the statistics of every PD\n",
			SLOT_STATISTICS);
}

static void print_setvars(const struct report *report, const struct pd *pd)
{
	const struct system *system = report->system;

	for (size_t i = 0; i < pd->num_setvars; i++) {
		const struct setvar *setvar = &pd->setvars[i];
		const struct map *map = setvar->kind <= SETVAR_PREFILL_SIZE &&
							setvar->index < pd->num_maps
						? &pd->maps[setvar->index]
						: NULL;
		const struct region *region = NULL;
		uint64_t value = setvar->value;
		const char *what = "id";

		if (setvar->kind == SETVAR_PADDR && setvar->index < system->num_regions)
			region = &system->regions[setvar->index];
		else if (map != NULL && map->region < system->num_regions)
			region = &system->regions[map->region];
		if (setvar->kind != SETVAR_ID && region == NULL)
			continue;
		if (setvar->kind == SETVAR_VADDR) {
			what = "address in this PD of region";
			value = map->vaddr;
		} else if (setvar->kind == SETVAR_SIZE) {
			what = "size of region";
			value = region->bytes;
		} else if (setvar->kind == SETVAR_PREFILL_SIZE) {
			what = "length of the prefill of region";
			value = region->prefill_bytes;
		} else if (setvar->kind == SETVAR_PADDR) {
			what = "physical address of region";
			value = region->paddr;
		}
		fprintf(report->out, "    %s = 0x%" PRIx64 ": %s%s%s%s\n", setvar->symbol,
			value, what, region == NULL ? "" : " '",
			region == NULL ? "" : region->name, region == NULL ? "" : "'");
	}
}

static void print_family(const struct report *report, size_t index)
{
	const struct pd *pd = &report->system->pds[index];
	bool first = true;

	if (pd->parent < report->system->num_pds)
		fprintf(report->out,
			"  parent: '%s', which knows it as child %" PRIu32 "\n",
			pd_name(report, pd->parent), pd->child_id);
	else
		fprintf(report->out, "  parent: none; a fault stops it for good\n");
	for (size_t i = 0; i < report->system->num_pds; i++) {
		const struct pd *child = &report->system->pds[i];

		if (child->parent != index)
			continue;
		fprintf(report->out, "%s'%s' (child %" PRIu32 ")",
			first ? "  children: " : ", ", child->name, child->child_id);
		first = false;
	}
	if (!first)
		fprintf(report->out, "\n");
}

static void print_virtual_machine(const struct report *report, size_t owner)
{
	const struct virtual_machine *vm = report->system->pds[owner].vm;

	fprintf(report->out,
		"  virtual machine '%s': priority %" PRIu32 ", budget %" PRIu64
		" us in %" PRIu64 " us; vCPUs (id on core):",
		vm->name, vm->priority, vm->budget_us, vm->period_us);
	for (size_t i = 0; i < vm->num_vcpus; i++)
		fprintf(report->out, " %" PRIu32 " on %" PRIu32, vm->vcpus[i].id,
			vm->vcpus[i].core);
	fprintf(report->out, "\n");
	print_maps(report, vm->maps, vm->num_maps);
	for (size_t i = report->reach.num_pds; i < report->reach.num_nodes; i++) {
		if (report->reach.vm_owner[i - report->reach.num_pds] == owner)
			report_reach(report, i);
	}
}

static void print_title(const struct report *report, const struct pd_layout *layout)
{
	const char *name = report->system->pds[layout->pd].name;
	int length = fprintf(report->out, "\nProtection domain '%s' (id %" PRIu32 ")\n",
		name, layout->id);

	/* The two newlines are not underlined. */
	for (int i = 2; i < length; i++)
		putc('-', report->out);
	putc('\n', report->out);
}

void report_pd(const struct report *report, const struct pd_layout *layout)
{
	const struct pd *pd = &report->system->pds[layout->pd];
	FILE *out = report->out;

	print_title(report, layout);
	fprintf(out, "  program image %s", pd->image_path);
	if (pd->symbols_path != NULL)
		fprintf(out, ", symbols from %s", pd->symbols_path);
	fprintf(out, "\n");
	print_time(report, pd);
	print_rights(report, pd);
	print_family(report, layout->pd);
	print_segments(report, layout);
	if (pd->num_maps != 0)
		fprintf(out, "  maps:\n");
	print_maps(report, pd->maps, pd->num_maps);
	if (has_channel(report, layout->pd))
		fprintf(out, "  channels:\n");
	print_channels(report, layout->pd);
	if (pd->num_irqs != 0)
		fprintf(out, "  interrupts:\n");
	for (size_t i = 0; i < pd->num_irqs; i++)
		fprintf(out, "    id %2" PRIu32 "  interrupt %" PRIu32 ", %s triggered\n",
			pd->irqs[i].id, pd->irqs[i].number,
			pd->irqs[i].edge ? "edge" : "level");
	if (pd->vm != NULL)
		print_virtual_machine(report, layout->pd);
	print_capabilities(report, layout->pd);
	if (pd->num_setvars != 0)
		fprintf(out, "  symbols set in its image:\n");
	print_setvars(report, pd);
	report_reach(report, layout->pd);
}
