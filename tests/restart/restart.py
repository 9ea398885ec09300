#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Restarts a PD whose ELF has a linker script of its own; see README.md."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

HERE = "tests/restart"
LIVES = 4

SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    <memory_region name="lives" size="0x1000"/>
    <protection_domain name="parent" priority="20">
        <program_image path="parent.elf"/>
        <map mr="lives" vaddr="0x4000000" perms="rw" setvar_vaddr="lives"/>
        <protection_domain name="child" priority="10" id="0">
            <program_image path="child.elf"/>
            <map mr="lives" vaddr="0x4000000" perms="rw" setvar_vaddr="lives"/>
        </protection_domain>
    </protection_domain>
%s</system>
""" % qemu.console_xml(["parent"])

FILES = {
    "parent.elf": [f"{HERE}/parent.c", f"-I{HERE}"],
    **qemu.CONSOLE_FILES,
}


def link_child(board, config):
    """Build the child with its own linker script, where build_system finds it."""
    out = qemu.B / "test" / "restart" / board / config
    out.mkdir(parents=True, exist_ok=True)
    sdk = qemu.SDK / "board" / board / config
    qemu.command([qemu.TARGET_CC, *qemu.TARGET_CFLAGS, qemu.NO_FPU, f"-I{sdk}/include",
                  "-c", f"{HERE}/child.c", "-o", out / "child.o"])
    qemu.command([qemu.LD, f"-L{sdk}/lib", out / "child.o", "-lmicrokit",
                  f"-T{HERE}/odd.ld", "-o", out / "child.elf"])


def main():
    for board in qemu.boards():
        for config in ("debug", "release"):
            name = f"restart, {config}, {board}"
            try:
                link_child(board, config)
                image = qemu.build_system("restart", FILES, SYSTEM, board, config)
            except qemu.BuildError as error:
                qemu.not_ok(name, error)
                continue
            with qemu.Qemu(board, image) as machine:
                qemu.guest_results(name, machine, LIVES)
    qemu.done()


if __name__ == "__main__":
    main()
