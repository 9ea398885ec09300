#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The serial class in QEMU: whole lines, switched input; see README.md."""
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import qemu  # noqa: E402

CONFIGS = os.environ.get("CONFIGS", "debug release").split()
ESCAPE = "\x1c"
LINES, LONGEST = 300, 97  # LONGEST as in flood.c
FLOODERS = ["flood_a", "flood_b", "flood_c"]

PD = """    <protection_domain name="%s" priority="%d">
        <program_image path="%s.elf"/>
    </protection_domain>
"""


def flooders(**priorities):
    """The PDs that write without end, by name."""
    return "".join(PD % (name, priority, "flood") for name, priority in priorities.items())


FLOOD = f"""<?xml version="1.0" encoding="UTF-8"?>
<system>
    <serial labels="names" capacity="%d"%s/>
{flooders(flood_a=10, flood_b=10, flood_c=20)}{PD % ("debug", 10, "debug")}</system>
"""


def uart(board, image):
    """A machine whose terminal is the board's UART."""
    return qemu.Qemu(board, image, icount=False)


def debug_output(machine):
    """What the debug console has printed, maybe in between what clients print."""
    return getattr(machine, "uart_output", machine.output)


def example(name, board, image, terminal=uart):
    """Type at the example: each client answers what was typed for it."""
    with terminal(board, image) as machine:
        for client in ("count", "upper"):
            qemu.check(machine.wait(rf"^{client}: type a line"), f"{name}: {client} prints",
                       qemu.tail(machine.output))
        for typed, answer, what in (
                ("hello\r", "^upper: HELLO!$", "the first client has the input"),
                (ESCAPE + "1", "^serial_virt_rx: 1 count has the input$",
                 "a key behind the escape character switches"),
                ("four\r", "^count: 4 characters$", "then another client has the input"),
                (ESCAPE + "?", "^serial_virt_rx: 0 upper$", "clients are listed"),
                (ESCAPE + "0", "^serial_virt_rx: 0 upper has the input$", "and back"),
                ("again\r", "^upper: AGAIN!$", "the first client has the input again")):
            machine.send(typed)
            qemu.check(machine.wait(answer, 30), f"{name}: {what}", qemu.tail(machine.output))
        wrong = [line for line in machine.output.splitlines() if not re.match(
            r"(upper|count|clock|serial_virt_rx): |LIONSOS|qemu-system|$", line)]
        qemu.check(not wrong, f"{name}: each line says whose it is", wrong)


def flood_line(pd, number):
    """What flood.c writes, with its label."""
    return f"{number} " + pd[-1] * (number * 31 % LONGEST)


def judge_flood(name, output, whole):
    """All lines of all flooders are there, in order; whole, or in labelled pieces."""
    output = output.replace("#", "")
    for pd in FLOODERS:
        said = [line.split(": ", 1)[1] for line in output.splitlines()
                if line.startswith(f"{pd}: ")]
        expected = [flood_line(pd, number) for number in range(LINES)]
        if not whole:
            said, expected = ["".join(said)], ["".join(expected)]
        wrong = [pair for pair in zip(said, expected) if pair[0] != pair[1]][:1]
        qemu.check(said == expected, f"{name}: lines of {pd}",
                   f"{len(said)} lines, first wrong: {wrong}")


def flood(name, board, config, capacity, device="", terminal=uart):
    """Flooders and debug prints together; then, on the UART, much input at once."""
    image = qemu.build_system(
        f"serial{device and '_' + device}_flood_{capacity}",
        {"flood.elf": ["tests/serial/flood.c", f"-DLINES={LINES}u", "-lserial", "-ldevices"],
         "debug.elf": ["tests/serial/debug.c"]},
        FLOOD % (capacity, device and f' device="{device}"'), board, config)
    last = flood_line("flood_a", LINES - 1)[-8:]
    with terminal(board, image) as machine:
        for _ in range(30):
            said = machine.quiet(1).replace("#", "")
            if all(said.count(pd[-1] * len(last)) and f"{pd}: {LINES - 1} " in said
                   for pd in FLOODERS):
                break
        machine.quiet(0.5)
        judge_flood(name, machine.output, capacity > 120)
        if config == "debug":
            count = debug_output(machine).count("#")
            qemu.check(count == 2000, f"{name}: debug prints all come", f"{count} of 2000")
        if capacity < 2048 or terminal is not uart:
            return
        text = "the quick brown fox " * 75
        total = 0
        for byte in text.encode():
            total = (total * 31 + byte) & 0xffffffff
        machine.send(text + "\n")
        # The debug prints may have been last, and they end no line.
        qemu.check(machine.wait(rf"^#*flood_a: {len(text)} bytes, {total}$", 30),
                   f"{name}: 1500 bytes of input come at once", qemu.tail(machine.output, 3))


def main():
    for board in qemu.boards():
        for config in CONFIGS:
            example(f"examples/serial, {config}, {board}", board,
                    qemu.B / "examples/serial" / board / config / "loader.img")
            for capacity in (16, 128, 2048):
                flood(f"flood, queues of {capacity}, {config}, {board}", board, config,
                      capacity)
    qemu.done()


if __name__ == "__main__":
    main()
