# SPDX-License-Identifier: BSD-2-Clause
"""What the system builder must refuse, with the right words and no file."""

import json
import os
import random
import re
import struct
import subprocess
import sys

import elves
from elves import DATA_AT, PAGE, TEXT_AT, R, W, X
from harness import DRIVER, Failed, equal, expect, pd, run_tests
from image import TOP

CODE = elves.words(elves.NOP)
TEXT = (TEXT_AT, CODE, 4, R | X)


def region(name, size, attributes=""):
    return f'<memory_region name="{name}" size="0x{size:x}" {attributes}/>'


def mapping(name, vaddr, attributes=""):
    return f'<map mr="{name}" vaddr="0x{vaddr:x}" {attributes}/>'


def test_overlaps(bench):
    """maps that overlap the program, the stack, the start area or a guard page"""
    bench.add("a.elf", elves.program())
    start = TOP - PAGE - 0x2000 - PAGE - 3 * PAGE
    for vaddr, what in ((TEXT_AT, "the program"), (DATA_AT + 0x3000, "the program"),
                        (start, "the start area"), (start + 2 * PAGE, "the start area"),
                        (start - PAGE, "the start area's guard page"),
                        (start + 3 * PAGE,
                         "the stack's guard page|below the stack and its guard page")):
        bench.refuse(region("m", PAGE) + pd("a", "", mapping("m", vaddr)),
                     rf'test.system:2:\d+: error: (?s:.*)({what})')
    bench.refuse(region("m", 1 << 21) + pd("a", "", mapping("m", 0x200000)),
                 "overlaps m at|overlaps the program at")
    bench.build(region("m", PAGE) + pd("a", "", mapping("m", start - 2 * PAGE)))


def test_programs(bench):
    """programs that are none, or that have pages both writable and executable"""
    big = 0x90000000
    cases = (
        (b"", "too short"), (b"\x7fELF", "too short"), (b"x" * 100, "not an ELF"),
        (elves.elf([TEXT], TEXT_AT, machine=62), "AArch64"),
        (elves.elf([TEXT], TEXT_AT, kind=1), "not an executable"),
        (elves.elf([], TEXT_AT), "program header"),
        (elves.elf([(TEXT_AT, CODE, 3, R | X)], TEXT_AT), "not in the file"),
        (elves.elf([((1 << 48) - 8, CODE, 16, R | X)], 0), "address space"),
        (elves.elf([((1 << 64) - 8, CODE, 16, R | X)], 0), "address space"),
        (elves.elf([TEXT, (TEXT_AT + 2, CODE, 4, R)], TEXT_AT), "overlap"),
        (elves.elf([(TEXT_AT + i * PAGE, CODE, 4, R | X) for i in range(65)], TEXT_AT),
         "more than 64"),
        (elves.elf([(TEXT_AT, CODE, 4, R | W | X)], TEXT_AT), "writable and executable"),
        (elves.elf([TEXT, (TEXT_AT + 64, CODE, 4, R | W)], TEXT_AT),
         "writable and executable"),
        (elves.elf([TEXT], TEXT_AT + 4), "not code"), (elves.elf([TEXT], 0), "not code"),
        (elves.elf([TEXT], TEXT_AT + 2), "not code"),
        (elves.elf([TEXT, (0x300000, b"", big, R | W)], TEXT_AT), "KiB of RAM"),
        (elves.elf([TEXT, (TOP - 0x6000, b"", PAGE, R | W)], TEXT_AT), "start area"),
        (elves.elf([TEXT, (TOP, b"", PAGE, R | W)], TEXT_AT), "ends beyond"),
    )
    for number, (content, why) in enumerate(cases):
        bench.add("a.elf", content)
        try:
            bench.refuse(pd("a"), why)
        except Failed as error:
            raise Failed(f"case {number}: {error}")
    for i in range(3, 8):
        bench.add("a.elf", elves.elf([TEXT], TEXT_AT)[:1 << i])
        bench.refuse(pd("a"), "too short|program header|not in the file")


def test_symbols(bench):
    """symbols that are missing, too small, or not in the program"""
    for symbols, why in (((), 'has no symbol "v"'),
                         ((("v", TEXT_AT, 4, 1, 1),), "only 4 bytes"),
                         ((("v", TEXT_AT, 0, 0, 1),), "only 0 bytes"),
                         ((("v", DATA_AT, 8, 1, 1),), "not in a segment"),
                         ((("v", TEXT_AT - 4, 8, 1, 1),), "not in a segment"),
                         ((("v", TEXT_AT + 60, 8, 1, 1),), "not in a segment"),
                         ((("v", (1 << 64) - 4, 8, 1, 1),), "not in a segment")):
        bench.add("a.elf", elves.elf([(TEXT_AT, CODE, 64, R | X)], TEXT_AT, symbols))
        bench.refuse(region("m", PAGE) +
                     pd("a", "", mapping("m", 0x800000, 'setvar_vaddr="v"')), why)
    for name in ("microkit_name", "microkit_irqs", "microkit_pps"):
        bench.add("a.elf", elves.elf([TEXT], TEXT_AT, [(name, TEXT_AT, 4, 1, 1)]))
        bench.refuse(pd("a"), f'"{name}" has 4 bytes')
    bench.add("a.elf", elves.elf([(TEXT_AT, CODE, 64, R | X)], TEXT_AT, [
        ("v", DATA_AT, 4, 1, 0), ("v", TEXT_AT, 8, 1, 1)]))
    bench.build(region("m", PAGE) + pd("a", "", mapping("m", 0x800000, 'setvar_vaddr="v"')))


def check_messages(bench):
    """What `microkit check` says of loader.img and the system as its files are now."""
    checker = os.path.abspath(os.path.join(os.path.dirname(DRIVER), "check", "check"))
    result = subprocess.run([checker, "--board", "test", "--config", "release", "loader.img",
                             "test.system"], cwd=bench.root, capture_output=True, text=True,
                            env={**os.environ, "MICROKIT_SDK": "sdk"}, timeout=60)
    expect(result.returncode in (0, 1), result.stderr[-2000:])
    return result.stderr


def test_symbol_tables(bench):
    """symbol tables that builder and checker refuse alike"""
    original = elves.program(["v"])
    sections = struct.unpack_from("<Q", original, 40)[0]
    names_at, names_bytes = struct.unpack_from("<QQ", original, sections + 128 + 24)
    bench.add("a.elf", original)
    bench.build(pd("a"))
    equal(check_messages(bench), "", "what the checker says of the program as it is")
    for at, layout, value, why in (
            (sections + 64 + 56, "<Q", 16, "not of 24 bytes"),
            (sections + 64 + 56, "<Q", 0, "not of 24 bytes"),
            (sections + 64 + 24, "<Q", len(original), "symbol table is not in the file"),
            (sections + 64 + 40, "<I", 3, "names are not in the file"),
            (sections + 64 + 40, "<I", 1, "names are not in the file"),
            (sections + 128 + 32, "<Q", 0, "names are not in the file"),
            (sections + 128 + 24, "<Q", len(original), "names are not in the file"),
            (names_at + names_bytes - 1, "<B", 65, "do not end with a NUL"),
            (sections + 4, "<I", 2, "not of 24 bytes"),
            (58, "<H", 63, "section header table"), (60, "<H", 4, "section header table"),
            (40, "<Q", (1 << 64) - 64, "section header table")):
        changed = bytearray(original)
        struct.pack_into(layout, changed, at, value)
        bench.add("a.elf", bytes(changed))
        expect(re.search("symbol table|section headers", check_messages(bench)),
               f"{why}: the checker does not complain")
        bench.refuse(pd("a"), why)
    two = bytearray(original) + original[sections + 64:sections + 128]
    struct.pack_into("<H", two, 60, 4)
    bench.add("a.elf", bytes(two))
    expect("symbol table 3" in check_messages(bench), "the checker takes two symbol tables")
    bench.refuse(pd("a"), "two symbol tables")


def test_ambiguous_symbols(bench):
    """symbols that there are twice, or one over the other"""
    data = [TEXT, (DATA_AT, b"", 64, R | W)]
    system = (region("m", PAGE) +
              pd("a", "", mapping("m", 0x800000, 'setvar_vaddr="v" setvar_size="w"')))
    for symbols, why in (
            ((("v", 0, 1), ("v", 16, 1)), 'defines the symbol "v" 2 times'),
            ((("v", 0, 0), ("v", 0, 0)), 'defines the symbol "v" 2 times'),
            ((("w", 0, 1), ("v", 7, 1)), '"v" and "w" of .* overlap'),
            ((("v", 8, 1), ("w", 8, 1)), '"v" and "w" of .* overlap')):
        listed = [(name, DATA_AT + at, 8, 1, local) for name, at, local in symbols]
        if all(name == "v" for name, _, _ in symbols):
            listed.append(("w", DATA_AT + 32, 8, 1, 1))
        bench.add("a.elf", elves.elf(data, TEXT_AT, listed))
        bench.refuse(system, why)
    bench.add("a.elf", elves.elf(data, TEXT_AT, [
        ("v", DATA_AT, 8, 1, 1), ("w", DATA_AT + 8, 8, 1, 1), ("w", DATA_AT + 4, 8, 1, 0),
        ("w", DATA_AT, 0, 4, 1), ("v", TEXT_AT, 0, 3, 1)]))
    bench.build(system)
    equal(check_messages(bench), "", "what the checker says")


def test_every_mistake(bench):
    """all the mistakes of several PDs at once"""
    bench.add("a.elf", elves.elf([TEXT], TEXT_AT))
    bench.add("b.elf", b"nothing")
    messages = bench.refuse(
        region("m", PAGE) +
        pd("a", "", mapping("m", 0x800000, 'setvar_vaddr="u"') +
           mapping("m", 0x900000, 'setvar_size="v"')) + pd("b", image="b.elf"), "error")
    for why in ('symbol "u"', 'symbol "v"', "b.elf"):
        expect(why in messages, f"{why} is not reported: {messages}")
    equal(messages.count("error:"), 3, "number of errors")


def test_writable_ranges(bench):
    """more writable ranges than a start table holds"""
    names = [(f"v{i}", 0x400000 + i * 0x2000, 8, 1, 1) for i in range(130)]
    bench.add("a.elf", elves.elf([TEXT, (0x400000, b"", 0x200000, R | W)], TEXT_AT, names))
    maps = [mapping("m", 0x800000 + i * PAGE, f'setvar_vaddr="v{i}"') for i in range(130)]
    bench.refuse(region("m", PAGE) + pd("a", "", "".join(maps)), "130 writable ranges")
    bench.build(region("m", PAGE) + pd("a", "", "".join(maps[:125])))


def test_fixed(bench):
    """regions with phys_addr where none may be"""
    bench.add("a.elf", elves.program())
    bench.add("fill", b"x" * 5000)
    fill = 'prefill_path="fill" '
    for size, paddr, more, why in (
            (PAGE, 0x70000000, "", "overlaps the loader"),
            (PAGE, 0x70002000, "", "overlaps the loader"),
            (1 << 21, 0x6FE00000, 'page_size="0x200000" ', None),
            (2 * PAGE, 0xBFFFF000, "", "partly inside"),
            (2 * PAGE, 0x3FFFF000, "", "partly inside"),
            (PAGE, 0x8000000, "", "interrupt controller"),
            (PAGE, 0x800F000, "", "interrupt controller"),
            (PAGE, 0x8011000, "", "interrupt controller"),
            (PAGE, 0x8012000, "", None),
            (2 * PAGE, 0x9000000, fill, "not in the board's RAM|is no RAM"),
            (2 * PAGE, 0x50000000, fill, "before the image"),
            (2 * PAGE, 0xA0000000, fill, "would have 768 MiB"),
            (PAGE, (1 << 40) - PAGE, "", None),
            (PAGE, 1 << 40, "", "beyond the physical|are below 2")):
        system = (region("m", size, f'{more}phys_addr="0x{paddr:x}" ') +
                  pd("a", "", mapping("m", 0x10000000)))
        if why is None:
            bench.build(system)
        else:
            bench.refuse(system, why)


def test_memory(bench):
    """systems that do not fit, and how much is missing"""
    bench.add("a.elf", elves.elf([TEXT], TEXT_AT))
    board = bench.board("tiny", image_base="0x40000000", text_offset="0x0",
                        ram=[{"base": "0x40000000", "bytes": "0x200000"}])

    def system(size, more=""):
        return region("m", size) + pd("a", "", mapping("m", 0x1000000) + more)

    def fits(pages):
        return bench.run(system(pages * PAGE), board=board)[0] == 0

    most = 0
    for bit in (256, 128, 64, 32, 16, 8, 4, 2, 1):
        if fits(most + bit):
            most += bit
    expect(400 < most < 512, f"{most} pages fit")
    image = bench.build(system(most * PAGE), board=board)
    equal(image.image_bytes, 0x200000, "all RAM is used")
    bench.refuse(system((most + 5) * PAGE), "needs 20 KiB of memory more", board=board)
    bench.refuse(system(1 << 30), "needs 10[0-9]{5} KiB of memory more", board=board)
    bench.add("fill", b"f" * 0x300000)
    bench.refuse('<memory_region name="m" prefill_path="fill" />' +
                 pd("a", "", mapping("m", 0x1000000)), "more than there are", board=board)


def test_contiguous(bench):
    """a region that needs a physical address but no place is large enough"""
    bench.add("a.elf", elves.program(["v"]))
    bench.refuse(region("m", 0x60000000) +
                 pd("a", "", mapping("m", 0x1000000) +
                    '<setvar symbol="v" region_paddr="m" />'), "no contiguous place")


def test_zero_ranges(bench):
    """more scattered regions than the boot header can list"""
    bench.add("a.elf", elves.program())

    def system(count):
        return ("".join(region(f"m{i}", PAGE, f'phys_addr="0x{0x50000000 + i * 0x2000:x}" ')
                        for i in range(count)) +
                pd("a", "", "".join(mapping(f"m{i}", 0x1000000 + i * PAGE)
                                    for i in range(count))))

    equal(len(bench.build(system(250)).zero), 251, "zero ranges")
    bench.refuse(system(251), "252 separate ranges")


def test_output(bench):
    """an image that cannot be written"""
    bench.add("a.elf", elves.program())
    os.mkdir(bench.path("taken"))
    for output in ("no/such/loader.img", "taken"):
        code, messages = bench.run(pd("a"), output=output)
        equal(code, 1, "exit code")
        expect("cannot write the image" in messages, messages)
    expect(not [f for f in os.listdir(bench.root) if f.endswith(".part")], "a part is left")


def test_boards(bench):
    """boards that the SDK does not have or describes badly"""
    bench.add("a.elf", elves.program())
    messages = bench.refuse(pd("a"), 'no board "none"', board="none")
    expect("fix: test" in messages, "the boards are not listed")
    code, messages = bench.run(pd("a"), config="fast")
    expect(code == 1 and "benchmark, debug, release" in messages, messages)
    bad = {"arch": "riscv64", "cores": 9, "irqs": 2000, "counter_hz": 0, "image_base": "0x1000",
           "text_offset": -1, "ram": [], "gic": {"version": 4}, "uart": 7}
    for key, value in bad.items():
        board = bench.board("bad" + key, **{key: value})
        wanted = "image_base" if key == "image_base" else f'"({key}|version|base|ram)"'
        bench.refuse(pd("a"), wanted, board=board)
    for inside in ({"uart": {"base": "0x89000000"}},
                   {"gic": {"version": 2, "distributor": "0x40000000", "cpu": "0x08010000"}},
                   {"gic": {"version": 3, "distributor": "0x08000000", "cpu": "0x3fff0000"}}):
        bench.refuse(pd("a"), "outside the board's RAM", board=bench.board("inram", **inside))
    for ram in ([{"base": "0x40000000", "bytes": "0x80000000"}] * 2,
                [{"base": "0x40000001", "bytes": "0x80000000"}],
                [{"base": "0x40000000", "bytes": "0xffffffffffffffff"}], [4], "x"):
        bench.refuse(pd("a"), "ram|base|bytes", board=bench.board("badram", ram=ram))
    for content in (b"", b"[]", b"{", b"{}", b"x" * 70000, b'{"arch":"aarch64"}\0'):
        bench.add("sdk/board/test/release/board.json", content)
        bench.refuse(pd("a"), "board.json: error")


def test_sdk(bench):
    """an SDK whose loader, start stub or kernel is broken"""
    bench.add("a.elf", elves.program())
    good = {"loader": elves.loader(), "start": elves.start_stub(),
            "kernel": elves.kernel(b"plain")}
    stub = elves.words(elves.RET)
    for name, content, why in (
            ("loader", elves.elf([(PAGE, CODE * 32, 128, R | X)], PAGE), "address 0"),
            ("loader", elves.elf([(0, CODE * 32, 128, R | X)], 0), "magic"),
            ("loader", elves.elf([(0, CODE * 32, 1 << 22, R | X)], 0), "1 MiB"),
            ("start", elves.elf([(0, stub, 5000, R | X)], 0), "not one page"),
            ("start", elves.elf([(0, stub * 2, 8, R | X)], 4), "not one page"),
            ("start", elves.elf([(0, stub, 4, R | W | X)], 0), "not one page"),
            ("start", elves.elf([(64, stub, 4, R | X)], 64), "not one page"),
            ("kernel", elves.elf([(0x200000, CODE, 4, R | X)], 0x200000), "window"),
            ("kernel", elves.elf([(elves.KERNEL_VA, CODE, 4, R | W | X)], elves.KERNEL_VA),
             "writable and executable"),
            ("kernel", elves.elf([(elves.KERNEL_VA, CODE, 1 << 29, R | X)], elves.KERNEL_VA),
             "window"),
            ("kernel", b"", "too short")):
        file = f"sdk/board/test/release/elf/{name}.elf"
        bench.add(file, content)
        bench.refuse(pd("a"), f"{name}.elf: error: .*{why}|{why}")
        bench.add(file, good[name])
    bench.build(pd("a"))


def mutated(random_, original):
    """A program with some bytes, mostly of its headers, changed, or cut short."""
    content = bytearray(original)
    places = list(range(16, 64 + 112)) + list(range(len(content) - 192, len(content)))
    for _ in range(random_.choice((1, 1, 2, 5, 20))):
        at = random_.choice(places) if random_.random() < 0.8 else \
            random_.randrange(len(content))
        kind = random_.random()
        if kind < 0.3:
            content[at] ^= 1 << random_.randrange(8)
        elif kind < 0.6:
            content[at] = random_.choice((0, 1, 0x7F, 0x80, 0xFF))
        else:
            value = random_.choice((0, 1, PAGE, len(content), len(content) - 1, 1 << 31,
                                    1 << 32, (1 << 63) - 1, (1 << 64) - 1, (1 << 64) - PAGE))
            content[at & ~7:(at & ~7) + 8] = struct.pack("<Q", value)
    if random_.random() < 0.2:
        del content[random_.randrange(len(content)):]
    return bytes(content)


def seed():
    return random.Random(int(os.environ.get("TEST_SEED", "1")))


def test_hostile_elves(bench):
    """2000 mutated ELF files are read without a bad access"""
    random_ = seed()
    original = elves.program(["v"], text=64)
    files = []
    for i in range(2000):
        files.append(f"f{i}.elf")
        bench.add(files[-1], mutated(random_, original))
    result = subprocess.run([os.path.abspath(DRIVER), "elf", *files], cwd=bench.root,
                            capture_output=True, text=True, timeout=250,
                            env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
    equal(result.returncode, 0, "exit code: " + result.stderr[-2000:])
    accepted = int(result.stdout.split()[0])
    expect(200 < accepted < 1900, f"{accepted} accepted: the test is too easy or too hard")


def test_hostile_programs(bench):
    """systems of mutated programs are refused, or their image is sound"""
    random_ = seed()
    built = 0
    for i in range(60):
        bench.add("a.elf", mutated(random_, elves.program(["v"], text=64)))
        system = region("m", PAGE) + pd("a", "", mapping("m", 0x800000, 'setvar_vaddr="v"'))
        if bench.run(system)[0] == 0:
            bench.build(system)
            built += 1
    expect(0 < built < 60, f"{built} of 60 were built")


if __name__ == "__main__":
    sys.exit(run_tests(globals()))
