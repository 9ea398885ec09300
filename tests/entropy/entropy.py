#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The entropy class in QEMU: who gets which bytes; see README.md."""
import os
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
import run_qemu  # noqa: E402

CONFIGS = os.environ.get("CONFIGS", "debug release").split()
CLIENTS, DRAWS, BLOCK = ("one", "two"), 8, 64
SYSTEM = """<?xml version="1.0" encoding="UTF-8"?>
<system>
    %s<serial labels="names"/>
%s</system>
"""
PDS = "".join(f"""    <protection_domain name="{name}" priority="{priority}" fpu="false">
        <program_image path="client.elf"/>
    </protection_domain>
""" for priority, name in enumerate(CLIENTS, 10))
FILES = {"client.elf": ["tests/entropy/client.c", "-lentropy", "-lserial", "-ldevices"]}


def boot(board, image, options):
    """What each client has drawn, as bytes; statuses as numbers."""
    drawn = {name: [] for name in CLIENTS}
    with qemu.Qemu(board, image, options=options) as machine:
        for _ in CLIENTS:
            machine.wait(r": done", 60)
        lines = machine.quiet(0.2).splitlines()
    for line in lines:
        name, _, text = line.partition(": ")
        if name not in drawn:
            continue
        if text.startswith("status "):
            drawn[name].append(int(text[7:]))
        elif len(text) == 2 * BLOCK:
            drawn[name].append(bytes.fromhex(text))
    return drawn


def known_source(board, config, image):
    """A source whose bytes are known: each block of it goes to one client, once."""
    content = random.Random(os.environ.get("TEST_SEED", "1")).randbytes(64 * BLOCK)
    source = image.with_name("source")
    source.write_bytes(content)
    blocks = [content[i:i + BLOCK] for i in range(0, len(content), BLOCK)]
    drawn = boot(board, image, run_qemu.entropy_arguments(qemu.board(board), source))
    everything = drawn["one"] + drawn["two"]
    qemu.check(all(len(d) == DRAWS for d in drawn.values()),
               f"both clients draw, {config}, {board}", drawn)
    qemu.check(all(d in blocks for d in everything) and
               len(set(everything)) == len(everything),
               f"each block of the source goes to one client, {config}, {board}", drawn)


def main():
    for board in qemu.boards():
        for config in CONFIGS:
            image = qemu.build_system("entropy", FILES, SYSTEM % ("<entropy/>", PDS), board,
                                      config)
            known_source(board, config, image)
            device = run_qemu.entropy_arguments(qemu.board(board))
            first, second = (boot(board, image, device) for _ in range(2))
            everything = sum((boot[name] for boot in (first, second) for name in CLIENTS), [])
            qemu.check(len(set(everything)) == len(everything) == 4 * DRAWS,
                       f"two boots have nothing in common, {config}, {board}", everything)
            drawn = boot(board, image, [])
            qemu.check(drawn == {name: [3] for name in CLIENTS},
                       f"without the device clients are told, {config}, {board}", drawn)
        image = qemu.build_system("entropy", FILES, SYSTEM % ("", PDS), board, CONFIGS[0])
        drawn = boot(board, image, [])
        qemu.check(drawn == {name: [4] for name in CLIENTS},
                   f"without <entropy/> they know, {board}", drawn)
    qemu.done()


if __name__ == "__main__":
    main()
