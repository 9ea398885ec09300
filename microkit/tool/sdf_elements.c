/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each element of a system file adds to the struct system.
 *
 * Arrays of the struct system may move with each addition, so the walk keeps
 * indices. The innermost open PD is the one that an element belongs to.
 */
#include <string.h>

#include "list.h"
#include "sdf.h"

const char *sdf_text_of(const struct value *value)
{
	return value->given ? list_copy_text(value->text, strlen(value->text)) : NULL;
}

/* A name that others refer to: "" if it is missing, which is reported already. */
static const char *name_of(const struct value *value)
{
	return value->given ? sdf_text_of(value) : "";
}

uint32_t sdf_number32(const struct value *value)
{
	return value->number >= NUMBER_NONE ? NUMBER_NONE - 1 : (uint32_t)value->number;
}

static struct frame *top(struct walk *walk)
{
	return &walk->frames[walk->num_frames - 1];
}

/* Index of the innermost PD below frame `depth`; NONE for a root. */
static size_t pd_around(const struct walk *walk, size_t depth)
{
	while (depth-- > 0)
		if (walk->frames[depth].element == ELEMENT_PD)
			return walk->frames[depth].index;
	return NONE;
}

static struct pd *current_pd(struct walk *walk)
{
	return &walk->system->pds[pd_around(walk, walk->num_frames)];
}

static void add_setvar(struct pd *pd, const struct tag *tag, const struct value *symbol,
	enum setvar_kind kind, size_t index, uint64_t value)
{
	struct setvar *setvar;

	if (!symbol->given)
		return;
	setvar = LIST_ADD(pd->setvars, pd->num_setvars);
	setvar->at = tag->at;
	setvar->symbol = sdf_text_of(symbol);
	setvar->kind = kind;
	setvar->index = index;
	setvar->value = value;
}

void sdf_end_system(struct walk *walk)
{
	if (walk->system->num_pds == 0)
		diag_error(walk->system->file, &top(walk)->at,
			"system_no_pds: a system has a protection domain",
			"add a <protection_domain>",
			"a system without protection domain");
}

/* A child has an id, a root has none. */
static void judge_child_id(struct walk *walk, const struct pd *pd, const struct tag *tag)
{
	const char *file = walk->system->file;

	if (pd->parent != NONE && !tag->values[PD_ID].given && !tag->bad)
		diag_error(file, &tag->at, "pd_child_id_missing: a child PD has an id",
			"write id=\"0\" or another number that its parent does not use "
			"yet",
			"child protection domain '%s' has no id", pd->name);
	if (pd->parent != NONE)
		return;
	if (tag->values[PD_ID].given || tag->values[PD_SETVAR_ID].given)
		diag_error(file, &tag->at, "pd_root_id: only a child PD has an id",
			"remove id and setvar_id, or nest the PD in its parent",
			"protection domain '%s' has an id but no parent", pd->name);
}

void sdf_begin_pd(struct walk *walk, const struct tag *tag)
{
	const struct value *values = tag->values;
	struct system *system = walk->system;
	size_t parent = pd_around(walk, walk->num_frames - 1);
	size_t index = system->num_pds;
	struct pd *pd = LIST_ADD(system->pds, system->num_pds);

	top(walk)->index = index;
	pd->at = tag->at;
	pd->name = name_of(&values[PD_NAME]);
	pd->priority = sdf_number32(&values[PD_PRIORITY]);
	pd->budget_us = values[PD_BUDGET].number;
	pd->budget_given = values[PD_BUDGET].given;
	pd->period_us = values[PD_PERIOD].given ? values[PD_PERIOD].number
						: pd->budget_us;
	pd->stack_bytes = values[PD_STACK_SIZE].number;
	pd->core = sdf_number32(&values[PD_CPU]);
	pd->passive = values[PD_PASSIVE].number;
	pd->fpu = values[PD_FPU_ATTRIBUTE].number;
	pd->smc = values[PD_SMC].number;
	pd->smc_functions = values[PD_SMC_FUNCTIONS].numbers;
	pd->num_smc_functions = values[PD_SMC_FUNCTIONS].num_numbers;
	pd->counter = values[PD_COUNTER].number;
	pd->domain_name = sdf_text_of(&values[PD_DOMAIN]);
	pd->domain = NONE;
	pd->parent = parent;
	pd->child_id = values[PD_ID].given ? sdf_number32(&values[PD_ID]) : NUMBER_NONE;
	pd->image_at = tag->at;
	pd->image_path = "";
	judge_child_id(walk, pd, tag);
	if (parent != NONE)
		add_setvar(&system->pds[parent], tag, &values[PD_SETVAR_ID], SETVAR_ID, 0,
			values[PD_ID].number);
}

void sdf_begin_program_image(struct walk *walk, const struct tag *tag)
{
	struct pd *pd = current_pd(walk);

	pd->image_at = tag->at;
	pd->image_path = sdf_text_of(&tag->values[IMAGE_PATH]);
	pd->symbols_path = sdf_text_of(&tag->values[IMAGE_SYMBOLS]);
}

static void fill_map(struct map *map, const struct tag *tag)
{
	map->at = tag->at;
	map->region_name = sdf_text_of(&tag->values[MAP_MR]);
	map->region = NONE;
	map->vaddr = tag->values[MAP_VADDR].number;
	map->perms = (unsigned)tag->values[MAP_PERMS].number;
	map->cached = tag->values[MAP_CACHED].number;
}

void sdf_begin_map(struct walk *walk, const struct tag *tag)
{
	struct pd *pd = current_pd(walk);
	size_t index = pd->num_maps;

	fill_map(LIST_ADD(pd->maps, pd->num_maps), tag);
	add_setvar(pd, tag, &tag->values[MAP_SETVAR_VADDR], SETVAR_VADDR, index, 0);
	add_setvar(pd, tag, &tag->values[MAP_SETVAR_SIZE], SETVAR_SIZE, index, 0);
	add_setvar(
		pd, tag, &tag->values[MAP_SETVAR_PREFILL], SETVAR_PREFILL_SIZE, index, 0);
}

void sdf_begin_irq(struct walk *walk, const struct tag *tag)
{
	struct pd *pd = current_pd(walk);
	struct irq *irq = LIST_ADD(pd->irqs, pd->num_irqs);

	irq->at = tag->at;
	irq->number = sdf_number32(&tag->values[IRQ_IRQ]);
	irq->id = sdf_number32(&tag->values[IRQ_ID]);
	irq->edge = tag->values[IRQ_TRIGGER].number;
	add_setvar(pd, tag, &tag->values[IRQ_SETVAR_ID], SETVAR_ID, 0, irq->id);
}

void sdf_begin_setvar(struct walk *walk, const struct tag *tag)
{
	struct pd *pd = current_pd(walk);

	add_setvar(pd, tag, &tag->values[SETVAR_SYMBOL], SETVAR_PADDR, NONE, 0);
	pd->setvars[pd->num_setvars - 1].region_name = sdf_text_of(
		&tag->values[SETVAR_REGION]);
}

void sdf_begin_statistics(struct walk *walk, const struct tag *tag)
{
	(void)tag;
	current_pd(walk)->statistics = true;
}

void sdf_begin_vm(struct walk *walk, const struct tag *tag)
{
	const struct value *values = tag->values;
	struct virtual_machine *vm = list_allocate(sizeof(*vm));

	vm->at = tag->at;
	vm->name = name_of(&values[VM_NAME]);
	vm->priority = sdf_number32(&values[VM_PRIORITY]);
	vm->budget_us = values[VM_BUDGET].number;
	vm->period_us = values[VM_PERIOD].given ? values[VM_PERIOD].number
						: vm->budget_us;
	current_pd(walk)->vm = vm;
}

void sdf_begin_vcpu(struct walk *walk, const struct tag *tag)
{
	struct pd *pd = current_pd(walk);
	struct vcpu *vcpu = LIST_ADD(pd->vm->vcpus, pd->vm->num_vcpus);
	const struct value *cpu = &tag->values[VCPU_CPU];

	vcpu->at = tag->at;
	vcpu->id = sdf_number32(&tag->values[VCPU_ID]);
	vcpu->core = cpu->given ? sdf_number32(cpu) : pd->core;
	add_setvar(pd, tag, &tag->values[VCPU_SETVAR_ID], SETVAR_ID, 0, vcpu->id);
}

void sdf_begin_guest_map(struct walk *walk, const struct tag *tag)
{
	struct virtual_machine *vm = current_pd(walk)->vm;

	fill_map(LIST_ADD(vm->maps, vm->num_maps), tag);
}

static void add_user_cap(
	struct walk *walk, const struct tag *tag, enum user_cap_kind kind)
{
	struct pd *pd = current_pd(walk);
	struct user_cap *cap = LIST_ADD(pd->user_caps, pd->num_user_caps);

	cap->at = tag->at;
	cap->kind = kind;
	cap->slot = sdf_number32(&tag->values[CAP_SLOT]);
	cap->pd_name = sdf_text_of(&tag->values[CAP_PD]);
	cap->pd = NONE;
}

void sdf_begin_cap_tcb(struct walk *walk, const struct tag *tag)
{
	add_user_cap(walk, tag, USER_CAP_TCB);
}

void sdf_begin_cap_sc(struct walk *walk, const struct tag *tag)
{
	add_user_cap(walk, tag, USER_CAP_SC);
}

void sdf_begin_cap_vspace(struct walk *walk, const struct tag *tag)
{
	add_user_cap(walk, tag, USER_CAP_VSPACE);
}

/* The size alone is judged here: the model cannot say "not given" and 0 apart. */
static void judge_region_size(struct walk *walk, const struct tag *tag, const char *name)
{
	const struct value *size = &tag->values[REGION_SIZE];

	if (!size->given && !tag->values[REGION_PREFILL].given && !tag->bad)
		diag_error(walk->system->file, &tag->at,
			"region_size_missing: a region without a prefill file has a size",
			"write size=\"0x1000\" or more, or prefill_path=\"file\"",
			"memory region '%s' has no size", name);
	if (size->given && !size->number)
		diag_error(walk->system->file, &tag->at,
			"region_size_zero: a region has at least one page",
			"write size=\"0x1000\" or more", "memory region '%s' has size 0",
			name);
}

void sdf_begin_region(struct walk *walk, const struct tag *tag)
{
	struct system *system = walk->system;
	struct region *region = LIST_ADD(system->regions, system->num_regions);
	const struct value *page = &tag->values[REGION_PAGE];

	region->at = tag->at;
	region->name = name_of(&tag->values[REGION_NAME]);
	region->bytes = tag->values[REGION_SIZE].number;
	region->page_bytes = page->number;
	region->fixed = tag->values[REGION_PADDR].given;
	region->needs_paddr = region->fixed;
	region->paddr = tag->values[REGION_PADDR].number;
	region->prefill_path = sdf_text_of(&tag->values[REGION_PREFILL]);
	region->shared_device = tag->values[REGION_SHARED_DEVICE].number;
	if (tag->values[REGION_DMA].given)
		region->dma = tag->values[REGION_DMA].number ? DMA_YES : DMA_NO;
	judge_region_size(walk, tag, region->name);
	if (page->given && page->number == 0)
		region->page_bytes = 1; /* no page size; 0 would mean "not given" */
}

void sdf_begin_channel(struct walk *walk, const struct tag *tag)
{
	struct system *system = walk->system;
	struct channel *channel = LIST_ADD(system->channels, system->num_channels);

	channel->at = tag->at;
}

void sdf_begin_end(struct walk *walk, const struct tag *tag)
{
	struct system *system = walk->system;
	struct frame *frame = &walk->frames[walk->num_frames - 2];
	struct channel_end *end;

	frame->bad = frame->bad || tag->bad;
	if (frame->ends++ >= 2)
		return;
	end = &system->channels[system->num_channels - 1].end[frame->ends - 1];
	end->at = tag->at;
	end->pd_name = name_of(&tag->values[END_PD]);
	end->pd = NONE;
	end->id = sdf_number32(&tag->values[END_ID]);
	end->pp = tag->values[END_PP].number;
	end->notify = tag->values[END_NOTIFY].number;
	end->setvar_id = sdf_text_of(&tag->values[END_SETVAR_ID]);
}

/* A channel without its two ends is reported and left out. */
void sdf_end_channel(struct walk *walk)
{
	struct frame *frame = top(walk);

	if (frame->ends != 2)
		diag_error(walk->system->file, &frame->at,
			"channel_ends: a channel has exactly two ends",
			"write two <end pd=\"...\" id=\"...\"/> in each <channel>",
			"channel with %u ends", frame->ends);
	if (frame->ends != 2 || frame->bad)
		walk->system->num_channels--;
}

void sdf_begin_domain(struct walk *walk, const struct tag *tag)
{
	struct system *system = walk->system;
	struct domain *domain = LIST_ADD(system->domains, system->num_domains);
	const struct value *id = &tag->values[DOMAIN_ID];

	domain->at = tag->at;
	domain->name = name_of(&tag->values[DOMAIN_NAME]);
	domain->number = id->given ? sdf_number32(id) : NUMBER_NONE;
}

void sdf_begin_schedule(struct walk *walk, const struct tag *tag)
{
	struct system *system = walk->system;

	system->schedule_at = tag->at;
	system->schedule_start = tag->values[SCHEDULE_START].number;
	system->schedule_shift = tag->values[SCHEDULE_SHIFT].number;
}

void sdf_begin_schedule_entry(struct walk *walk, const struct tag *tag)
{
	struct system *system = walk->system;
	struct schedule_slot *slot = LIST_ADD(system->schedule, system->num_schedule);

	slot->at = tag->at;
	slot->domain_name = name_of(&tag->values[ENTRY_DOMAIN]);
	slot->domain = NONE;
	slot->duration = tag->values[ENTRY_DURATION].number;
	slot->in_ticks = tag->values[ENTRY_DURATION].in_ticks;
}

void sdf_begin_schedule_end(struct walk *walk, const struct tag *tag)
{
	struct system *system = walk->system;
	struct schedule_slot *slot = LIST_ADD(system->schedule, system->num_schedule);

	slot->at = tag->at;
	slot->domain = NONE;
}
