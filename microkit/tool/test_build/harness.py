# SPDX-License-Identifier: BSD-2-Clause
"""Builds small systems with the system builder, and checks of every image what
must hold of any image."""

import json
import os
import re
import shutil
import struct
import subprocess
import tempfile
import traceback

import elves
from image import (IPC_BUFFER, PAGE, TOP, WINDOW_CAPS, WINDOW_GIC0, WINDOW_GIC1, WINDOW_IPC,
                   WINDOW_SYSTEM, WINDOW_UART, Image)

PD_MAX = 254
DRIVER = os.path.join(os.environ.get("B", "build"), "test", "build_driver")


class Failed(Exception):
    pass


def expect(condition, why):
    if not condition:
        raise Failed(why)


def equal(got, wanted, what):
    expect(got == wanted, f"{what}: {got!r}, not {wanted!r}")


class Bench:
    """A directory with an SDK, programs and system files."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix="build_test.")
        self.sdk = elves.make_sdk(os.path.join(self.root, "sdk"))

    def close(self):
        shutil.rmtree(self.root)

    def add(self, name, content):
        elves.write(os.path.join(self.root, name), content)

    def path(self, name):
        return os.path.join(self.root, name)

    def board(self, name, **changes):
        elves.make_sdk(self.sdk, name, **changes)
        return name

    def run(self, system, board="test", config="release", output="loader.img"):
        """(exit code, messages)"""
        self.add("test.system", ("<system>\n" + system + "\n</system>\n").encode())
        result = subprocess.run(
            [os.path.abspath(DRIVER), "build", "sdk", board, config, "test.system", output],
            cwd=self.root, capture_output=True, text=True, timeout=120,
            env={**os.environ, "ASAN_OPTIONS": "detect_leaks=0"})
        expect(result.returncode in (0, 1),
               f"the builder crashed: {result.stdout[-500:]} {result.stderr[-3000:]}")
        return result.returncode, result.stderr

    def content(self, output="loader.img"):
        with open(self.path(output), "rb") as file:
            return file.read()

    def build(self, system, board="test", config="release"):
        """The image, with all that holds of any image checked."""
        code, messages = self.run(system, board, config)
        expect(code == 0, "the builder refuses: " + messages)
        self.messages = messages
        description = {**elves.BOARD, **self.read_board(board)}
        image = Image(self.content(), int(description["image_base"], 0), elves.LOADER_BYTES)
        check_image(image, description, config)
        return image

    def read_board(self, board):
        with open(self.path(f"sdk/board/{board}/release/board.json"), "rb") as file:
            return json.load(file)

    def refuse(self, system, pattern, board="test"):
        """The messages; there must be an error that matches, and no file."""
        code, messages = self.run(system, board, output="refused.img")
        expect(code == 1, "the builder accepts a bad system")
        expect(re.search(pattern, messages), f"no error like /{pattern}/: {messages}")
        left = [f for f in os.listdir(self.root) if f.startswith("refused.img")]
        expect(not left, f"files are left behind: {left}")
        return messages


def in_ram(board, paddr, size):
    return any(int(r["base"], 0) <= paddr and
               paddr + size <= int(r["base"], 0) + int(r["bytes"], 0) for r in board["ram"])


def check_boot_header(image, board):
    equal(image.magic, 0x544F4F42534E4F4C, "boot magic")
    equal(image.version, 1, "version")
    equal(image.image_base, image.base, "image_base")
    equal(image.counter_hz, board["counter_hz"], "counter_hz")
    equal(image.uart, int(board["uart"]["base"], 0), "uart_paddr")
    equal(image.entry, elves.KERNEL_VA + 0x40, "kernel entry")
    equal(len(image.content) % PAGE, 0, "file length in pages")
    expect(image.image_bytes >= len(image.content), "image_bytes is less than the file")
    text_offset, size = struct.unpack_from("<QQ", image.content, 8)
    equal(text_offset, int(board["text_offset"], 0), "text_offset")
    equal(size, image.image_bytes, "image_size")
    end = 0
    for base, size in image.zero:
        expect(base % 64 == 0 and size % 64 == 0 and size > 0, "a zero range's alignment")
        expect(base >= end, "zero ranges are not sorted and disjoint")
        expect(end == 0 or base > end, "zero ranges touch")
        expect(in_ram(board, base, size), "a zero range outside of RAM")
        expect(base + size <= image.base or base >= image.base + len(image.content),
               "a zero range inside the file")
        end = base + size


def window_perms(vaddr):
    """What a kernel page at vaddr must allow; None: what its segment says."""
    if elves.KERNEL_VA <= vaddr < WINDOW_SYSTEM:
        return None
    if WINDOW_IPC <= vaddr < WINDOW_IPC + PD_MAX * PAGE:
        return "rw"
    tables = WINDOW_SYSTEM <= vaddr < WINDOW_GIC0
    expect(tables or WINDOW_CAPS <= vaddr < WINDOW_CAPS + PD_MAX * PAGE,
           f"unexpected kernel page 0x{vaddr:x}")
    return "r"


def check_postmortem_ram(ram, board, config):
    """The kernel's leaves below its windows: RAM, read-only, in debug."""
    for leaf in ram:
        equal((leaf.paddr, leaf.mair_index, leaf.el2_perms), (leaf.vaddr, 0, "r"), "RAM")
        expect(in_ram(board, leaf.paddr, leaf.size), "the kernel maps more than RAM")
    wanted = sum(int(r["bytes"], 0) for r in board["ram"]) if config == "debug" else 0
    equal(sum(leaf.size for leaf in ram), wanted, "RAM that the kernel reads")


def check_kernel_space(image, board, config):
    leaves = list(image.kernel())
    check_postmortem_ram([leaf for leaf in leaves if leaf.vaddr < elves.KERNEL_VA], board, config)
    pages = {leaf.vaddr: leaf for leaf in leaves if leaf.vaddr >= elves.KERNEL_VA}
    gic = board["gic"]
    windows = [(WINDOW_GIC0, int(gic["distributor"], 0), 0x10000),
               (WINDOW_GIC1, int(gic["cpu"], 0),
                0x2000 if gic["version"] == 2 else 0x20000 * board["cores"])]
    if config == "debug":
        windows.append((WINDOW_UART, int(board["uart"]["base"], 0), PAGE))
    devices = {}
    for vaddr, paddr, size in windows:
        devices.update({vaddr + i: paddr + i for i in range(0, size, PAGE)})
    for vaddr, leaf in pages.items():
        equal(leaf.size, PAGE, "size of a kernel page")
        if vaddr in devices:
            equal((leaf.paddr, leaf.mair_index, leaf.el2_perms),
                  (devices.pop(vaddr), 1, "rw"), f"device page 0x{vaddr:x}")
            continue
        perms = window_perms(vaddr)
        equal((leaf.mair_index, leaf.descriptor >> 8 & 3), (0, 3), "kernel memory type")
        expect(in_ram(board, leaf.paddr, PAGE), "kernel page outside of RAM")
        if perms is not None:
            equal(leaf.el2_perms, perms, f"kernel page 0x{vaddr:x}")
    expect(not devices, "device pages are missing")
    perms = [pages[elves.KERNEL_VA + 0x1000 * i].el2_perms for i in range(12)]
    equal(perms, ["rx"] * 2 + ["r"] + ["rw"] * 9, "the kernel's segments")
    check_boot_space(image, board, pages)


def check_boot_space(image, board, kernel):
    ram = {}
    for leaf in image.leaves(image.boot_root):
        if leaf.vaddr >= elves.KERNEL_VA:
            same = kernel.pop(leaf.vaddr)
            equal(leaf.descriptor, same.descriptor, "window of the boot tables")
        elif leaf.vaddr == int(board["uart"]["base"], 0):
            equal((leaf.paddr, leaf.mair_index, leaf.el2_perms),
                  (leaf.vaddr, 1, "rw"), "the loader's UART")
        else:
            equal((leaf.paddr, leaf.mair_index, leaf.el2_perms),
                  (leaf.vaddr, 0, "rwx"), "the loader's RAM")
            expect(in_ram(board, leaf.paddr, leaf.size), "the loader maps more than RAM")
            ram[leaf.vaddr] = leaf.size
    equal(sum(ram.values()), sum(int(r["bytes"], 0) for r in board["ram"]), "mapped RAM")
    expect(not kernel, "the boot tables lack windows")


def check_pd(image, board, pd):
    """Confinement and initialisation of one PD."""
    equal(pd.vmid, pd.id + 1, "VMID")
    started = pd.started()
    top, entries = pd.start_table()
    equal(top, IPC_BUFFER, "stack top")
    equal(pd.walk(pd.start).stage2_perms, "rx", "start stub")
    expect(pd.memory(pd.start, 12) == elves.words(elves.NOP, elves.NOP, elves.RET),
           "the start stub's code")
    equal(pd.walk(pd.start + PAGE).stage2_perms, "r", "start table")
    equal(pd.walk(IPC_BUFFER).paddr, {leaf.vaddr: leaf.paddr for leaf in image.kernel()}[
        WINDOW_IPC + pd.id * PAGE], "IPC buffer of PD and kernel")
    stack = entries[-2]
    for guard in (stack[0] - PAGE, pd.start - PAGE):
        expect(pd.walk(guard) is None, f"guard page 0x{guard:x} is mapped")
    expect(pd.walk(stack[0]) is not None and pd.walk(TOP - 2 * PAGE) is not None, "stack")
    for leaf in pd.leaves():
        if not in_ram(board, leaf.paddr, leaf.size):
            equal(leaf.memattr, 1, "memory type outside of RAM")
            continue
        expect(leaf.memattr in (15, 5), "memory type of RAM")
        equal(leaf.descriptor >> 8 & 3, 3, "shareability")
        if leaf.vaddr in started:
            continue
        for offset in range(0, leaf.size, PAGE):
            expect(image.in_file(leaf.paddr + offset, PAGE) or
                   image.in_zero(leaf.paddr + offset, PAGE),
                   f"PD {pd.name}: 0x{leaf.vaddr + offset:x} is never initialised")


def check_image(image, board, config):
    check_boot_header(image, board)
    check_kernel_space(image, board, config)
    equal(image.header()["magic"], 0x4D54535953534E4C, "system magic")
    pds = image.pds()
    owners = {}
    for leaf in image.kernel():
        # Neither devices, nor RAM for post-mortems, nor IPC buffers, which are the PDs'.
        if leaf.mair_index == 0 and elves.KERNEL_VA <= leaf.vaddr < WINDOW_IPC:
            owners.setdefault(leaf.paddr, set()).add("kernel")
    for pd in pds:
        check_pd(image, board, pd)
        private = set(pd.started())
        for leaf in pd.leaves():
            for offset in range(0, leaf.size, PAGE):
                owner = ("private", pd.id) if leaf.vaddr in private else "shared"
                owners.setdefault(leaf.paddr + offset, set()).add(owner)
    for table in image.tables:
        owners.setdefault(table, set()).add("table")
    loader_end = image.base + elves.LOADER_BYTES + PAGE
    for page in range(image.base, loader_end, PAGE):
        owners.setdefault(page, set()).add("loader")
    for paddr, who in owners.items():
        expect(len(who) == 1, f"page 0x{paddr:x} has several owners: {who}")
    equal(sorted({pd.root for pd in pds}), sorted(pd.root for pd in pds), "roots")


def pd(name, attributes="", inside="", image="a.elf"):
    """An element of the system file."""
    return (f'<protection_domain name="{name}" {attributes}>'
            f'<program_image path="{image}" />{inside}</protection_domain>\n')


def run_tests(namespace):
    """Runs every test_* function on a bench of its own; the exit code."""
    failures = 0
    for key, test in sorted(namespace.items()):
        if not key.startswith("test_"):
            continue
        bench = Bench()
        name = "build: " + test.__doc__
        try:
            test(bench)
            print(f"ok - {name}", flush=True)
        except Exception as error:
            failures += 1
            where = "" if isinstance(error, Failed) else traceback.format_exc()
            print(f"not ok - {name}: {error} {where}", flush=True)
        finally:
            bench.close()
    return 1 if failures else 0
