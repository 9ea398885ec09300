#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Boots examples/files with disks of several kinds; mtools and fsck.fat say what is on them."""
import os
import pathlib
import struct
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402
import disk  # noqa: E402  (of tools/)
import run_qemu  # noqa: E402

EXAMPLE = qemu.ROOT / "examples" / "files"
SQUARES = b"".join(struct.pack("<Q", i * i) for i in range(16384))
START = disk.FIRST * disk.BLOCK_BYTES
DATE = "2031-05-04T03:02:01"
# Numbers of services/fs/queue.h: enum fs_status.
NO_SPACE, NO_DEVICE, NO_VOLUME = 14, 17, 18
WRITTEN = (*(r"/numbers/new\.bin: 131072 bytes written and read back, 0 words wrong",) * 2,
           "/numbers:", r"  squares\.bin, 131072 bytes", "done")
GOOD = (r"\d+ KiB, \d+ KiB free", "/:", r"  README\.md, 57 bytes",
        r"  a file with a long name\.txt, 29 bytes",
        r"/a file with a long name\.txt says: The sheep are in the garden\.",
        *WRITTEN)

LITTLEFS_KIB = 1024


def path_of(board, config):
    path = qemu.B / "test" / "files" / board / f"{config}.img"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return path


def boot(name, board, config, options, expected, image=None):
    """Boots, at DATE, until all of the expected lines have come; whether they have."""
    options = ["-rtc", f"base={DATE}", *options]
    image = image or qemu.B / "examples" / "files" / board / config / "loader.img"
    with qemu.Qemu(board, image, icount=False, options=options) as machine:
        for line in expected:
            if not machine.wait(f"^{line}$", 60):
                qemu.not_ok(name, f"no '{line}' in\n{qemu.tail(machine.output)}")
                return False
    return True


def tool(*command):
    """What a program of dosfstools or mtools prints; raises if it fails."""
    environment = dict(os.environ, PATH=os.environ["PATH"] + ":/sbin:/usr/sbin")
    return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT).stdout


def clean(path):
    """What fsck.fat finds in the partition; empty if nothing."""
    part = path.with_suffix(".part")
    part.write_bytes(path.read_bytes()[START:-disk.FIRST * disk.BLOCK_BYTES])
    environment = dict(os.environ, PATH=os.environ["PATH"] + ":/sbin:/usr/sbin")
    run = subprocess.run(["fsck.fat", "-n", part], env=environment, check=False,
                         capture_output=True, text=True)
    part.unlink()
    return "" if run.returncode == 0 else run.stdout + run.stderr


def test_made(board, config, kib):
    name = f"{kib // 1024} MiB, {config}, {board}"
    path = path_of(board, config)
    disk.make(path, [kib], {0: EXAMPLE / "disk"})
    options = run_qemu.block_arguments(qemu.board(board), path)
    if not boot(name, board, config, options, GOOD):
        return
    listed = tool("mdir", "-b", "-/", "-i", f"{path}@@{START}", "::").decode().split("\n")
    squares = tool("mcopy", "-n", "-i", f"{path}@@{START}", "::numbers/squares.bin", "-")
    qemu.check(squares == SQUARES, f"{name}: the file has what was written",
               f"{len(squares)} bytes")
    qemu.check(not any("new.bin" in line for line in listed), f"{name}: the old name is gone",
               listed)
    raw = path.read_bytes()
    entry = raw.index(b"SQUARES BIN")  # FAT's own: bytes 22 and 24 are time and date
    minute, day = struct.unpack_from("<HH", raw, entry + 22)
    qemu.check(day == 51 << 9 | 5 << 5 | 4 and minute >> 11 == 3 and 2 <= minute >> 5 & 63 < 8,
               f"{name}: the file has the time of its making", f"{day:#x} {minute:#x}")
    found = clean(path)
    qemu.check(not found, f"{name}: fsck.fat finds nothing", found)


def test_full(board, config):
    """The file does not fit: its write fails, and the rest is kept."""
    name = f"a full disk, {config}, {board}"
    path = path_of(board, config)
    disk.make(path, [128], {0: EXAMPLE / "disk"})
    options = run_qemu.block_arguments(qemu.board(board), path)
    if boot(name, board, config, options, (f"write: status {NO_SPACE}", "done")):
        kept = tool("mcopy", "-n", "-i", f"{path}@@{START}",
                    "::a file with a long name.txt", "-")
        qemu.check(b"sheep" in kept and not clean(path), name, clean(path))


def test_bad(board, config):
    path = path_of(board, config)
    expected = (f"space: status {NO_VOLUME}",)
    disk.make(path, [1024])
    options = run_qemu.block_arguments(qemu.board(board), path)
    for name, arguments, lines in (("a partition of zeros", options, expected),
                                   ("no disk", [], (f"space: status {NO_DEVICE}",))):
        if boot(f"{name}, {config}, {board}", board, config, arguments, lines):
            qemu.ok(f"{name}, {config}, {board}")


def test_littlefs(board, config):
    """The same program on littlefs: the same, and its files are there when it starts again."""
    name = f"littlefs, {config}, {board}"
    path = path_of(board, config)
    disk.make(path, [LITTLEFS_KIB], {0: EXAMPLE / "disk"}, filesystem=disk.make_littlefs)
    system = (EXAMPLE / "files.system").read_text(encoding="utf-8")
    system = system.replace('server="fat"', 'server="fat" type="littlefs"')
    program = qemu.B / "examples" / "files" / board / config / "files.elf"
    image = qemu.build_system("littlefs", {"files.elf": program.read_bytes()},
                              system, board, config)
    options = run_qemu.block_arguments(qemu.board(board), path)
    for life, lines in (("new", GOOD), ("again", (r"  numbers/?.*", *WRITTEN))):
        if boot(f"{name}, {life}", board, config, options, lines, image):
            qemu.ok(f"{name}, {life}")


def main():
    configs = os.environ.get("CONFIGS", "debug release").split()
    for board in qemu.boards():
        for config in configs:
            test_made(board, config, 8192)
        test_made(board, configs[0], 65536)
        test_full(board, configs[-1])
        test_bad(board, configs[0])
        test_littlefs(board, configs[-1])
    qemu.done()


if __name__ == "__main__":
    main()
