# SPDX-License-Identifier: BSD-2-Clause
"""Ways of starting an image: both of QEMU's, in RAM full of rubbish, at wrong places.

What the PD finds at its start is judged in boot.c.
"""

import systems
from systems import HERE, maps, pd, qemu, region

CASES = 7
WRONG = (0x60000000, 0x70001000, 0x70200000, 0x80000000)


def make(config):
    """One PD and regions of all kinds."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/boot.c"),
             "three.bin": bytes([1, 2, 3])}
    body = (maps("large", 0x4000000) + maps("small", 0x3000000) + maps("filled", 0x3100000, "r"))
    return files, [region("large", 0x400000, page_size="0x200000"), region("small", 0x5000),
                   region("filled", 0x2000, prefill_path="three.bin"),
                   pd("tester", 100, body, stack_size="0x4000")]


def wrong_address(board, config, image):
    """Entered elsewhere than at its address, an image says so and stops."""
    for address in WRONG:
        name = f"boot {board} {config}: entered at {address:#x} it says so and stops"
        with qemu.Qemu(board, image, start="loader", address=hex(address),
                       icount=False) as machine:
            good = machine.wait(rf"wrong address: 0x0*{address:x}, must be 0x0*70000000\n"
                                r"LIONSOS\|stopped\n", 20)
            after = machine.quiet(0.3)
            qemu.check(good and "ok -" not in after and after.endswith("stopped\n"), name,
                       qemu.tail(after))


def main():
    """All ways on all boards."""
    for start, fill in (("kernel", None), ("loader", None), ("kernel", 0xa5), ("loader", 0xa5)):
        way = f"boot by {start}" + (f" in RAM of {fill:#x}" if fill else "")
        systems.run_each(way, make, CASES, configs=("debug", "release"), folder="boot",
                         start=start, fill=fill)
    for board in qemu.boards():
        for config in ("debug", "release"):
            wrong_address(board, config, qemu.B / "test/kernel/boot" / board / config /
                          "loader.img")
    qemu.done()


if __name__ == "__main__":
    main()
