# SPDX-License-Identifier: BSD-2-Clause
"""Interrupts of a device, level and edge: see interrupt.c; and of typed input."""

import systems
from systems import HERE, channel, maps, pd, qemu, region

CASES = 15


def make(trigger):
    """A tester above the driver of the real-time clock."""

    def parts(config):
        edge = "true" if trigger == "edge" else "false"
        files = {"tester.elf": systems.reporter(config, f"{HERE}/interrupt.c", f"-DEDGE={edge}"),
                 "driver.elf": [f"{HERE}/interrupt_driver.c"], "idle.elf": [f"{HERE}/idle.c"]}
        shared = maps("shared", 0x2000000) + maps("rtc", 0x3000000, cached="false")
        driver = shared + f'<irq irq="34" id="33" trigger="{trigger}"/>'
        return files, [
            region("shared"), region("rtc", phys_addr="0x9010000", shared_device="true"),
            pd("tester", 100, shared + pd("driver", 50, driver, id=1)), pd("idle", 0),
            channel("tester", 1, "driver", 1), channel("tester", 60, "idle", 0)]

    return parts


def typed(board, config):
    """Characters that are typed arrive by interrupt, in order, none twice."""
    name = f"interrupt {board} {config}: typed characters arrive by interrupt"
    files = {"uart.elf": [f"{HERE}/interrupt_uart.c"]}
    uart = maps("uart", 0x3000000, cached="false") + '<irq irq="33" id="5"/>'
    try:
        image = qemu.build_system("kernel/interrupt_uart", files, systems.system(
            region("uart", phys_addr="0x9000000"), pd("uart", 50, uart)), board, config)
    except qemu.BuildError as error:
        qemu.not_ok(name, error)
        return
    # In real time: with -icount an idle QEMU does not always hear of typed input.
    with qemu.Qemu(board, image, icount=False) as machine:
        good = machine.wait(r"^ready$")
        for character in "abcdefgh0123456789":
            machine.send(character)
            good = good and machine.wait(rf"^got {character}$")
        machine.send("some characters at once.")
        good = good and machine.wait(r"^got \.$")
        got = "".join(line[4:] for line in machine.output.splitlines()
                      if line.startswith("got "))
        qemu.check(good and got == "abcdefgh0123456789some characters at once.", name,
                   qemu.tail(machine.output))


if __name__ == "__main__":
    for kind in ("level", "edge"):
        systems.run_each(f"interrupt_{kind}", make(kind), CASES)
    for each in qemu.boards():
        for configuration in ("debug", "release"):
            typed(each, configuration)
    qemu.done()
