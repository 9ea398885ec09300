# SPDX-License-Identifier: BSD-2-Clause
"""Random systems: each image is compared with the system in every page and every
capability, by a second opinion on what the system file means."""

import os
import random
import sys

import elves
from elves import DATA_AT, PAGE, TEXT_AT
from harness import equal, expect, pd, run_tests
from image import IPC_BUFFER

LARGE = 1 << 21
PERMS = ("r", "rw", "rx", "rwx")
SYSTEMS = 30


class Region:
    def __init__(self, bench, random_, index):
        self.name = f"m{index}"
        self.page = random_.choice((PAGE, PAGE, PAGE, LARGE))
        self.size = self.page * random_.randint(1, 3 if self.page == LARGE else 40)
        self.paddr, self.content = None, b""
        kind = random_.random()
        if kind < 0.15:  # a device
            self.paddr = 0x10000000 + index * 8 * LARGE
        elif kind < 0.4:  # RAM, some of it just behind the image's beginning
            self.paddr = random_.choice((0x40000000, 0x70200000, 0xB0000000)) + \
                index * 8 * LARGE
        self.ram = self.paddr is None or self.paddr >= 0x40000000
        if self.ram and (self.paddr or 0x70000000) >= 0x70000000 and \
                (self.paddr or 0) < 0xB0000000 and random_.random() < 0.4:
            self.content = random_.randbytes(random_.randint(1, min(self.size, 50000)))
            bench.add(self.name, self.content)

    def element(self):
        prefill = f'prefill_path="{self.name}" ' if self.content else ""
        paddr = f'phys_addr="0x{self.paddr:x}" ' if self.paddr is not None else ""
        shared = "" if self.ram else 'shared_device="true" '
        return (f'<memory_region name="{self.name}" size="0x{self.size:x}" '
                f'page_size="0x{self.page:x}" {prefill}{paddr}{shared}/>')


class Domain:
    """A protection domain."""

    def __init__(self, random_, index, regions):
        self.name, self.priority = f"p{index}", random_.randrange(0, 255)
        self.stack = PAGE * random_.randint(1, 20)
        self.bss = random_.choice((0, 100, PAGE, 0x12345))
        self.maps, self.ids, self.parent = [], list(range(62)), None
        random_.shuffle(self.ids)
        self.cached = random_.random() < 0.8
        at = 0x40000000 * random_.randint(1, 900)
        for region in random_.sample(regions, random_.randint(0, len(regions))):
            at = (at + region.page - 1) // region.page * region.page
            self.maps.append((region, at, random_.choice(PERMS)))
            at += region.size + random_.choice((0, 0, PAGE, LARGE))

    def element(self, children=""):
        maps = "".join(
            f'<map mr="{r.name}" vaddr="0x{at:x}" perms="{perms}" '
            f'cached="{"true" if self.cached else "false"}" />' for r, at, perms in self.maps)
        child = f'id="{self.parent[1]}" ' if self.parent else ""
        return pd(self.name, f'{child}priority="{self.priority}" stack_size="{self.stack}"',
                  maps + children, image=f"bss{self.bss}.elf")


def random_system(bench, random_):
    regions = [Region(bench, random_, i) for i in range(random_.randint(0, 9))]
    pds = [Domain(random_, i, regions) for i in range(random_.randint(1, 14))]
    roots = pds[:max(1, len(pds) - random_.randint(0, 4))]
    for child in pds[len(roots):]:
        parent = random_.choice(roots)
        child.parent = (parent, parent.ids.pop())
    channels = []
    for _ in range(random_.randint(0, 20)):
        a, b = random_.choice(pds), random_.choice(pds)
        if a is not b:
            pp = a.priority < b.priority and random_.random() < 0.6
            channels.append((a, a.ids.pop(), b, b.ids.pop(), pp,
                             random_.random() < 0.8, random_.random() < 0.8))
    text = "".join(r.element() for r in regions if any(
        r is m[0] for p in pds for m in p.maps))
    for root in roots:
        text += root.element("".join(c.element() for c in pds
                                     if c.parent and c.parent[0] is root))
    for a, a_id, b, b_id, pp, a_notify, b_notify in channels:
        word = {True: "true", False: "false"}
        text += (f'<channel><end pd="{a.name}" id="{a_id}" pp="{word[pp]}" '
                 f'notify="{word[a_notify]}" /><end pd="{b.name}" id="{b_id}" '
                 f'notify="{word[b_notify]}" /></channel>')
    return pds, channels, text


def expected_pages(domain, kernel):
    """{page: (permissions, size)} of all that the PD may see."""
    pages = {}

    def add(vaddr, size, perms, page=PAGE):
        for at in range(vaddr, vaddr + size, page):
            expect(at not in pages, "the test's own system overlaps")
            pages[at] = (perms, page)

    data = 96 + 8 + domain.bss
    add(TEXT_AT, PAGE, "rx")
    add(DATA_AT, (data + PAGE - 1) // PAGE * PAGE, "rw")
    add(IPC_BUFFER, PAGE, "rw")
    add(IPC_BUFFER - domain.stack, domain.stack, "rw")
    start = IPC_BUFFER - domain.stack - PAGE - 3 * PAGE
    equal(kernel.start, start, "the start area")
    add(start, PAGE, "rx")
    add(start + PAGE, 2 * PAGE, "r")
    for region, at, perms in domain.maps:
        add(at, region.size, perms, region.page)
    return pages


def check_regions(domain, kernel, seen):
    for region, at, _ in domain.maps:
        leaves = [kernel.walk(at + i) for i in range(0, region.size, region.page)]
        places = [leaf.paddr for leaf in leaves]
        equal(places, seen.setdefault(region.name, places), "where a region is")
        wanted = 15 if domain.cached else 5
        equal({leaf.memattr for leaf in leaves}, {wanted if region.ram else 1}, "memory type")
        if region.paddr is not None:
            equal(places, [region.paddr + i for i in range(0, region.size, region.page)],
                  "phys_addr")
        if region.ram:
            expect(kernel.memory(at, region.size) == region.content.ljust(region.size, b"\0"),
                   "the content of a region")


def check_caps(pds, channels, by_name):
    wanted = {}
    for a, a_id, b, b_id, pp, a_notify, b_notify in channels:
        here, there = by_name[a.name].id, by_name[b.name].id
        if a_notify:
            wanted[here, a_id] = (1, there, b_id, 0, 0)
        if b_notify:
            wanted[there, b_id] = (1, here, a_id, 0, 0)
        if pp:
            place = by_name[b.name].callers.index((here, b_id))
            wanted[here, 64 + a_id] = (2, there, b_id, 63 - place, 0)
    for p in pds:
        if p.parent:
            kernel, parent = by_name[p.name], by_name[p.parent[0].name]
            wanted[parent.id, 192 + p.parent[1]] = (4, kernel.id, 0, 0, 0)
            equal(parent.children[63 - kernel.fault_bit], (kernel.id, p.parent[1]), "child")
    found = {(k.id, slot): k.cap(slot) for k in by_name.values() for slot in range(512)
             if k.cap(slot) != (0, 0, 0, 0, 0)}
    equal(found, wanted, "capabilities")
    for kernel in by_name.values():
        for peers in (kernel.callers, kernel.children):
            used = [peer for peer in peers if peer[0] != 255]
            priorities = [by_id.priority for pd_, _ in used
                          for by_id in by_name.values() if by_id.id == pd_]
            equal(priorities, sorted(priorities, reverse=True), "order of peers")
            equal(peers[:len(used)], used, "peers come first")


def test_random_systems(bench):
    """random systems mean the same to the builder and to the test"""
    seed = int(os.environ.get("TEST_SEED", "1"))
    for bss in (0, 100, PAGE, 0x12345):
        bench.add(f"bss{bss}.elf", elves.program(bss=bss))
    for number in range(SYSTEMS):
        random_ = random.Random(seed * 1000 + number)
        pds, channels, text = random_system(bench, random_)
        try:
            image = bench.build(text)
            by_name = {p.name: p for p in image.pds()}
            seen = {}
            for domain in pds:
                kernel = by_name[domain.name]
                found = {leaf.vaddr: (leaf.stage2_perms, leaf.size)
                         for leaf in kernel.leaves()}
                equal(found == expected_pages(domain, kernel), True, "pages")
                check_regions(domain, kernel, seen)
            order = [p.priority for p in image.pds()]
            equal(order, sorted(order, reverse=True), "order")
            check_caps(pds, channels, by_name)
        except Exception:
            print(f"# seed {seed}, system {number}:\n" + text)
            raise


if __name__ == "__main__":
    sys.exit(run_tests(globals()))
