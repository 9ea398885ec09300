# SPDX-License-Identifier: BSD-2-Clause
"""Builds small systems and looks at every table and byte of their images."""

import sys

import elves
from elves import DATA_AT, KERNEL_VA, PAGE, TEXT_AT, R, W, X
from harness import Bench, equal, expect, pd, run_tests
from image import IPC_BUFFER, TOP


def test_one_pd(bench):
    """a PD with setvars, before and after its start stub"""
    bench.add("a.elf", elves.program(["vaddr", "size", "paddr", "channel"]))
    system = ('<memory_region name="m" size="0x2000" />'
              '<memory_region name="dma" size="0x1000" />' +
              pd("one", 'priority="7" budget="100" period="2000" stack_size="0x3000"',
                 '<map mr="m" vaddr="0x500000" perms="r" cached="false" '
                 'setvar_vaddr="vaddr" setvar_size="size" />'
                 '<map mr="dma" vaddr="0x600000" perms="rwx" />'
                 '<setvar symbol="paddr" region_paddr="dma" />'
                 '<irq irq="40" id="3" trigger="edge" setvar_id="channel" />'))
    image = bench.build(system)
    one = image.pd(0)
    equal((one.priority, one.budget, one.period), (7, 6250, 125000), "scheduling")
    equal(one.flags, 0x02 | 0x04, "flags: FPU, alone, not a plain slice, so not endless")
    equal((one.entry, one.parent, one.level_first, one.level_last),
          (TEXT_AT, 255, 0, 0), "constants")
    equal(one.walk(0x500000).stage2_perms, "r", "region m")
    equal(one.walk(0x500000).memattr, 5, "region m, not cached")
    equal(one.walk(0x600000).stage2_perms, "rwx", "region dma")
    equal(one.walk(TEXT_AT).stage2_perms, "rx", "text")
    equal(one.walk(DATA_AT).stage2_perms, "rw", "data")
    equal(one.memory(TEXT_AT, PAGE), elves.words(*[elves.NOP] * 1024), "text")
    expect(one.walk(DATA_AT + 0x4000) is None, "more than the bss is mapped")
    data = one.started()[DATA_AT]
    equal(data[:64], b"one" + bytes(61), "microkit_name")
    words = [int.from_bytes(data[i:i + 8], "little") for i in range(72, 128, 8)]
    equal(words, [8, 0, 0, 0x500000, 0x2000, one.walk(0x600000).paddr, 3],
          "masks and setvars")
    equal(data[65:72], bytes(range(66, 73)), "bytes that nobody patches")
    equal(data[128:136], b"\xee" * 8, "bytes behind the last patch")
    expect(not any(data[136:]), "bss is not zero")
    equal(one.start_table()[1][-2:],
          [(TOP - 0x4000, 0, 0, 0x3000), (IPC_BUFFER, 0, 0, PAGE)], "stack and IPC buffer")
    equal(image.irq(40), (0, 3, 1, 0), "irq 40")
    equal(image.irq(41), (255, 0, 0, 0), "irq 41")
    equal((one.cap(128 + 3), one.num_irqs, one.irqs[0]), ((3, 0, 0, 0, 40), 1, 40), "irq")


def test_numbering(bench):
    """kernel ids by core, priority and document order; levels"""
    bench.add("a.elf", elves.program())
    board = bench.board("two", cores=2)
    image = bench.build(
        pd("a", 'priority="5"') + pd("b", 'priority="9"') + pd("c", 'priority="5" cpu="1"') +
        pd("d", 'priority="5"') + pd("e", 'priority="254"') + pd("f", 'priority="0" cpu="1"'),
        board=board)
    pds = image.pds()
    equal([p.name for p in pds], ["e", "b", "a", "d", "c", "f"], "order")
    equal([(p.level_first, p.level_last) for p in pds],
          [(0, 0), (1, 1), (2, 3), (2, 3), (4, 4), (5, 5)], "levels")
    equal([bool(p.flags & 4) for p in pds], [True, True, False, False, True, True], "alone")
    equal([p.core for p in pds], [0, 0, 0, 0, 1, 1], "cores")
    equal([p.flags & 16 for p in pds], [16] * 6, "plain slices by default")
    equal([(bool(p.flags & 64), p.budget == p.period == 2**61) for p in pds],
          [(bool(p.flags & 4),) * 2 for p in pds], "a slice that is alone has no end")
    equal((image.header()["num_cores"], image.header()["num_pds"]), (2, 6), "header")


def test_channels(bench):
    """channel capabilities and callers in the order of their priority"""
    bench.add("a.elf", elves.program())
    image = bench.build(
        pd("low", 'priority="1"') + pd("server", 'priority="50"') +
        pd("mid", 'priority="20"') + pd("mid2", 'priority="20"') +
        '<channel><end pd="low" id="4" pp="true" /><end pd="server" id="0" /></channel>'
        '<channel><end pd="server" id="61" notify="false" />'
        '<end pd="mid" id="7" pp="true" /></channel>'
        '<channel><end pd="mid2" id="1" pp="true" notify="false" />'
        '<end pd="server" id="2" /></channel>'
        '<channel><end pd="low" id="5" pp="true" /><end pd="server" id="9" /></channel>')
    names = {p.name: p for p in image.pds()}
    server, low, mid, mid2 = (names[n] for n in ("server", "low", "mid", "mid2"))
    equal(server.callers, [(mid.id, 61), (mid2.id, 2), (low.id, 0), (low.id, 9)] +
          [(255, 0)] * 60, "callers")
    equal(mid.cap(64 + 7), (2, server.id, 61, 63, 0), "mid calls")
    equal(mid2.cap(64 + 1), (2, server.id, 2, 62, 0), "mid2 calls")
    equal(low.cap(64 + 4), (2, server.id, 0, 61, 0), "low calls")
    equal(low.cap(64 + 5), (2, server.id, 9, 60, 0), "low calls, second channel")
    equal(mid.cap(7), (1, server.id, 61, 0, 0), "mid notifies")
    equal(server.cap(61), (0, 0, 0, 0, 0), "notify=false")
    equal(mid2.cap(1), (0, 0, 0, 0, 0), "notify=false")
    equal(server.cap(2), (1, mid2.id, 1, 0, 0), "server notifies mid2")
    caps = sum(p.cap(slot)[0] != 0 for p in image.pds() for slot in range(512))
    equal(caps, 10, "number of capabilities")
    data = {n: names[n].started()[DATA_AT] for n in names}
    equal(data["server"][80:96], (5 | 1 << 9).to_bytes(8, "little") + bytes(8), "server's masks")
    equal(data["low"][80:96], (0x30).to_bytes(8, "little") * 2, "low's masks")


def test_special_caps(bench):
    """children, cspace, SMC, statistics, timer, profiles"""
    bench.add("a.elf", elves.program(["kid"]))
    system = (pd("parent", 'priority="9"',
                 pd("x", 'id="3" priority="1" setvar_id="kid" passive="true"') +
                 pd("y", 'id="60" priority="8" counter="false" fpu="false"')) +
              pd("root", 'smc="true"', '<irq irq="30" id="1" /><cspace>'
                 '<cap_tcb slot="127" pd="y" /><cap_vspace slot="2" pd="y" /></cspace>') +
              pd("some", 'smc_functions="0x84000000 0xc4000003"', "<statistics />"))
    image = bench.build(system, config="debug")
    names = {p.name: p for p in image.pds()}
    parent, x, y, root, some = (names[n] for n in ("parent", "x", "y", "root", "some"))
    equal(parent.children, [(y.id, 60), (x.id, 3)] + [(255, 0)] * 62, "children")
    equal((x.parent, x.fault_bit, y.parent, y.fault_bit),
          (parent.id, 62, parent.id, 63), "fault bits")
    equal(parent.cap(192 + 3), (4, x.id, 0, 0, 0), "control of x")
    equal(root.cap(256 + 127), (4, y.id, 0, 0, 0), "cap_tcb")
    equal(root.cap(256 + 2), (0, 0, 0, 0, 0), "cap_vspace")
    equal((root.cap(384)[0], root.num_smc, some.cap(384)[0], some.num_smc, some.smc[:3]),
          (6, 255, 6, 2, (0x84000000, 0xC4000003, 0)), "smc")
    equal((some.cap(385)[0], root.cap(385)[0]), (7, 0), "statistics")
    equal([p.profile for p in (root, some, y)], [3, 1, 0], "profiles")
    equal((x.flags & 3, y.flags & 3), (3, 0), "passive and fpu")
    equal(x.started()[DATA_AT][64], 1, "microkit_passive")
    equal(parent.started()[DATA_AT][96:104], (3).to_bytes(8, "little"), "child's setvar_id")
    expect(image.window(KERNEL_VA + 0x2000, 8) == b"counting", "the statistics kernel")
    image = bench.build(system, config="benchmark")
    equal([p.profile & 4 for p in image.pds()], [4] * 5, "PMU in benchmark")
    expect(image.window(KERNEL_VA + 0x2000, 5) == b"plain", "benchmark's only kernel")


def test_kernel(bench):
    """the kernel's segments, bss and windows; GICv3"""
    bench.add("a.elf", elves.program())
    board = bench.board("three", cores=4, gic={
        "version": 3, "distributor": "0x08000000", "cpu": "0x080a0000"})
    image = bench.build(pd("a"), board=board, config="debug")
    equal(image.window(KERNEL_VA + 0x3000, 0x9000), b"kernel data".ljust(0x9000, b"\0"),
          "data and bss")
    expect(image.window(KERNEL_VA + 0x2000, 5) == b"plain", "rodata")
    equal(image.window(KERNEL_VA, 6000), elves.words(*[elves.NOP] * 1500), "text")


def test_determinism(bench):
    """the same input gives the same image, in any directory"""
    system = ('<memory_region name="m" size="0x200000" />'
              '<memory_region name="f" prefill_path="fill" />' +
              "".join(pd(f"p{i}", f'priority="{i * 7 % 11}"',
                         f'<map mr="m" vaddr="0x{4 + 2 * i:x}00000" />'
                         '<map mr="f" vaddr="0x8000000" setvar_size="s" />')
                      for i in range(20)))
    contents = []
    for other in (bench, bench, Bench()):
        other.add("a.elf", elves.program(["s"]))
        other.add("fill", bytes(range(256)) * 40)
        other.build(system)
        contents.append(other.content())
    other.close()
    expect(contents[0] == contents[1] == contents[2], "images differ")


def test_many(bench):
    """254 PDs"""
    bench.add("a.elf", elves.program(bss=0x2000))
    image = bench.build("".join(pd(f"p{i}", f'priority="{i}"') for i in range(254)))
    pds = image.pds()
    equal([p.name for p in pds], [f"p{i}" for i in reversed(range(254))], "order")
    equal(sorted(p.vmid for p in pds), list(range(1, 255)), "VMIDs")
    for p in (pds[0], pds[100], pds[253]):
        equal(p.started()[DATA_AT][:64].rstrip(b"\0").decode(), p.name, "microkit_name")


def test_large_pages(bench):
    """2 MiB pages, prefilled and not, do not bloat the file"""
    bench.add("a.elf", elves.program(["size", "length", "paddr"]))
    bench.add("fill", b"large" * 1000)
    image = bench.build(
        '<memory_region name="l" size="0x400000" page_size="0x200000" />'
        '<memory_region name="p" size="0x600000" page_size="0x200000" prefill_path="fill" />'
        '<memory_region name="d" size="0x600000" page_size="0x200000" />' +
        pd("a", "", '<map mr="l" vaddr="0x40000000" perms="r" />'
           '<map mr="p" vaddr="0x8000000000" />'
           '<map mr="d" vaddr="0x800000" setvar_size="size" />'
           '<setvar symbol="paddr" region_paddr="d" />'
           '<map mr="p" vaddr="0x9000000000" perms="r" setvar_prefill_size="length" />'))
    a = image.pd(0)
    equal([a.walk(v).size for v in (0x40000000, 0x40200000, 0x8000000000, 0x800000)],
          [1 << 21] * 4, "blocks")
    equal(a.memory(0x8000000000, 6000), b"large" * 1000 + bytes(1000), "prefill")
    expect(not any(a.memory(0x8000200000, 0x400000)), "behind the prefill")
    paddr = a.walk(0x800000).paddr
    equal([a.walk(0x800000 + (i << 21)).paddr for i in range(3)],
          [paddr + (i << 21) for i in range(3)], "contiguous region")
    equal(a.started()[DATA_AT][96:120], b"".join(
        v.to_bytes(8, "little") for v in (0x600000, 5000, paddr)), "setvars")
    equal(a.walk(0x8000000000).paddr, a.walk(0x9000000000).paddr, "one region, two maps")
    expect(len(image.content) < 3 << 20, f"the file has {len(image.content)} bytes")


def test_prefill(bench):
    """prefilled regions: files of odd length, larger regions, phys_addr"""
    bench.add("a.elf", elves.program())
    contents = {f"f{i}": bytes([i + 1]) * n for i, n in enumerate((1, 4095, 4096, 4097, 9999))}
    system, maps = "", ""
    for i, (name, content) in enumerate(contents.items()):
        bench.add(name, content)
        at = 'phys_addr="0x70800000"' if i == 3 else ""
        system += (f'<memory_region name="{name}" prefill_path="{name}" '
                   f'size="0x20000" {at}/>')
        maps += f'<map mr="{name}" vaddr="0x{0x400000 + 0x100000 * i:x}" perms="r" />'
    image = bench.build(system + pd("a", "", maps))
    a = image.pd(0)
    for i, content in enumerate(contents.values()):
        equal(a.memory(0x400000 + 0x100000 * i, 0x20000), content.ljust(0x20000, b"\0"),
              f"region {i}")
    equal(a.walk(0x700000).paddr, 0x70800000, "phys_addr")


def test_fixed_regions(bench):
    """regions with phys_addr: devices, RAM around which the rest is placed"""
    bench.add("a.elf", elves.program())
    image = bench.build(
        '<memory_region name="dev" size="0x1000" phys_addr="0x9000000" />'
        '<memory_region name="low" size="0x200000" phys_addr="0x40000000" />'
        '<memory_region name="hole" size="0x3000" phys_addr="0x70008000" />'
        '<memory_region name="late" size="0x1000" phys_addr="0x70024000" />'
        '<memory_region name="end" size="0x1000" phys_addr="0xbffff000" />' +
        pd("a", "", '<map mr="dev" vaddr="0x1000000" />'
           '<map mr="low" vaddr="0x1200000" /><map mr="hole" vaddr="0x2000000" />'
           '<map mr="late" vaddr="0x2400000" /><map mr="end" vaddr="0x2600000" perms="r" />'
           '<map mr="dev" vaddr="0x3000000" cached="false" />'))
    a = image.pd(0)
    for vaddr, paddr, memattr in ((0x1000000, 0x9000000, 1), (0x3000000, 0x9000000, 1),
                                  (0x1200000, 0x40000000, 15), (0x2000000, 0x70008000, 15),
                                  (0x2400000, 0x70024000, 15), (0x2600000, 0xbffff000, 15)):
        leaf = a.walk(vaddr)
        equal((leaf.paddr, leaf.memattr), (paddr, memattr), f"0x{vaddr:x}")
    expect(not any(a.memory(0x2000000, 0x3000)), "a region between the image's parts")


def test_all_ram(bench):
    """a region of more than half of RAM is split around the image"""
    bench.add("a.elf", elves.program())
    image = bench.build('<memory_region name="big" size="0x7f800000" page_size="0x200000" />' +
                        pd("a", "", '<map mr="big" vaddr="0x80000000" />'))
    leaves = [leaf for leaf in image.pd(0).leaves() if leaf.size == 1 << 21]
    equal(len(leaves), 0x7F800000 >> 21, "blocks")
    equal(min(leaf.paddr for leaf in leaves), 0x40000000, "from the beginning of RAM")


def test_device_tree_room(bench):
    """the end of RAM stays free for a device tree while there is other RAM"""
    bench.add("a.elf", elves.program())
    for size in (0x60000000, 0x100000):
        image = bench.build(f'<memory_region name="big" size="0x{size:x}" />' +
                            pd("a", "", '<map mr="big" vaddr="0x80000000" />'))
        expect(image.base + image.image_bytes <= 0xC0000000 - (4 << 20), "no room")
        expect("ram_end" not in bench.messages, "a warning")
    bench.build('<memory_region name="big" size="0x7f980000" page_size="0x1000" />' +
                pd("a", "", '<map mr="big" vaddr="0x80000000" />'))
    expect("warning" in bench.messages and "ram_end" in bench.messages, "no warning")


def test_unaligned(bench):
    """unaligned linker scripts: pages shared by segments"""
    text = elves.words(*[elves.NOP] * 300)
    rodata = b"constant " * 1000
    data = b"variable " * 50
    base = 0x201230
    ro = base + len(text)
    data_at = (ro + len(rodata) + 15) // 16 * 16
    bss_at = data_at + 0x5008
    segments = [(data_at, data, len(data) + 33, R | W), (base, text, len(text), R | X),
                (bss_at, b"", 0x2345, R | W), (ro, rodata, len(rodata), R),
                (0x210000, b"", 0x2800, R)]
    bench.add("a.elf", elves.elf(segments, base + 4))
    image = bench.build(pd("a"))
    a = image.pd(0)
    started = a.started()

    def now(vaddr, size):
        out = b""
        for v in range(vaddr, vaddr + size):
            page = v & ~(PAGE - 1)
            out += started[page][v - page:v - page + 1] if page in started else a.memory(v, 1)
        return out

    for vaddr, content, memory, _ in segments:
        equal(now(vaddr, memory), content.ljust(memory, b"\0"), f"segment 0x{vaddr:x}")
    equal([a.walk(v).stage2_perms for v in (base, ro, 0x202000, data_at, bss_at, 0x210000)],
          ["rx", "rx", "r", "rw", "rw", "r"], "permissions")
    equal(now(0x201000, 0x230), bytes(0x230), "before the first segment")
    equal(a.entry, base + 4, "entry")


def test_patches(bench):
    """symbols in bss, across pages, in read-only data, in a second ELF"""
    symbols = [("far", 0x301000 - 3, 8, 1, 1), ("bss", 0x480000, 8, 1, 1),
               ("const", 0x208008, 8, 1, 1), ("wide", 0x300010, 16, 1, 1)]
    segments = [(TEXT_AT, elves.words(elves.NOP), 4, R | X),
                (0x208000, b"\xff" * 32, 32, R),
                (0x300000, b"\xff" * 64, 0x200000, R | W)]
    bench.add("a.elf", elves.elf(segments, TEXT_AT))
    bench.add("s.elf", elves.elf(segments, TEXT_AT, symbols))
    image = bench.build(
        '<memory_region name="m" size="0x1000" />' +
        "".join(f'<memory_region name="m{i}" size="0x1000" />' for i in range(4)) +
        pd("a", "", "".join(f'<map mr="m{i}" vaddr="0x{0x223344000 + i * 0x1000:x}" '
                            f'setvar_vaddr="{s}" />'
                            for i, (s, *_) in enumerate(symbols))).replace(
               'path="a.elf"', 'path="a.elf" path_for_symbols="s.elf"'))
    a = image.pd(0)
    values = [(0x223344000 + i * 0x1000).to_bytes(8, "little") for i in range(4)]
    started = a.started()
    equal(started[0x300000][-3:] + started[0x301000][:5], values[0], "across two pages")
    equal(started[0x480000][:9], values[1] + b"\0", "in bss")
    equal(a.memory(0x208000, 32), b"\xff" * 8 + values[2] + b"\xff" * 16, "in rodata")
    equal(started[0x300000][:64],
          b"\xff" * 16 + values[3] + b"\xff" * 40, "the first 8 bytes of a wider variable")
    expect(len(image.content) < 0x100000, "a patch in bss does not bloat the file")


def test_schedule(bench):
    """domain schedules: start index, end marker, units"""
    bench.add("a.elf", elves.program())
    head = '<domains><domain name="a" id="5" /><domain name="b" id="2" />'
    entries = ('<schedule_entry domain="a" duration="1 us" />'
               '<schedule_entry domain="b" duration="7 us" />'
               '<schedule_entry domain="a" duration="123 ticks" /><schedule_end_marker />'
               '<schedule_entry domain="b" duration="9 ticks" />')
    image = bench.build(head + f'<domain_schedule start_index="1">{entries}'
                        "</domain_schedule></domains>" +
                        pd("p", 'domain="a" priority="9"') + pd("q", 'domain="b"'))
    header = image.header()
    equal(header["schedule"], [(438, 2), (123, 5)], "schedule")
    equal((header["flags"], header["schedule_start"]), (1, 0), "header")
    equal([(p.name, p.domain) for p in image.pds()], [("q", 2), ("p", 5)], "domains")


def test_fpu_warning(bench):
    """a warning for floating point only where it is"""
    for code, wanted in ((elves.FADD, True), (elves.LDR_Q, True), (elves.NOP, False)):
        bench.add("a.elf", elves.program(code=code))
        bench.build(pd("a", 'fpu="false"'))
        equal("floating-point" in bench.messages, wanted, f"warning for 0x{code:x}")
        bench.build(pd("a"))
        expect("floating-point" not in bench.messages, "warning for a PD with fpu")


def test_small_board(bench):
    """several banks of RAM, not in whole gigabytes"""
    bench.add("a.elf", elves.program())
    board = bench.board("small", image_base="0x10100000", ram=[
        {"base": "0x0", "bytes": "0x300000"}, {"base": "0x10000000", "bytes": "0x301000"},
        {"base": "0x20000000", "bytes": "0x200000"}])
    image = bench.build(
        '<memory_region name="l" size="0x200000" page_size="0x200000" />'
        '<memory_region name="m" size="0x200000" page_size="0x1000" />' +
        pd("a", "", '<map mr="l" vaddr="0x40000000" /><map mr="m" vaddr="0x800000" />'),
        board=board)
    equal(image.pd(0).walk(0x40000000).size, 1 << 21, "the block")


if __name__ == "__main__":
    sys.exit(run_tests(globals()))
