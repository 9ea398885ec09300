#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Makes a disk image with a partition table (MBR, or with --gpt a GPT).

usage: disk.py [--gpt] [--littlefs] IMAGE KIB[:FOLDER]...

KIB is the size of each partition, at most four. With FOLDER it gets a FAT file system that
holds what is in there, or with --littlefs a littlefs, written by the server's own code: that
is a program of `make test-deps`. The first partition begins at 1 MiB, each further one where
the one before ends. The image is full of zeros, and nothing of it is stored before it is
written.
"""
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import zlib

B = pathlib.Path(os.environ.get("B", pathlib.Path(__file__).resolve().parent.parent / "build"))

BLOCK_BYTES = 512
FIRST = 2048     # block of the first partition
TYPE_FAT32 = 0x0c
TYPE_GPT = 0xee
# Basic data, EBD0A0A2-B9E5-4433-87C0-68B6B72699C7, as it is stored.
TYPE_DATA = bytes.fromhex("a2a0d0ebe5b9334487c068b6b72699c7")
GPT_ENTRIES = 128
GPT_ENTRY_BYTES = 128
GPT_BLOCKS = GPT_ENTRIES * GPT_ENTRY_BYTES // BLOCK_BYTES


def partitions(sizes_kib):
    """(first block, blocks) of each partition."""
    places, first = [], FIRST
    for size in sizes_kib:
        places.append((first, size * 1024 // BLOCK_BYTES))
        first += places[-1][1]
    return places


def table(places):
    """Block 0: the places as entries of a master boot record (UEFI 2.10, 5.2.1)."""
    if not 0 < len(places) <= 4:
        sys.exit("error: a disk has one to four partitions")
    entries = b"".join(struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", TYPE_FAT32, b"\xfe\xff\xff",
                                   first, blocks) for first, blocks in places)
    return bytes(446) + entries.ljust(64, b"\0") + b"\x55\xaa"


def gpt(places, blocks):
    """What a disk of so many blocks begins and ends with (UEFI 2.10, 5.3)."""
    entries = b"".join(struct.pack("<16s16sQQQ72x", TYPE_DATA, bytes([number]) * 16, first,
                                   first + size - 1, 0)
                       for number, (first, size) in enumerate(places, 1))
    entries = entries.ljust(GPT_ENTRIES * GPT_ENTRY_BYTES, b"\0")

    def header(own, other, where):
        def pack(check):
            return struct.pack("<8sIIIIQQQQ16sQIII", b"EFI PART", 0x10000, 92, check, 0, own, other,
                               2 + GPT_BLOCKS, blocks - GPT_BLOCKS - 2, bytes(16), where,
                               GPT_ENTRIES, GPT_ENTRY_BYTES, zlib.crc32(entries))
        return pack(zlib.crc32(pack(0))).ljust(BLOCK_BYTES, b"\0")

    protective = struct.pack("<B3sB3sII", 0, b"\0\2\0", TYPE_GPT, b"\xff\xff\xff", 1, blocks - 1)
    return (bytes(446) + protective.ljust(64, b"\0") + b"\x55\xaa" + header(1, blocks - 1, 2) +
            entries, entries + header(blocks - 1, 1, blocks - 1 - GPT_BLOCKS))


def make_fat(path, place, folder):
    """Makes a FAT file system in a partition and copies what is in a folder to it."""
    first, blocks = place
    run = {"check": True, "capture_output": True,
           "env": dict(os.environ, PATH=os.environ["PATH"] + ":/sbin")}
    subprocess.run(["mkfs.fat", "--invariant", "--offset", str(first), path,
                    str(blocks * BLOCK_BYTES // 1024)], **run)
    for name in sorted(os.listdir(folder)):
        subprocess.run(["mcopy", "-s", "-Q", "-i", f"{path}@@{first * BLOCK_BYTES}",
                        os.path.join(folder, name), "::"], **run)


def make_littlefs(path, place, folder):
    """Likewise a littlefs."""
    first, blocks = place
    pairs = []
    for name in sorted(pathlib.Path(folder).rglob("*")):
        pairs += [f"/{name.relative_to(folder)}", "" if name.is_dir() else name]
    with tempfile.NamedTemporaryFile() as volume:
        subprocess.run([B / "test/services/fs/littlefs/make", volume.name,
                        str(blocks * BLOCK_BYTES // 1024), *pairs], check=True)
        with open(path, "r+b") as file:
            file.seek(first * BLOCK_BYTES)
            file.write(volume.read())


def make(path, sizes_kib, folders=None, guid=False, filesystem=make_fat):
    """Writes the image; folders: {number of the partition: what is to be in it}.

    filesystem: make_fat or make_littlefs.
    """
    places = partitions(sizes_kib)
    blocks = places[-1][0] + places[-1][1] + FIRST
    head, tail = gpt(places, blocks) if guid else (table(places), b"")
    with open(path, "wb") as file:
        file.write(head)
        file.truncate(blocks * BLOCK_BYTES - len(tail))
        file.seek(0, os.SEEK_END)
        file.write(tail)
    for number, folder in (folders or {}).items():
        filesystem(path, places[number], folder)


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    if len(arguments) < 2:
        sys.exit(__doc__)
    wanted = [size.partition(":") for size in arguments[1:]]
    make(arguments[0], [int(size) for size, _, _ in wanted],
         {number: folder for number, (_, _, folder) in enumerate(wanted) if folder},
         "--gpt" in sys.argv, make_littlefs if "--littlefs" in sys.argv else make_fat)
