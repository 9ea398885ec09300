# SPDX-License-Identifier: BSD-2-Clause
"""ELF files and SDKs made by hand, so that tests need no compiler and can be
as odd as they like."""

import json
import os
import struct

R, W, X = 4, 2, 1
PAGE = 4096
KERNEL_VA = 0x4000000000

NOP = 0xD503201F
RET = 0xD65F03C0
FADD = 0x1E622820  # fadd d0, d1, d2
LDR_Q = 0x3DC00000  # ldr q0, [x0]

FUNC, OBJECT, NOTYPE = 2, 1, 0


def words(*values):
    return b"".join(struct.pack("<I", v) for v in values)


def elf(segments, entry, symbols=(), machine=183, kind=2):
    """segments: (vaddr, data, memory bytes, flags); symbols: (name, vaddr, size,
    type, global)."""
    header_bytes = 64 + 56 * len(segments)
    body = b""
    programs = b""
    for vaddr, data, memory, flags in segments:
        # Congruent to the address, as linkers do.
        offset = header_bytes + len(body)
        body += b"\0" * ((vaddr - offset) % 16)
        offset = header_bytes + len(body)
        programs += struct.pack("<IIQQQQQQ", 1, flags, offset, vaddr, vaddr,
                                len(data), memory, 16)
        body += data
    strings = b"\0"
    table = b"\0" * 24
    for name, vaddr, size, type_, global_ in sorted(symbols, key=lambda s: s[4]):
        table += struct.pack("<IBBHQQ", len(strings), (global_ << 4) | type_, 0,
                             0xFFF1, vaddr, size)
        strings += name.encode() + b"\0"
    body += b"\0" * (-(header_bytes + len(body)) % 8)
    table_at = header_bytes + len(body)
    strings_at = table_at + len(table)
    sections_at = strings_at + len(strings)
    sections = b"\0" * 64
    sections += struct.pack("<IIQQQQIIQQ", 0, 2, 0, 0, table_at, len(table), 2, 1, 8, 24)
    sections += struct.pack("<IIQQQQIIQQ", 0, 3, 0, 0, strings_at, len(strings),
                            0, 0, 1, 0)
    header = b"\x7fELF\x02\x01\x01" + b"\0" * 9
    header += struct.pack("<HHIQQQIHHHHHH", kind, machine, 1, entry, 64, sections_at,
                          0, 64, 56, len(segments), 64, 3, 0)
    return header + programs + body + table + strings + sections


# Where libmicrokit's variables are in program()'s data.
NAME, PASSIVE, IRQS, NOTIFICATIONS, PPS, SETVARS = 0, 64, 72, 80, 88, 96
TEXT_AT, DATA_AT = 0x200000, 0x300000


def program(setvars=(), bss=0x3000, text=PAGE, data_at=DATA_AT, code=NOP):
    """A PD like those that the SDK links: text, data with libmicrokit's variables
    and the variables `setvars`, bss."""
    content = b"".join(struct.pack("<I", code) for _ in range(text // 4))
    data = bytes(range(1, 97)) + b"\xee" * (8 * len(setvars) + 8)
    symbols = [
        ("microkit_name", data_at + NAME, 64, OBJECT, 1),
        ("microkit_passive", data_at + PASSIVE, 1, OBJECT, 1),
        ("microkit_irqs", data_at + IRQS, 8, OBJECT, 1),
        ("microkit_notifications", data_at + NOTIFICATIONS, 8, OBJECT, 1),
        ("microkit_pps", data_at + PPS, 8, OBJECT, 1),
        ("$x", TEXT_AT, 0, NOTYPE, 0),
        ("$d", data_at, 0, NOTYPE, 0),
    ]
    for i, name in enumerate(setvars):
        symbols.append((name, data_at + SETVARS + 8 * i, 8, OBJECT, 1))
    return elf([(TEXT_AT, content, len(content), R | X),
                (data_at, data, len(data) + bss, R | W)], TEXT_AT, symbols)


LOADER_BYTES = 0x2000


def loader():
    code = bytearray(words(*[NOP] * 512))
    code[56:60] = struct.pack("<I", 0x644D5241)
    return elf([(0, bytes(code), LOADER_BYTES - 0x10, R | W | X)], 0, kind=3)


def kernel(mark):
    rodata = mark + b"kernel constants" * 100
    return elf([(KERNEL_VA, words(*[NOP] * 1500), 6000, R | X),
                (KERNEL_VA + 0x2000, rodata, len(rodata), R),
                (KERNEL_VA + 0x3000, b"kernel data", 0x9000, R | W)], KERNEL_VA + 0x40)


def start_stub():
    return elf([(0, words(NOP, NOP, RET), 12, R | X)], 0)


BOARD = {
    "name": "test", "arch": "aarch64", "cpu": "cortex-a53", "cores": 1, "irqs": 288,
    "counter_hz": 62500000, "image_base": "0x70000000", "text_offset": "0x30000000",
    "ram": [{"base": "0x40000000", "bytes": "0x80000000"}],
    "gic": {"version": 2, "distributor": "0x08000000", "cpu": "0x08010000"},
    "uart": {"type": "pl011", "base": "0x09000000", "irq": 33},
}


def write(path, content):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(content)


def make_sdk(root, board="test", **changes):
    """An SDK with one board, BOARD with the changes, in all configurations."""
    description = json.dumps({**BOARD, **changes}).encode()
    for config in ("debug", "release", "benchmark"):
        directory = os.path.join(root, "board", board, config)
        write(os.path.join(directory, "board.json"), description)
        for name, content in (("loader", loader()), ("start", start_stub()),
                              ("kernel", kernel(b"plain")),
                              ("kernel_statistics", kernel(b"counting"))):
            write(os.path.join(directory, "elf", name + ".elf"), content)
    return root
