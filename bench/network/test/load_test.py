# SPDX-License-Identifier: BSD-2-Clause
"""The load generator, the counter and the reflector, against each other.

The reflector's fault ports return every 16th datagram wrong in a known way; the load
generator must say exactly that. What the counter says must be what the reflector's
code takes.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
import rig  # noqa: E402
from rig import qemu  # noqa: E402

REQUESTS = 320
FAULTS = REQUESTS // 16
FIRST_FAULT_PORT = 1001  # reflector.c, and the order of its faults
WRONG = ["wrong_payload", "wrong_checksum", "wrong_no_checksum", "wrong_ip_checksum",
         "wrong_length", "wrong_port"]
TARGET = {"address": rig.REFLECTOR_ADDRESS}


def right_answers():
    with rig.Rig(rig.REFLECTOR) as machine:
        for payload in (0, 1, 18, 64, 1471, 1472):
            for window in (1, 32):
                found = machine.load("udp", **TARGET, bytes=payload, window=window,
                                     requests=500, warm_up=10)
                qemu.check(found["status"] == 0 and found["answered"] == 500,
                           f"{payload} bytes, {window} outstanding: all answers are right",
                           found)


def faults():
    options = {**TARGET, "requests": REQUESTS, "warm_up": 0, "window": 4, "patience": 100}
    for number, name in enumerate([*WRONG, "lost", "duplicates"]):
        with rig.Rig(rig.REFLECTOR) as machine:
            found = machine.load("udp", **options, port=FIRST_FAULT_PORT + number)
        expected = {"status": 1, "answered": REQUESTS - FAULTS, "lost": FAULTS,
                    "duplicates": 0, "wrong": 0}
        if name == "duplicates":
            expected |= {"answered": REQUESTS, "lost": 0}
        elif name in WRONG:
            expected["wrong"] = FAULTS
        expected[name] = FAULTS
        qemu.check(expected.items() <= found.items(),
                   f"every 16th is {name}: is found out", found)


def counting():
    program = rig.counts.Program(rig.REFLECTOR)
    receive = program.address("receive")
    per_datagram = []
    for each in (False, True):
        with rig.Rig(rig.REFLECTOR, count=True, name="test", each=each) as machine:
            found = machine.load("udp", **TARGET, requests=1000)
            measured = machine.measured()
        qemu.check(measured.starts(receive) == found["answered"] == 1000,
                   f"the counter sees each datagram once, each={each}",
                   f"{measured.starts(receive)} entries, {found}")
        inside = sum(executions for block, executions in measured.executions.items()
                     for i in range(block.insns)
                     if program.function(block.vaddr + 4 * i) == "receive")
        per_datagram.append(inside / 1000)
    qemu.check(per_datagram[0] == per_datagram[1] and per_datagram[0] % 1 == 0,
               "blocks and single instructions count the same", per_datagram)


def main():
    right_answers()
    faults()
    counting()
    qemu.done()


if __name__ == "__main__":
    main()
