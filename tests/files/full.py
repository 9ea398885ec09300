#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A Python program fills its disk: the write fails, and everything else is kept."""
import os
import sys

from files import START, boot, clean, disk, path_of, qemu, run_qemu, tool

sys.path.insert(0, str(qemu.ROOT / "tests" / "python"))
import script  # noqa: E402

DISK_KIB = 1024
KEPT = bytes(range(256)) * 64
SCRIPT = b"""
import os

ENOSPC = 28

def say(what, *figures):
    print("full:", what, *figures)

def read(name):
    with open(name, "rb") as f:
        return f.read()

def fill(name):
    # Writes until there is no room; (bytes written, errno).
    count, piece = 0, bytes(3000)
    try:
        with open(name, "wb", 0) as f:
            while True:
                count += f.write(piece)
    except OSError as error:
        return count, error.errno

kept = bytes(range(256)) * 64
with open("/new", "wb") as f:
    f.write(kept)
count, code = fill("/big")
say("no room", code == ENOSPC, count > 500000, os.stat("/big")[6] >= count)
say("kept", read("/kept") == kept, read("/new") == kept)
try:
    os.mkdir("/folder")
    say("folder", False)
except OSError as error:
    say("folder", error.errno == ENOSPC)
say("again", fill("/more")[1] == ENOSPC)
os.remove("/big")
with open("/after", "wb") as f:
    f.write(kept)
say("room again", read("/after") == kept, read("/kept") == kept)
say("end")
"""
SYSTEM = script.system("<timer/>", "<serial/>",
                       '<block><client pd="fat" partition="0"/></block>',
                       '<filesystem server="fat"><client pd="python"/></filesystem>')
# What is tried, and what the program says of it.
CASES = (
    ("the write that has no room fails", "no room True True True"),
    ("what was there before is kept", "kept True True"),
    ("a folder has no room either", "folder True"),
    ("nor has another file", "again True"),
    ("what is removed makes room", "room again True True"),
)


def judge(board, config):
    name = f"a disk filled from Python, {config}, {board}"
    path = path_of(board, f"python-{config}")
    folder = path.with_suffix("")
    folder.mkdir(exist_ok=True)
    (folder / "kept").write_bytes(KEPT)
    disk.make(path, [DISK_KIB], {0: folder})
    image = qemu.build_system("python_full", {"script.py": SCRIPT}, SYSTEM, board, config)
    lines = [f".*full: {line}" for _, line in CASES] + [".*full: end"]
    if not boot(name, board, config, run_qemu.block_arguments(qemu.board(board), path), lines,
                image):
        return
    for case, _ in CASES:
        qemu.ok(f"{name}: {case}")
    kept = [tool("mcopy", "-n", "-i", f"{path}@@{START}", f"::{file}", "-") == KEPT
            for file in ("kept", "new", "after")]
    found = clean(path)
    qemu.check(all(kept) and not found, f"{name}: so says this machine", f"{kept} {found}")


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    for board in qemu.boards():
        judge(board, configs[-1])
    qemu.done()


if __name__ == "__main__":
    main()
