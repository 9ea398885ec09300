# SPDX-License-Identifier: BSD-2-Clause
"""A guest and the load generator at the two ends of one cable.

    with Rig(image, count=True) as rig:
        found = rig.load("udp", client=MAC, window=32)
        rig.measured()      # counts.Counts of the measured part

The cable is a pair of connected datagram sockets that both sides inherit: nothing to
configure, no frame is lost in it, and no other program can reach it. With `count` QEMU
runs the counter (counter/counter.c).
"""

import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent.parent / "tests"))
import qemu  # noqa: E402
import run_qemu  # noqa: E402  (of tools/, which qemu has found)

import counts  # noqa: E402

BOARD = "qemu_virt_aarch64"
OUT = qemu.B / "bench/network"
LOAD = OUT / "load/load"
COUNTER = OUT / "counter/counter.so"
REFLECTOR = OUT / "reflector/reflector.elf"
REFLECTOR_ADDRESS = "10.0.2.15"
MAC = "52:54:01:00:00:01"  # the device's; clients have their own
LOAD_LIMIT_S = 180


def disk(path):
    """Options of a Rig for a guest with that image on its block device."""
    return run_qemu.block_arguments(qemu.board(BOARD), path)


def entropy():
    """Likewise with a source of random bytes: the web server needs one."""
    return run_qemu.entropy_arguments(qemu.board(BOARD))


class LoadFailed(Exception):
    """The load generator did not come to its end."""


class Rig:
    """One guest, booted with a network device, and loads on it, one after the other.

    name   of the counter's files in $B/bench/network, if several rigs run at a time.
    each   count each instruction by itself: see counter.c.
    """

    def __init__(self, image, count=False, name="rig", each=False, **options):
        self.counts = OUT / f"{name}.counts" if count else None
        self.ours, theirs, device = qemu.cable(BOARD, MAC)
        if count:
            device += ["-plugin", f"{COUNTER},counts={self.counts},"
                       f"each={'on' if each else 'off'}"]
        options["options"] = [*device, *options.get("options", ())]
        self.theirs = theirs
        self.addresses = {}  # MAC: the address that it was leased in an earlier load
        self.machine = qemu.Qemu(BOARD, image, pass_fds=[theirs.fileno()],
                                 **{"icount": False, **options})

    def __enter__(self):
        self.machine.__enter__()
        self.theirs.close()
        return self

    def __exit__(self, *_):
        self.machine.stop()
        self.ours.close()

    def load(self, mode, **options):
        """Put a load on the guest; {name: value} as it was printed, and "status"."""
        client = options.get("client")
        if client in self.addresses:
            options = {"address": self.addresses[client], **options}
        words = [str(LOAD), mode, "--socket", str(self.ours.fileno())]
        if self.counts:
            words += ["--counts", str(self.counts)]
        for name, value in options.items():
            words += [f"--{name.replace('_', '-')}", str(value)]
        with subprocess.Popen(words, pass_fds=[self.ours.fileno()], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as run:
            end = time.monotonic() + LOAD_LIMIT_S
            while run.poll() is None and time.monotonic() < end:
                self.machine.read(0.02)  # else the guest's console would stop it one day
            if run.poll() is None:
                run.kill()
                raise LoadFailed(f"{mode}: no end\n{self.output()}")
            printed, errors = run.communicate()
        found = dict(line.split() for line in printed.splitlines())
        if "address" in found:
            self.addresses[client] = found.pop("address")
        found = {name: int(value) for name, value in found.items()}
        if mode not in ("discover", "boot") and not found:
            raise LoadFailed(f"{mode}: {errors}\n{self.output()}")
        return {**found, "status": run.returncode}

    def output(self):
        """What the guest has printed last."""
        return qemu.tail(self.machine.quiet(0.1))

    def measured(self):
        """What the guest executed in the measured part of the last load."""
        return (counts.Counts(self.counts.with_name(self.counts.name + ".after")) -
                counts.Counts(self.counts.with_name(self.counts.name + ".before")))

    def since_reset(self):
        """What it has executed up to the end of the measured part of the last load."""
        return counts.Counts(self.counts.with_name(self.counts.name + ".after"))
