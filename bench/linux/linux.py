# SPDX-License-Identifier: BSD-2-Clause
"""The Linux to compare with: how it is booted, and whose its counted instructions are.

    with linux.boot("net udp http", count=True) as machine:      # a rig.Rig
        machine.load("udp", client=rig.MAC)
        linux.Report().split(machine.measured())
"""

import collections
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "network"))
import counts  # noqa: E402
import rig  # noqa: E402

HOME = rig.qemu.B / "bench/linux"
KERNEL = HOME / "kernel"
INIT = HOME / "guest/init"
INITRAMFS = HOME / "init.cpio"
PYTHON, PYTHON_INITRAMFS = HOME / "python/micropython.elf", HOME / "python.cpio"
STOCK, STOCK_INITRAMFS = HOME / "stock", HOME / "stock.cpio"
COMMAND_LINE = "console=ttyAMA0 quiet mitigations=off norandmaps"
STOCK_COMMAND_LINE = f"{COMMAND_LINE} nokaslr audit=0"
# Virtual addresses of the kernel; and of RAM, where it begins before its MMU is on.
KERNEL_SPACE = [(1 << 63, 1 << 64), (0x40000000, 0xc0000000)]
# Without the device tree's random seed, each boot is the same.
SAME = ["-machine", "dtb-randomness=off"]


def arguments(programs, initramfs=INITRAMFS, command_line=COMMAND_LINE):
    """Of qemu.Qemu beside the image: what boots it, and runs programs of guest/init.c."""
    return ["-initrd", str(initramfs), "-append", f"{command_line} -- {programs}"]


def boot(programs, initramfs=INITRAMFS, **options):
    """A rig.Rig with Linux in it, which runs these programs."""
    return rig.Rig(KERNEL / "Image", options=arguments(programs, initramfs), **options)


def boot_stock(programs, **options):
    """The same with Debian's own kernel."""
    return rig.Rig(STOCK, options=arguments(programs, STOCK_INITRAMFS, STOCK_COMMAND_LINE),
                   **options)


def text_bytes():
    """Of the kernel's code."""
    sections = subprocess.run(["llvm-size-14", "-A", "-d", str(KERNEL / "vmlinux")], check=True,
                              capture_output=True, text=True).stdout
    return sum(int(size) for size in re.findall(r"^\.(?:head\.|init\.)?text\s+(\d+)", sections,
                                                re.MULTILINE))


class Report:
    """Who is where: kernel and programs share no virtual address.

    kernel: the one with symbols; None: there is none, and who counts has no functions or traps.
    """

    def __init__(self, program=INIT, kernel=KERNEL / "vmlinux"):
        self.kernel, self.programs = kernel and counts.Program(kernel), counts.Program(program)

    def owner(self, vaddr):
        return "kernel" if any(a <= vaddr < b for a, b in KERNEL_SPACE) else "program"

    def split(self, measured):
        """{owner: instructions}."""
        split = collections.Counter()
        for block, executions in measured.executions.items():
            split[self.owner(block.vaddr)] += block.insns * executions
        return split

    def functions(self, measured, inlined=False):
        """{(owner, function): instructions}."""
        del inlined  # the kernel is built without debugging information
        split = collections.Counter()
        for block, executions in measured.executions.items():
            owner = self.owner(block.vaddr)
            program = self.kernel if owner == "kernel" else self.programs
            for i in range(block.insns):
                split[owner, program.function(block.vaddr + 4 * i)] += executions
        return split

    def calls(self, measured):
        """{owner: system calls}."""
        return collections.Counter({"program": self.traps(measured).get("synchronous", 0)})

    def traps(self, measured):
        """How often the kernel was entered, by the entry of its vector table."""
        return counts.traps(measured, self.kernel.address("vectors")) if self.kernel else {}
