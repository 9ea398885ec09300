# SPDX-License-Identifier: BSD-2-Clause
"""Builds small systems and looks at every table and byte of their images."""

import sys
import traceback

import elves
from elves import DATA_AT, PAGE, TEXT_AT, R, W, X
from harness import Bench, Failed, equal, expect
from image import IPC_BUFFER, TOP, WINDOW_SYSTEM


def pd(name, attributes="", inside="", image="a.elf"):
    return (f'<protection_domain name="{name}" {attributes}>'
            f'<program_image path="{image}" />{inside}</protection_domain>\n')


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
    equal(one.flags, 0x02 | 0x04, "flags: FPU, alone, not a plain slice")
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


TESTS = [value for name, value in sorted(globals().items()) if name.startswith("test_")]


def main():
    failures = 0
    for test in TESTS:
        bench = Bench()
        name = "build: " + test.__doc__.replace("\n", " ")
        try:
            test(bench)
            print(f"ok - {name}", flush=True)
        except Exception as error:
            failures += 1
            where = "" if isinstance(error, Failed) else traceback.format_exc()
            print(f"not ok - {name}: {error} {where}", flush=True)
        finally:
            bench.close()
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
