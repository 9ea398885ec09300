/* SPDX-License-Identifier: BSD-2-Clause */
/* What the system file says about one PD. */
#include <inttypes.h>
#include <string.h>

#include "boardfile.h"
#include "wanted.h"

#define STACK_BYTES_MAX (16u << 20)

static void setvar_add(struct check *c, size_t pd, struct element *e,
	const char *attribute, size_t region, uint64_t value)
{
	if (!elements_has(e, attribute))
		return;
	struct wanted_pd *p = &c->wanted->pds[pd];
	size_t n = p->num_setvars;
	p->setvars = store_append(p->setvars, &p->num_setvars, sizeof *p->setvars);
	p->setvars[n] = (struct wanted_setvar){ .place = e->place,
		.symbol = elements_text(c, e, attribute, NULL),
		.region = region,
		.value = value };
}

static size_t region_named(struct check *c, struct element *e, const char *attribute)
{
	const char *name = elements_text(c, e, attribute, NULL);
	size_t region = wanted_find_region(c->wanted, name);
	if (region == NOBODY)
		elements_complain(c, e, "there is no memory region '%s'", name);
	return region;
}

static unsigned permissions(struct check *c, struct element *e)
{
	const char *text = elements_text(c, e, "perms", "rw");
	unsigned allow = 0;
	for (const char *at = text; *at != '\0'; at++)
		switch (*at) {
		case 'r':
			allow |= ALLOW_READ;
			break;
		case 'w':
			allow |= ALLOW_WRITE;
			break;
		case 'x':
			allow |= ALLOW_EXECUTE;
			break;
		default:
			elements_complain(c, e, "perms=\"%s\" has unknown letters", text);
			return 0;
		}
	if (allow == 0 || allow == ALLOW_WRITE)
		elements_complain(c, e, "perms=\"%s\" cannot be", text);
	return allow;
}

static void map_load(struct check *c, size_t pd, struct element *e)
{
	struct wanted_map map = { .place = e->place,
		.region = region_named(c, e, "mr"),
		.vaddr = elements_number(c, e, "vaddr", UINT64_MAX, PD_VA_TOP),
		.allow = permissions(c, e),
		.cached = elements_flag(c, e, "cached", true) };
	if (map.region == NOBODY)
		return;
	const struct wanted_region *region = &c->wanted->regions[map.region];
	setvar_add(c, pd, e, "setvar_vaddr", NOBODY, map.vaddr);
	setvar_add(c, pd, e, "setvar_size", NOBODY, region->bytes);
	if (elements_has(e, "setvar_prefill_size") && !region->has_prefill)
		elements_complain(c, e, "the region is not prefilled");
	setvar_add(c, pd, e, "setvar_prefill_size", NOBODY, region->prefill.size);
	elements_finish(c, e, false);
	if (map.vaddr % PAGE_BYTES != 0 || region->bytes > PD_VA_TOP - map.vaddr) {
		elements_complain(c, e, "vaddr is not that of a page, or too high");
		return;
	}
	struct wanted_pd *p = &c->wanted->pds[pd];
	size_t n = p->num_maps;
	p->maps = store_append(p->maps, &p->num_maps, sizeof *p->maps);
	p->maps[n] = map;
}

static void irq_load(struct check *c, size_t pd, struct element *e)
{
	const char *trigger = elements_text(c, e, "trigger", "level");
	struct wanted_irq irq = { .number = elements_number(c, e, "irq", UINT64_MAX,
					  c->board->num_irqs - 1),
		.id = elements_number(c, e, "id", UINT64_MAX, CHANNEL_MAX - 1),
		.edge = strcmp(trigger, "edge") == 0 };
	if (!irq.edge && strcmp(trigger, "level") != 0)
		elements_complain(c, e, "trigger=\"%s\" is unknown", trigger);
	setvar_add(c, pd, e, "setvar_id", NOBODY, irq.id);
	elements_finish(c, e, false);
	struct wanted_pd *p = &c->wanted->pds[pd];
	size_t n = p->num_irqs;
	p->irqs = store_append(p->irqs, &p->num_irqs, sizeof *p->irqs);
	p->irqs[n] = irq;
}

static void setvar_load(struct check *c, size_t pd, struct element *e)
{
	size_t region = region_named(c, e, "region_paddr");
	if (region == NOBODY)
		return;
	c->wanted->regions[region].contiguous = true;
	if (!elements_has(e, "symbol"))
		elements_complain(c, e, "has no attribute 'symbol'");
	setvar_add(c, pd, e, "symbol", region, 0);
	elements_finish(c, e, false);
}

static void cspace_load(struct check *c, size_t pd, struct element *cspace)
{
	struct wanted_pd *p = &c->wanted->pds[pd];
	elements_finish(c, cspace, true);
	for (size_t i = 0; i < cspace->num_children; i++) {
		struct element *e = cspace->children[i];
		bool thread = strcmp(e->name, "cap_tcb") == 0;
		if (!thread && strcmp(e->name, "cap_sc") != 0 &&
			strcmp(e->name, "cap_vspace") != 0) {
			elements_complain(c, e, "is unknown");
			continue;
		}
		size_t n = p->num_controls;
		p->controls = store_append(
			p->controls, &p->num_controls, sizeof *p->controls);
		p->controls[n] = (struct wanted_control){ .place = e->place,
			.slot = elements_number(c, e, "slot", UINT64_MAX, 127),
			.pd_name = elements_text(c, e, "pd", NULL),
			.thread = thread };
		elements_finish(c, e, false);
	}
}

static void program_image_load(struct check *c, size_t pd, struct element *e)
{
	struct wanted_pd *p = &c->wanted->pds[pd];
	if (p->program.file != NULL) {
		elements_complain(c, e, "comes twice");
		return;
	}
	const char *path = elements_text(c, e, "path", NULL);
	const char *symbols = elements_text(c, e, "path_for_symbols", path);
	elements_finish(c, e, false);
	const char *file = wanted_find_file(c->wanted, path);
	const char *symbols_file = wanted_find_file(c->wanted, symbols);
	if (file == NULL || symbols_file == NULL) {
		elements_complain(
			c, e, "there is no file '%s'", file == NULL ? path : symbols);
		p->program.file = path;
		return;
	}
	executable_load(c, file, &p->program);
	executable_load(c, symbols_file, &p->symbols);
}

/* smc_functions: numbers with blanks between them. */
static void smc_load(struct check *c, size_t pd, struct element *e)
{
	struct wanted_pd *p = &c->wanted->pds[pd];
	const char *at = elements_text(c, e, "smc_functions", "");
	for (at += strspn(at, " \t\r\n"); *at != '\0'; at += strspn(at, " \t\r\n")) {
		size_t length = strcspn(at, " \t\r\n");
		uint64_t number;
		if (!elements_parse_number(at, length, &number) || number > UINT32_MAX ||
			p->num_smc == SMC_MAX) {
			elements_complain(c, e, "smc_functions makes no sense");
			return;
		}
		p->smc_functions[p->num_smc++] = (uint32_t)number;
		at += length;
	}
	if (p->smc && p->num_smc != 0)
		elements_complain(c, e, "smc and smc_functions exclude each other");
}

static void attributes_load(struct check *c, size_t pd, struct element *e)
{
	struct wanted_pd *p = &c->wanted->pds[pd];
	p->place = e->place;
	p->name = elements_text(c, e, "name", NULL);
	p->title = store_text("PD '%s'", p->name);
	p->priority = elements_number(c, e, "priority", 0, PRIORITY_MAX);
	p->budget_us = elements_number(c, e, "budget", 1000, UINT64_MAX / 2);
	p->period_us = elements_number(c, e, "period", p->budget_us, UINT64_MAX / 2);
	p->stack_bytes = elements_number(c, e, "stack_size", 0x2000, STACK_BYTES_MAX);
	p->core = elements_number(c, e, "cpu", 0, c->board->num_cores - 1);
	p->domain_name = elements_text(c, e, "domain", "");
	p->passive = elements_flag(c, e, "passive", false);
	p->fpu = elements_flag(c, e, "fpu", true);
	p->smc = elements_flag(c, e, "smc", false);
	p->counter = elements_flag(c, e, "counter", true);
	smc_load(c, pd, e);
	if (p->budget_us > p->period_us)
		elements_complain(c, e, "budget is more than period");
	if (p->stack_bytes == 0 || p->stack_bytes % PAGE_BYTES != 0)
		elements_complain(c, e, "stack_size is no number of pages");
	if (strlen(p->name) >= NAME_BYTES || p->name[0] == '\0')
		elements_complain(c, e, "the name is too long, or missing");
	if (wanted_find_pd(c->wanted, p->name) != pd)
		elements_complain(c, e, "there are two PDs '%s'", p->name);
	if (p->parent != NOBODY)
		p->child_id = elements_number(c, e, "id", UINT64_MAX, CHANNEL_MAX - 1);
}

static void child_load(struct check *c, size_t pd, struct element *e)
{
	if (strcmp(e->name, "program_image") == 0) {
		program_image_load(c, pd, e);
	} else if (strcmp(e->name, "map") == 0) {
		map_load(c, pd, e);
	} else if (strcmp(e->name, "irq") == 0) {
		irq_load(c, pd, e);
	} else if (strcmp(e->name, "setvar") == 0) {
		setvar_load(c, pd, e);
	} else if (strcmp(e->name, "cspace") == 0) {
		cspace_load(c, pd, e);
	} else if (strcmp(e->name, "statistics") == 0) {
		c->wanted->pds[pd].statistics = true;
		elements_finish(c, e, false);
	} else if (strcmp(e->name, "protection_domain") != 0) {
		elements_complain(c, e, "is unknown in a protection domain");
	}
}

void wantedpd_load(struct check *c, struct element *e, size_t parent)
{
	struct wanted *w = c->wanted;
	if (w->num_pds == PD_MAX) {
		elements_complain(c, e, "is one too many");
		return;
	}
	size_t pd = w->num_pds++;
	w->pds[pd].parent = parent;
	attributes_load(c, pd, e);
	if (parent != NOBODY)
		setvar_add(c, parent, e, "setvar_id", NOBODY, w->pds[pd].child_id);
	elements_finish(c, e, true);
	for (size_t i = 0; i < e->num_children; i++)
		child_load(c, pd, e->children[i]);
	if (w->pds[pd].program.file == NULL)
		elements_complain(c, e, "has no program");
}

static void patch_add(struct check *c, size_t pd, const char *symbol, const void *content,
	size_t bytes, const struct place *place)
{
	struct wanted_pd *p = &c->wanted->pds[pd];
	uint64_t vaddr;
	if (!executable_symbol(c, &p->symbols, symbol, &vaddr))
		return;
	bool found = false;
	for (size_t i = 0; i < p->program.num_parts; i++) {
		const struct part *part = &p->program.parts[i];
		found = found ||
			(vaddr >= part->vaddr && bytes <= part->memory_bytes &&
				vaddr - part->vaddr <= part->memory_bytes - bytes);
	}
	if (!found) {
		complaint_in(c, place == NULL ? p->symbols.file : c->wanted->file, place,
			"the symbol '%s' is not in a segment", symbol);
		return;
	}
	for (size_t i = 0; i < p->num_patches; i++)
		if (p->patches[i].vaddr < vaddr + bytes &&
			vaddr < p->patches[i].vaddr + p->patches[i].bytes)
			complaint_in(c, p->symbols.file, NULL, "'%s' and '%s' overlap",
				symbol, p->patches[i].symbol);
	size_t n = p->num_patches;
	p->patches = store_append(p->patches, &p->num_patches, sizeof *p->patches);
	p->patches[n].vaddr = vaddr;
	p->patches[n].bytes = bytes;
	p->patches[n].symbol = symbol;
	memcpy(p->patches[n].content, content, bytes);
}

/* The variables of libmicrokit, for a program that has them. */
static void library_patches(struct check *c, size_t pd)
{
	const struct wanted *w = c->wanted;
	const struct wanted_pd *p = &w->pds[pd];
	uint8_t name[NAME_BYTES] = { 0 };
	uint8_t passive = p->passive ? 1 : 0;
	uint64_t irqs = 0, notifications = 0, pps = 0;
	for (size_t i = 0; i < p->num_irqs; i++)
		irqs |= 1ull << p->irqs[i].id;
	for (size_t i = 0; i < 2 * w->num_channels; i++) {
		const struct wanted_end *end = &w->channels[i / 2].end[i % 2];
		if (end->pd == pd && end->notify)
			notifications |= 1ull << end->id;
		if (end->pd == pd && end->pp)
			pps |= 1ull << end->id;
	}
	size_t length = strlen(p->name);
	memcpy(name, p->name, length < NAME_BYTES ? length : NAME_BYTES - 1);
	const struct {
		const char *symbol;
		const void *content;
		size_t bytes;
	} list[] = { { "microkit_name", name, sizeof name },
		{ "microkit_passive", &passive, sizeof passive },
		{ "microkit_irqs", &irqs, sizeof irqs },
		{ "microkit_notifications", &notifications, sizeof notifications },
		{ "microkit_pps", &pps, sizeof pps } };
	for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)
		if (executable_defines(&p->symbols, list[i].symbol))
			patch_add(c, pd, list[i].symbol, list[i].content, list[i].bytes,
				NULL);
}

void wantedpd_resolve(struct check *c, size_t pd)
{
	struct wanted_pd *p = &c->wanted->pds[pd];
	for (size_t i = 0; i < p->num_controls; i++) {
		struct wanted_control *control = &p->controls[i];
		control->pd = wanted_find_pd(c->wanted, control->pd_name);
		if (control->pd == NOBODY || control->slot == 0)
			complaint_in(c, c->wanted->file, &control->place,
				"no such protection domain, or slot 0");
	}
	library_patches(c, pd);
	for (size_t i = 0; i < p->num_setvars; i++)
		patch_add(c, pd, p->setvars[i].symbol, &p->setvars[i].value,
			sizeof p->setvars[i].value, &p->setvars[i].place);
}

void wantedpd_patch_paddr(struct check *c, size_t pd)
{
	struct wanted_pd *p = &c->wanted->pds[pd];
	for (size_t i = 0; i < p->num_setvars; i++) {
		const struct wanted_setvar *s = &p->setvars[i];
		if (s->region == NOBODY)
			continue;
		const struct wanted_region *region = &c->wanted->regions[s->region];
		uint64_t paddr = region->fixed            ? region->paddr
				 : region->frames != NULL ? region->frames[0]
							  : 0;
		for (size_t j = 0; j < p->num_patches; j++)
			if (p->patches[j].symbol == s->symbol)
				memcpy(p->patches[j].content, &paddr, sizeof paddr);
	}
}
