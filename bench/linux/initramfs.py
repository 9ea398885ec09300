# SPDX-License-Identifier: BSD-2-Clause
"""Makes an initial RAM file system of one program.

usage: initramfs.py PROGRAM OUT [FILE]...

An archive in cpio's newc format (Linux, Documentation/driver-api/early-userspace/
buffer-format.rst) with /init, /dev/console, and the FILEs by their names in /. FILEs that
are modules of a kernel (.ko) are named in /modules, in the same order.
"""
import pathlib
import stat
import sys


def entry(name, mode, data=b"", device=(0, 0)):
    """One file: header, name, data, each padded to four bytes."""
    fields = [0, mode, 0, 0, 1, 0, len(data), 0, 0, *device, len(name) + 1, 0]
    header = b"070701" + b"".join(b"%08x" % field for field in fields)
    head = header + name.encode() + b"\0"
    return head + bytes(-len(head) % 4) + data + bytes(-len(data) % 4)


def pack(program, files):
    """The archive."""
    archive = entry("dev", stat.S_IFDIR | 0o755)
    archive += entry("dev/console", stat.S_IFCHR | 0o600, device=(5, 1))
    for path in files:
        archive += entry(path.name, stat.S_IFREG | path.stat().st_mode & 0o755, path.read_bytes())
    modules = "".join(f"/{path.name}\n" for path in files if path.suffix == ".ko")
    if modules:
        archive += entry("modules", stat.S_IFREG | 0o644, modules.encode())
    archive += entry("init", stat.S_IFREG | 0o755, program.read_bytes())
    return archive + entry("TRAILER!!!", 0)


def main():
    program, out, *files = map(pathlib.Path, sys.argv[1:])
    out.write_bytes(pack(program, files))


if __name__ == "__main__":
    main()
