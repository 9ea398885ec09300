# SPDX-License-Identifier: BSD-2-Clause
"""Random system calls beside witnesses: see fuzz.c.

TEST_SEED gives the seed, FUZZ_CALLS the number of calls on each board.
"""

import os
import struct

import systems
from systems import HERE, channel, maps, pd, region

CASES = 6
SEED = int(os.environ.get("TEST_SEED", "1"))
CALLS = int(os.environ.get("FUZZ_CALLS", "250000"))
CALLS_PER_S = 1000  # at the very least
LONG = 1000000  # calls: a soak, which has the machine's cores to itself


def make(config):
    """The fuzzer, what it may use, and the witnesses."""
    files = {"tester.elf": systems.reporter(config, f"{HERE}/fuzz.c"),
             "order.bin": struct.pack("<QQ", SEED, CALLS)}
    for name in ("fuzzer", "server", "waker", "victim", "witness", "spin"):
        files[f"{name}.elf"] = [f"{HERE}/fuzz_{name}.c"]
    files["fuzzer.elf"] += [f"{HERE}/fuzz_call.S", f"{HERE}/memory.c", "-fno-builtin"]
    files["spin.elf"].append(f"{HERE}/fuzz_spin.S")
    order = maps("order", 0x2000000, "r")
    victim = pd("victim", 95, id=17, budget=20, period=200)
    fuzzer = pd("fuzzer", 100, order + maps("announce", 0x2010000) + victim, id=3)
    tester = (order + maps("announce", 0x2010000, "r") + maps("witness", 0x2020000, "r") +
              maps("spin", 0x2030000, "r") + fuzzer)
    witness = (maps("witness", 0x2020000) + maps("spin", 0x2030000, "r") +
               '<irq irq="30" id="40"/>')
    return files, [
        region("order", prefill_path="order.bin"), region("announce"), region("witness"),
        region("spin"), pd("tester", 200, tester), pd("witness", 150, witness),
        pd("server", 120), pd("passive", 121, elf="server", passive="true"),
        pd("spin", 100, maps("spin", 0x2030000), budget=100, period=1000),
        pd("waker", 90),
        channel("fuzzer", 0, "tester", 3, notify_b=False),
        channel("fuzzer", 5, "server", 8, call=True, notify_b=False),
        channel("fuzzer", 6, "passive", 8, call=True, notify_a=False, notify_b=False),
        channel("fuzzer", 9, "waker", 0),
        # The capabilities of the PD behind the fuzzer, which it must not reach.
        pd("sink", 130, elf="server"),
        *[channel("spin", n, "sink", n, call=True) for n in (0, 1, 5, 9)]]


if __name__ == "__main__":
    systems.run_each("fuzz", make, CASES, configs=("debug", "release"),
                     at_once=os.cpu_count() if CALLS > LONG else 1,
                     limit_s=systems.qemu.WALL_LIMIT_S + CALLS / CALLS_PER_S)
    systems.qemu.done()
