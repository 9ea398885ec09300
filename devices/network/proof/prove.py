# SPDX-License-Identifier: BSD-2-Clause
"""Prove with CBMC what the copier does with one slot, whatever is in it.

    B=build python3 devices/network/proof/prove.py [NAME...]
"""

import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
DEVICES = HERE.parent.parent
sys.path.insert(0, str(DEVICES.parent / "tools"))
import prove  # noqa: E402

FLAGS = ("--bounds-check --pointer-check --undefined-shift-check --signed-overflow-check "
         "--nondet-static --unwind 6 --unwinding-assertions --slice-formula "
         "--stop-on-fail").split()

SUITE = prove.Suite("network", "Network: one slot through the copier (`devices/network/proof`)", [
    "Only the way of one slot is checked. The loop around it, the virtualisers, restarts and "
    "who has which buffer over time are tested on the host (`devices/network/test`).",
    "The configuration is right: regions apart from each other, counts up to "
    "`NETWORK_BUFFERS_MAX`, as the `microkit` tool writes it.",
    "Queues and links are in any state that `devices/lib/proof` and `link.h` allow.",
    "Compiler and provers (`third_party/lock.txt`).",
])
SUITE.claim("copy", "checked", "whatever slots virt_rx and the client hand over, a copy reads "
            "within one buffer of the device's region and writes within one of the client's",
            "`forward`, `next_free` (`copy.c`)", "CBMC",
            "links of capacity 4; every slot and region")

MUTANTS = [
    ("copy", ("copy.c", "from >= c->config->device_buffers || ", "")),
    ("copy", ("copy.c", " || !network_frame_possible(bytes)", "")),
    ("copy", ("copy.c", "if (buffer < c->config->client_buffers)", "if (1)")),
    ("copy", ("copy.c", "buffer < c->config", "buffer <= c->config")),
]


def harness(tag, name, mutant=None, defines=()):
    """CBMC's verdict on a harness, in a copy of the folders."""
    folder = prove.fresh("devices/network", tag)
    for part in ("lib", "network", "proof"):
        (folder / part).mkdir()
    for path in [*DEVICES.glob("lib/*.h"), *DEVICES.glob("lib/queue.c"),
                 *DEVICES.glob("network/*.[ch]"), *HERE.glob("*.[ch]")]:
        shutil.copy(path, folder / path.parent.name)
    shutil.copy(DEVICES / "lib/proof/shared.h", folder / "lib")
    if mutant:
        prove.mutate(folder / "network", *mutant)
    return prove.cbmc([f"proof/{name}.c", "lib/queue.c", f"-I{HERE.parent / 'test/include'}",
                       *FLAGS, *[f"-D{d}" for d in defines]], folder)


def add_cases():
    for name in SUITE.claims:
        SUITE.case(name, "holds", harness, name)
        SUITE.case(name, "is not vacuous", harness, name, None, ("VACUITY",), kind=prove.VACUITY)
    for number, (name, mutant) in enumerate(MUTANTS, 1):
        SUITE.case(name, f"refutes mutant {number}", harness, name, mutant, kind=prove.MUTANT)


if __name__ == "__main__":
    add_cases()
    sys.exit(SUITE.main(sys.argv[1:]))
