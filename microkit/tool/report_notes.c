/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The text report's tables of the whole system, and its notes: facts that are
 * legal, and that whoever reviews the system for security or timing wants to
 * see without looking for them.
 */
#include "report.h"

#include <inttypes.h>
#include <string.h>

#include "describe.h"

static void print_title(const struct report *report, const char *title)
{
	fprintf(report->out, "\n%s\n", title);
	for (size_t i = 0; i < strlen(title); i++)
		putc('-', report->out);
	putc('\n', report->out);
}

static const char *pd_name(const struct report *report, size_t pd)
{
	return pd < report->system->num_pds ? report->system->pds[pd].name : "?";
}

/* ---- tables ---- */

void report_channels(const struct report *report)
{
	FILE *out = report->out;

	if (report->system->num_channels == 0)
		return;
	print_title(report, "Channels");
	for (size_t i = 0; i < report->system->num_channels; i++) {
		const struct channel_end *end = report->system->channels[i].end;

		fprintf(out, "  '%s' id %" PRIu32 " %s '%s' id %" PRIu32 ":",
			pd_name(report, end[0].pd), end[0].id,
			end[0].notify && end[1].notify ? "<->"
			: end[0].notify || end[0].pp   ? "-->"
			: end[1].notify || end[1].pp   ? "<--"
						       : "---",
			pd_name(report, end[1].pd), end[1].id);
		if (end[0].notify && end[1].notify)
			fprintf(out, " notify both ways");
		else if (end[0].notify || end[1].notify)
			fprintf(out, " notify '%s'",
				pd_name(report, end[end[0].notify].pd));
		for (size_t e = 0; e < 2; e++) {
			if (end[e].pp)
				fprintf(out, "%s call '%s'",
					end[0].notify || end[1].notify ? "," : "",
					pd_name(report, end[1 - e].pd));
		}
		if (!end[0].notify && !end[1].notify && !end[0].pp && !end[1].pp)
			fprintf(out, " neither end may use it");
		fprintf(out, "\n");
	}
}

void report_interrupts(const struct report *report)
{
	bool any = false;

	for (size_t i = 0; i < report->system->num_pds; i++) {
		const struct pd *pd = &report->system->pds[i];

		for (size_t q = 0; q < pd->num_irqs; q++) {
			if (!any)
				print_title(report, "Interrupts");
			any = true;
			fprintf(report->out,
				"  %4" PRIu32 " (%s %" PRIu32 ", %s): '%s' id %" PRIu32
				"\n",
				pd->irqs[q].number,
				pd->irqs[q].number < 32 ? "PPI" : "SPI",
				pd->irqs[q].number -
					(pd->irqs[q].number < 32 ? 16u : 32u),
				pd->irqs[q].edge ? "edge" : "level", pd->name,
				pd->irqs[q].id);
		}
	}
}

static void print_region_users(const struct report *report, const char *name,
	size_t region, const struct map *maps, size_t num_maps)
{
	for (size_t i = 0; i < num_maps; i++) {
		char perms[4];

		if (maps[i].region != region)
			continue;
		describe_perms(perms, maps[i].perms);
		fprintf(report->out, "\n      %s '%s' at 0x%" PRIx64 "%s", perms, name,
			maps[i].vaddr, maps[i].cached ? "" : ", uncached");
	}
}

void report_regions(const struct report *report)
{
	const struct system *system = report->system;
	FILE *out = report->out;

	if (system->num_regions == 0)
		return;
	print_title(report, "Memory regions");
	for (size_t i = 0; i < system->num_regions; i++) {
		const struct region *region = &system->regions[i];
		char bytes[DESCRIBE_BYTES];

		describe_bytes(bytes, region->bytes);
		fprintf(out, "  '%s': %s at 0x%010" PRIx64 " (%s), pages of ",
			region->name, bytes, region->paddr,
			describe_is_device(report->board, region) ? "device"
			: region->fixed                           ? "as asked for"
								  : "chosen by the tool");
		describe_bytes(bytes, region->page_bytes);
		fprintf(out, "%s", bytes);
		if (region->prefill_path != NULL)
			fprintf(out, ", filled with %" PRIu64 " bytes of %s",
				region->prefill_bytes, region->prefill_path);
		for (size_t p = 0; p < system->num_pds; p++) {
			const struct pd *pd = &system->pds[p];

			print_region_users(report, pd->name, i, pd->maps, pd->num_maps);
			if (pd->vm != NULL)
				print_region_users(report, pd->vm->name, i, pd->vm->maps,
					pd->vm->num_maps);
		}
		fprintf(out, "\n");
	}
}

void report_schedule(const struct report *report)
{
	const struct system *system = report->system;
	FILE *out = report->out;

	if (system->num_domains == 0)
		return;
	print_title(report, "Domain schedule");
	for (size_t i = 0; i < system->num_schedule; i++) {
		const struct schedule_slot *slot = &system->schedule[i];

		if (slot->domain >= system->num_domains) {
			fprintf(out, "  %2zu  end marker\n", i);
			continue;
		}
		fprintf(out, "  %2zu  '%s' for %" PRIu64 " %s%s\n", i,
			system->domains[slot->domain].name, slot->duration,
			slot->in_ticks ? "ticks" : "us",
			i == system->schedule_start ? ", the first to run" : "");
	}
}

/* ---- notes ---- */

static bool has_counter(const struct report *report, const struct pd *pd)
{
	(void)report;
	return pd->counter;
}

static bool has_timer(const struct report *report, const struct pd *pd)
{
	(void)report;
	return describe_el0_timer(pd);
}

static bool has_monitors(const struct report *report, const struct pd *pd)
{
	(void)pd;
	return strcmp(report->board->config, "benchmark") == 0;
}

static bool has_every_smc(const struct report *report, const struct pd *pd)
{
	(void)report;
	return pd->smc;
}

static bool has_listed_smc(const struct report *report, const struct pd *pd)
{
	(void)report;
	return !pd->smc && pd->num_smc_functions != 0;
}

static bool has_statistics(const struct report *report, const struct pd *pd)
{
	(void)report;
	return pd->statistics;
}

static bool has_user_caps(const struct report *report, const struct pd *pd)
{
	(void)report;
	for (size_t i = 0; i < pd->num_user_caps; i++) {
		if (pd->user_caps[i].kind == USER_CAP_TCB)
			return true;
	}
	return false;
}

static bool has_dma(const struct report *report, const struct pd *pd)
{
	return describe_dma(
		report->board, report->system, pd->maps, pd->num_maps, DMA_YES);
}

static bool may_have_dma(const struct report *report, const struct pd *pd)
{
	return !has_dma(report, pd) && describe_dma(report->board, report->system,
					       pd->maps, pd->num_maps, DMA_UNSAID);
}

static bool sees_device_buffers(const struct report *report, const struct pd *pd)
{
	const struct subsystem *network = &report->system->subsystems[SUBSYSTEM_NETWORK];

	for (size_t i = 0; i < network->num_clients; i++)
		if (!network->clients[i].copier &&
			&report->system->pds[network->clients[i].pd] == pd)
			return true;
	return false;
}

static bool is_unlimited(const struct report *report, const struct pd *pd)
{
	(void)report;
	return pd->budget_us >= pd->period_us;
}

static bool has_no_parent(const struct report *report, const struct pd *pd)
{
	(void)report;
	return pd->parent == NONE;
}

/* One line each: what holds, and for which PDs. Nothing is printed for none. */
static const struct {
	const char *note;
	bool (*holds)(const struct report *report, const struct pd *pd);
} pd_notes[] = {
	{ "Drives a device that does DMA: without an IOMMU trusted with all memory",
		has_dma },
	{ "Maps a device of which the system file does not say that it does no DMA\n"
	  "    (dma=\"false\"): counted as trusted with all memory",
		may_have_dma },
	{ "Client of the network without copier (copier=\"false\"): may read every "
	  "frame\n"
	  "    that the device receives",
		sees_device_buffers },
	{ "May make every SMC function: trusted with the whole machine", has_every_smc },
	{ "May make the listed SMC functions", has_listed_smc },
	{ "May control other PDs by <cspace>", has_user_caps },
	{ "May read the system counter, a clock for timing channels (counter=\"false\" "
	  "takes\n"
	  "    it away)",
		has_counter },
	{ "Has the EL0 timer (interrupt 30)", has_timer },
	{ "May use the performance monitors (benchmark configuration)", has_monitors },
	{ "Sees by the statistics when every other PD runs", has_statistics },
	{ "No limit on time (budget = period): may starve all below on the same core",
		is_unlimited },
	{ "No parent: a fault stops it for good", has_no_parent },
};

static bool print_pd_notes(const struct report *report)
{
	const struct system *system = report->system;
	bool any = false;

	for (size_t n = 0; n < sizeof(pd_notes) / sizeof(pd_notes[0]); n++) {
		size_t num = 0;

		for (size_t i = 0; i < system->num_pds; i++) {
			if (!pd_notes[n].holds(report, &system->pds[i]))
				continue;
			if (num++ == 0)
				fprintf(report->out, "  * %s:\n    ", pd_notes[n].note);
			else
				fprintf(report->out, ", ");
			fprintf(report->out, "'%s'", system->pds[i].name);
		}
		if (num == system->num_pds && num > 1)
			fprintf(report->out, " (all)");
		if (num != 0)
			fprintf(report->out, "\n");
		any = any || num != 0;
	}
	return any;
}

/* What one mapping of a PD or virtual machine has that is worth a word. */
static bool print_map_notes(
	const struct report *report, const char *name, const struct map *map)
{
	const struct region *region;
	bool device;
	bool any = false;

	if (map->region >= report->system->num_regions)
		return false;
	region = &report->system->regions[map->region];
	device = describe_is_device(report->board, region);
	if ((map->perms & (PERM_W | PERM_X)) == (PERM_W | PERM_X)) {
		fprintf(report->out,
			"  * '%s' maps region '%s' writable and executable\n", name,
			region->name);
		any = true;
	}
	if (device && map->cached) {
		fprintf(report->out,
			"  * '%s' maps device region '%s' cached: say cached=\"false\" "
			"unless it "
			"is memory\n",
			name, region->name);
		any = true;
	}
	return any;
}

static bool print_segment_notes(const struct report *report)
{
	bool any = false;

	for (size_t i = 0; i < report->layout->num_pds; i++) {
		const struct pd_layout *pd = &report->layout->pds[i];

		for (size_t s = 0; s < pd->num_segments; s++) {
			if ((pd->segments[s].perms & (PERM_W | PERM_X)) !=
				(PERM_W | PERM_X))
				continue;
			fprintf(report->out,
				"  * '%s' has a segment at 0x%" PRIx64
				" that is writable and executable\n",
				pd_name(report, pd->pd), pd->segments[s].vaddr);
			any = true;
		}
	}
	return any;
}

struct region_use {
	size_t maps, writers, cached, uncached;
	const char *writer, *executor; /* the last of each; NULL for none */
	bool injects;                  /* one writes what another executes */
};

static void count_use(struct region_use *use, size_t region, const char *name,
	const struct map *maps, size_t num_maps)
{
	for (size_t i = 0; i < num_maps; i++) {
		if (maps[i].region != region)
			continue;
		use->maps++;
		use->cached += maps[i].cached ? 1u : 0u;
		use->uncached += maps[i].cached ? 0u : 1u;
		if ((maps[i].perms & PERM_W) != 0) {
			use->writers++;
			use->writer = name;
		}
		if ((maps[i].perms & PERM_X) != 0)
			use->executor = name;
	}
	use->injects = use->writer != NULL && use->executor != NULL &&
		       strcmp(use->writer, use->executor) != 0;
}

static bool print_region_notes(const struct report *report, size_t index)
{
	const struct system *system = report->system;
	const struct region *region = &system->regions[index];
	struct region_use use = { 0 };
	bool any = true;

	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		count_use(&use, index, pd->name, pd->maps, pd->num_maps);
		if (pd->vm != NULL)
			count_use(&use, index, pd->vm->name, pd->vm->maps,
				pd->vm->num_maps);
	}
	if (use.maps == 0)
		fprintf(report->out, "  * Region '%s' is mapped by nobody\n",
			region->name);
	else if (use.writers == 0 && region->prefill_path == NULL &&
		 !region->needs_paddr) /* else perhaps by a device */
		fprintf(report->out,
			"  * Region '%s' is written by nobody: it stays zero\n",
			region->name);
	else if (use.injects)
		fprintf(report->out,
			"  * Region '%s': '%s' writes what '%s' may execute\n",
			region->name, use.writer, use.executor);
	else if (use.cached != 0 && use.uncached != 0)
		fprintf(report->out,
			"  * Region '%s' is mapped cached by some and uncached by "
			"others\n",
			region->name);
	else
		any = false;
	return any;
}

static bool print_channel_notes(const struct report *report)
{
	bool any = false;

	for (size_t i = 0; i < report->system->num_channels; i++) {
		const struct channel_end *end = report->system->channels[i].end;

		if (end[0].notify || end[1].notify || end[0].pp || end[1].pp)
			continue;
		fprintf(report->out,
			"  * Neither end may use the channel between '%s' and '%s'\n",
			pd_name(report, end[0].pd), pd_name(report, end[1].pd));
		any = true;
	}
	return any;
}

/* What the PDs with a real limit may take of each core, all together. */
static bool print_core_notes(const struct report *report)
{
	const struct system *system = report->system;
	bool any = false;

	for (uint32_t core = 0; core < report->board->num_cores; core++) {
		uint64_t permille = 0;
		size_t num = 0;

		for (size_t i = 0; i < system->num_pds; i++) {
			const struct pd *pd = &system->pds[i];

			if (pd->core != core || pd->budget_us >= pd->period_us)
				continue;
			permille += pd->budget_us * 1000 / pd->period_us;
			num++;
		}
		if (num == 0)
			continue;
		fprintf(report->out,
			"  * Core %" PRIu32
			": the PDs with a limit (%zu) may take %" PRIu64 ".%" PRIu64
			" %% of it together%s\n",
			core, num, permille / 10, permille % 10,
			permille > 1000 ? ", which is more than there is" : "");
		any = true;
	}
	return any;
}

void report_notes(const struct report *report)
{
	const struct system *system = report->system;
	bool any;

	print_title(report, "Notes");
	any = print_pd_notes(report);
	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];

		for (size_t m = 0; m < pd->num_maps; m++)
			any |= print_map_notes(report, pd->name, &pd->maps[m]);
		for (size_t m = 0; pd->vm != NULL && m < pd->vm->num_maps; m++)
			any |= print_map_notes(report, pd->vm->name, &pd->vm->maps[m]);
	}
	any |= print_segment_notes(report);
	for (size_t i = 0; i < system->num_regions; i++)
		any |= print_region_notes(report, i);
	any |= print_channel_notes(report);
	any |= print_core_notes(report);
	if (!any)
		fprintf(report->out, "  nothing remarkable\n");
}
