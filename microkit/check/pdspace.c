/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PDs' address spaces: all that the system file calls for is mapped with the
 * permissions that it gives, and nothing else is.
 */
#include <inttypes.h>
#include <string.h>

#include "boardfile.h"
#include "pdspace.h"

/* Stage-2 descriptors (Arm ARM DDI 0487, D8.3: MemAttr, S2AP, SH, AF, XN). */
#define S2_DEVICE_NGNRE (1ull << 2)
#define S2_NORMAL_NON_CACHEABLE (5ull << 2)
#define S2_NORMAL_WRITE_BACK (15ull << 2)
#define S2_READ (1ull << 6)
#define S2_READ_WRITE (3ull << 6)
#define S2_INNER_SHAREABLE (3ull << 8)
#define S2_AF (1ull << 10)
#define S2_XN (1ull << 54)

#define VTTBR_ROOT_BITS 0x0000fffffffffffeull
#define OWN_MAX 300u /* program pages, stack, IPC buffer, start area */

static uint64_t attributes(unsigned allow, uint64_t memory)
{
	return S2_INNER_SHAREABLE | S2_AF | memory |
	       ((allow & ALLOW_WRITE) != 0 ? S2_READ_WRITE : S2_READ) |
	       ((allow & ALLOW_EXECUTE) != 0 ? 0 : S2_XN);
}

struct expect *pdspace_find(const struct pdspace *s, uint64_t vaddr)
{
	for (size_t i = 0; i < s->count; i++)
		if (vaddr >= s->expects[i].vaddr &&
			vaddr - s->expects[i].vaddr < s->expects[i].bytes)
			return &s->expects[i];
	return NULL;
}

void pdspace_content(
	const struct wanted_pd *p, uint64_t vaddr, uint8_t *out, size_t bytes)
{
	executable_bytes(&p->program, vaddr, out, bytes);
	for (size_t i = 0; i < p->num_patches; i++) {
		const struct wanted_patch *patch = &p->patches[i];
		uint64_t start = patch->vaddr > vaddr ? patch->vaddr : vaddr;
		uint64_t end = patch->vaddr + patch->bytes;
		if (end > vaddr + bytes)
			end = vaddr + bytes;
		if (start < end)
			memcpy(out + (start - vaddr),
				patch->content + (start - patch->vaddr), end - start);
	}
}

static void expect_add(struct pdspace *s, struct expect e)
{
	s->expects[s->count++] = e;
}

static void own_add(struct pdspace *s, uint64_t vaddr, uint64_t bytes, unsigned allow,
	const char *what)
{
	expect_add(s, walk_expect(vaddr, bytes, attributes(allow, S2_NORMAL_WRITE_BACK),
			      store_text("%s %s", s->pd->title, what)));
}

static void programs_add(struct check *c, struct pdspace *s)
{
	const struct executable *e = &s->pd->program;
	for (size_t i = 0; i < e->num_runs; i++) {
		const struct run *run = &e->runs[i];
		bool write = (run->allow & ALLOW_WRITE) != 0;
		if (write && (run->allow & ALLOW_EXECUTE) != 0)
			complaint_in(c, e->file, NULL,
				"page 0x%" PRIx64 " would be writable and executable",
				run->vaddr);
		own_add(s, run->vaddr, run->bytes, run->allow,
			write ? "writable program page" : "program page");
	}
}

static void maps_add(struct check *c, struct pdspace *s)
{
	for (size_t i = 0; i < s->pd->num_maps; i++) {
		const struct wanted_map *map = &s->pd->maps[i];
		const struct wanted_region *region = &c->wanted->regions[map->region];
		uint64_t memory = region->device ? S2_DEVICE_NGNRE
				  : map->cached  ? S2_NORMAL_WRITE_BACK
						 : S2_NORMAL_NON_CACHEABLE;
		uint64_t bits = attributes(map->allow, memory);
		const char *name = store_text("region '%s' page", region->name);
		if (region->fixed)
			expect_add(s, (struct expect){ .vaddr = map->vaddr,
					      .bytes = region->bytes,
					      .name = name,
					      .bits = bits,
					      .fixed = true,
					      .paddr = region->paddr,
					      .covered = map->vaddr });
		else
			expect_add(s, walk_expect(map->vaddr, region->bytes, bits, name));
		uint64_t guard = s->start_area - PAGE_BYTES;
		if (s->start_area != 0 && map->vaddr + region->bytes > guard)
			complaint_in(c, c->wanted->file, &map->place,
				"the region reaches into the start area or its guard "
				"page");
	}
}

/* The PD's memory that no region is: its frames are its own. */
static void own_claim(struct check *c, const struct pdspace *s)
{
	for (size_t i = 0; i < s->pd->program.num_runs; i++)
		walk_claim(c, pdspace_find(s, s->pd->program.runs[i].vaddr));
	walk_claim(c, pdspace_find(s, STACK_TOP_VADDR - 1));
}

/* The program's pages that are never written are in the image as they shall be. */
static void program_check(struct check *c, const struct pdspace *s)
{
	uint8_t expected[PAGE_BYTES];
	for (size_t i = 0; i < s->pd->program.num_runs; i++) {
		const struct run *run = &s->pd->program.runs[i];
		const struct expect *e = pdspace_find(s, run->vaddr);
		/* Writable pages are filled by the start stub. */
		if ((run->allow & ALLOW_WRITE) != 0)
			continue;
		for (uint64_t page = 0; page < run->bytes / PAGE_BYTES; page++) {
			if (e->frames[page] == NOWHERE)
				continue;
			pdspace_content(s->pd, run->vaddr + page * PAGE_BYTES, expected,
				PAGE_BYTES);
			content_expect(c, e->frames[page], expected, PAGE_BYTES,
				e->entries[page], s->pd->program.file);
		}
	}
}

/* The kernel's window must show the same frame. */
static void ipc_check(struct check *c, const struct pdspace *s)
{
	const struct expect *e = pdspace_find(s, IPC_BUFFER_VADDR);
	const struct window *kernel = &c->windows.ipc[s->pd->id];
	if (e->frames[0] == kernel->paddr || e->frames[0] == NOWHERE)
		return;
	complaint_at(c, e->entries[0],
		"maps the IPC buffer to 0x%" PRIx64
		", but the kernel has it at 0x%" PRIx64,
		e->frames[0], kernel->paddr);
	if (kernel->entry != 0)
		complaint_at(c, kernel->entry,
			"maps the IPC buffer of %s elsewhere than the PD's own tables",
			s->pd->title);
}

/* What one PD says about a region's frames, against what was found so far. */
static void region_merge(
	struct check *c, const struct pdspace *s, const struct wanted_map *map)
{
	struct wanted_region *region = &c->wanted->regions[map->region];
	struct expect *e = pdspace_find(s, map->vaddr);
	region->large = region->large || e->large;
	if (region->first_user == NULL)
		region->first_user = s->pd->title;
	if (region->fixed)
		return;
	if (region->frames == NULL) {
		region->frames = e->frames;
		region->entries = e->entries;
		return;
	}
	for (uint64_t p = 0; p < region->bytes / PAGE_BYTES; p++) {
		if (region->frames[p] == NOWHERE) {
			region->frames[p] = e->frames[p];
			region->entries[p] = e->entries[p];
		}
		if (e->frames[p] == NOWHERE || region->frames[p] == e->frames[p])
			continue;
		complaint_at(c, e->entries[p],
			"maps page %" PRIu64 " of region '%s' to 0x%" PRIx64
			", but for %s it is 0x%" PRIx64,
			p, region->name, e->frames[p], region->first_user,
			region->frames[p]);
		complaint_at(c, region->entries[p],
			"maps page %" PRIu64 " of region '%s' elsewhere than %s has it",
			p, region->name, s->pd->title);
	}
}

static void space_check(struct check *c, size_t id)
{
	struct pdspace s = { .pd = wanted_by_id(c->wanted, id) };
	uint64_t field = c->windows.pds.paddr + id * sizeof(struct pd_constant) +
			 offsetof(struct pd_constant, vttbr);
	s.walk = (struct walk){ .space = SPACE_PD + (uint32_t)id,
		.name = s.pd->title,
		.root = content_u64(c, field) & VTTBR_ROOT_BITS,
		.root_pages = 2,
		.origin = field };
	if (!walk_tables(c, &s.walk))
		return;
	s.expects = store_alloc(OWN_MAX + s.pd->num_maps, sizeof *s.expects);
	startarea_find(c, &s);
	programs_add(c, &s);
	own_add(&s, STACK_TOP_VADDR - s.pd->stack_bytes, s.pd->stack_bytes,
		ALLOW_READ | ALLOW_WRITE, "stack page");
	own_add(&s, IPC_BUFFER_VADDR, PAGE_BYTES, ALLOW_READ | ALLOW_WRITE, "IPC buffer");
	if (s.start_area != 0) {
		own_add(&s, s.start_area, PAGE_BYTES, ALLOW_READ | ALLOW_EXECUTE,
			"start stub");
		own_add(&s, s.start_area + PAGE_BYTES, PAGE_BYTES, ALLOW_READ,
			"start table");
	}
	if (s.start_area != 0 && s.start_end > s.start_area + 2 * PAGE_BYTES)
		own_add(&s, s.start_area + 2 * PAGE_BYTES,
			s.start_end - s.start_area - 2 * PAGE_BYTES, ALLOW_READ,
			"pristine copies page");
	maps_add(c, &s);
	walk_match(c, &s.walk, s.expects, s.count);
	s.pd->space = store_alloc(1, sizeof s);
	memcpy(s.pd->space, &s, sizeof s);
	for (size_t i = 0; i < s.pd->num_maps; i++)
		region_merge(c, &s, &s.pd->maps[i]);
}

void pdspace_check(struct check *c)
{
	for (size_t id = 0; id < c->wanted->num_pds; id++)
		space_check(c, id);
	for (size_t id = 0; id < c->wanted->num_pds; id++)
		if (wanted_by_id(c->wanted, id)->space != NULL)
			own_claim(c, wanted_by_id(c->wanted, id)->space);
	/* With the regions' places the variables that tell them are known. */
	regions_check(c);
	for (size_t id = 0; id < c->wanted->num_pds; id++) {
		struct pdspace *s = wanted_by_id(c->wanted, id)->space;
		wantedpd_patch_paddr(c, c->wanted->by_id[id]);
		if (s == NULL)
			continue;
		program_check(c, s);
		ipc_check(c, s);
		if (s->start_area != 0)
			startarea_check(c, s);
	}
}
