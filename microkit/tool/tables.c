/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's tables: what <kernel/image.h> calls system_header, pd_constant,
 * pd_detail, cap and irq_constant.
 */
#include <stdlib.h>
#include <string.h>

#include "build.h"

#define IRQ_PHYSICAL_TIMER 30u /* EL1's: PPI 14 */
#define TOP_BIT 63u            /* the bit of entry 0 of callers and children */

void tables_number(struct build *build)
{
	size_t count = build->system->num_pds;
	size_t *order = build_alloc(count, sizeof(*order));

	order_pds(build->system, order);
	build->ids = build_alloc(count, sizeof(*build->ids));
	build->programs = build_alloc(count, sizeof(*build->programs));
	build->num_programs = count;
	for (size_t id = 0; id < count; id++) {
		build->ids[order[id]] = (uint8_t)id;
		build->programs[id].pd = &build->system->pds[order[id]];
		build->programs[id].index = order[id];
	}
	free(order);
}

static uint64_t ticks_of(const struct build *build, uint64_t us)
{
	uint64_t hz = build->board->counter_hz;
	/* us * hz / 10^6, rounded to nearest, without losing the high bits. */
	uint64_t ticks = us / 1000000 * hz + (us % 1000000 * hz + 500000) / 1000000;
	return ticks > 0 ? ticks : 1;
}

static bool same_level(const struct build *build, const struct pd *a, const struct pd *b)
{
	return a->core == b->core && a->priority == b->priority &&
	       order_domain(build->system, a) == order_domain(build->system, b);
}

static void fill_level(const struct build *build, size_t id, struct pd_constant *constant)
{
	size_t first = id, last = id;
	const struct program *programs = build->programs;
	while (first > 0 && same_level(build, programs[first - 1].pd, programs[id].pd))
		first--;
	while (last + 1 < build->num_programs &&
		same_level(build, programs[last + 1].pd, programs[id].pd))
		last++;
	constant->level_first = (uint8_t)first;
	constant->level_last = (uint8_t)last;
	if (first == last)
		constant->flags |= PD_ALONE;
}

/* A slice that nobody takes turns with. */
static void make_endless(struct pd_constant *constant)
{
	constant->flags |= PD_ENDLESS;
	constant->budget = TICKS_ENDLESS;
	constant->period = TICKS_ENDLESS;
}

static uint8_t profile_of(const struct build *build, const struct pd *pd)
{
	uint8_t profile = pd->counter ? PROFILE_COUNTER : 0;
	for (size_t i = 0; i < pd->num_irqs; i++)
		if (pd->irqs[i].number == IRQ_PHYSICAL_TIMER)
			profile |= PROFILE_TIMER;
	if (strcmp(build->board->config, "benchmark") == 0)
		profile |= PROFILE_PMU;
	return profile;
}

static void fill_constant(
	const struct build *build, size_t id, struct pd_constant *constant)
{
	const struct program *program = &build->programs[id];
	const struct pd *pd = program->pd;

	*constant = (struct pd_constant){
		.vttbr = program->root | (uint64_t)(id + 1) << 48,
		.start = program->start_vaddr,
		.entry = program->elf->entry,
		.budget = ticks_of(build, pd->budget_us),
		.period = ticks_of(build, pd->period_us),
		.priority = (uint8_t)pd->priority,
		.core = (uint8_t)pd->core,
		.domain = (uint8_t)order_domain(build->system, pd),
		.profile = profile_of(build, pd),
		.parent = pd->parent == NONE ? PD_NONE : build->ids[pd->parent],
		.num_irqs = (uint8_t)pd->num_irqs,
		.num_smc = pd->smc ? SMC_ALL : (uint8_t)pd->num_smc_functions,
	};
	if (pd->passive)
		constant->flags |= PD_PASSIVE;
	if (pd->fpu)
		constant->flags |= PD_FPU;
	if (constant->budget == constant->period)
		constant->flags |= PD_SLICE;
	fill_level(build, id, constant);
	if ((constant->flags & PD_SLICE) != 0 && (constant->flags & PD_ALONE) != 0)
		make_endless(constant);
}

static void fill_detail(const struct build *build, size_t id, struct pd_detail *detail)
{
	const struct pd *pd = build->programs[id].pd;

	memset(detail, 0, sizeof(*detail));
	for (size_t i = 0; i < 64; i++) {
		detail->callers[i].pd = PD_NONE;
		detail->children[i].pd = PD_NONE;
	}
	for (size_t i = 0; i < pd->num_irqs; i++)
		detail->irqs[i] = (uint16_t)pd->irqs[i].number;
	for (size_t i = 0; !pd->smc && i < pd->num_smc_functions; i++)
		detail->smc[i] = pd->smc_functions[i];
	strncpy(detail->name, pd->name, sizeof(detail->name) - 1);
}

static const struct pd *sorted_programs_pd(
	const struct build *build, const struct peer *peer)
{
	return build->programs[peer->pd].pd;
}

/*
 * Inserts a peer by its PD's priority, highest first; among equals by kernel id,
 * then by channel or child id. At most 62 are ever inserted: ids are unique.
 */
static void insert_peer(const struct build *build, struct peer *peers, struct peer peer)
{
	uint32_t priority = sorted_programs_pd(build, &peer)->priority;
	size_t place = 0;
	for (; peers[place].pd != PD_NONE; place++) {
		uint32_t other = sorted_programs_pd(build, &peers[place])->priority;
		if (priority != other                ? priority > other
			: peer.pd != peers[place].pd ? peer.pd < peers[place].pd
						     : peer.id < peers[place].id)
			break;
	}
	for (size_t i = 63; i > place; i--)
		peers[i] = peers[i - 1];
	peers[place] = peer;
}

/* The bit that entry (pd, id) has. */
static uint8_t bit_of(const struct peer *peers, uint8_t pd, uint8_t id)
{
	size_t place = 0;
	while (peers[place].pd != pd || peers[place].id != id)
		place++;
	return (uint8_t)(TOP_BIT - place);
}

static void fill_peers(const struct build *build, struct pd_detail *details)
{
	const struct system *system = build->system;

	for (size_t i = 0; i < system->num_channels; i++) {
		for (size_t e = 0; e < 2; e++) {
			const struct channel_end *end = &system->channels[i].end[e];
			const struct channel_end *server =
				&system->channels[i].end[1 - e];
			struct peer peer = { build->ids[end->pd], (uint8_t)server->id };
			if (end->pp)
				insert_peer(build,
					details[build->ids[server->pd]].callers, peer);
		}
	}
	for (size_t i = 0; i < system->num_pds; i++) {
		const struct pd *pd = &system->pds[i];
		struct peer peer = { build->ids[i], (uint8_t)pd->child_id };
		if (pd->parent != NONE)
			insert_peer(
				build, details[build->ids[pd->parent]].children, peer);
	}
}

static void fill_channel_caps(
	const struct build *build, const struct pd_detail *details, struct cap *caps)
{
	for (size_t i = 0; i < build->system->num_channels; i++) {
		for (size_t e = 0; e < 2; e++) {
			const struct channel_end *from =
				&build->system->channels[i].end[e];
			const struct channel_end *to =
				&build->system->channels[i].end[1 - e];
			struct cap *own = caps + build->ids[from->pd] * CAP_SLOTS;
			struct cap cap = { .target = build->ids[to->pd],
				.id = (uint8_t)to->id };
			if (from->notify) {
				cap.type = CAP_NOTIFY;
				own[SLOT_NOTIFY + from->id] = cap;
			}
			if (from->pp) {
				cap.type = CAP_CALL;
				cap.bit = bit_of(details[cap.target].callers,
					build->ids[from->pd], cap.id);
				own[SLOT_CALL + from->id] = cap;
			}
		}
	}
}

static void fill_own_caps(const struct build *build, struct cap *caps)
{
	const struct system *system = build->system;

	for (size_t p = 0; p < system->num_pds; p++) {
		const struct pd *pd = &system->pds[p];
		struct cap *own = caps + build->ids[p] * CAP_SLOTS;
		for (size_t i = 0; i < pd->num_irqs; i++)
			own[SLOT_IRQ + pd->irqs[i].id] = (struct cap){ .type = CAP_IRQ,
				.irq = (uint16_t)pd->irqs[i].number };
		/* There is no object apart from the PD behind cap_sc and cap_vspace. */
		for (size_t i = 0; i < pd->num_user_caps; i++)
			if (pd->user_caps[i].kind == USER_CAP_TCB)
				own[SLOT_USER + pd->user_caps[i].slot] = (struct cap){
					.type = CAP_CONTROL,
					.target = build->ids[pd->user_caps[i].pd]
				};
		if (pd->parent != NONE)
			caps[build->ids[pd->parent] * CAP_SLOTS + SLOT_CHILD +
				pd->child_id] = (struct cap){ .type = CAP_CONTROL,
				.target = build->ids[p] };
		if (pd->smc || pd->num_smc_functions > 0)
			own[SLOT_SMC].type = CAP_SMC;
		if (pd->statistics)
			own[SLOT_STATISTICS].type = CAP_STATISTICS;
	}
}

static void fill_irqs(const struct build *build, struct irq_constant *irqs)
{
	for (size_t i = 0; i < build->board->num_irqs; i++)
		irqs[i] = (struct irq_constant){ .pd = PD_NONE };
	for (size_t id = 0; id < build->num_programs; id++) {
		const struct pd *pd = build->programs[id].pd;
		for (size_t i = 0; i < pd->num_irqs; i++)
			irqs[pd->irqs[i].number] = (struct irq_constant){
				.pd = (uint8_t)id,
				.id = (uint8_t)pd->irqs[i].id,
				.edge = pd->irqs[i].edge
			};
	}
}

/*
 * The schedule runs from its start to the next end marker, or its end, and
 * round again, so the kernel is given just those entries.
 */
static void fill_schedule(const struct build *build, struct system_header *header)
{
	const struct system *system = build->system;

	if (system->num_domains == 0)
		return;
	header->flags |= SYSTEM_DOMAINS;
	for (size_t i = system->schedule_start; i < system->num_schedule; i++) {
		const struct schedule_slot *slot = &system->schedule[i];
		if (slot->domain == NONE)
			break;
		header->schedule[header->schedule_length++] = (struct schedule_entry){
			.ticks = slot->in_ticks ? slot->duration
						: ticks_of(build, slot->duration),
			.domain = system->domains[slot->domain].number,
		};
	}
}

static void fill_header(const struct build *build, struct system_header *header)
{
	*header = (struct system_header){
		.magic = SYSTEM_MAGIC,
		.version = IMAGE_VERSION,
		.num_pds = (uint32_t)build->num_programs,
		.num_cores = build->board->num_cores,
		.num_irqs = build->board->num_irqs,
		.counter_hz = build->board->counter_hz,
	};
	fill_schedule(build, header);
}

void tables_fill(struct build *build)
{
	struct system_header *header = (void *)image_at(build, build->system_paddr);
	struct pd_constant *constants = (void *)image_at(build, build->pds_paddr);
	struct pd_detail *details = (void *)image_at(build, build->details_paddr);
	struct cap *caps = (void *)image_at(build, build->caps_paddr);

	fill_header(build, header);
	for (size_t id = 0; id < build->num_programs; id++) {
		fill_constant(build, id, &constants[id]);
		fill_detail(build, id, &details[id]);
	}
	fill_peers(build, details);
	for (size_t id = 0; id < build->num_programs; id++) {
		uint8_t parent = constants[id].parent;
		if (parent != PD_NONE)
			constants[id].fault_bit = bit_of(details[parent].children,
				(uint8_t)id, (uint8_t)build->programs[id].pd->child_id);
	}
	fill_channel_caps(build, details, caps);
	fill_own_caps(build, caps);
	fill_irqs(build, (void *)image_at(build, build->irqs_paddr));
}
