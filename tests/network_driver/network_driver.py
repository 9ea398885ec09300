#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The network driver on QEMU's device, with one PD as its neighbours; see README.md."""
import pathlib
import shutil
import struct
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

CASES = 8
BUFFERS = 64
REGISTERS, RINGS, DMA, COUNTERS = 0x3000000, 0x4000000, 0x5000000, 0x6000000
CARRIER = 0x8000000
DMA_PADDR, DATA_PADDR = 0x51000000, 0x50000000


def magic(letters, version):
    return struct.unpack("<I", letters + bytes([version]))[0]


def link(number):
    """struct network_link_config: filled, free, capacity, channel."""
    ring = RINGS + 0x2000 * number
    return struct.pack("<QQII", ring, ring + 0x1000, BUFFERS, number)


def config(registers_offset):
    """struct network_driver_config."""
    return struct.pack("<IIQQQQQQQ", magic(b"ndr", 2), 2, REGISTERS + registers_offset, DMA,
                       DMA_PADDR, 0x4000, COUNTERS, CARRIER, 0) + link(0) + link(1)


SYSTEM = f"""<?xml version="1.0" encoding="UTF-8"?>
<system>
    <memory_region name="registers" size="0x1000" phys_addr="0xa003000"/>
    <memory_region name="dma" size="0x4000" phys_addr="{DMA_PADDR:#x}"/>
    <memory_region name="data" size="0x40000" phys_addr="{DATA_PADDR:#x}"/>
    <memory_region name="rings" size="0x4000"/>
    <memory_region name="counters" size="0x1000"/>
    <memory_region name="carrier" size="0x1000"/>
    <memory_region name="config" prefill_path="config.bin"/>
    <protection_domain name="peer" priority="100" fpu="false">
        <program_image path="peer.elf"/>
        <map mr="data" vaddr="0x7000000" setvar_vaddr="data"/>
        <map mr="rings" vaddr="0x4000000" setvar_vaddr="rings"/>
        <map mr="counters" vaddr="0x6000000" perms="r" setvar_vaddr="counters"/>
        <protection_domain name="network_driver" id="0" priority="103" fpu="false">
            <program_image path="network_virtio_mmio.elf"/>
            <map mr="registers" vaddr="{REGISTERS:#x}" cached="false"/>
            <map mr="rings" vaddr="{RINGS:#x}"/>
            <map mr="dma" vaddr="{DMA:#x}"/>
            <map mr="counters" vaddr="{COUNTERS:#x}"/>
            <map mr="carrier" vaddr="{CARRIER:#x}"/>
            <map mr="config" vaddr="0x2000000" perms="r"
                 setvar_vaddr="network_driver_config"/>
            <irq irq="79" id="2" trigger="edge"/>
        </protection_domain>
    </protection_domain>
    <channel><end pd="peer" id="0"/><end pd="network_driver" id="0"/></channel>
    <channel><end pd="peer" id="1"/><end pd="network_driver" id="1"/></channel>
%s</system>
""" % qemu.console_xml(["peer"])

NETWORK = ["-netdev", "user,id=network,restrict=on",
           "-device", "virtio-net-device,netdev=network,bus=virtio-mmio-bus.31"]


def build(name, board, configuration, registers_offset):
    out = qemu.B / "test" / name / board / configuration
    out.mkdir(parents=True, exist_ok=True)
    shutil.copy(qemu.SDK / "board" / board / configuration / "elf/network_virtio_mmio.elf",
                out)
    files = {"peer.elf": ["tests/network_driver/peer.c", "devices/lib/queue.c"],
             "config.bin": config(registers_offset), **qemu.CONSOLE_FILES}
    return qemu.build_system(name, files, SYSTEM, board, configuration)


def main():
    for board in qemu.boards():
        for configuration in ("debug", "release"):
            name = f"network driver, {configuration}, {board}"
            try:
                image = build("network_driver", board, configuration, 0xe00)
                nothing = build("network_driver_nothing", board, "debug", 0xc00)
            except qemu.BuildError as error:
                qemu.not_ok(name, error)
                continue
            with qemu.Qemu(board, image, icount=False, options=NETWORK) as machine:
                qemu.guest_results(name, machine, CASES)
            if configuration == "debug":
                match, output = qemu.run(board, nothing, "no virtio 1 device")
                qemu.check(match, f"{name}: says that there is no device", output)
    qemu.done()


if __name__ == "__main__":
    main()
