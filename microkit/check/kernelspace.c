/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's address space and the loader's: what <kernel/image.h> says is
 * there, and nothing else. The kernel itself is compared with its ELF file.
 */
#include <inttypes.h>
#include <string.h>

#include "boardfile.h"
#include "executable.h"
#include "walk.h"
#include "wanted.h"

/* Stage 1 of EL2 (Arm ARM DDI 0487, D8.3). AP[1] is RES1; MAIR index 0 is normal
 * memory, 1 is device; shareability means nothing for devices. */
#define EL2_DEVICE (1ull << 2)
#define EL2_AP_1 (1ull << 6)
#define EL2_READ_ONLY (1ull << 7)
#define EL2_INNER_SHAREABLE (3ull << 8)
#define EL2_AF (1ull << 10)
#define EL2_XN (1ull << 54)

#define EL2_MEMORY (EL2_AP_1 | EL2_INNER_SHAREABLE | EL2_AF)
#define EL2_REGISTERS (EL2_AP_1 | EL2_AF | EL2_DEVICE | EL2_XN)

#define GIC_DISTRIBUTOR_BYTES 0x10000u
#define GICV2_CPU_BYTES 0x2000u
#define GICV3_REDISTRIBUTOR_BYTES 0x20000u

#define EXPECTS_MAX 300u

/* The expectations of one root; the first `num_kernel` are the kernel's pages. */
struct space {
	struct expect expects[EXPECTS_MAX];
	size_t count;
};

static struct expect *expect_add(struct space *s, struct expect e)
{
	if (s->count == EXPECTS_MAX)
		s->count--; /* cannot be: a kernel has few segments */
	s->expects[s->count] = e;
	return &s->expects[s->count++];
}

static uint64_t page_up(uint64_t bytes)
{
	return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

static void window_add(
	struct space *s, uint64_t vaddr, uint64_t bytes, uint64_t bits, const char *name)
{
	expect_add(
		s, walk_expect(vaddr, page_up(bytes), EL2_MEMORY | EL2_XN | bits, name));
}

static void device_add(
	struct space *s, uint64_t vaddr, uint64_t paddr, uint64_t bytes, const char *name)
{
	expect_add(s, (struct expect){ .vaddr = vaddr,
			      .bytes = bytes,
			      .name = name,
			      .bits = EL2_REGISTERS,
			      .fixed = true,
			      .paddr = paddr,
			      .covered = vaddr });
}

static uint64_t gic1_bytes(const struct check *c)
{
	if (c->board->gic_version == 2)
		return GICV2_CPU_BYTES;
	return c->board->num_cores * GICV3_REDISTRIBUTOR_BYTES;
}

static void kernel_expects(
	struct check *c, const struct executable *kernel, struct space *s)
{
	uint64_t n = c->wanted->num_pds;
	for (size_t i = 0; i < kernel->num_runs; i++) {
		const struct run *run = &kernel->runs[i];
		bool write = (run->allow & ALLOW_WRITE) != 0;
		bool execute = (run->allow & ALLOW_EXECUTE) != 0;
		if (write && execute)
			complaint_in(c, kernel->file, NULL,
				"page 0x%" PRIx64 " would be writable and executable",
				run->vaddr);
		expect_add(s, walk_expect(run->vaddr, run->bytes,
				      EL2_MEMORY | (write ? 0 : EL2_READ_ONLY) |
					      (execute ? 0 : EL2_XN),
				      "kernel page"));
	}
	window_add(s, KERNEL_VA_SYSTEM, sizeof(struct system_header), EL2_READ_ONLY,
		"system header page");
	window_add(s, KERNEL_VA_PDS, n * sizeof(struct pd_constant), EL2_READ_ONLY,
		"PD constants page");
	window_add(s, KERNEL_VA_DETAILS, n * sizeof(struct pd_detail), EL2_READ_ONLY,
		"PD details page");
	window_add(s, KERNEL_VA_CAPS, n * CAP_SLOTS * sizeof(struct cap), EL2_READ_ONLY,
		"capabilities page");
	window_add(s, KERNEL_VA_IRQS, c->board->num_irqs * sizeof(struct irq_constant),
		EL2_READ_ONLY, "interrupts page");
	window_add(s, KERNEL_VA_IPC, n * PAGE_BYTES, 0, "IPC buffer at the kernel's");
	device_add(s, KERNEL_VA_GIC0, c->board->gic_distributor, GIC_DISTRIBUTOR_BYTES,
		"GIC distributor");
	device_add(
		s, KERNEL_VA_GIC1, c->board->gic_cpu, gic1_bytes(c), "GIC CPU interface");
	if (strcmp(c->board->config, "debug") == 0)
		device_add(s, KERNEL_VA_UART, c->board->uart, PAGE_BYTES, "UART");
}

static void ram_add(struct check *c, struct space *s, uint64_t bits, const char *name)
{
	for (size_t i = 0; i < c->board->num_ram; i++)
		expect_add(
			s, (struct expect){ .vaddr = c->board->ram[i].start,
				   .bytes = c->board->ram[i].end - c->board->ram[i].start,
				   .name = name,
				   .bits = bits,
				   .fixed = true,
				   .paddr = c->board->ram[i].start,
				   .covered = c->board->ram[i].start });
}

/* RAM and the UART where they are, for the loader. */
static void loader_expects(struct check *c, struct space *s)
{
	ram_add(c, s, EL2_MEMORY, "RAM for the loader");
	device_add(s, c->board->uart, c->board->uart, PAGE_BYTES, "UART for the loader");
}

static struct expect *expect_at(struct space *s, uint64_t vaddr)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->expects[i].vaddr == vaddr)
			return &s->expects[i];
	return NULL;
}

/* The kernel's pages: claimed, and equal to its ELF file. */
static void check_kernel(
	struct check *c, const struct executable *kernel, struct space *s)
{
	uint8_t expected[PAGE_BYTES];
	for (size_t i = 0; i < kernel->num_runs; i++) {
		const struct expect *e = expect_at(s, kernel->runs[i].vaddr);
		walk_claim(c, e);
		for (uint64_t page = 0; page < e->bytes / PAGE_BYTES; page++) {
			if (e->frames[page] == NOWHERE)
				continue;
			executable_bytes(kernel, e->vaddr + page * PAGE_BYTES, expected,
				PAGE_BYTES);
			content_expect(c, e->frames[page], expected, PAGE_BYTES,
				e->entries[page], kernel->file);
		}
	}
}

/* A table is one piece and all of it is in the file. */
static struct window table_at(struct check *c, struct space *s, uint64_t vaddr)
{
	const struct expect *e = expect_at(s, vaddr);
	uint64_t paddr = walk_contiguous(c, e);
	if (paddr != NOWHERE && content_at(c, paddr, e->bytes) == NULL) {
		complaint_at(c, e->entries[0],
			"maps %s to 0x%" PRIx64 ", outside the file", e->name, paddr);
		paddr = NOWHERE;
	}
	return (struct window){ paddr, e->entries[0] };
}

static void find_windows(struct check *c, struct space *s)
{
	struct windows *w = &c->windows;
	w->system = table_at(c, s, KERNEL_VA_SYSTEM);
	w->pds = table_at(c, s, KERNEL_VA_PDS);
	w->details = table_at(c, s, KERNEL_VA_DETAILS);
	w->caps = table_at(c, s, KERNEL_VA_CAPS);
	w->irqs = table_at(c, s, KERNEL_VA_IRQS);
	const struct expect *ipc = expect_at(s, KERNEL_VA_IPC);
	for (size_t i = 0; i < c->wanted->num_pds; i++) {
		w->ipc[i] = (struct window){ ipc->frames[i], ipc->entries[i] };
		if (ipc->frames[i] == NOWHERE)
			continue;
		claim_bytes(c, ipc->frames[i], PAGE_BYTES, PAGE_BYTES, ipc->entries[i],
			store_text("%s IPC buffer", wanted_by_id(c->wanted, i)->title));
		content_expect_zero(c, ipc->frames[i], PAGE_BYTES, ipc->entries[i],
			"IPC buffers begin as zero");
	}
}

/* The loader's root must show the kernel's windows as the kernel's own does. */
static void check_same(struct check *c, struct space *kernel, struct space *boot)
{
	for (size_t i = 0; i < kernel->count; i++) {
		const struct expect *a = &kernel->expects[i];
		const struct expect *b = expect_at(boot, a->vaddr);
		for (uint64_t p = 0; !a->fixed && p < a->bytes / PAGE_BYTES; p++)
			if (a->frames[p] != b->frames[p] && b->entries[p] != 0)
				complaint_at(c, b->entries[p],
					"maps %s to 0x%" PRIx64
					", the kernel's root to 0x%" PRIx64,
					a->name, b->frames[p], a->frames[p]);
	}
}

static struct walk walk_root(struct check *c, size_t field, const char *name)
{
	struct walk w = { .space = SPACE_EL2,
		.name = name,
		.origin = c->header + field,
		.root_pages = 1 };
	w.root = content_u64(c, w.origin);
	return w;
}

void kernelspace_check(struct check *c)
{
	struct space *kernel = store_alloc(1, sizeof *kernel);
	struct space *boot = store_alloc(1, sizeof *boot);
	struct executable elf;
	if (!executable_load(c, c->kernel_file, &elf))
		return;
	claim_bytes(c, c->board->gic_distributor, GIC_DISTRIBUTOR_BYTES, 0, 0,
		"the kernel's GIC distributor");
	claim_bytes(c, c->board->gic_cpu, gic1_bytes(c), 0, 0,
		"the kernel's GIC CPU interface");
	kernel_expects(c, &elf, kernel);
	/* The debug kernel reads RAM for its post-mortems. */
	if (strcmp(c->board->config, "debug") == 0)
		ram_add(c, kernel, EL2_MEMORY | EL2_READ_ONLY | EL2_XN,
			"RAM for post-mortems");
	kernel_expects(c, &elf, boot);
	loader_expects(c, boot);
	struct walk w = walk_root(c, offsetof(struct boot_header, kernel_root), "kernel");
	if (walk_tables(c, &w))
		walk_match(c, &w, kernel->expects, kernel->count);
	check_kernel(c, &elf, kernel);
	find_windows(c, kernel);
	w = walk_root(c, offsetof(struct boot_header, boot_root), "boot");
	if (!walk_tables(c, &w))
		return;
	walk_match(c, &w, boot->expects, boot->count);
	check_same(c, kernel, boot);
}
