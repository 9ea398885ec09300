/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel may assume of its tables. Every clause is established here for
 * the image as it is, without a look at the system file: this is the base case and
 * the standing assumption of the kernel's proofs.
 *
 * For n = num_pds, PDs p and q below n, slots s, and bits b = 63 - i for entry i:
 *
 *  I1  1 <= n <= PD_MAX; 1 <= num_cores <= CORE_MAX; num_irqs <= IRQ_MAX;
 *      with SYSTEM_DOMAINS 1 <= schedule_length <= SCHEDULE_MAX and
 *      schedule_start < schedule_length, else both are 0; counter_hz > 0.
 *  I2  Each schedule entry below schedule_length has 1 <= ticks < 2^62 and
 *      domain < DOMAIN_MAX.
 *  I3  core < num_cores, domain < DOMAIN_MAX (0 without SYSTEM_DOMAINS),
 *      priority <= PRIORITY_MAX, 1 <= budget <= period < 2^62.
 *  I4  p < q: core, then domain, do not fall; on the same core and domain the
 *      priority of q is not above that of p.
 *  I5  level_first <= p <= level_last < n, and these are exactly the PDs with the
 *      core, domain and priority of p; PD_ALONE is set if and only if there is one;
 *      PD_SLICE if and only if budget == period; PD_ENDLESS if and only if both, and
 *      then budget == TICKS_ENDLESS. No other flag or profile bits.
 *  I6  vttbr has a VMID in 1..VMID_MAX that no other PD has.
 *  I7  The used entries of callers come first; each names a PD below n and an id
 *      below CHANNEL_MAX; no two entries have the same id; priorities do not rise.
 *      Likewise children.
 *  I8  A slot's type is one that may stand there; target below n; id below
 *      CHANNEL_MAX; bit below 64.
 *  I9  CAP_CALL of p: the target has the domain of p and a
 *      strictly higher priority, and callers entry 63 - bit of the target is p with
 *      the capability's id. Each used callers entry is named by exactly one
 *      CAP_CALL, of the PD that it names: capabilities and entries are inverse.
 *  I10 parent is PD_NONE or below n and not p; then children entry 63 - fault_bit
 *      of the parent is p, slot SLOT_CHILD + its id is CAP_CONTROL of p, and each
 *      used children entry is that of a PD with this parent. Parents have no
 *      cycle: following them ends within n steps.
 *  I11 num_irqs <= CHANNEL_MAX; each of its irqs is below the system's num_irqs,
 *      and its irq_constant names p and an id whose SLOT_IRQ slot is CAP_IRQ of this
 *      interrupt. Each irq_constant is unused or such a one; each CAP_IRQ has one.
 *  I12 num_smc is SMC_ALL or at most SMC_MAX; CAP_SMC if and only if it is not 0.
 */
#include <inttypes.h>
#include <string.h>

#include "wanted.h"

#define PEERS 64u
#define VMID_SHIFT 48u
#define TICKS_TOP (1ull << 62)

/* The tables as they are in the image. */
struct kernel_tables {
	struct check *c;
	struct system_header system;
	size_t n;
	struct pd_constant pds[PD_MAX];
	struct pd_detail details[PD_MAX];
	struct cap caps[PD_MAX][CAP_SLOTS];
	struct irq_constant irqs[IRQ_MAX];
};

static uint64_t pd_at(const struct kernel_tables *t, size_t p, size_t member)
{
	return t->c->windows.pds.paddr + p * sizeof(struct pd_constant) + member;
}

static uint64_t detail_at(const struct kernel_tables *t, size_t p, size_t member)
{
	return t->c->windows.details.paddr + p * sizeof(struct pd_detail) + member;
}

static uint64_t cap_at(const struct kernel_tables *t, size_t p, size_t slot)
{
	return t->c->windows.caps.paddr + (p * CAP_SLOTS + slot) * sizeof(struct cap);
}

static uint64_t irq_at(const struct kernel_tables *t, size_t i)
{
	return t->c->windows.irqs.paddr + i * sizeof(struct irq_constant);
}

/* A clause that must hold; `paddr` is a byte that it is about. */
static void require(
	const struct kernel_tables *t, bool holds, uint64_t paddr, const char *clause)
{
	if (!holds)
		complaint_at(t->c, paddr, "breaks the kernel's boot invariant, clause %s",
			clause);
}

static void check_system(const struct kernel_tables *t)
{
	const struct system_header *s = &t->system;
	uint64_t at = t->c->windows.system.paddr;
	bool domains = (s->flags & SYSTEM_DOMAINS) != 0;
	require(t, s->num_cores >= 1 && s->num_cores <= CORE_MAX,
		at + offsetof(struct system_header, num_cores), "I1");
	require(t, s->num_irqs <= IRQ_MAX, at + offsetof(struct system_header, num_irqs),
		"I1");
	require(t, s->counter_hz > 0, at + offsetof(struct system_header, counter_hz),
		"I1");
	require(t,
		domains ? s->schedule_length >= 1 && s->schedule_length <= SCHEDULE_MAX
			: s->schedule_length == 0,
		at + offsetof(struct system_header, schedule_length), "I1");
	require(t,
		domains ? s->schedule_start < s->schedule_length : s->schedule_start == 0,
		at + offsetof(struct system_header, schedule_start), "I1");
	for (size_t i = 0; i < s->schedule_length && i < SCHEDULE_MAX; i++)
		require(t,
			s->schedule[i].ticks >= 1 && s->schedule[i].ticks < TICKS_TOP &&
				s->schedule[i].domain < DOMAIN_MAX,
			at + offsetof(struct system_header, schedule) +
				i * sizeof s->schedule[0],
			"I2");
}

static bool same_level(const struct pd_constant *a, const struct pd_constant *b)
{
	return a->core == b->core && a->domain == b->domain && a->priority == b->priority;
}

static void check_pd(const struct kernel_tables *t, size_t p)
{
	const struct pd_constant *k = &t->pds[p];
	bool domains = (t->system.flags & SYSTEM_DOMAINS) != 0;
	require(t, k->core < t->system.num_cores,
		pd_at(t, p, offsetof(struct pd_constant, core)), "I3");
	require(t, k->domain < (domains ? DOMAIN_MAX : 1),
		pd_at(t, p, offsetof(struct pd_constant, domain)), "I3");
	require(t, k->priority <= PRIORITY_MAX,
		pd_at(t, p, offsetof(struct pd_constant, priority)), "I3");
	require(t, k->budget >= 1 && k->budget <= k->period,
		pd_at(t, p, offsetof(struct pd_constant, budget)), "I3");
	require(t, k->period < TICKS_TOP,
		pd_at(t, p, offsetof(struct pd_constant, period)), "I3");
	bool level = k->level_first <= p && p <= k->level_last && k->level_last < t->n;
	for (size_t q = 0; q < t->n; q++)
		level = level && same_level(k, &t->pds[q]) ==
					 (q >= k->level_first && q <= k->level_last);
	require(t, level, pd_at(t, p, offsetof(struct pd_constant, level_first)), "I5");
	unsigned flags = k->flags & (PD_PASSIVE | PD_FPU);
	flags |= k->level_first == k->level_last ? PD_ALONE : 0;
	flags |= k->budget == k->period ? PD_SLICE : 0;
	bool endless = (flags & PD_ALONE) != 0 && (flags & PD_SLICE) != 0;
	flags |= endless ? PD_ENDLESS : 0;
	require(t, k->flags == flags, pd_at(t, p, offsetof(struct pd_constant, flags)),
		"I5");
	require(t, !endless || k->budget == TICKS_ENDLESS,
		pd_at(t, p, offsetof(struct pd_constant, budget)), "I5");
	require(t, (k->profile & ~(PROFILE_COUNTER | PROFILE_TIMER | PROFILE_PMU)) == 0,
		pd_at(t, p, offsetof(struct pd_constant, profile)), "I5");
	require(t, k->num_smc == SMC_ALL || k->num_smc <= SMC_MAX,
		pd_at(t, p, offsetof(struct pd_constant, num_smc)), "I12");
	require(t, (t->caps[p][SLOT_SMC].type == CAP_SMC) == (k->num_smc != 0),
		cap_at(t, p, SLOT_SMC), "I12");
}

static void check_order(const struct kernel_tables *t, size_t q)
{
	const struct pd_constant *a = &t->pds[q - 1], *b = &t->pds[q];
	bool ordered = a->core < b->core ||
		       (a->core == b->core &&
			       (a->domain < b->domain ||
				       (a->domain == b->domain &&
					       a->priority >= b->priority)));
	require(t, ordered, pd_at(t, q, offsetof(struct pd_constant, priority)), "I4");
}

static void check_vmids(const struct kernel_tables *t)
{
	bool taken[1u << (64 - VMID_SHIFT)] = { true };
	for (size_t p = 0; p < t->n; p++) {
		uint64_t vmid = t->pds[p].vttbr >> VMID_SHIFT;
		require(t, vmid <= VMID_MAX && !taken[vmid],
			pd_at(t, p, offsetof(struct pd_constant, vttbr)), "I6");
		taken[vmid] = true;
	}
}

static void check_peers(
	const struct kernel_tables *t, const struct peer *peers, uint64_t paddr)
{
	bool used = true;
	uint64_t ids = 0;
	for (size_t i = 0; i < PEERS; i++) {
		uint64_t at = paddr + i * sizeof(struct peer);
		if (peers[i].pd == PD_NONE) {
			used = false;
			continue;
		}
		bool good = used && peers[i].pd < t->n && peers[i].id < CHANNEL_MAX &&
			    (ids & 1ull << peers[i].id % 64) == 0;
		if (good && i > 0 && peers[i - 1].pd < t->n)
			good = t->pds[peers[i].pd].priority <=
			       t->pds[peers[i - 1].pd].priority;
		require(t, good, at, "I7");
		ids |= 1ull << peers[i].id % 64;
	}
}

static bool type_may_stand(size_t slot, enum cap_type type)
{
	static const struct {
		size_t first, count;
		enum cap_type type;
	} ranges[] = { { SLOT_NOTIFY, CHANNEL_MAX, CAP_NOTIFY },
		{ SLOT_CALL, CHANNEL_MAX, CAP_CALL }, { SLOT_IRQ, CHANNEL_MAX, CAP_IRQ },
		{ SLOT_CHILD, CHANNEL_MAX, CAP_CONTROL },
		{ SLOT_CHILD, CHANNEL_MAX, CAP_VCPU }, { SLOT_USER, 128, CAP_CONTROL },
		{ SLOT_SMC, 1, CAP_SMC }, { SLOT_STATISTICS, 1, CAP_STATISTICS } };
	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (type == ranges[i].type && slot >= ranges[i].first &&
			slot - ranges[i].first < ranges[i].count)
			return true;
	return false;
}

static void check_call(
	const struct kernel_tables *t, size_t p, size_t slot, uint64_t *named)
{
	const struct cap *cap = &t->caps[p][slot];
	const struct pd_constant *from = &t->pds[p], *to = &t->pds[cap->target];
	const struct peer *entry = &t->details[cap->target].callers[63 - cap->bit];
	require(t,
		from->domain == to->domain && from->priority < to->priority &&
			entry->pd == p && entry->id == cap->id &&
			(named[cap->target] & 1ull << cap->bit) == 0,
		cap_at(t, p, slot), "I9");
	named[cap->target] |= 1ull << cap->bit;
}

static void check_caps(const struct kernel_tables *t, size_t p, uint64_t *named)
{
	for (size_t slot = 0; slot < CAP_SLOTS; slot++) {
		const struct cap *cap = &t->caps[p][slot];
		if (cap->type == CAP_NONE)
			continue;
		bool good = cap->type < CAP_TYPE_COUNT &&
			    type_may_stand(slot, (enum cap_type)cap->type) &&
			    cap->target < t->n && cap->id < CHANNEL_MAX && cap->bit < 64;
		require(t, good, cap_at(t, p, slot), "I8");
		if (good && cap->type == CAP_CALL)
			check_call(t, p, slot, named);
		if (good && cap->type == CAP_IRQ)
			require(t,
				cap->irq < t->system.num_irqs &&
					t->irqs[cap->irq].pd == p &&
					t->irqs[cap->irq].id == slot - SLOT_IRQ,
				cap_at(t, p, slot), "I11");
	}
}

/* Every used callers entry is some capability's. */
static void check_named(const struct kernel_tables *t, size_t p, const uint64_t *named)
{
	for (size_t i = 0; i < PEERS; i++) {
		bool used = t->details[p].callers[i].pd != PD_NONE;
		require(t, used == ((named[p] >> (63 - i) & 1) != 0),
			detail_at(t, p, offsetof(struct pd_detail, callers)) +
				i * sizeof(struct peer),
			"I9");
	}
}

static void check_family(const struct kernel_tables *t, size_t p)
{
	const struct pd_constant *k = &t->pds[p];
	uint64_t at = pd_at(t, p, offsetof(struct pd_constant, parent));
	for (size_t i = 0; i < PEERS; i++) {
		const struct peer *child = &t->details[p].children[i];
		if (child->pd < t->n)
			require(t,
				t->pds[child->pd].parent == p &&
					t->pds[child->pd].fault_bit == 63 - i,
				detail_at(t, p, offsetof(struct pd_detail, children)) +
					i * sizeof(struct peer),
				"I10");
	}
	if (k->parent == PD_NONE)
		return;
	require(t, k->parent < t->n && k->parent != p && k->fault_bit < PEERS, at, "I10");
	if (k->parent >= t->n || k->fault_bit >= PEERS)
		return;
	const struct peer *entry = &t->details[k->parent].children[63 - k->fault_bit];
	bool good = entry->pd == p && entry->id < CHANNEL_MAX;
	if (good) {
		const struct cap *cap = &t->caps[k->parent][SLOT_CHILD + entry->id];
		good = cap->type == CAP_CONTROL && cap->target == p;
	}
	require(t, good, at, "I10");
	size_t up = p, steps = 0;
	while (steps++ < t->n && up < t->n)
		up = t->pds[up].parent;
	require(t, up == PD_NONE, at, "I10");
}

static void check_pd_irqs(const struct kernel_tables *t, size_t p)
{
	const struct pd_constant *k = &t->pds[p];
	require(t, k->num_irqs <= CHANNEL_MAX,
		pd_at(t, p, offsetof(struct pd_constant, num_irqs)), "I11");
	for (size_t i = 0; i < k->num_irqs && i < CHANNEL_MAX; i++) {
		uint16_t irq = t->details[p].irqs[i];
		bool good = irq < t->system.num_irqs && irq < IRQ_MAX &&
			    t->irqs[irq].pd == p;
		for (size_t j = 0; j < i; j++)
			good = good && t->details[p].irqs[j] != irq;
		require(t, good,
			detail_at(t, p, offsetof(struct pd_detail, irqs)) +
				i * sizeof irq,
			"I11");
	}
}

static void check_irq(const struct kernel_tables *t, size_t i)
{
	const struct irq_constant *irq = &t->irqs[i];
	if (irq->pd == PD_NONE)
		return;
	bool good = irq->pd < t->n && irq->id < CHANNEL_MAX && irq->edge <= 1;
	if (good) {
		const struct cap *cap = &t->caps[irq->pd][SLOT_IRQ + irq->id];
		size_t listed = 0;
		good = cap->type == CAP_IRQ && cap->irq == i;
		for (size_t j = 0; j < t->pds[irq->pd].num_irqs && j < CHANNEL_MAX; j++)
			listed += t->details[irq->pd].irqs[j] == i;
		good = good && listed == 1;
	}
	require(t, good, irq_at(t, i), "I11");
}

/* Copies what the file has of each table. The windows' sizes were checked before. */
static void tables_read(struct kernel_tables *t)
{
	struct check *c = t->c;
	const struct windows *w = &c->windows;
	size_t irqs = t->system.num_irqs < IRQ_MAX ? t->system.num_irqs : IRQ_MAX;
	memcpy(t->pds, content_at(c, w->pds.paddr, t->n * sizeof t->pds[0]),
		t->n * sizeof t->pds[0]);
	memcpy(t->details, content_at(c, w->details.paddr, t->n * sizeof t->details[0]),
		t->n * sizeof t->details[0]);
	memcpy(t->caps, content_at(c, w->caps.paddr, t->n * sizeof t->caps[0]),
		t->n * sizeof t->caps[0]);
	const uint8_t *data = content_at(c, w->irqs.paddr, irqs * sizeof t->irqs[0]);
	if (data != NULL)
		memcpy(t->irqs, data, irqs * sizeof t->irqs[0]);
}

void invariant_check(struct check *c)
{
	struct kernel_tables *t = store_alloc(1, sizeof *t);
	const struct windows *w = &c->windows;
	uint64_t *named = store_alloc(PD_MAX, sizeof *named);
	t->c = c;
	memcpy(&t->system, content_at(c, w->system.paddr, sizeof t->system),
		sizeof t->system);
	t->n = c->wanted->num_pds;
	require(t, t->system.num_pds == t->n && t->n >= 1 && t->n <= PD_MAX,
		w->system.paddr + offsetof(struct system_header, num_pds), "I1");
	tables_read(t);
	check_system(t);
	check_vmids(t);
	for (size_t p = 0; p < t->n; p++) {
		check_pd(t, p);
		if (p > 0)
			check_order(t, p);
		check_peers(t, t->details[p].callers,
			detail_at(t, p, offsetof(struct pd_detail, callers)));
		check_peers(t, t->details[p].children,
			detail_at(t, p, offsetof(struct pd_detail, children)));
		check_caps(t, p, named);
		check_family(t, p);
		check_pd_irqs(t, p);
	}
	for (size_t p = 0; p < t->n; p++)
		check_named(t, p, named);
	for (size_t i = 0; i < t->system.num_irqs && i < IRQ_MAX; i++)
		check_irq(t, i);
}
