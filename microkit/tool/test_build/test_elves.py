#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Runs fuzz_elf, built with sanitisers, on a small system and its SDK; ELF_FILES says how many.

What a mutant that fails was built from is kept in $B/test/elf_mutant.
"""
import os
import shutil
import subprocess
import sys
import tempfile

import elves
from harness import pd

PROGRAM = os.path.abspath(os.path.join(os.environ["B"], "test", "fuzz_elf"))
KEPT = os.path.join(os.environ["B"], "test", "elf_mutant")
FILES = ["a.elf", "named.elf"] + [f"sdk/board/test/release/elf/{name}.elf"
                                  for name in ("loader", "start", "kernel")]
MAPS = ('<map mr="m" vaddr="0x800000" setvar_vaddr="v" setvar_size="w" />'
        '<setvar symbol="x" region_paddr="m" />')
# A system whose second program has its symbols in a file of their own.
SYSTEM = ('<system>\n<memory_region name="m" size="0x2000" />' + pd("a", "", MAPS) +
          '<protection_domain name="b">'
          '<program_image path="b.elf" path_for_symbols="named.elf" />' + MAPS +
          '</protection_domain>\n'
          '<channel><end pd="a" id="1" /><end pd="b" id="2" /></channel>\n</system>\n')


def main():
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as work:
        # Little memory: no mutant's size takes long.
        elves.make_sdk(os.path.join(work, "sdk"), image_base="0x40000000", text_offset="0x0",
                       ram=[{"base": "0x40000000", "bytes": "0x800000"}])
        for name in ("a.elf", "b.elf", "named.elf"):
            elves.write(os.path.join(work, name), elves.program(["v", "w", "x"]))
        elves.write(os.path.join(work, "fuzz.system"), SYSTEM.encode())
        status = subprocess.run([PROGRAM, *FILES], cwd=work, check=False, env=dict(
            os.environ, MICROKIT_SDK="sdk", ASAN_OPTIONS="detect_leaks=0")).returncode
        if status:
            shutil.copytree(work, KEPT, dirs_exist_ok=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
