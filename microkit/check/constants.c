/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's tables: each is made anew from the system file and compared field
 * by field. Where the format leaves a choice (which of two callers of the same
 * priority is ranked first, the order of a PD's interrupts) the image's choice is
 * judged and then taken.
 */
#include <inttypes.h>
#include <string.h>

#include "boardfile.h"
#include "wanted.h"

#define IRQ_PHYSICAL_TIMER 30u /* PPI 14: the EL1 physical timer */
#define PEERS 64u
#define VTTBR_VMID_SHIFT 48u
#define VTTBR_ROOT_BITS 0x0000fffffffffffeull /* BADDR; bit 0 is CnP */

#define FIELD(type, member)                                                     \
	{                                                                       \
#member, offsetof(type, member), sizeof(((type *)0)->member), 0 \
	}
#define FIELDS_OF(type, member)                                               \
	{                                                                     \
#member, offsetof(type, member), sizeof(((type *)0)->member), \
			sizeof(((type *)0)->member[0])                        \
	}

static const struct field system_fields[] = {
	FIELD(struct system_header, magic),
	FIELD(struct system_header, version),
	FIELD(struct system_header, flags),
	FIELD(struct system_header, num_pds),
	FIELD(struct system_header, num_cores),
	FIELD(struct system_header, num_irqs),
	FIELD(struct system_header, schedule_length),
	FIELD(struct system_header, schedule_start),
	FIELD(struct system_header, reserved),
	FIELD(struct system_header, counter_hz),
	FIELDS_OF(struct system_header, schedule),
};

static const struct field constant_fields[] = {
	FIELD(struct pd_constant, vttbr),
	FIELD(struct pd_constant, start),
	FIELD(struct pd_constant, entry),
	FIELD(struct pd_constant, budget),
	FIELD(struct pd_constant, period),
	FIELD(struct pd_constant, priority),
	FIELD(struct pd_constant, core),
	FIELD(struct pd_constant, domain),
	FIELD(struct pd_constant, flags),
	FIELD(struct pd_constant, profile),
	FIELD(struct pd_constant, parent),
	FIELD(struct pd_constant, fault_bit),
	FIELD(struct pd_constant, level_first),
	FIELD(struct pd_constant, level_last),
	FIELD(struct pd_constant, num_irqs),
	FIELD(struct pd_constant, num_smc),
	FIELD(struct pd_constant, reserved),
};

static const struct field detail_fields[] = {
	FIELDS_OF(struct pd_detail, callers),
	FIELDS_OF(struct pd_detail, children),
	FIELDS_OF(struct pd_detail, irqs),
	FIELD(struct pd_detail, reserved),
	FIELDS_OF(struct pd_detail, smc),
	FIELD(struct pd_detail, reserved2),
	FIELD(struct pd_detail, name),
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* All tables as they must be, and the PDs' details as they are. */
struct tables {
	struct system_header system;
	struct pd_constant constants[PD_MAX];
	struct pd_detail details[PD_MAX], found[PD_MAX];
	struct cap caps[PD_MAX][CAP_SLOTS];
	struct irq_constant irqs[IRQ_MAX];
};

static void make_system(const struct check *c, struct system_header *out)
{
	const struct wanted *w = c->wanted;
	*out = (struct system_header){ .magic = SYSTEM_MAGIC,
		.version = IMAGE_VERSION,
		.flags = w->num_domains != 0 ? SYSTEM_DOMAINS : 0,
		.num_pds = (uint32_t)w->num_pds,
		.num_cores = (uint32_t)c->board->num_cores,
		.num_irqs = (uint32_t)c->board->num_irqs,
		.schedule_length = (uint32_t)w->num_schedule,
		.counter_hz = c->board->counter_hz };
	for (size_t i = 0; i < w->num_schedule; i++) {
		out->schedule[i].ticks = w->schedule[i].ticks;
		out->schedule[i].domain = w->domains[w->schedule[i].domain].number;
	}
}

static uint8_t make_flags(const struct wanted_pd *p, const struct pd_constant *k)
{
	return (uint8_t)((p->passive ? PD_PASSIVE : 0) | (p->fpu ? PD_FPU : 0) |
			 (k->level_first == k->level_last ? PD_ALONE : 0) |
			 (k->budget == k->period ? PD_SLICE : 0));
}

/* A slice that nobody takes turns with has no end. */
static void make_endless(struct pd_constant *k)
{
	if (k->level_first != k->level_last || k->budget != k->period)
		return;
	k->flags |= PD_ENDLESS;
	k->budget = TICKS_ENDLESS;
	k->period = TICKS_ENDLESS;
}

static uint8_t make_profile(const struct check *c, const struct wanted_pd *p)
{
	uint8_t profile = p->counter ? PROFILE_COUNTER : 0;
	for (size_t i = 0; i < p->num_irqs; i++)
		if (p->irqs[i].number == IRQ_PHYSICAL_TIMER)
			profile |= PROFILE_TIMER;
	if (strcmp(c->board->config, "benchmark") == 0)
		profile |= PROFILE_PMU;
	return profile;
}

/* vttbr, start and fault_bit come later. */
static void make_constant(const struct check *c, size_t id, struct pd_constant *out)
{
	const struct wanted_pd *p = wanted_by_id(c->wanted, id);
	*out = (struct pd_constant){ .entry = p->program.entry,
		.budget = wanted_ticks(c, p->budget_us),
		.period = wanted_ticks(c, p->period_us),
		.priority = (uint8_t)p->priority,
		.core = (uint8_t)p->core,
		.domain = (uint8_t)p->domain,
		.profile = make_profile(c, p),
		.parent = p->parent == NOBODY ? PD_NONE : c->wanted->pds[p->parent].id,
		.level_first = PD_NONE,
		.num_irqs = (uint8_t)p->num_irqs,
		.num_smc = p->smc ? SMC_ALL : (uint8_t)p->num_smc };
	for (size_t other = 0; other < c->wanted->num_pds; other++) {
		const struct wanted_pd *q = wanted_by_id(c->wanted, other);
		if (q->core != p->core || q->domain != p->domain ||
			q->priority != p->priority)
			continue;
		if (out->level_first == PD_NONE)
			out->level_first = (uint8_t)other;
		out->level_last = (uint8_t)other;
	}
	out->flags = make_flags(p, out);
	make_endless(out);
}

/* ---- Ranked tables: callers and children ---- */

static bool ranked_before(const struct check *c, struct peer a, struct peer b)
{
	return wanted_by_id(c->wanted, a.pd)->priority >
	       wanted_by_id(c->wanted, b.pd)->priority;
}

/* Inserts in document order among equals. */
static void rank_insert(
	const struct check *c, struct peer *peers, size_t *count, struct peer one)
{
	if (*count == PEERS)
		return; /* cannot be: ids are below CHANNEL_MAX and unique */
	size_t i = (*count)++;
	for (; i > 0 && ranked_before(c, one, peers[i - 1]); i--)
		peers[i] = peers[i - 1];
	peers[i] = one;
}

static bool peer_same(struct peer a, struct peer b)
{
	return a.pd == b.pd && a.id == b.id;
}

static size_t peer_find(const struct peer *peers, struct peer one)
{
	size_t i = 0;
	while (i < PEERS && !peer_same(peers[i], one))
		i++;
	return i;
}

/*
 * Takes over the image's order among equals: `wanted` becomes `found` if found
 * is a rearrangement of it that has the highest priorities first.
 */
static void rank_accept(const struct check *c, struct peer *wanted,
	const struct peer *found, size_t count)
{
	for (size_t i = 0; i < PEERS; i++) {
		struct peer none = { PD_NONE, 0 };
		if (i >= count && !peer_same(found[i], none))
			return;
		if (i < count && peer_find(found, wanted[i]) >= count)
			return;
		if (i > 0 && i < count && found[i].pd < c->wanted->num_pds &&
			found[i - 1].pd < c->wanted->num_pds &&
			ranked_before(c, found[i], found[i - 1]))
			return;
	}
	memcpy(wanted, found, PEERS * sizeof *wanted);
}

static void make_callers(const struct check *c, size_t pd, struct tables *t)
{
	const struct wanted *w = c->wanted;
	size_t count = 0;
	uint8_t id = w->pds[pd].id;
	for (size_t i = 0; i < 2 * w->num_channels; i++) {
		const struct wanted_end *from = &w->channels[i / 2].end[i % 2];
		const struct wanted_end *to = &w->channels[i / 2].end[1 - i % 2];
		struct peer caller = { w->pds[from->pd].id, (uint8_t)to->id };
		if (from->pp && to->pd == pd)
			rank_insert(c, t->details[id].callers, &count, caller);
	}
	rank_accept(c, t->details[id].callers, t->found[id].callers, count);
}

static void make_children(const struct check *c, size_t pd, struct tables *t)
{
	const struct wanted *w = c->wanted;
	size_t count = 0;
	uint8_t id = w->pds[pd].id;
	for (size_t i = 0; i < w->num_pds; i++) {
		struct peer child = { w->pds[i].id, (uint8_t)w->pds[i].child_id };
		if (w->pds[i].parent == pd)
			rank_insert(c, t->details[id].children, &count, child);
	}
	rank_accept(c, t->details[id].children, t->found[id].children, count);
	for (size_t i = 0; i < count; i++)
		t->constants[t->details[id].children[i].pd].fault_bit = (uint8_t)(63 - i);
}

/* ---- A PD's details ---- */

/* The image's order of the interrupts, if they are all there; likewise for SMC. */
static void make_lists(
	const struct wanted_pd *p, struct pd_detail *out, const struct pd_detail *found)
{
	bool same = true;
	for (size_t i = 0; i < p->num_irqs; i++) {
		size_t in_found = 0;
		out->irqs[i] = (uint16_t)p->irqs[i].number;
		for (size_t j = 0; j < p->num_irqs; j++)
			in_found += found->irqs[j] == p->irqs[i].number;
		same = same && in_found == 1;
	}
	if (same)
		memcpy(out->irqs, found->irqs, p->num_irqs * sizeof out->irqs[0]);
	same = true;
	for (size_t i = 0; i < p->num_smc; i++) {
		size_t in_found = 0;
		out->smc[i] = p->smc_functions[i];
		for (size_t j = 0; j < p->num_smc; j++)
			in_found += found->smc[j] == p->smc_functions[i];
		same = same && in_found == 1;
	}
	if (same)
		memcpy(out->smc, found->smc, p->num_smc * sizeof out->smc[0]);
}

static void make_detail(const struct check *c, size_t id, struct tables *t)
{
	const struct wanted_pd *p = wanted_by_id(c->wanted, id);
	struct pd_detail *out = &t->details[id];
	for (size_t i = 0; i < PEERS; i++) {
		out->callers[i] = (struct peer){ PD_NONE, 0 };
		out->children[i] = (struct peer){ PD_NONE, 0 };
	}
	make_callers(c, c->wanted->by_id[id], t);
	make_children(c, c->wanted->by_id[id], t);
	make_lists(p, out, &t->found[id]);
	memcpy(out->name, p->name, strlen(p->name));
}

/* ---- Capabilities and interrupts ---- */

static void cap_set(struct check *c, struct tables *t, const struct wanted_pd *p,
	const struct place *place, size_t slot, struct cap cap)
{
	struct cap *at = &t->caps[p->id][slot];
	if (at->type != CAP_NONE)
		complaint_in(c, c->wanted->file, place,
			"%s has two capabilities in slot %zu: an id or slot is used "
			"twice",
			p->title, slot);
	*at = cap;
}

static void make_channel_caps(struct check *c, struct tables *t)
{
	const struct wanted *w = c->wanted;
	for (size_t i = 0; i < 2 * w->num_channels; i++) {
		const struct wanted_end *from = &w->channels[i / 2].end[i % 2];
		const struct wanted_end *to = &w->channels[i / 2].end[1 - i % 2];
		const struct wanted_pd *p = &w->pds[from->pd];
		uint8_t server = w->pds[to->pd].id;
		struct cap cap = {
			.type = CAP_NOTIFY, .target = server, .id = (uint8_t)to->id
		};
		if (from->notify)
			cap_set(c, t, p, &from->place, SLOT_NOTIFY + from->id, cap);
		if (!from->pp)
			continue;
		struct peer caller = { p->id, (uint8_t)to->id };
		cap.type = CAP_CALL;
		cap.bit = (uint8_t)(63 - peer_find(t->details[server].callers, caller));
		cap_set(c, t, p, &from->place, SLOT_CALL + from->id, cap);
	}
}

static void make_own_caps(struct check *c, size_t pd, struct tables *t)
{
	const struct wanted *w = c->wanted;
	const struct wanted_pd *p = &w->pds[pd];
	for (size_t i = 0; i < p->num_irqs; i++) {
		const struct wanted_irq *irq = &p->irqs[i];
		struct irq_constant *owner = &t->irqs[irq->number];
		cap_set(c, t, p, &p->place, SLOT_IRQ + irq->id,
			(struct cap){ .type = CAP_IRQ, .irq = (uint16_t)irq->number });
		if (owner->pd != PD_NONE)
			complaint_in(c, w->file, &p->place,
				"interrupt %" PRIu64 " is given twice", irq->number);
		*owner = (struct irq_constant){ p->id, (uint8_t)irq->id, irq->edge, 0 };
	}
	if (p->parent != NOBODY)
		cap_set(c, t, &w->pds[p->parent], &p->place, SLOT_CHILD + p->child_id,
			(struct cap){ .type = CAP_CONTROL, .target = p->id });
	for (size_t i = 0; i < p->num_controls; i++)
		if (p->controls[i].thread)
			cap_set(c, t, p, &p->controls[i].place,
				SLOT_USER + p->controls[i].slot,
				(struct cap){ .type = CAP_CONTROL,
					.target = w->pds[p->controls[i].pd].id });
	if (p->smc || p->num_smc != 0)
		t->caps[p->id][SLOT_SMC].type = CAP_SMC;
	if (p->statistics)
		t->caps[p->id][SLOT_STATISTICS].type = CAP_STATISTICS;
}

/* An id serves one thing of a PD: a channel end or an interrupt. */
static void check_ids(struct check *c)
{
	const struct wanted *w = c->wanted;
	uint64_t *used = store_alloc(w->num_pds, sizeof *used);
	for (size_t i = 0; i < 2 * w->num_channels; i++) {
		const struct wanted_end *end = &w->channels[i / 2].end[i % 2];
		if ((used[end->pd] & 1ull << end->id) != 0)
			complaint_in(c, w->file, &end->place, "the id is used twice");
		used[end->pd] |= 1ull << end->id;
	}
	for (size_t i = 0; i < w->num_pds; i++)
		for (size_t j = 0; j < w->pds[i].num_irqs; j++) {
			if ((used[i] & 1ull << w->pds[i].irqs[j].id) != 0)
				complaint_in(c, w->file, &w->pds[i].place,
					"an id is used twice");
			used[i] |= 1ull << w->pds[i].irqs[j].id;
		}
}

static void make_caps(struct check *c, struct tables *t)
{
	for (size_t i = 0; i < IRQ_MAX; i++)
		t->irqs[i].pd = PD_NONE;
	check_ids(c);
	make_channel_caps(c, t);
	for (size_t i = 0; i < c->wanted->num_pds; i++)
		make_own_caps(c, i, t);
}

/* ---- Comparison ---- */

/*
 * The stage-2 root is where the image says, and pdspace.c walks it; so is the start
 * area. The number of an address space is the PD's and one more.
 */
static void accept_places(struct check *c, size_t id, struct tables *t)
{
	uint64_t paddr = c->windows.pds.paddr + id * sizeof(struct pd_constant);
	uint64_t vttbr = content_u64(c, paddr + offsetof(struct pd_constant, vttbr));
	t->constants[id].vttbr = (vttbr & VTTBR_ROOT_BITS) | (uint64_t)(id + 1)
								     << VTTBR_VMID_SHIFT;
	t->constants[id].start = content_u64(
		c, paddr + offsetof(struct pd_constant, start));
}

/* A piece of a table. */
static struct window piece(struct window table, size_t offset)
{
	return (struct window){ table.paddr + offset, table.entry };
}

static void compare_caps(struct check *c, const struct tables *t)
{
	for (size_t id = 0; id < c->wanted->num_pds; id++) {
		const char *name = store_text(
			"%s capability", wanted_by_id(c->wanted, id)->title);
		static const struct field slots = { "slot", 0,
			CAP_SLOTS * sizeof(struct cap), sizeof(struct cap) };
		content_expect_fields(c, piece(c->windows.caps, id * sizeof t->caps[0]),
			t->caps[id], &slots, 1, name);
	}
}

static void compare(struct check *c, const struct tables *t)
{
	const struct windows *w = &c->windows;
	content_expect_fields(c, w->system, &t->system, system_fields,
		COUNT(system_fields), "system header");
	for (size_t id = 0; id < c->wanted->num_pds; id++) {
		const char *title = wanted_by_id(c->wanted, id)->title;
		content_expect_fields(c, piece(w->pds, id * sizeof t->constants[0]),
			&t->constants[id], constant_fields, COUNT(constant_fields),
			title);
		content_expect_fields(c, piece(w->details, id * sizeof t->details[0]),
			&t->details[id], detail_fields, COUNT(detail_fields), title);
	}
	compare_caps(c, t);
	struct field irqs = { "number", 0,
		(uint32_t)(c->board->num_irqs * sizeof(struct irq_constant)),
		sizeof(struct irq_constant) };
	content_expect_fields(c, w->irqs, t->irqs, &irqs, 1, "interrupt");
}

bool constants_check(struct check *c)
{
	const struct windows *w = &c->windows;
	if (w->system.paddr == NOWHERE || w->pds.paddr == NOWHERE ||
		w->details.paddr == NOWHERE || w->caps.paddr == NOWHERE ||
		w->irqs.paddr == NOWHERE)
		return false;
	struct tables *t = store_alloc(1, sizeof *t);
	size_t n = c->wanted->num_pds;
	memcpy(t->found, content_at(c, w->details.paddr, n * sizeof t->found[0]),
		n * sizeof t->found[0]);
	make_system(c, &t->system);
	for (size_t id = 0; id < n; id++)
		make_constant(c, id, &t->constants[id]);
	for (size_t id = 0; id < n; id++)
		make_detail(c, id, t);
	make_caps(c, t);
	for (size_t id = 0; id < n; id++)
		accept_places(c, id, t);
	compare(c, t);
	return true;
}
