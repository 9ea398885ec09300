#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Mutated device trees, board and driver descriptions against the sanitised tool: it builds an
image or says why not.
"""
import glob
import os
import random
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "test"))
import fake_sdk  # noqa: E402

DRIVER = os.path.join(os.environ["B"], "test", "build_driver")
SYSTEM = os.path.join(HERE, "..", "test", "good", "subsystems.system")
SEED = int(os.environ.get("TEST_SEED", "1"), 0)
MUTANTS = 150


def spans_of_tree(data):
    """Header, structure and strings of a device tree (Devicetree Specification 0.4, 5.2)."""
    structure, strings = struct.unpack_from(">II", data, 8)
    size_strings, size_structure = struct.unpack_from(">II", data, 32)
    return ((0, 40), (structure, size_structure), (structure, size_structure),
            (strings, size_strings))


def mutant(choose, data, is_tree):
    start, size = choose.choice(spans_of_tree(data)) if is_tree else (0, len(data))
    changed = bytearray(data)
    for _ in range(choose.randrange(1, 20 if is_tree else 4)):
        at = start + choose.randrange(size)
        changed[at] = choose.choice((0, 1, 0xff, changed[at] ^ 1 << choose.randrange(8)))
    return bytes(changed)


def run(sdk):
    """Whether the tool answers as it should; and whether it builds."""
    result = subprocess.run(
        [DRIVER, "build", sdk, "unicore", "debug", SYSTEM, "out.img"], cwd=sdk, text=True,
        errors="replace", capture_output=True, check=False, timeout=60,
        env=dict(os.environ, ASAN_OPTIONS="detect_leaks=0"))
    good = result.returncode == 0 or (result.returncode == 1 and ": error: " in result.stderr
                                      and "runtime error" not in result.stderr)
    return good, result.returncode == 0, result.stderr


def main():
    choose = random.Random(SEED)
    with tempfile.TemporaryDirectory() as sdk:
        fake_sdk.make_sdk(sdk)
        board = os.path.join(sdk, "board", "unicore", "debug")
        files = {}
        for path in [os.path.join(board, "board.dtb"), os.path.join(board, "board.json"),
                     *sorted(glob.glob(os.path.join(sdk, "drivers", "*.json")))]:
            with open(path, "rb") as file:
                files[path] = file.read()
        built = 0
        for number in range(MUTANTS):
            path = choose.choice(sorted(files)[:2] * 4 + sorted(files))
            with open(path, "wb") as file:
                file.write(mutant(choose, files[path], path.endswith(".dtb")))
            good, builds, errors = run(sdk)
            built += builds
            if not good:
                kept = os.path.join(os.environ["B"], "test", "devices_mutant")
                shutil.copy(path, kept)
                print(f"not ok - mutant {number} of seed {SEED}, kept in {kept}: {errors[-2000:]}")
                return 1
            with open(path, "wb") as file:
                file.write(files[path])
        _, builds, errors = run(sdk)
        if not builds:
            print(f"not ok - the descriptions as they were: {errors}")
            return 1
    print(f"ok - {MUTANTS} mutated descriptions of boards and drivers, {built} of them built")
    return 0


if __name__ == "__main__":
    sys.exit(main())
