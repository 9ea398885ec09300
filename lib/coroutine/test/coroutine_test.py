#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs coroutines on the real kernel, in programs with and without floating point."""
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent.parent
sys.path.insert(0, str(ROOT / "tests"))
import qemu  # noqa: E402

HERE = "lib/coroutine"
SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <protection_domain name="tester" priority="50" fpu="%s">
        <program_image path="tester.elf"/>
    </protection_domain>
%s</system>
"""


def main():
    board = qemu.boards()[0]
    for swap, fpu in (("swap.S", False), ("swap_fpu.S", True)):
        name = f"coroutines, {swap}"
        parts = [f"{HERE}/test/tester.c", f"{HERE}/coroutine.c", f"{HERE}/{swap}",
                 f"-I{ROOT}/{HERE}/include", *([qemu.FPU] if fpu else [])]
        system = SYSTEM % (str(fpu).lower(), qemu.console_xml(["tester"]))
        try:
            image = qemu.build_system(f"coroutine_{fpu}", {"tester.elf": parts,
                                                           **qemu.CONSOLE_FILES},
                                      system, board)
        except qemu.BuildError as error:
            qemu.not_ok(name, error)
            continue
        with qemu.Qemu(board, image) as machine:
            qemu.guest_results(name, machine, 4)
            stopped = machine.wait(r"^LIONSOS\|END", 60)
            output = machine.quiet(0.3)
        qemu.check(stopped and "went on" not in output,
                   f"{name}: an overflow ends the program", qemu.tail(output))
    qemu.done()


if __name__ == "__main__":
    main()
