#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots an image in QEMU with the serial line on this terminal (Ctrl-A X ends it).

usage: run_qemu.py BOARD IMAGE [QEMU-ARGUMENT...]

What machine BOARD is, boards/BOARD/board.json says.
"""
import json
import os
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
QEMU = {"aarch64": "qemu-system-aarch64"}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    name, image, *more = sys.argv[1:]
    try:
        with open(os.path.join(ROOT, "boards", name, "board.json"), encoding="utf-8") as file:
            board = json.load(file)
    except FileNotFoundError:
        boards = sorted(entry.name for entry in os.scandir(os.path.join(ROOT, "boards"))
                        if entry.is_dir())
        sys.exit(f"error: no board '{name}'; there are: {', '.join(boards)}")
    if not os.path.exists(image):
        sys.exit(f"error: no image {image}")
    print(f"Booting {image} on {name}; Ctrl-A X ends it.", flush=True)
    command = [QEMU[board["arch"]], *board["qemu"], "-nographic", "-kernel", image, *more]
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
