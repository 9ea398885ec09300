#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Writes the device tree of a board that QEMU emulates.

usage: dump_tree.py BOARD FILE
"""
import json
import pathlib
import subprocess
import sys

QEMU = {"aarch64": "qemu-system-aarch64"}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    name, output = sys.argv[1:]
    path = pathlib.Path(__file__).resolve().parent / name / "board.json"
    board = json.loads(path.read_text(encoding="utf-8"))
    command = [QEMU[board["arch"]], *board["qemu"], "-display", "none"]
    machine = command.index("-machine") + 1
    command[machine] += f",dumpdtb={output}"
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                            check=False)
    if result.returncode != 0 or not pathlib.Path(output).exists():
        sys.exit(f"error: {' '.join(command)}\n{result.stdout}{result.stderr}")


if __name__ == "__main__":
    main()
