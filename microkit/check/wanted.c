/* SPDX-License-Identifier: BSD-2-Clause */
/* The system file as a whole: regions, channels, domains, and the PDs' numbers. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "boardfile.h"
#include "wanted.h"

const char *wanted_find_file(const struct wanted *w, const char *path)
{
	for (size_t i = 0; i < w->num_search_paths; i++) {
		const char *file = path[0] == '/' ? path
						  : store_text("%s/%s",
							    w->search_paths[i], path);
		FILE *stream = fopen(file, "rb");
		if (stream != NULL) {
			fclose(stream);
			return file;
		}
	}
	return NULL;
}

size_t wanted_find_pd(const struct wanted *w, const char *name)
{
	for (size_t i = 0; i < w->num_pds; i++)
		if (strcmp(w->pds[i].name, name) == 0)
			return i;
	return NOBODY;
}

size_t wanted_find_region(const struct wanted *w, const char *name)
{
	for (size_t i = 0; i < w->num_regions; i++)
		if (strcmp(w->regions[i].name, name) == 0)
			return i;
	return NOBODY;
}

struct wanted_pd *wanted_by_id(const struct wanted *w, size_t id)
{
	return &w->pds[w->by_id[id]];
}

uint64_t wanted_ticks(const struct check *c, uint64_t us)
{
	uint64_t hz = c->board->counter_hz;
	uint64_t seconds = us / 1000000, rest = us % 1000000;
	uint64_t ticks = seconds * hz + (rest * hz + 500000) / 1000000;
	return ticks == 0 ? 1 : ticks;
}

static void prefill_load(struct check *c, struct element *e, struct wanted_region *region)
{
	if (!elements_has(e, "prefill_path"))
		return;
	const char *path = elements_text(c, e, "prefill_path", NULL);
	const char *file = wanted_find_file(c->wanted, path);
	if (file == NULL || !store_read(file, &region->prefill)) {
		elements_complain(c, e, "the file '%s' cannot be read", path);
		return;
	}
	region->has_prefill = true;
}

static void region_place(struct check *c, struct element *e, struct wanted_region *region)
{
	uint64_t unit = region->page_bytes == 0 ? PAGE_BYTES : region->page_bytes;
	if (region->bytes == 0 || region->bytes % unit != 0 ||
		region->paddr % unit != 0 || region->prefill.size > region->bytes) {
		elements_complain(c, e, "size or phys_addr do not fit together");
		return;
	}
	if (!region->fixed)
		return;
	region->contiguous = true;
	region->device = !boardfile_touches_ram(c->board, region->paddr, region->bytes);
	if (!region->device && !boardfile_in_ram(c->board, region->paddr, region->bytes))
		elements_complain(c, e, "is partly in RAM and partly not");
	if (region->device && region->has_prefill)
		elements_complain(c, e, "is prefilled, but no RAM");
}

static void region_load(struct check *c, struct element *e)
{
	struct wanted *w = c->wanted;
	struct wanted_region region = { .place = e->place };
	region.name = elements_text(c, e, "name", NULL);
	region.page_bytes = elements_number(c, e, "page_size", 0, LARGE_PAGE_BYTES);
	region.fixed = elements_has(e, "phys_addr");
	region.paddr = elements_number(c, e, "phys_addr", 0, 1ull << 40);
	region.shared_device = elements_flag(c, e, "shared_device", false);
	elements_flag(c, e, "dma", false); /* for the report */
	if (region.page_bytes != 0 && region.page_bytes != PAGE_BYTES &&
		region.page_bytes != LARGE_PAGE_BYTES)
		elements_complain(c, e, "page_size is neither 4 KiB nor 2 MiB");
	prefill_load(c, e, &region);
	uint64_t unit = region.page_bytes == 0 ? PAGE_BYTES : region.page_bytes;
	uint64_t needed = (region.prefill.size + unit - 1) / unit * unit;
	region.bytes = elements_number(
		c, e, "size", region.has_prefill ? needed : UINT64_MAX, PD_VA_TOP);
	region_place(c, e, &region);
	elements_finish(c, e, false);
	if (wanted_find_region(w, region.name) != NOBODY)
		elements_complain(c, e, "there are two regions '%s'", region.name);
	size_t n = w->num_regions;
	w->regions = store_append(w->regions, &w->num_regions, sizeof *w->regions);
	w->regions[n] = region;
}

static void channel_load(struct check *c, struct element *channel)
{
	struct wanted *w = c->wanted;
	struct wanted_channel made;
	elements_finish(c, channel, true);
	if (channel->num_children != 2) {
		elements_complain(c, channel, "has not two ends");
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		struct element *e = channel->children[i];
		if (strcmp(e->name, "end") != 0) {
			elements_complain(c, e, "is unknown in a channel");
			return;
		}
		const char *name = elements_text(c, e, "pd", NULL);
		made.end[i] = (struct wanted_end){ .place = e->place,
			.pd = wanted_find_pd(w, name),
			.id = elements_number(c, e, "id", UINT64_MAX, CHANNEL_MAX - 1),
			.pp = elements_flag(c, e, "pp", false),
			.notify = elements_flag(c, e, "notify", true) };
		if (made.end[i].pd == NOBODY) {
			elements_complain(
				c, e, "there is no protection domain '%s'", name);
			return;
		}
		if (elements_has(e, "setvar_id")) {
			struct wanted_pd *p = &w->pds[made.end[i].pd];
			size_t n = p->num_setvars;
			p->setvars = store_append(
				p->setvars, &p->num_setvars, sizeof *p->setvars);
			p->setvars[n] = (struct wanted_setvar){ .place = e->place,
				.symbol = elements_text(c, e, "setvar_id", NULL),
				.region = NOBODY,
				.value = made.end[i].id };
		}
		elements_finish(c, e, false);
	}
	size_t n = w->num_channels;
	w->channels = store_append(w->channels, &w->num_channels, sizeof *w->channels);
	w->channels[n] = made;
}

static size_t domain_named(struct check *c, const struct element *e, const char *name)
{
	for (size_t i = 0; i < c->wanted->num_domains; i++)
		if (strcmp(c->wanted->domains[i].name, name) == 0)
			return i;
	elements_complain(c, e, "there is no domain '%s'", name);
	return 0;
}

/* "N us" or "N ticks". */
static uint64_t duration(struct check *c, struct element *e)
{
	const char *text = elements_text(c, e, "duration", NULL);
	size_t digits = strcspn(text, " ");
	uint64_t number = 0;
	bool ticks = strcmp(text + digits, " ticks") == 0;
	if (!elements_parse_number(text, digits, &number) || number == 0 ||
		(!ticks && strcmp(text + digits, " us") != 0))
		elements_complain(c, e, "duration=\"%s\" is unknown", text);
	return ticks ? number : wanted_ticks(c, number);
}

/* The entries from the start to the next end marker, or to the end. */
static void schedule_load(struct check *c, struct element *schedule)
{
	struct wanted *w = c->wanted;
	uint64_t start = elements_number(c, schedule, "start_index", 0, SCHEDULE_MAX - 1);
	elements_number(c, schedule, "index_shift", 0, SCHEDULE_MAX);
	elements_finish(c, schedule, true);
	bool ended = false;
	for (size_t i = 0; i < schedule->num_children; i++) {
		struct element *e = schedule->children[i];
		bool marker = strcmp(e->name, "schedule_end_marker") == 0;
		if (!marker && strcmp(e->name, "schedule_entry") != 0) {
			elements_complain(c, e, "is unknown in a schedule");
			continue;
		}
		struct wanted_slot slot = { 0, 0 };
		if (!marker) {
			const char *name = elements_text(c, e, "domain", NULL);
			slot.domain = domain_named(c, e, name);
			slot.ticks = duration(c, e);
		}
		elements_finish(c, e, false);
		ended = ended || (marker && i >= start);
		if (ended || i < start)
			continue;
		size_t n = w->num_schedule;
		w->schedule = store_append(
			w->schedule, &w->num_schedule, sizeof *w->schedule);
		w->schedule[n] = slot;
	}
	if (w->num_schedule == 0 || w->num_schedule > SCHEDULE_MAX)
		elements_complain(c, schedule, "is empty or too long");
}

static void domains_load(struct check *c, struct element *domains)
{
	struct wanted *w = c->wanted;
	struct element *schedule = NULL;
	elements_finish(c, domains, true);
	for (size_t i = 0; i < domains->num_children; i++) {
		struct element *e = domains->children[i];
		if (strcmp(e->name, "domain_schedule") == 0) {
			if (schedule != NULL)
				elements_complain(c, e, "comes twice");
			schedule = e;
			continue;
		}
		if (strcmp(e->name, "domain") != 0) {
			elements_complain(c, e, "is unknown in <domains>");
			continue;
		}
		size_t n = w->num_domains;
		w->domains = store_append(
			w->domains, &w->num_domains, sizeof *w->domains);
		w->domains[n].name = elements_text(c, e, "name", NULL);
		w->domains[n].number = elements_number(
			c, e, "id", DOMAIN_MAX, DOMAIN_MAX);
		elements_finish(c, e, false);
	}
	/* Without an id a domain gets the lowest number that is not given out. */
	for (size_t i = 0; i < w->num_domains; i++)
		for (uint64_t number = 0; w->domains[i].number == DOMAIN_MAX; number++) {
			bool taken = false;
			for (size_t j = 0; j < w->num_domains; j++)
				taken = taken || w->domains[j].number == number;
			if (!taken)
				w->domains[i].number = number;
		}
	if (schedule == NULL)
		elements_complain(c, domains, "has no schedule");
	else
		schedule_load(c, schedule);
}

/* A root PD and all below it, parents before their children, in document order. */
static void pd_tree_load(struct check *c, struct element *root)
{
	struct {
		struct element *e;
		size_t next, pd;
	} stack[ELEMENTS_DEPTH_MAX] = { { root, 0, c->wanted->num_pds } };
	size_t depth = 1;
	wantedpd_load(c, root, NOBODY);
	while (depth > 0) {
		struct element *e = stack[depth - 1].e;
		if (stack[depth - 1].next == e->num_children) {
			depth--;
			continue;
		}
		struct element *child = e->children[stack[depth - 1].next++];
		if (strcmp(child->name, "protection_domain") != 0)
			continue;
		size_t pd = c->wanted->num_pds;
		wantedpd_load(c, child, stack[depth - 1].pd);
		stack[depth].e = child;
		stack[depth].next = 0;
		stack[depth++].pd = pd;
	}
}

static bool goes_before(const struct wanted_pd *a, const struct wanted_pd *b)
{
	if (a->core != b->core)
		return a->core < b->core;
	if (a->domain != b->domain)
		return a->domain < b->domain;
	return a->priority > b->priority;
}

/* A PD's id is the number of those that go before it; document order among equals. */
static void number_pds(struct wanted *w)
{
	for (size_t i = 0; i < w->num_pds; i++) {
		size_t id = 0;
		for (size_t j = 0; j < w->num_pds; j++)
			if (goes_before(&w->pds[j], &w->pds[i]) ||
				(j < i && !goes_before(&w->pds[i], &w->pds[j])))
				id++;
		w->pds[i].id = (uint8_t)id;
		w->by_id[id] = i;
	}
}

static void domains_resolve(struct check *c)
{
	struct wanted *w = c->wanted;
	for (size_t i = 0; i < w->num_pds; i++) {
		struct wanted_pd *p = &w->pds[i];
		size_t domain = 0;
		while (domain < w->num_domains &&
			strcmp(w->domains[domain].name, p->domain_name) != 0)
			domain++;
		if (domain < w->num_domains)
			p->domain = w->domains[domain].number;
		else if (w->num_domains != 0 || p->domain_name[0] != '\0')
			complaint_in(
				c, w->file, &p->place, "the PD's domain is not known");
	}
}

/* What may stand in <system>, in the order in which it is read. */
static const struct {
	const char *name;
	void (*load)(struct check *c, struct element *e);
} readings[] = { { "memory_region", region_load }, { "domains", domains_load },
	{ "protection_domain", pd_tree_load }, { "channel", channel_load } };

#define READINGS (sizeof readings / sizeof readings[0])

/* What the tool expands; nobody's reading of it is this checker's business. */
static bool is_subsystem(const struct element *e)
{
	static const char *const names[] = { "timer", "entropy", "rtc", "serial",
		"network", "block", "filesystem", "statistics", "supervisor" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(e->name, names[i]) == 0)
			return true;
	return false;
}

static void system_load(struct check *c, struct element *root)
{
	for (size_t i = 0; i < root->num_children; i++) {
		bool found = false;
		for (size_t j = 0; j < READINGS; j++)
			found = found ||
				strcmp(root->children[i]->name, readings[j].name) == 0;
		if (!found && is_subsystem(root->children[i]))
			elements_complain(c, root->children[i],
				"is not plain: check against what `microkit expand "
				"--blobs` makes of the file");
		else if (!found)
			elements_complain(c, root->children[i], "is unknown in a system");
	}
	for (size_t j = 0; j < READINGS; j++)
		for (size_t i = 0; i < root->num_children; i++)
			if (strcmp(root->children[i]->name, readings[j].name) == 0)
				readings[j].load(c, root->children[i]);
}

/* A device page is one PD's unless the file says otherwise. */
static void devices_resolve(struct check *c)
{
	struct wanted *w = c->wanted;
	for (size_t i = 0; i < w->num_pds; i++)
		for (size_t m = 0; m < w->pds[i].num_maps; m++) {
			const struct wanted_map *map = &w->pds[i].maps[m];
			struct wanted_region *region = &w->regions[map->region];
			if (!region->device || region->shared_device)
				continue;
			if (region->driver == NULL)
				region->driver = w->pds[i].name;
			if (strcmp(region->driver, w->pds[i].name) != 0)
				complaint_in(c, w->file, &map->place,
					"PD '%s' maps the device '%s' of PD '%s'",
					w->pds[i].name, region->name, region->driver);
		}
}

bool wanted_load(struct check *c)
{
	struct wanted *w = c->wanted;
	struct element *root = elements_load(c, w->file);
	if (root == NULL)
		return false;
	if (strcmp(root->name, "system") != 0)
		elements_complain(c, root, "is not <system>");
	elements_finish(c, root, true);
	w->pds = store_alloc(PD_MAX, sizeof *w->pds);
	system_load(c, root);
	if (w->num_pds == 0)
		elements_complain(c, root, "has no protection domain");
	domains_resolve(c);
	number_pds(w);
	devices_resolve(c);
	if (c->num_errors != 0)
		return false;
	for (size_t i = 0; i < w->num_pds; i++)
		wantedpd_resolve(c, i);
	return c->num_errors == 0;
}
