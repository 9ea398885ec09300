#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""The serial class on a virtio console in QEMU: as on the UART, and restarts under load.

TEST_SEED gives the seed, KILLS how often a component is killed, on each board and
configuration.
"""
import os
import pathlib
import random
import re
import select
import socket
import sys

import serial
from serial import qemu

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "unstoppable"))
import unstoppable  # noqa: E402

unstoppable.KILLS = int(os.environ.get("KILLS", "30"))
KEPT = 400000  # characters of output
LINE_BYTES = 200000
ENDLESS = 0xffffffff
FLOOD_BYTES = 200000
DEVICE = "console"
VICTIMS = ["serial_driver", "serial_virt_tx", "serial_virt_rx"]
EXAMPLE = "examples/serial"
SYSTEM = f"""<?xml version="1.0" encoding="UTF-8"?>
<system>
    %s
    <serial device="console" labels="names">
        <client pd="killer"/><client pd="flood_a"/><client pd="flood_b"/>
    </serial>
%s
{serial.flooders(flood_a=10, flood_b=10)}</system>
"""


class Printer(qemu.Qemu):
    """A machine whose virtio console is a file, which takes all at once; nobody types.

    What the other end of a console does not take at once, QEMU drops.
    """

    def __init__(self, board, image):
        path = image.with_name("console.txt")
        self.written = open(path, "w+b")
        self.uart_output = ""
        super().__init__(board, image, icount=False, options=[
            "-chardev", f"file,id=console,path={path}",
            *qemu.board(board)["qemu_devices"][DEVICE]])

    def stop(self):
        super().stop()
        self.written.close()

    def read(self, limit_s):
        select.select([self.process.stdout], [], [], max(limit_s, 0))
        self.uart_output += (self.process.stdout.read() or b"").decode("utf-8", "replace")
        data = self.written.read()
        self.output += data.decode("utf-8", "replace").replace("\r", "")
        return bool(data)


class Terminal(qemu.Qemu):
    """A machine whose terminal is a virtio console; its UART is read apart.

    It may lose output when much comes (see Printer): LINE_BYTES wait for us.
    """

    def __init__(self, board, image):
        self.line, self.theirs = socket.socketpair()
        self.theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, LINE_BYTES)
        self.uart_output = ""
        super().__init__(board, image, icount=False, pass_fds=[self.theirs.fileno()], options=[
            "-chardev", f"socket,id=console,fd={self.theirs.fileno()}",
            *qemu.board(board)["qemu_devices"][DEVICE]])

    def __enter__(self):
        super().__enter__()
        self.theirs.close()
        return self

    def stop(self):
        super().stop()
        self.line.close()

    def read(self, limit_s):
        ready, _, _ = select.select([self.line, self.process.stdout], [], [], max(limit_s, 0))
        if self.process.stdout in ready:
            self.uart_output += (self.process.stdout.read() or b"").decode("utf-8", "replace")
        if self.line in ready:
            data = self.line.recv(65536)
            self.output += data.decode("utf-8", "replace").replace("\r", "")
            cut = max(0, len(self.output) - KEPT)
            self.output, self.position = self.output[cut:], max(0, self.position - cut)
            return bool(data)
        return bool(ready) and self.process.poll() is None

    def send(self, text):
        """Types, and reads what comes meanwhile: the line takes as much as the guest does."""
        data = text.encode()
        while data and self.process.poll() is None:
            _, room, _ = select.select([], [self.line], [], 0.01)
            if room:
                data = data[self.line.send(data, socket.MSG_DONTWAIT):]
            self.read(0)


def example(name, board, config):
    """The example, whose system file names the other device."""
    text = (qemu.ROOT / EXAMPLE / "serial.system").read_text(encoding="utf-8")
    parts = ["-I" + str(qemu.ROOT / EXAMPLE), "-lserial", "-ltimer", "-ldevices"]
    image = qemu.build_system(
        "console_example",
        {f"{pd}.elf": [f"{EXAMPLE}/{pd}.c", *parts] for pd in ("upper", "count", "clock")},
        text.replace("<serial ", f'<serial device="{DEVICE}" '), board, config)
    serial.example(name, board, image, Terminal)


def sum_of(text):
    """What flood.c says of a line."""
    total = 0
    for byte in text.encode():
        total = (total * 31 + byte) & 0xffffffff
    return f"{len(text)} bytes, {total}"


def restarts(name, board, config):
    """Components are killed while two clients write without end and input floods in."""
    image = qemu.build_system(
        "console_restarts",
        {"flood.elf": ["tests/serial/flood.c", f"-DLINES={ENDLESS}u", "-lserial", "-ldevices"],
         **unstoppable.killer_files(VICTIMS, board, config, {
             "serial_driver": qemu.SDK / "board" / board / config / "elf/serial_virtio_mmio.elf"})},
        SYSTEM % (unstoppable.supervisor_xml(["killer", "flood_a", "flood_b"]),
                  unstoppable.killer_xml(VICTIMS)), board, config)
    choose = random.Random(unstoppable.SEED)
    with Terminal(board, image) as machine:
        qemu.check(machine.wait(r"^flood_b: 9 ", 60), f"{name}: clients write",
                   qemu.tail(machine.output))
        machine.send("\n")
        end = None
        while not end and machine.process.poll() is None:
            machine.send("x" * choose.randrange(1, 300) + "\n")
            end = machine.wait(r"killed (\d+), restarted (\d+), hung \d+, stopped (\d+)", 0.2)
        qemu.check(end and int(end[1]) == unstoppable.KILLS and int(end[2]) > 0 and end[3] == "0",
                   f"{name}: {unstoppable.KILLS} kills, nobody is given up",
                   end or qemu.tail(machine.output))
        machine.send("y" * FLOOD_BYTES + "\n")
        # Under load an answer may be dropped by QEMU: see Printer. A line ends a writer's load.
        for client, number in (("a", 1), ("b", 2)):
            qemu.check(any(insist(machine, f"{serial.ESCAPE}{number}\n", rf"^flood_{client}: 0 b")
                           for _ in range(20)),
                       f"{name}: after a flood of input {client} gets its own",
                       qemu.tail(machine.output))
        machine.quiet(0.5)
        for text in ("", "the input is whole again", "z" * 1500):
            machine.send(f"{text}\n")
            qemu.check(machine.wait(rf"^flood_b: {sum_of(text)}$", 60),
                       f"{name}: a line of {len(text)} comes in and is answered",
                       qemu.tail(machine.output, 3))


def insist(machine, typed, answer):
    """Types something; whether the answer comes soon."""
    machine.send(typed)
    return machine.wait(answer, 1)


def main():
    for board in qemu.boards():
        for config in serial.CONFIGS:
            what = f"virtio console, {config}, {board}"
            example(f"examples/serial, {what}", board, config)
            for capacity in (16, 2048):
                serial.flood(f"flood, queues of {capacity}, {what}", board, config, capacity,
                             DEVICE, Printer)
            restarts(f"restarts, {what}", board, config)
    qemu.done()


if __name__ == "__main__":
    main()
